"""The tables that are made of a run's results. Each has a name, by which documents ask for it."""

import statistics

from suite import plot, projects, replay, stand_in, units
from suite.caches import UNCOMPRESSED
from suite.tables import number, rows_of, seconds, size, table, times


def tables(results: dict) -> dict[str, str]:
    """The tables of the sections that were measured, in the order in which they are read."""
    made = {"machine": _machine(results)}
    if "start" in results:
        made["start"] = _start(results["start"]["programs"])
    if "units" in results:
        made |= _units(results["units"]["units"])
    if "projects" in results:
        for project in results["projects"]["projects"]:
            made["project-" + project["key"]] = _project(project)
    if "remote" in results:
        made |= _remote(results["remote"])
    if "store" in results:
        made |= _store(results["store"]["stores"])
    return made


def names() -> list[str]:
    """The names of all tables."""
    return [
        "machine", "start", "units", "hits", "hit-counts", "hit-ratios", "preprocessed", "misses",
        *(f"project-{key}" for key in projects.PROJECTS), "remote", "remote-plot", "remote-line",
        "store-calls", "store-processes", "store-cleaning",
    ]  # fmt: skip


def _machine(results: dict) -> str:
    machine, others = results["machine"], results["other_work"]
    lines = [
        ("measured", f"{machine['date']}, in {results['seconds'] / 60:.0f} minutes"),
        ("processor", machine["processor"]),
        ("memory", size(machine["memory_bytes"])),
        ("system", machine["system"]),
        ("file system", machine["file_system"]),
        *machine["versions"].items(),
        ("load before", f"{others['load_before']:.2f}"),
        ("other processes meanwhile", f"{100 * others['others_share']:.1f}% of the processors"),
        ("taken by other machines", f"{100 * others['stolen_share']:.1f}% of the processors"),
    ]
    return table(["", ""], [[name, value] for name, value in lines], texts=2)


def _start(programs: dict) -> str:
    rows = [[label, times(taken)] for label, taken in programs.items()]
    return table(["program", "wall ms, min / median"], rows)


def _labels(measured: list[dict], what: str) -> list[str]:
    """All labels that some unit has, in the order of the first that has them."""
    return list(dict.fromkeys(label for unit in measured for label in unit[what]))


def _units(measured: list[dict]) -> dict[str, str]:
    names = [unit["name"] for unit in measured]
    bare = units.BARE

    def timed(what: str):
        return lambda unit, label: times(unit[what].get(label))

    def counted(unit: dict, label: str) -> str:
        counts = unit["counts"].get(label)
        if counts is None:
            return "-"
        memory = unit["direct"][label]["max_rss_mib"]
        instructions = number(counts["instructions"] / 1e6)
        return f"{counts['syscalls']:,} / {instructions} / {memory:.1f}"

    def missed(unit: dict, label: str) -> str:
        taken = unit["miss"].get(label)
        if taken is None or taken.get("instructions") is None:
            return times(taken)
        return f"{times(taken)} ({number(taken['instructions'] / 1e6)} M)"

    return {
        "units": table(
            ["unit", "what it is", "command", "headers", "object", "compile ms, min / median"],
            [
                [
                    unit["name"], unit["title"], f"`{unit['command']}`", f"{unit['headers']:,}",
                    size(unit["object_bytes"]), times(unit["direct"][bare]),
                ]
                for unit in measured
            ],
            texts=3,
        ),
        "hits": table(
            ["wall ms, min / median", *names],
            rows_of(measured, _labels(measured, "direct"), timed("direct")),
        ),
        "hit-counts": table(
            ["system calls / million instructions / MiB", *names],
            rows_of(measured, _labels(measured, "counts"), counted),
        ),
        "hit-ratios": _ratios(measured),
        "preprocessed": table(
            ["wall ms, min / median", *names],
            rows_of(measured, _labels(measured, "preprocessed"), timed("preprocessed")),
        ),
        "misses": table(
            ["wall ms, min / median (own instructions)", *names],
            rows_of(measured, _labels(measured, "miss"), missed),
        ),
    }  # fmt: skip


def _ratios(measured: list[dict]) -> str:
    """What others take for each that larder takes; floors the other way round."""
    peers = [
        label
        for label in _labels(measured, "direct")
        if label != units.BARE and label not in units.FLOORS and not label.startswith("larder")
    ]
    larder, raw = "larder", f"larder{UNCOMPRESSED}"
    pairs = [
        (larder, units.COPY_FLOOR),
        (larder, units.DECODE_FLOOR),
        (raw, units.COPY_FLOOR),
        *((peer, larder) for peer in peers),
        *((peer, raw) for peer in peers),
    ]
    rows = [
        [f"{over} / {under}", *(_ratio(unit, over, under) for unit in measured)]
        for over, under in pairs
    ]
    return table(["wall time / instructions", *(unit["name"] for unit in measured)], rows)


def _ratio(unit: dict, over: str, under: str) -> str:
    """Of the medians, and of the instructions where both do their own work."""
    direct, counts = unit["direct"], unit["counts"]
    wall = number(direct[over]["wall_ms_median"] / direct[under]["wall_ms_median"])
    if over not in counts:
        return wall
    return f"{wall} / {number(counts[over]['instructions'] / counts[under]['instructions'])}"


