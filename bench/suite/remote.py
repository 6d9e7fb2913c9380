"""Section `remote`: builds of a machine whose disk is empty, from a bucket that another filled."""

import random
import statistics
import time
from dataclasses import dataclass, replace

from suite import shared, units
from suite.bucket import Bucket, DelayProxy, request_times
from suite.caches import Cache
from suite.interleave import Interleaver, Run, summary
from suite.place import Place, Problem, say
from suite.projects import PROJECTS, bare_build
from suite.replay import BARE, Compile, Replay, record

PROJECT = "redis"

# Bytes of the objects by which the way to the bucket is measured itself.
LINE_SIZES = (4096, 1 << 20)


@dataclass(frozen=True)
class Condition:
    """Under which builds are compared."""

    round_trip_ms: int  # to the bucket, added to what it takes on this machine
    jobs: int


FILLING = Condition(0, 2)
CONDITIONS = (FILLING, Condition(10, 2), Condition(50, 8))


def measure(place: Place, caches: list[Cache], projects: dict | None) -> dict:
    """Builds under all conditions through the caches that can share a bucket. `projects` has the
    results of that section, if it was measured: the build without a cache is then taken from it."""
    bucket = Bucket(place)
    try:
        say("remote: starting the S3 service")
        bucket.start()
        proxy = DelayProxy(place, bucket.port)
        try:
            return _Measurement(place, caches, bucket, proxy).measure(projects)
        finally:
            proxy.stop()
    finally:
        bucket.stop()


class _Measurement:
    def __init__(self, place: Place, caches: list[Cache], bucket: Bucket, proxy: DelayProxy):
        self._bucket = bucket
        self._proxy = proxy
        self._quick = place.quick
        self._caches = shared.configurations(place, caches, bucket, proxy.port)
        self._interleaver = Interleaver(place)
        self._name, compiles = _generated(place) if place.quick else _recorded(place)
        self._replay = Replay(place, "remote" if place.quick else PROJECT, compiles)
        self._conditions = CONDITIONS[:2] if place.quick else CONDITIONS
        self._repetitions = 1 if place.quick else 2
        self._unwaited_ms = 0.0

    def measure(self, projects: dict | None) -> dict:
        compiles = len(self._replay.compiles)
        bare = None if self._quick else bare_build(projects, PROJECT)
        bare = bare or self._build_bare()
        say(f"remote: filling the bucket with {compiles} compiles of {self._name}")
        self._fill()
        result = {
            "name": self._name,
            "compiles": compiles,
            "bare": summary([bare]),  # for orientation
            "bare_jobs": FILLING.jobs,
            "line": [self._line(size) for size in LINE_SIZES],
            "conditions": [self._compare(condition) for condition in self._conditions],
            "service_cpu_ms": self._bucket.cpu_ms(),
        }
        # The service and the couriers are no children of ours, whose time would be known.
        result["unwaited_cpu_ms"] = self._unwaited_ms + result["service_cpu_ms"]
        return result

    def _build_bare(self) -> Run:
        say("remote: no cache")
        groups = [self._replay.bare(self._replay.compiles)]
        return self._interleaver.run(groups, 1, FILLING.jobs)[BARE][0]

    def _fill(self) -> None:
        """The first machine's builds. What a compiler takes there is of no interest, so here and in
        all builds a stand-in is in its place."""
        compiles = len(self._replay.compiles)
        for cache in self._caches:
            try:
                cache.start()
                self._build(cache, FILLING)
                cache.flush()
                if cache.counts().misses != compiles:
                    raise Problem(f"{cache.name}: {cache.counts()} with an empty bucket")
            finally:
                self._end(cache)

    def _line(self, size: int) -> dict:
        """What a request takes by itself."""
        taken = {"directly": request_times(self._bucket.port, size, 200)}
        for milliseconds in dict.fromkeys(each.round_trip_ms for each in self._conditions):
            self._proxy.set_round_trip(milliseconds)
            requests = 40 if milliseconds else 200
            taken[f"+{milliseconds} ms"] = request_times(self._proxy.port, size, requests)
        return {"bytes": size} | {
            way: {"ms_min": round(min(times), 3), "ms_median": round(statistics.median(times), 3)}
            for way, times in taken.items()
        }

    def _compare(self, condition: Condition) -> dict:
        """Builds of machines that begin with an empty disk, and build again from what is on it."""
        say(f"remote: {condition.round_trip_ms} ms to the bucket, {condition.jobs} jobs")
        builds: dict[str, list[dict]] = {}
        for _ in range(self._repetitions):
            for cache in random.sample(self._caches, len(self._caches)):
                try:
                    self._proxy.set_round_trip(condition.round_trip_ms)
                    cache.start()
                    for label in shared.labels(cache):
                        builds.setdefault(label, []).append(self._build(cache, condition))
                finally:
                    self._end(cache)
        labels = [label for cache in self._caches for label in shared.labels(cache)]
        return vars(condition) | {"builds": {label: _sum_up(builds[label]) for label in labels}}

    def _build(self, cache: Cache, condition: Condition) -> dict:
        """All compiles, and what they have led to."""
        compiles = self._replay.compiles
        group = self._replay.imitated(cache.name, cache.launcher, cache.environment, compiles)
        before, server_ms = cache.counts(), cache.server_cpu_ms()
        self._proxy.set_round_trip(condition.round_trip_ms)
        run = self._interleaver.run([group], 1, condition.jobs)[cache.name][0]
        connections, requests = self._proxy.set_round_trip(condition.round_trip_ms)
        return {
            "run": replace(run, cpu_ms=run.cpu_ms + cache.server_cpu_ms() - server_ms),
            "asked": len(compiles),
            "hits": (cache.counts() - before).hits,
            "connections": connections,
            "requests": requests,
            "equal": self._replay.count_equal(cache.name),
        }

    def _end(self, cache: Cache) -> None:
        self._unwaited_ms += cache.server_cpu_ms()
        cache.stop()


def _sum_up(builds: list[dict]) -> dict:
    """Over the repetitions."""
    sums = {
        key: sum(build[key] for build in builds)
        for key in ("asked", "hits", "connections", "requests")
    }
    equal = min(build["equal"] for build in builds)
    return summary([build["run"] for build in builds]) | sums | {"equal": equal}


def _recorded(place: Place) -> tuple[str, list[Compile]]:
    return PROJECTS[PROJECT], record(place, PROJECT)


def _generated(place: Place) -> tuple[str, list[Compile]]:
    generated = units.generate(place.work("remote"), is_small=True)
    time.sleep(units.SETTLING_SECONDS)
    # One in two ways, since a stand-in takes the place of one compiler.
    unit = generated[-1]
    compiles = [
        Compile(number, unit.directory, (unit.compiler, *unit.arguments(), f"-O{number}"))
        for number in range(2)
    ]
    return "a generated unit", compiles
