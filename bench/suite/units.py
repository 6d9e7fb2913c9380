"""Section `units`: what a hit and a miss of one compile cost, and the least that they could."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from suite import stand_in
from suite.caches import Cache, Counts
from suite.counting import Counter
from suite.interleave import Command, Group, Interleaver, summary
from suite.place import Place, Problem, run, say
from suite.replay import BARE
from suite.sources import EDIT_OFFSET, Unit, generate

COPY_FLOOR = "floor: stat, copy"
DECODE_FLOOR = "floor: stat, decode, copy"
HASH_FLOOR = "floor: stat, hash, copy"
FLOORS = (COPY_FLOOR, DECODE_FLOOR, HASH_FLOOR)

# What caches distrust because it is new, they trust after so long.
SETTLING_SECONDS = 3


def measure(place: Place, caches: list[Cache]) -> dict:
    """All units through all caches, each of which begins empty."""
    units = generate(place.work("units"), is_small=place.quick)
    time.sleep(SETTLING_SECONDS)
    try:
        for cache in caches:
            cache.start()
        measurements = [_Measurement(place, unit, caches) for unit in units]
        say("units: compiling through each cache")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_Measurement.fill, reversed(measurements)))  # what takes long first
        return {"units": [measurement.measure() for measurement in measurements]}
    finally:
        for cache in caches:
            cache.stop()


class _Measurement:
    """Of one unit."""

    def __init__(self, place: Place, unit: Unit, caches: list[Cache]):
        self._place = place
        self._unit = unit
        self._caches = caches
        self._interleaver = Interleaver(place)
        self._counter = Counter(place)
        self._rounds = 3 if place.quick else 60
        self._seconds = 1.0 if place.quick else 1.2  # for each that is measured
        self._bare_ms = 0.0
        self._references = unit.file("reference")  # what the bare compiler has written
        self._outputs = [unit.object, unit.depfile]
        self._compiler = shutil.which(unit.compiler, path=place.environment()["PATH"])
        if self._compiler is None:
            raise Problem(f"{unit.compiler} is not installed")

    def fill(self) -> None:
        """Compiles through each cache, and without any for what all must give."""
        begin = time.monotonic()
        self._compile([self._compiler, *self._unit.arguments()], self._place.environment())
        self._bare_ms = 1000 * (time.monotonic() - begin)
        self._keep_reference()
        for cache in self._caches:
            self._fill(cache)

    def measure(self) -> dict:
        """After fill()."""
        unit = self._unit
        floors = self._floors()
        result = {
            "name": unit.name,
            "title": unit.title,
            "command": " ".join([unit.compiler, *unit.options]),
            "headers": len(unit.headers()),
            "object_bytes": unit.object.stat().st_size,
        }
        say(f"units: {unit.name}, direct hits")
        result["direct"] = self._direct(floors)
        result["counts"] = self._counts(floors)
        say(f"units: {unit.name}, hits of preprocessed text")
        result["preprocessed"] = self._preprocessed()
        say(f"units: {unit.name}, misses")
        result["miss"] = self._miss()
        return result

    def _compile(self, arguments: list[str], environment: dict[str, str]) -> None:
        for path in self._outputs:
            path.unlink(missing_ok=True)
        run(arguments, environment, self._unit.directory)

    def _keep_reference(self) -> None:
        """What the compiler wrote, for comparing and for what only copies it."""
        self._references.mkdir(exist_ok=True)
        for path in self._outputs:
            shutil.copyfile(path, self._reference(path.suffix))
        run([self._place.tool("floor"), "pack", self._reference(".o"), self._reference(".packed")])

    def _reference(self, suffix: str) -> Path:
        return self._references / self._unit.object.with_suffix(suffix).name

    def _require_same_outputs(self, name: str) -> None:
        for path in self._outputs:
            if path.read_bytes() != self._reference(path.suffix).read_bytes():
                raise Problem(f"{name} gives another {path} than the compiler")

    def _fill(self, cache: Cache) -> None:
        """The first compile stores, the second makes the cache trust what it has seen."""
        command = cache.command([self._unit.compiler, *self._unit.arguments()])
        for _ in range(2):
            self._compile(command, cache.environment)
            self._require_same_outputs(cache.name)

    def _group(self, label: str, arguments: list[str], environment: dict[str, str]) -> Group:
        command = Command([str(word) for word in arguments], self._unit.directory)
        return Group(label, [command], environment, outputs=self._outputs)

    def _floors(self) -> list[Group]:
        """Programs that look at what larder looks at, and put the same outputs."""
        larder = self._caches[0]
        paths = self._counter.paths_looked_at(
            larder.command([self._unit.compiler, *self._unit.arguments()]),
            larder.environment,
            self._unit.directory,
        )
        read = [*self._unit.headers(), self._unit.source]
        looked_at = self._unit.file("looked-at")
        looked_at.write_text(
            "".join(f"{path}\n" for path in paths) + "".join(f"={path}\n" for path in read)
        )
        depfile = [self._reference(".d"), self._unit.depfile]
        ways = {
            COPY_FLOOR: ("stat", self._reference(".o")),
            DECODE_FLOOR: ("stat", self._reference(".packed")),
            HASH_FLOOR: ("hash", self._reference(".o")),
        }
        program = self._place.tool("floor")
        return [
            self._group(
                label,
                [program, mode, looked_at, source, self._unit.object, *depfile],
                self._place.environment(),
            )
            for label, (mode, source) in ways.items()
        ]

    def _hits(self) -> list[Group]:
        arguments = [self._unit.compiler, *self._unit.arguments()]
        return [
            self._group(cache.name, cache.command(arguments), cache.environment)
            for cache in self._caches
        ]

    def _direct(self, floors: list[Group]) -> dict:
        bare = self._group(
            BARE, [self._compiler, *self._unit.arguments()], self._place.environment()
        )
        bare.known_ms = self._bare_ms
        return self._timed([bare, *floors, *self._hits()], self._caches, self._require_direct_hits)

    def _timed(self, groups: list[Group], caches: list[Cache], require) -> dict:
        """Runs the groups in rounds; what the caches have counted meanwhile, `require` judges."""
        before = [cache.counts() for cache in caches]
        runs = self._interleaver.run_within(groups, self._rounds, self._seconds)
        for cache, counts in zip(caches, before):
            if counts is not None:
                # One more than are timed.
                require(cache, cache.counts() - counts, len(runs[cache.name]) + 1)
        return {label: summary(timed) for label, timed in runs.items()}

    def _require_direct_hits(self, cache: Cache, counts: Counts, runs: int) -> None:
        hits = counts.preprocessed_hits if cache.always_preprocesses else counts.direct_hits
        self._require(hits == runs, cache, counts, "direct hits", runs)

    def _require_preprocessed_hits(self, cache: Cache, counts: Counts, runs: int) -> None:
        is_as_told = counts.preprocessed_hits == runs
        self._require(is_as_told, cache, counts, "hits of preprocessed text", runs)

    def _require_misses(self, cache: Cache, counts: Counts, runs: int) -> None:
        self._require(counts.misses == runs, cache, counts, "misses", runs)

    def _require(self, is_as_told: bool, cache: Cache, counts: Counts, what: str, runs: int):
        if not is_as_told:
            told = f"{self._unit.name} by {cache.name}: {counts}"
            raise Problem(f"{told} where there should be {runs} {what}")

    def _counts(self, floors: list[Group]) -> dict:
        """Of what does its own work: that of a server or of a compiler is not counted."""
        servers = {cache.name for cache in self._caches if cache.has_server}
        counts = {}
        for group in [*floors, *self._hits()]:
            if group.label in servers:
                continue
            instructions = self._instructions(group)
            if instructions is None:
                continue
            counts[group.label] = {
                "syscalls": self._counter.syscalls(*self._process(group)),
                "instructions": instructions,
            }
        return counts

    def _process(self, group: Group) -> tuple:
        return group.commands[0].arguments, group.environment, self._unit.directory

    def _instructions(self, group: Group) -> int | None:
        instructions = self._counter.instructions(*self._process(group))
        self._require_same_outputs(group.label)
        return instructions

    def _preprocessed(self) -> dict:
        """Hits of a source in which a comment is another each time."""
        has_columns = self._unit.has_debug_information
        caches = [cache for cache in self._caches if cache.hits_preprocessed(has_columns)]
        groups = []
        for cache in caches:
            command = cache.command([self._unit.compiler, *self._unit.arguments()])
            group = self._group(cache.name, command, cache.environment | cache.preprocessed())
            group.edit = (self._unit.file(self._unit.source), EDIT_OFFSET)
            groups.append(group)
        self._interleaver.run(groups, 1)  # larder learns what the preprocessed text leads to
        return self._timed(groups, caches, self._require_preprocessed_hits)

    def _miss(self) -> dict:
        """Misses whose compile is replaced by a copy of what the compiler wrote."""
        program, variables = stand_in.install(self._place, self._unit.compiler, self._references)
        arguments = [program, *self._unit.arguments()]
        caches = [cache for cache in self._caches if cache.can_recache]
        groups = []
        for cache in caches:
            command, environment = cache.command(arguments), cache.environment | variables
            self._compile(command, environment)  # now it knows the stand-in
            groups.append(self._group(cache.name, command, environment | cache.recache()))
        alone = self._group(stand_in.ALONE, arguments, self._place.environment() | variables)
        results = self._timed([alone, *groups], caches, self._require_misses)
        for cache, group in zip(caches, groups):
            if not cache.has_server:
                results[cache.name]["instructions"] = self._instructions(group)
        return results
