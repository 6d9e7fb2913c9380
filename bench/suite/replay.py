"""The compiles of a project, which are run again without the rest of its build."""

import functools
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from suite import stand_in
from suite.interleave import Command, Group
from suite.place import Place, Problem, run, say

BARE = "bare compiler"

# Where an object can hold the time of its build, as in scripts/lib/projects.bash.
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}


@dataclass(frozen=True)
class Compile:
    """One compile of a project."""

    number: int
    directory: Path
    words: tuple[str, ...]  # the compiler first

    def redirected(self, objects: Path) -> tuple[list[str], list[Path]]:
        """The command with its object and depfile below a directory, and those."""
        words = list(self.words)
        outputs = [objects / f"{self.number}.o", objects / f"{self.number}.d"]
        for option, path in zip(("-o", "-MF"), outputs):
            if option in words:
                words[words.index(option) + 1] = str(path)
        if "-o" not in words:
            words += ["-o", str(outputs[0])]
        return words, outputs


class Replay:
    """Runs compiles through launchers, each of which has a directory of its own for what they
    write."""

    def __init__(self, place: Place, name: str, compiles: list[Compile]):
        self._place = place
        self._objects = place.work("objects") / name
        self.compiles = compiles

    def bare(self, block: list[Compile]) -> Group:
        """Compiles without any launcher."""
        return self.group(BARE, [], self._place.environment(), block)

    def group(
        self, label: str, launcher: list[str], environment: dict[str, str], block: list[Compile]
    ) -> Group:
        """Compiles through a launcher."""
        objects = self._directory(label)
        objects.mkdir(parents=True, exist_ok=True)
        commands, outputs = [], []
        for compile_ in block:
            words, written = compile_.redirected(objects)
            if not launcher:
                words[0] = shutil.which(words[0], path=environment["PATH"]) or words[0]
            commands.append(Command([*launcher, *words], compile_.directory))
            outputs += written
        return Group(label, commands, environment | EPOCH, outputs)

    def imitated(
        self, label: str, launcher: list[str], environment: dict[str, str], block: list[Compile]
    ) -> Group:
        """After bare(): the same with a stand-in for the compiler."""
        compiler = block[0].words[0]
        program, variables = stand_in.install(self._place, compiler, self._directory(BARE))
        block = [replace(each, words=(program, *each.words[1:])) for each in block]
        return self.group(label, launcher, environment | variables, block)

    def count_equal(self, label: str) -> int:
        """How many objects of the last run are byte for byte the bare compiler's."""
        bare, other = self._directory(BARE), self._directory(label)
        return sum(
            1
            for path in bare.glob("*.o")
            if (other / path.name).is_file()
            and (other / path.name).read_bytes() == path.read_bytes()
        )

    def _directory(self, label: str) -> Path:
        return self._objects / label.replace(" ", "-")


@functools.cache
def record(place: Place, name: str) -> list[Compile]:
    """Fetches a project and builds it, once in a run: its compiles."""
    say(f"{name}: fetching and building it once")
    work = place.output / "projects"  # kept, so that nothing is fetched twice
    work.mkdir(exist_ok=True)
    run([place.root / "bench" / "record_project", name, work])
    return read_commands(work / name / "commands")


def read_commands(directory: Path) -> list[Compile]:
    """The compiles among the commands that were recorded, in the order of their objects. What was
    written to be compiled once, and is gone, is none of them."""
    compiles = {}
    for file in directory.iterdir():
        where, *words = file.read_text().split("\0")[:-1]
        if "-c" in words and "-E" not in words and Path(where, source_of(words)).is_file():
            compiles[os.path.join(where, object_of(words))] = (Path(where), tuple(words))
    if not compiles:
        raise Problem(f"no compile among the commands in {directory}")
    return [Compile(number, *compiles[path]) for number, path in enumerate(sorted(compiles))]


def source_of(words: list[str]) -> str:
    """What a compile reads."""
    return [word for word in words if word.endswith((".c", ".cc", ".cpp", ".S"))][-1]


def object_of(words: list[str]) -> str:
    """What a compile writes."""
    if "-o" in words:
        return words[words.index("-o") + 1]
    return Path(source_of(words)).stem + ".o"
