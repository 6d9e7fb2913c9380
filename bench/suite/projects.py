"""Section `projects`: whole projects through an empty cache and through a full one."""

from collections.abc import Callable
from contextlib import contextmanager

from suite import stand_in
from suite.caches import UNCOMPRESSED, Cache
from suite.interleave import Group, Interleaver, Run, summary
from suite.place import Place, Problem, say
from suite.replay import BARE, Compile, Replay, record

JOBS = 2
EXIT = "launcher that ends at once"

PROJECTS = {"redis": "Redis (C, `-MMD`)", "abseil": "Abseil (C++, `-MD`)"}

# Commands that are run by all in turn before the next ones are: so many that two jobs are busy, so
# few that nothing about the machine changes meanwhile.
BLOCK = 32


def measure(place: Place, caches: list[Cache]) -> dict:
    """Each project through all caches, which begin empty."""
    caches = [cache for cache in caches if not cache.name.endswith(UNCOMPRESSED)]
    names = ["redis"] if place.quick else list(PROJECTS)
    return {"projects": [_Measurement(place, name, caches).measure() for name in names]}


def bare_build(results: dict | None, name: str) -> Run | None:
    """What all compiles of a project have taken without a cache; their objects are where a Replay
    of the project finds them. None if it is not among the results of measure()."""
    for project in results["projects"] if results else []:
        if project["key"] == name:
            taken = project["cold"][BARE]
            return Run(taken["wall_ms"], taken["cpu_ms"], 0.0)
    return None


@contextmanager
def _empty(caches: list[Cache]):
    try:
        for cache in caches:
            cache.start()
        yield
    finally:
        for cache in caches:
            cache.stop()


class _Measurement:
    """Of one project."""

    def __init__(self, place: Place, name: str, caches: list[Cache]):
        self._place = place
        self._name = name
        self._caches = caches
        self._interleaver = Interleaver(place)
        compiles = record(place, name)
        self._replay = Replay(place, name, compiles[:4] if place.quick else compiles)

    def measure(self) -> dict:
        compiles = len(self._replay.compiles)
        by_default = [cache for cache in self._caches if cache.works_by_default]
        with _empty(by_default):
            say(f"projects: {self._name}, {compiles} compiles, cold")
            cold = self._through_empty(by_default, self._compiling)
            cold_sizes = {cache.name: cache.size() for cache in by_default}
        with _empty(self._caches):
            say(f"projects: {self._name}, cold without the compiler")
            imitated = self._through_empty(self._caches, self._imitating)
            sizes = {cache.name: cache.size() for cache in self._caches} | cold_sizes
            say(f"projects: {self._name}, warm")
            warm = self._warm()
        return {
            "key": self._name,
            "name": PROJECTS[self._name],
            "compiles": compiles,
            "jobs": JOBS,
            "cold": cold,
            "imitated": imitated,
            "warm": warm,
            "sizes": {
                name: {"allocated": allocated, "apparent": apparent}
                for name, (allocated, apparent) in sizes.items()
            },
        }

    def _compiling(self, caches: list[Cache], block: list[Compile]) -> list[Group]:
        through = [
            self._replay.group(cache.name, cache.launcher, cache.environment, block)
            for cache in caches
        ]
        return [self._replay.bare(block), *through]

    def _imitating(self, caches: list[Cache], block: list[Compile]) -> list[Group]:
        alone = self._replay.imitated(stand_in.ALONE, [], self._place.environment(), block)
        return [alone, *self._imitated(caches, block)]

    def _imitated(self, caches: list[Cache], block: list[Compile]) -> list[Group]:
        return [
            self._replay.imitated(cache.name, cache.launcher, cache.environment, block)
            for cache in caches
        ]

    def _through_empty(
        self,
        caches: list[Cache],
        groups_of: Callable[[list[Cache], list[Compile]], list[Group]],
    ) -> dict:
        """All compiles once, in blocks."""
        compiles = self._replay.compiles
        totals: dict[str, list[Run]] = {}
        servers = {cache.name: cache.server_cpu_ms() for cache in caches}
        for first in range(0, len(compiles), BLOCK):
            groups = groups_of(caches, compiles[first : first + BLOCK])
            for label, runs in self._interleaver.run(groups, 1, JOBS).items():
                totals.setdefault(label, []).extend(runs)
        for cache in caches:
            servers[cache.name] = cache.server_cpu_ms() - servers[cache.name]
            self._require_misses(cache, len(compiles))
        return {
            label: {
                "wall_ms": round(sum(run.wall_ms for run in runs), 1),
                "cpu_ms": round(sum(run.cpu_ms for run in runs) + servers.get(label, 0.0), 1),
                "equal": self._replay.count_equal(label),
            }
            for label, runs in totals.items()
        }

    def _require_misses(self, cache: Cache, compiles: int) -> None:
        counts = cache.counts()
        if counts is not None and counts.misses != compiles:
            raise Problem(f"{cache.name}: {counts} of {compiles} compiles that nothing is known of")

    def _warm(self) -> dict:
        """All compiles again. The stand-in is what the caches are full of, and is not run."""
        compiles = self._replay.compiles
        exits = [str(self._place.tool("exit_static"))]
        groups = [
            self._replay.group(EXIT, exits, self._place.environment(), compiles),
            *self._imitated(self._caches, compiles),
        ]
        before = {cache.name: cache.counts() for cache in self._caches}
        servers = {cache.name: cache.server_cpu_ms() for cache in self._caches}
        rounds, seconds = (2, 1) if self._place.quick else (20, 4)
        timed = self._interleaver.run_within(groups, rounds, seconds, jobs=JOBS)
        result = {label: summary(runs) for label, runs in timed.items()}
        for cache in self._caches:
            taken = result[cache.name]
            times = taken["runs"] + 1  # with the one that is not timed
            if before[cache.name] is not None:
                counted = cache.counts() - before[cache.name]
                taken["hits"] = counted.hits
                taken["asked"] = times * len(compiles)
            taken["equal"] = self._replay.count_equal(cache.name)
            server_ms = (cache.server_cpu_ms() - servers[cache.name]) / times
            taken["cpu_ms_median"] += server_ms
            taken["cpu_ms_min"] += server_ms
        return result
