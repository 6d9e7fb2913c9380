"""Puts the tables of a run into the documents, each at the place that is marked with its name:

<!-- bench: NAME -->
...
<!-- end of bench -->
"""

import re
from pathlib import Path

from suite.place import Place, Problem

DOCUMENT = Path("doc/performance.md")
PLOT = Path("doc/performance.svg")
README = Path("README.md")

README_PLOT = f"![Milliseconds of a direct hit, by program and unit]({PLOT})\n"

MARK = re.compile(r"<!-- bench: (\S+) -->\n(.*?)<!-- end of bench -->\n", re.DOTALL)


def check(place: Place, names: list[str]) -> None:
    """Ends the suite unless the documents have exactly one place for each table and the plot."""
    for path, wanted in ((DOCUMENT, names), (README, ["plot"])):
        found = [mark[1] for mark in MARK.finditer((place.root / path).read_text())]
        if sorted(found) != sorted(wanted):
            raise Problem(f"{path} has places for {found}, but there are {wanted}")
    shows_plot = str(PLOT) in (place.root / README).read_text()
    if shows_plot and not (place.root / PLOT).is_file():
        raise Problem(f"{README} shows {PLOT}, which is not there")


def update(place: Place, tables: dict[str, str], plot: str) -> None:
    """Rewrites the places of the tables and the plot."""
    check(place, list(tables))
    _fill(place.root / DOCUMENT, tables)
    _fill(place.root / README, {"plot": README_PLOT})
    (place.root / PLOT).write_text(plot)


def _fill(path: Path, contents: dict[str, str]) -> None:
    def filled(mark: re.Match) -> str:
        return f"<!-- bench: {mark[1]} -->\n{contents[mark[1]]}<!-- end of bench -->\n"

    path.write_text(MARK.sub(filled, path.read_text()))
