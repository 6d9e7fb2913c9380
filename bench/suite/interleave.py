"""Runs commands against each other with bench/native/interleave.cc, and sums up what they took."""

import math
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from suite.place import Place, Problem, run


@dataclass
class Command:
    """One process: its program by full path, and where it runs."""

    arguments: list[str]
    directory: Path


@dataclass
class Group:
    """Commands that are timed as one."""

    label: str
    commands: list[Command]
    environment: dict[str, str]
    outputs: list[Path] = field(default_factory=list)  # are not there when a run begins
    edit: tuple[Path, int] | None = None  # a file, and where in it a number changes for each run
    every: int = 1  # takes part in each round that this divides
    known_ms: float | None = None  # what a run takes, about, where one has been seen


@dataclass(frozen=True)
class Run:
    """What one run of a group took."""

    wall_ms: float
    cpu_ms: float  # user and system time, of all processes that were waited for
    max_rss_mib: float


class Interleaver:
    """Runs groups of commands, and notes what went wrong in a log."""

    def __init__(self, place: Place):
        self._program = place.tool("interleave")
        self._plan = place.work("interleave") / "plan"
        self._log = place.work("interleave") / "log"
        self._aside = place.work("aside")

    def run(self, groups: list[Group], rounds: int, jobs: int = 1) -> dict[str, list[Run]]:
        """Each group's runs, by its label, in the order of the rounds."""
        self._write_plan(groups, rounds, jobs)
        self._log.write_text("")
        try:
            printed = run([self._program, self._plan])
        except Problem as problem:
            said = self._log.read_text(errors="replace").splitlines()[-20:]
            raise Problem("\n".join([str(problem), *said])) from None
        runs: dict[str, list[Run]] = {group.label: [] for group in groups}
        for line in printed.splitlines():
            number, _, wall_us, user_us, system_us, rss_kib = map(int, line.split())
            taken = Run(wall_us / 1000, (user_us + system_us) / 1000, rss_kib / 1024)
            runs[groups[number].label].append(taken)
        return runs

    def run_within(
        self, groups: list[Group], rounds: int, seconds: float, jobs: int = 1
    ) -> dict[str, list[Run]]:
        """As run(), but a slow group takes part in only as many rounds, spread evenly, as `seconds`
        are good for, and in three at least, unless these take more than ten seconds. Everything runs
        once more before, uncounted, except groups whose time is known."""
        first = self.run([group for group in groups if group.known_ms is None], 1, jobs)
        for group in groups:
            wall_ms = group.known_ms or first[group.label][0].wall_ms
            least = min(max(int(10_000 / wall_ms), 1), 3)
            affordable = max(int(seconds * 1000 / wall_ms), least)
            group.every = math.ceil(rounds / min(rounds, affordable))
        return self.run(groups, rounds, jobs)

    def _write_plan(self, groups: list[Group], rounds: int, jobs: int) -> None:
        lines = [f"rounds {rounds}", f"jobs {jobs}", f"log {self._log}", f"aside {self._aside}"]
        for group in groups:
            lines += [f"group {group.label}", f"every {group.every}"]
            if group.edit:
                lines.append(f"edit {group.edit[1]} {group.edit[0]}")
            lines += [f"output {path}" for path in group.outputs]
            lines += [f"environment {name}={value}" for name, value in group.environment.items()]
            for command in group.commands:
                lines.append(f"command {command.directory}")
                lines += [f"argument {word}" for word in command.arguments]
        self._plan.write_text("\n".join(lines) + "\n")


def summary(runs: list[Run]) -> dict[str, float]:
    """Minimum and median, for the report."""
    walls = [run.wall_ms for run in runs]
    return {
        "runs": len(runs),
        "wall_ms_min": round(min(walls), 4),
        "wall_ms_median": round(statistics.median(walls), 4),
        "cpu_ms_min": round(min(run.cpu_ms for run in runs), 4),
        "cpu_ms_median": round(statistics.median(run.cpu_ms for run in runs), 4),
        "max_rss_mib": round(max(run.max_rss_mib for run in runs), 2),
    }
