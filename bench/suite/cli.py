"""The command line of bench/run."""

import argparse
import json
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

from suite import caches, documents, machine, plot, projects, remote, report, start, units
from suite.place import Place, Problem, elapsed_seconds, run, say
from suite.store import StoreSection

SECTIONS = ("start", "units", "projects", "remote", "store")
ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    options = _read_options()
    signal.signal(signal.SIGTERM, _end)
    try:
        if options.check_docs:
            documents.check(_place(options), report.names())
            return 0
        results = _read_results(options) if options.results else _measure(options)
        _write(options, results)
        if not options.results:
            _remove_work(_place(options))
    except Problem as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    return 0


def _end(number: int, _: FrameType | None) -> None:
    """Ends the suite as an exception does, so that all that it has started is ended, too."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/run",
        description="Measures larder beside ccache and sccache: see bench/README.md.",
    )
    parser.add_argument("--quick", action="store_true",
                        help="few runs of small things: shows that everything works, no more")
    parser.add_argument("--only", metavar="SECTION[,SECTION]...", default=",".join(SECTIONS),
                        help=f"leave the others out of {', '.join(SECTIONS)}")
    parser.add_argument("--peer", metavar="NAME=COMMAND", action="append", default=[],
                        help="measure this compiler cache too; COMMAND goes before the compiler's "
                        "and may begin with variables")
    parser.add_argument("--build", metavar="DIRECTORY", type=Path,
                        help="take the programs from this build tree and build nothing")
    parser.add_argument("--output", metavar="DIRECTORY", type=Path, default=ROOT / "build/bench",
                        help="where results and all that is made on the way go")
    parser.add_argument("--update-docs", action="store_true",
                        help="put the results into doc/performance.md and the README")
    parser.add_argument("--from", metavar="RESULTS.json", type=Path, dest="results",
                        help="measure nothing: write the reports of an earlier run anew")
    parser.add_argument("--check-docs", action="store_true",
                        help="measure nothing: check that each table has a place in the documents")
    options = parser.parse_args()
    options.sections = options.only.split(",")
    unknown = set(options.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"unknown section: {', '.join(sorted(unknown))}")
    if options.update_docs and (options.quick or set(options.sections) != set(SECTIONS)):
        parser.error("--update-docs needs a whole run")
    return options


def _place(options: argparse.Namespace) -> Place:
    build = options.build or ROOT / "build/release"
    return Place(ROOT, build.resolve(), options.output.resolve(), options.quick)


def _measure(options: argparse.Namespace) -> dict:
    place = _place(options)
    _build(options)
    _set_old_work_aside(place)
    configured = caches.configurations(place, options.peer)
    others = machine.OtherWork()
    results = {"quick": options.quick, "machine": machine.describe(place, configured)}
    results |= _measure_sections(place, options.sections, configured)
    unwaited_ms = results["remote"]["unwaited_cpu_ms"] if "remote" in results else 0.0
    results["other_work"] = others.so_far(unwaited_ms / 1000)
    results["seconds"] = round(elapsed_seconds(), 1)
    return results


def _build(options: argparse.Namespace) -> None:
    """Installs what is missing and builds what is released, with what it is measured with."""
    say("installing what is missing")
    run([ROOT / "scripts/install-deps", "bench"])
    if options.build is None:
        say("building larder")
        run(["cmake", "--preset", "release", "-D", "LARDER_BENCH=ON"], directory=ROOT)
        run(["cmake", "--build", "--preset", "release"], directory=ROOT)


def _set_old_work_aside(place: Place) -> None:
    """What a run that failed has left."""
    work, old = place.output / "work", place.output / "old"
    if work.exists():
        work.rename(old)
        place.set_aside(old)


def _remove_work(place: Place) -> None:
    """Many at a time: of what takes long, the stores, each file waits for the disk."""
    say("removing what was made on the way")
    work = place.output / "work"
    parts = [part for store in (work / "store").glob("*") for part in store.glob("*")]
    with ThreadPoolExecutor(24) as pool:
        list(pool.map(lambda part: run(["rm", "-rf", part]), parts))
    shutil.rmtree(work)


def _measure_sections(place: Place, sections: list[str], configured: list[caches.Cache]) -> dict:
    results = {}
    store = StoreSection(place) if "store" in sections else None
    if store:
        store.use()
    if "start" in sections:
        results["start"] = start.measure(place, configured)
    if "units" in sections:
        results["units"] = units.measure(place, configured)
    if "projects" in sections:
        results["projects"] = projects.measure(place, configured)
    if "remote" in sections:
        results["remote"] = remote.measure(place, configured, results.get("projects"))
    if store:
        store.change()
        results["store"] = store.results()
    return results


def _read_results(options: argparse.Namespace) -> dict:
    results = json.loads(options.results.read_text())
    if options.update_docs and (results["quick"] or not set(SECTIONS) <= set(results)):
        raise Problem("--update-docs needs the results of a whole run")
    return results


def _write(options: argparse.Namespace, results: dict) -> None:
    place = _place(options)
    tables = report.tables(results)
    text = "".join(f"## {name}\n\n{markdown}\n" for name, markdown in tables.items())
    _write_file(place.output / "results.json", json.dumps(results, indent=1) + "\n")
    _write_file(place.output / "results.md", text)
    plots = {}
    if "units" in results:
        plots[plot.HITS] = plot.direct_hits(results["units"]["units"], results["machine"])
    if "remote" in results:
        plots[plot.REMOTE] = plot.remote_builds(results["remote"], results["machine"])
    for name, drawn in plots.items():
        _write_file(place.output / name, drawn)
    if options.update_docs:
        documents.update(place, tables, plots)
    print(f"\n{text}")


def _write_file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    say(f"wrote {path}")
