"""Section `start`: what it costs that a process starts at all."""

from suite.caches import Cache, said_version
from suite.interleave import Command, Group, Interleaver, summary
from suite.place import Place, say


def measure(place: Place, caches: list[Cache]) -> dict:
    """`--version` of each program beside C programs that end at once."""
    say("start: starting programs")
    commands = {
        "C program that ends at once, static": [str(place.tool("exit_static"))],
        "the same, dynamic": [str(place.tool("exit_dynamic"))],
    }
    for cache in caches:
        command = [*cache.launcher, "--version"]
        if command not in commands.values() and said_version(cache.launcher):
            commands[f"{cache.name} --version"] = command
    groups = [
        Group(label, [Command(command, place.output)], place.environment())
        for label, command in commands.items()
    ]
    runs = Interleaver(place).run(groups, 5 if place.quick else 300)
    return {"programs": {label: summary(timed) for label, timed in runs.items()}}