def _project(project: dict) -> str:
    cold, warm, sizes = project["cold"], project["warm"], project["sizes"]
    imitated = project["imitated"]
    compiles = project["compiles"]
    bare_cpu = cold[replay.BARE]["cpu_ms"]
    head = [
        f"{project['name']}, {compiles} compiles, {project['jobs']} jobs",
        "cold: CPU s", "more than bare", "wall s", "its own CPU ms of a compile",
        "warm: wall s, min / median", "CPU ms of a compile", "hits", "equal objects",
        "cache on disk (its files' bytes)",
    ]  # fmt: skip
    rows = []
    for label in dict.fromkeys([replay.BARE, *sizes, *warm]):
        row = [label, *["-"] * (len(head) - 1)]
        if label in cold:
            more = 100 * (cold[label]["cpu_ms"] / bare_cpu - 1)
            row[1] = number(cold[label]["cpu_ms"] / 1000)
            row[2] = "" if label == replay.BARE else f"{more:+.1f}%"
            row[3] = number(cold[label]["wall_ms"] / 1000)
        if label in imitated:
            own_ms = imitated[label]["cpu_ms"] - imitated[stand_in.ALONE]["cpu_ms"]
            row[4] = f"{number(own_ms / compiles)} ({100 * own_ms / bare_cpu:+.1f}%)"
        if label in warm:
            taken = warm[label]
            row[5] = seconds(taken)
            row[6] = number(taken["cpu_ms_median"] / compiles)
        if label in sizes:
            if "hits" in taken:
                row[7] = f"{taken['hits']:,} of {taken['asked']:,}"
            through = [stage[label] for stage in (cold, imitated, warm) if label in stage]
            equal = min(stage["equal"] for stage in through)
            row[8] = f"{equal} of {compiles}"
            row[9] = f"{size(sizes[label]['allocated'])} ({size(sizes[label]['apparent'])})"
        rows.append(row)
    return table(head, rows)


def _remote(remote: dict) -> dict[str, str]:
    conditions, line = remote["conditions"], remote["line"]
    head = [
        f"{remote['name']}, {remote['compiles']} compiles",
        *(f"{plot.condition_title(each)}: wall s, min / median" for each in conditions),
        "CPU ms of a compile", "requests", "connections", "hits", "equal objects",
    ]  # fmt: skip
    bare = remote["bare"]
    bare_cpu = number(bare["cpu_ms_median"] / remote["compiles"])
    # The bucket is nothing to it.
    blanks = ["-"] * (len(conditions) - 1)
    rows = [[replay.BARE, seconds(bare), *blanks, bare_cpu, "-", "-", "-", "-"]]
    for label in conditions[0]["builds"]:
        builds = [condition["builds"][label] for condition in conditions]
        asked = sum(build["asked"] for build in builds)

        def of_a_compile(what: str) -> str:
            return f"{sum(build[what] for build in builds) / asked:.2f}"

        cpu_ms = statistics.mean(build["cpu_ms_median"] for build in builds)
        rows.append([
            label, *map(seconds, builds), number(cpu_ms / remote["compiles"]),
            of_a_compile("requests"), of_a_compile("connections"),
            f"{sum(build['hits'] for build in builds):,} of {asked:,}",
            f"{min(build['equal'] for build in builds)} of {remote['compiles']}",
        ])  # fmt: skip
    ways = [way for way in line[0] if way != "bytes"]
    return {
        "remote": table(head, rows),
        "remote-plot": f"![Seconds of a build from a shared bucket, by program]({plot.REMOTE})\n",
        "remote-line": table(
            ["ms of a request, min / median", *ways],
            [[size(each["bytes"]), *(times(each[way], "ms") for way in ways)] for each in line],
        ),
    }


def _store(stores: list[dict]) -> dict[str, str]:
    heads = [f"{store['size']:,}, {store['layout']}" for store in stores]
    labels = list(
        dict.fromkeys(
            operation["operation"] for store in stores for operation in store["operations"]
        )
    )

    def find(store: dict, label: str, processes: int) -> dict | None:
        for operation in store["operations"]:
            if operation["operation"] == label and operation["processes"] == processes:
                return operation
        return None

    def call(store: dict, label: str) -> str:
        return times(find(store, label, 1) or find(store, label, 2), "us")

    def rate(store: dict, label: str) -> str:
        taken = [find(store, label, processes) for processes in (1, 2, 8)]
        if None in taken:
            return "-"
        return " / ".join(f"{operation['per_second']:,.0f}" for operation in taken)

    cleaning = []
    for name, store in zip(heads, stores):
        scan, clean = find(store, "clean, scan and choice", 1), find(store, "clean", 1)
        memory = max(operation["max_rss_kib"] for operation in store["operations"])
        unlinking = max(clean["us_min"] - scan["us_min"], 0.0) / store["removed"]
        cleaning.append([
            name, f"{store['entries']:,}", size(store["bytes"]),
            f"{scan['us_min'] / 1e6:.3f} / {scan['us_median'] / 1e6:.3f}",
            f"{store['removed']:,}", f"{clean['us_min'] / 1e6:.3f}", number(unlinking),
            f"{memory / 1024:.1f}",
        ])  # fmt: skip
    of_cleaning = ("clean, scan and choice", "clean")
    return {
        "store-calls": table(
            ["us of a call, min / median", *heads],
            rows_of(stores, [label for label in labels if label not in of_cleaning], call),
        ),
        "store-processes": table(
            ["calls a second by 1 / 2 / 8 processes", *heads], rows_of(stores, labels, rate)
        ),
        "store-cleaning": table(
            [
                "store", "entries", "on disk", "scan and choice s, min / median", "removed",
                "whole clean s", "removing one, us", "largest process, MiB",
            ],
            cleaning,
        ),
    }  # fmt: skip
