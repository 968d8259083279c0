"""A figure with its interval: a dot on the line from the lower to the upper end.

The interval is information about the parameters of a study; the figure is the deterministic one,
which need not lie in the middle. The axis therefore begins and ends where the interval does and
is no bar from zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from labels.locale import translator
from labels.render.charts import UNIT, Chart, ChartWords, chart_frame
from labels.render.drawing import element, text, text_width
from labels.render.palette import paper_colour
from labels.render.printed import interval_bound, three_figures

_SMALL = 13.0
_EDGE = 70.0
_LINE_Y = 44.0
_HEIGHT = 84.0


@dataclass(frozen=True)
class Spread:
    """A figure in kgCO2e and the 95 % interval and median of its draws."""

    figure: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    draws: int


def interval_chart(
    spread: Spread, language: str, *, chart_id: str = "interval", width: float = 640
) -> Chart:
    """The drawing of one figure with its interval."""
    reader = translator(language)
    shown = {
        name: interval_bound(getattr(spread, name), reader) for name in ("lower", "median", "upper")
    } | {"figure": three_figures(spread.figure, reader)}
    title = reader.text("chart.interval_title")
    reading = reader.text("chart.interval_reading", draws=reader.number(str(spread.draws)), **shown)
    low = min(spread.lower, spread.figure)
    span = float(max(spread.upper, spread.figure) - low) or 1.0

    def at(value: Decimal) -> float:
        return _EDGE + float(value - low) / span * (width - 2 * _EDGE)

    jade, ink = paper_colour("jade"), paper_colour("ink")
    lower_x, upper_x, dot_x = at(spread.lower), at(spread.upper), at(spread.figure)
    ends = f"M{lower_x:.2f} {_LINE_Y - 8}V{_LINE_Y + 8}M{upper_x:.2f} {_LINE_Y - 8}V{_LINE_Y + 8}"
    label = f"{shown['figure']} {UNIT}"
    half = text_width(label, _SMALL, is_bold=True) / 2
    label_x = min(max(dot_x, half), width - half)
    body = "".join((
        element("path", d=f"M{lower_x:.2f} {_LINE_Y}H{upper_x:.2f}{ends}", stroke=jade, fill="none",
                stroke_width=2.5, class_="jade-line"),
        element("path", d=f"M{at(spread.median):.2f} {_LINE_Y - 5}V{_LINE_Y + 5}", stroke=jade,
                stroke_width=1.5, class_="jade-line"),
        element("circle", cx=dot_x, cy=_LINE_Y, r=6, fill=jade, class_="jade"),
        text(label, label_x, _LINE_Y - 18, _SMALL, anchor="middle", weight="bold", fill=ink,
             class_="ink"),
        text(shown["lower"], lower_x, _LINE_Y + 28, _SMALL, anchor="middle", fill=ink,
             class_="ink"),
        text(shown["upper"], upper_x, _LINE_Y + 28, _SMALL, anchor="middle", fill=ink,
             class_="ink"),
    ))  # fmt: skip
    svg = chart_frame(ChartWords(chart_id, title, reading, language), width, _HEIGHT, body)
    columns = (reader.text("chart.column_item"), reader.text("chart.column_value"))
    rows = (
        (reader.text("label.total"), shown["figure"]),
        (reader.text("chart.interval_lower"), shown["lower"]),
        (reader.text("chart.interval_median"), shown["median"]),
        (reader.text("chart.interval_upper"), shown["upper"]),
    )
    return Chart(svg, title, reading, columns, rows, is_wide=True)
