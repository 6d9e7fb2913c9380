"""Markdown tables and the numbers in them."""


def number(value: float) -> str:
    """Three digits that matter, as a person writes them."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def size(value: float) -> str:
    """Bytes in a unit that suits them."""
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{number(value) if unit != 'B' else int(value)} {unit}"
        value /= 1024
    return f"{number(value)} GiB"


def times(summary: dict | None, what: str = "wall_ms") -> str:
    """Minimum and median."""
    if summary is None:
        return "-"
    return f"{number(summary[what + '_min'])} / {number(summary[what + '_median'])}"


def seconds(summary: dict) -> str:
    """Minimum and median of wall time that is kept in milliseconds."""
    return f"{summary['wall_ms_min'] / 1000:.3f} / {summary['wall_ms_median'] / 1000:.3f}"


def table(head: list[str], rows: list[list[str]], texts: int = 1) -> str:
    """A Markdown table whose first columns are texts and whose others are aligned to the right."""
    rule = ["---"] * texts + ["---:"] * (len(head) - texts)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows]) + "\n"


def rows_of(sections: list[dict], labels: list[str], cell) -> list[list[str]]:
    """A row for each label that any section has something to show for: its cells, by `cell`."""
    rows = []
    for label in labels:
        cells = [cell(section, label) for section in sections]
        if any(text != "-" for text in cells):
            rows.append([label, *cells])
    return rows
