"""Section `projects`: whole projects through an empty cache and through a full one."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from suite.caches import Cache
from suite.interleave import Command, Group, Interleaver, Run, summary
from suite.place import Place, Problem, run, say

JOBS = 2
BARE = "bare compiler"
EXEC = "launcher that only runs the compiler"
EXIT = "launcher that ends at once"

PROJECTS = {"redis": "Redis (C, `-MMD`)", "abseil": "Abseil (C++, `-MD`)"}

# Commands that are run by all in turn before the next ones are: so many that two jobs are busy, so
# few that nothing about the machine changes meanwhile.
BLOCK = 16


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


def measure(place: Place, caches: list[Cache]) -> dict:
    """Each project through all caches, which begin empty."""
    caches = [cache for cache in caches if cache.name != "larder, uncompressed"]
    names = ["redis"] if place.quick else list(PROJECTS)
    return {"projects": [_Measurement(place, name, caches).measure() for name in names]}


class _Measurement:
    """Of one project."""

    def __init__(self, place: Place, name: str, caches: list[Cache]):
        self._place = place
        self._name = name
        self._caches = caches
        self._interleaver = Interleaver(place)
        self._objects = place.work("objects") / name
        # As scripts/lib/projects.bash: where an object can hold the time of its build.
        self._epoch = {"SOURCE_DATE_EPOCH": "1700000000"}

    def measure(self) -> dict:
        say(f"projects: {self._name}, fetching and building it once")
        work = self._place.output / "projects"  # kept, so that nothing is fetched twice
        work.mkdir(exist_ok=True)
        run([self._place.root / "bench" / "record_project", self._name, work])
        compiles = read_commands(work / self._name / "commands")
        if self._place.quick:
            compiles = compiles[:4]
        try:
            for cache in self._caches:
                cache.start()
            say(f"projects: {self._name}, {len(compiles)} compiles, cold")
            cold = self._cold(compiles)
            sizes = {cache.name: cache.size() for cache in self._caches}
            say(f"projects: {self._name}, warm")
            warm = self._warm(compiles)
        finally:
            for cache in self._caches:
                cache.stop()
        return {
            "key": self._name,
            "name": PROJECTS[self._name],
            "compiles": len(compiles),
            "jobs": JOBS,
            "cold": cold,
            "warm": warm,
            "sizes": {
                name: {"allocated": allocated, "apparent": apparent}
                for name, (allocated, apparent) in sizes.items()
            },
        }

    def _group(
        self, label: str, launcher: list[str], environment: dict[str, str], block: list[Compile]
    ) -> Group:
        """Compiles through a launcher, with outputs in a directory of their own."""
        objects = self._objects / label.replace(" ", "-")
        objects.mkdir(parents=True, exist_ok=True)
        commands, outputs = [], []
        for compile_ in block:
            words, written = compile_.redirected(objects)
            if not launcher:
                words[0] = shutil.which(words[0], path=environment["PATH"]) or words[0]
            commands.append(Command([*launcher, *words], compile_.directory))
            outputs += written
        return Group(label, commands, environment | self._epoch, outputs)

    def _bare_groups(self, block: list[Compile]) -> list[Group]:
        environment = self._place.environment()
        launcher = [str(self._place.tool("run_arguments"))]
        return [
            self._group(BARE, [], environment, block),
            self._group(EXEC, launcher, environment, block),
        ]

    def _cache_groups(self, block: list[Compile]) -> list[Group]:
        return [
            self._group(cache.name, cache.launcher, cache.environment, block)
            for cache in self._caches
        ]

    def _cold(self, compiles: list[Compile]) -> dict:
        totals: dict[str, list[Run]] = {}
        servers = {cache.name: cache.server_cpu_ms() for cache in self._caches}
        for first in range(0, len(compiles), BLOCK):
            block = compiles[first : first + BLOCK]
            groups = [*self._bare_groups(block), *self._cache_groups(block)]
            for label, runs in self._interleaver.run(groups, 1, JOBS).items():
                totals.setdefault(label, []).extend(runs)
        for cache in self._caches:
            servers[cache.name] = cache.server_cpu_ms() - servers[cache.name]
            self._require_misses(cache, len(compiles))
        return {
            label: {
                "wall_ms": round(sum(run.wall_ms for run in runs), 1),
                "cpu_ms": round(sum(run.cpu_ms for run in runs) + servers.get(label, 0.0), 1),
                "equal": self._count_equal(label),
            }
            for label, runs in totals.items()
        }

    def _require_misses(self, cache: Cache, compiles: int) -> None:
        counts = cache.counts()
        if counts is not None and counts.misses != compiles:
            raise Problem(f"{cache.name}: {counts} of {compiles} compiles that nothing is known of")

    def _warm(self, compiles: list[Compile]) -> dict:
        exits = [str(self._place.tool("exit_static"))]
        groups = [
            self._group(EXIT, exits, self._place.environment(), compiles),
            *self._cache_groups(compiles),
        ]
        before = {cache.name: cache.counts() for cache in self._caches}
        servers = {cache.name: cache.server_cpu_ms() for cache in self._caches}
        rounds, seconds = (2, 1) if self._place.quick else (20, 15)
        timed = self._interleaver.run_within(groups, rounds, seconds, jobs=JOBS)
        result = {label: summary(runs) for label, runs in timed.items()}
        for cache in self._caches:
            taken = result[cache.name]
            times = taken["runs"] + 1  # with the one that is not timed
            if before[cache.name] is not None:
                counted = cache.counts() - before[cache.name]
                taken["hits"] = counted.direct_hits + counted.preprocessed_hits
                taken["asked"] = times * len(compiles)
            taken["equal"] = self._count_equal(cache.name)
            server_ms = (cache.server_cpu_ms() - servers[cache.name]) / times
            taken["cpu_ms_median"] += server_ms
            taken["cpu_ms_min"] += server_ms
        return result

    def _count_equal(self, label: str) -> int:
        """How many objects are byte for byte the bare compiler's."""
        bare = self._objects / BARE.replace(" ", "-")
        other = self._objects / label.replace(" ", "-")
        return sum(
            1
            for path in bare.rglob("*.o")
            if (other / path.relative_to(bare)).is_file()
            and (other / path.relative_to(bare)).read_bytes() == path.read_bytes()
        )


def read_commands(directory: Path) -> list[Compile]:
    """The compiles among the commands that were recorded, in the order of their objects."""
    compiles = {}
    for file in directory.iterdir():
        where, *words = file.read_text().split("\0")[:-1]
        if "-c" in words and "-E" not in words:
            compiles[os.path.join(where, object_of(words))] = (Path(where), tuple(words))
    if not compiles:
        raise Problem(f"no compile among the commands in {directory}")
    return [Compile(number, *compiles[path]) for number, path in enumerate(sorted(compiles))]


def object_of(words: list[str]) -> str:
    """What a compile writes."""
    if "-o" in words:
        return words[words.index("-o") + 1]
    sources = [word for word in words if word.endswith((".c", ".cc", ".cpp", ".S"))]
    return Path(sources[-1]).stem + ".o"
