"""Puts the tables of a run into the documents, each at the place that is marked with its name:

<!-- bench: NAME -->
...
<!-- end of bench -->
"""

import re
from pathlib import Path

from suite import plot
from suite.place import Place, Problem

DOCUMENT = Path("doc/performance.md")
README = Path("README.md")

# Where the plots go, by the names of their files among the results.
PLOTS = {plot.HITS: Path("doc/performance.svg"), plot.REMOTE: Path("doc") / plot.REMOTE}

README_PLOT = f"![Milliseconds of a direct hit, by program and unit]({PLOTS[plot.HITS]})\n"

MARK = re.compile(r"<!-- bench: (\S+) -->\n(.*?)<!-- end of bench -->\n", re.DOTALL)


def check(place: Place, names: list[str]) -> None:
    """Ends the suite unless the documents have exactly one place for each table and the plot."""
    for path, wanted in ((DOCUMENT, names), (README, ["plot"])):
        found = [mark[1] for mark in MARK.finditer((place.root / path).read_text())]
        if sorted(found) != sorted(wanted):
            raise Problem(f"{path} has places for {found}, but there are {wanted}")
    for path, link in ((README, PLOTS[plot.HITS]), (DOCUMENT, plot.REMOTE)):
        is_shown = f"({link})" in (place.root / path).read_text()
        if is_shown and not (place.root / path.parent / link).is_file():
            raise Problem(f"{path} shows {link}, which is not there")


def update(place: Place, tables: dict[str, str], plots: dict[str, str]) -> None:
    """Rewrites the places of the tables and the plots."""
    check(place, list(tables))
    _fill(place.root / DOCUMENT, tables)
    _fill(place.root / README, {"plot": README_PLOT})
    for name, path in PLOTS.items():
        (place.root / path).write_text(plots[name])


def _fill(path: Path, contents: dict[str, str]) -> None:
    def filled(mark: re.Match) -> str:
        return f"<!-- bench: {mark[1]} -->\n{contents[mark[1]]}<!-- end of bench -->\n"

    path.write_text(MARK.sub(filled, path.read_text()))
