"""Section `store`: what the operations of a store on disk cost, by its size."""

import json
import os
from pathlib import Path

from suite.place import Place, Problem, run, say

# Layout, entries, calls of each operation.
STORES = [
    ("packed", 10_000, 4_000),
    ("packed", 100_000, 20_000),
    ("packed", 1_000_000, 20_000),
    ("directory", 10_000, 4_000),
]
QUICK_STORES = [("packed", 200, 40)]

# Of an entry: its block, its inode, and its share of directories.
BYTES_ON_DISK = 4096 + 256 + 150


class StoreSection:
    """What only adds to stores is measured before all other sections, what also removes after them:
    ext4 makes it expensive to create files for minutes after others were removed."""

    def __init__(self, place: Place):
        self._place = place
        self._stores = QUICK_STORES if place.quick else STORES
        self._results = [
            {"layout": layout, "size": entries, "operations": []}
            for layout, entries, _ in self._stores
        ]

    def use(self) -> None:
        require_space(self._place.work("store"), self._stores)
        self._measure("use")

    def change(self) -> None:
        self._measure("change")

    def results(self) -> dict:
        return {"stores": self._results}

    def _measure(self, phase: str) -> None:
        program = self._place.tool("store_bench")
        for (layout, entries, calls), result in zip(self._stores, self._results):
            say(f"store: {entries:,} entries, {layout}, {phase}")
            path = self._place.work("store") / f"{layout}-{entries}"
            printed = run([program, phase, path, str(entries), str(calls), layout])
            for line in map(json.loads, printed.splitlines()):
                if "operation" in line:
                    result["operations"].append(line)
                else:
                    result.update(line)


def require_space(directory: Path, stores: list[tuple[str, int, int]]) -> None:
    """Ends the suite if what the stores will take is not free, and says how much that is."""
    # A directory entry takes one block for itself and for each of its files; the calls add to it.
    files = sum(
        (entries + 7 * calls) * (6 if layout == "directory" else 1)
        for layout, entries, calls in stores
    )
    status = os.statvfs(directory)
    free = status.f_bavail * status.f_frsize
    say(f"store: takes {files * BYTES_ON_DISK / 1e9:.1f} GB of the {free / 1e9:.1f} that are free")
    if free < files * BYTES_ON_DISK * 1.2:
        raise Problem(f"store: too little space in {directory}; --only leaves this section out")
    if 0 < status.f_favail < files:
        raise Problem(f"store: too few inodes in {directory}; --only leaves this section out")
