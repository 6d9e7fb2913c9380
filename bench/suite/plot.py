"""The plots, each an SVG that is readable on light and on dark pages."""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

from suite import units
from suite.tables import number, size

# Their files, beside the results.
HITS, REMOTE = "hits.svg", "remote.svg"

PANEL_WIDTH, LABEL_WIDTH, VALUE_WIDTH = 430, 170, 60
ROW_HEIGHT, HEAD_HEIGHT, FOOT_HEIGHT = 19, 46, 26

# The picture brings its own page, so that it is readable wherever the page around it is another
# than the reader's preference says.
STYLE = """
  .page { fill: #ffffff }
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .faint { fill: #6e7781 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .range { stroke-width: 3; stroke-linecap: round; opacity: 0.45 }
  .larder { fill: #cf4a0c; stroke: #cf4a0c }
  .floor { fill: #6e7781; stroke: #6e7781 }
  .peer { fill: #0a69b6; stroke: #0a69b6 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 }
    text { fill: #e6edf3 }
    .faint { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .larder { fill: #ff9a5c; stroke: #ff9a5c }
    .floor { fill: #9198a1; stroke: #9198a1 }
    .peer { fill: #6cb6ff; stroke: #6cb6ff }
  }
"""


class Scale:
    """Milliseconds to pixels, logarithmic, over whole decades."""

    def __init__(self, values: list[float], left: float, width: float):
        self._low = math.floor(math.log10(min(values)))
        self._high = math.ceil(math.log10(max(values)))
        self._left, self._width = left, width

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self._low) / max(self._high - self._low, 1)
        return self._left + self._width * share

    def decades(self) -> list[float]:
        return [10.0**exponent for exponent in range(self._low, self._high + 1)]


@dataclass(frozen=True)
class Panel:
    """A picture of what programs took for one thing."""

    title: str
    subtitle: str
    taken: dict[str, dict]  # by program, with wall_ms_min and wall_ms_median


def direct_hits(measured: list[dict], machine: dict) -> str:
    """A panel for each unit."""
    panels = [
        Panel(
            f"{unit['name']}: {unit['title']}".replace("`", ""),
            f"{unit['headers']:,} headers, object of {size(unit['object_bytes'])}",
            unit["direct"],
        )
        for unit in measured
    ]
    return _draw("A direct hit, whole process, wall ms", panels, machine)


def remote_builds(remote: dict, machine: dict) -> str:
    """A panel for each condition."""
    subtitle = f"{remote['compiles']} compiles; the bare compiler with {remote['bare_jobs']} jobs"
    panels = [
        Panel(
            condition_title(condition),
            subtitle,
            {units.BARE: remote["bare"]} | condition["builds"],
        )
        for condition in remote["conditions"]
    ]
    name = remote["name"].replace("`", "")
    return _draw(f"{name}, from a shared bucket, wall ms", panels, machine)


def condition_title(condition: dict) -> str:
    return f"+{condition['round_trip_ms']} ms, {condition['jobs']} jobs"


def _draw(title: str, panels: list[Panel], machine: dict) -> str:
    """The panels with a dot for each program at its median, and a line to its minimum."""
    labels = list(dict.fromkeys(label for panel in panels for label in panel.taken))
    labels = [label for label in labels if label != units.BARE] + [units.BARE]
    all_taken = [taken for panel in panels for taken in panel.taken.values()]
    values = [taken[key] for taken in all_taken for key in ("wall_ms_min", "wall_ms_median")]
    scale = Scale(values, LABEL_WIDTH, PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH)
    panel_height = HEAD_HEIGHT + ROW_HEIGHT * len(labels) + FOOT_HEIGHT
    width, height = 2 * PANEL_WIDTH, 30 + panel_height * math.ceil(len(panels) / 2) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}, by program</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}" rx="8"/>',
        _text(10, 18, f"{title}, logarithmic: dot at the median, line from the minimum", "title"),
    ]
    for index, panel in enumerate(panels):
        x, y = PANEL_WIDTH * (index % 2), 30 + panel_height * (index // 2)
        parts.append(f'<g transform="translate({x} {y})">')
        parts += _panel(panel, labels, scale)
        parts.append("</g>")
    parts.append(_text(10, height - 8, f"{machine['processor']}; {machine['system']}", "faint"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel, labels: list[str], scale: Scale) -> list[str]:
    bottom = HEAD_HEIGHT + ROW_HEIGHT * len(labels)
    parts = [_text(10, 18, panel.title, "title"), _text(10, 34, panel.subtitle, "faint")]
    for decade in scale.decades():
        x = scale(decade)
        parts.append(
            f'<line class="grid" x1="{x:.1f}" y1="{HEAD_HEIGHT - 4}" x2="{x:.1f}" y2="{bottom}"/>'
        )
        parts.append(_text(x, bottom + 14, _duration(decade), "faint", "middle"))
    for row, label in enumerate(labels):
        if label in panel.taken:
            parts += _row(label, panel.taken[label], scale, HEAD_HEIGHT + ROW_HEIGHT * row + 8)
    return parts


def _row(label: str, taken: dict, scale: Scale, y: float) -> list[str]:
    kind = "peer"
    if label.startswith("larder"):
        kind = "larder"
    elif label == units.BARE or label in units.FLOORS:
        kind = "floor"
    low, middle = scale(taken["wall_ms_min"]), scale(taken["wall_ms_median"])
    return [
        _text(LABEL_WIDTH - 10, y + 4, label, "", "end"),
        f'<line class="range {kind}" x1="{low:.1f}" y1="{y}" x2="{middle:.1f}" y2="{y}"/>',
        f'<circle class="{kind}" cx="{middle:.1f}" cy="{y}" r="4"/>',
        _text(PANEL_WIDTH - 6, y + 4, number(taken["wall_ms_median"]), "faint", "end"),
    ]


def _duration(milliseconds: float) -> str:
    return f"{milliseconds:g}" if milliseconds < 1000 else f"{milliseconds / 1000:g} s"


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
