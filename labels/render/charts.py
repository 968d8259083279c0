"""Charts as SVG drawn on the server: stages of the life cycle and ranked contributions.

Rules (visual.md; WCAG 2.2, 1.1.1 and 1.4.1):

* Direct labels instead of a legend; bars begin at zero, credits lie left of it.
* Each chart has a title, a one-sentence reading and the rows of its table; the three together
  say everything the drawing says.
* Stages that are not counted are named with their reason and drawn hatched, never dropped.
* Shares are of the sum of absolute contributions only where credits occur, else of the total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from footprint.bom import StageInclusion
from labels.label import StageShare
from labels.locale import Translator, translator
from labels.render.drawing import (
    FONTS_HK,
    FONTS_SC,
    element,
    hatch,
    shortened,
    text,
    text_width,
)
from labels.render.palette import paper_colour, stage_token
from labels.render.printed import counted_figures, is_counted, three_figures

MAX_RANKED = 30
_BAR = 14.0
_SMALL = 13.0
_PHONE = 400.0
_STACK = 28.0
_CALLOUT = 42.0
UNIT = "kg CO₂e"


@dataclass(frozen=True)
class Chart:
    """A drawing and everything it says in words.

    Attributes:
        svg: The drawing; ids inside begin with the id it was asked for.
        title: What is shown.
        reading: One sentence: what to see in it.
        columns: Heads of the table.
        rows: The figures as text in the reader's language; the first cell is the row's head.
        is_wide: Too wide for a phone: the page lets it scroll sideways.
    """

    svg: str
    title: str
    reading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_wide: bool = False


@dataclass(frozen=True)
class Contribution:
    """One bar of a ranked chart: a name and its figure in kgCO2e."""

    name: str
    kg_co2e: Decimal
    stage: str = ""


@dataclass(frozen=True)
class _Row:
    label: str
    figure: str
    value: Decimal
    fill: str
    class_: str
    is_counted: bool = True


@dataclass(frozen=True)
class _Callout:
    """A label with its leader: right of it below the bar, or left of it above."""

    row: _Row
    x: float
    level: int
    is_above: bool


def share_base(values: Sequence[Decimal]) -> Decimal:
    """What shares are of: the total, or the sum of absolute values where there are credits."""
    total = sum(values, Decimal(0))
    has_credit = any(value < 0 for value in values)
    return sum((abs(v) for v in values), Decimal(0)) if has_credit or total <= 0 else total


def share_of(value: Decimal, base: Decimal) -> Decimal:
    """A part of ``base``, 0 where that is nothing."""
    return value / base if base else Decimal(0)


def share_text(reader: Translator, share: Decimal) -> str:
    """A share as per cent, with one decimal where it is small."""
    return reader.percent(share)


@dataclass(frozen=True)
class ChartWords:
    """What a drawing says to those who do not see it."""

    chart_id: str
    title: str
    reading: str
    language: str


def chart_frame(words: ChartWords, width: float, height: float, body: str) -> str:
    """A drawing of that size with its title and reading inside, for those who do not see it."""
    head = element("title", escape(words.title), id=f"{words.chart_id}-title") + element(
        "desc", escape(words.reading), id=f"{words.chart_id}-reading"
    )
    return element(
        "svg",
        head + body,
        xmlns="http://www.w3.org/2000/svg",
        class_="chart chart-wide" if width > _PHONE else "chart",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{words.chart_id}-title {words.chart_id}-reading",
        font_family=FONTS_HK if words.language == "zh-Hant" else FONTS_SC,
    )


def _bars(chart_id: str, rows: Sequence[_Row], width: float) -> tuple[str, float]:
    """Rows of label and figure above a bar; returns markup and height.

    Where the two do not fit side by side, the label has a line of its own.
    """
    y, pitch, beside = 0.0, 46.0, 18.0
    lowest = min((row.value for row in rows if row.is_counted), default=Decimal(0))
    highest = max((row.value for row in rows if row.is_counted), default=Decimal(0))
    span = float(max(highest, Decimal(0)) - min(lowest, Decimal(0))) or 1.0
    zero_x = float(-min(lowest, Decimal(0))) / span * width
    line, soft = paper_colour("line"), paper_colour("ink-soft")
    parts = [element("defs", hatch(f"{chart_id}-hatch", soft, "ink-soft-line"))]
    for row in rows:
        figure_width = text_width(row.figure, _SMALL, is_bold=True) + 8
        label = shortened(row.label, width, _SMALL)
        parts.append(text(label, 0, y + 15, _SMALL, fill=paper_colour("ink"), class_="ink"))
        if text_width(label, _SMALL) + figure_width > width:
            y += beside
        parts.append(text(row.figure, width, y + 15, _SMALL, anchor="end",
                          fill=paper_colour("ink") if row.is_counted else soft,
                          class_="ink" if row.is_counted else "ink-soft",
                          weight="bold" if row.is_counted else None))  # fmt: skip
        top = y + 22
        y += pitch
        if not row.is_counted:
            parts.append(element("rect", x=0.5, y=top + 0.5, width=width - 1, height=_BAR - 1,
                                 fill=f"url(#{chart_id}-hatch)", stroke=line, class_="not-counted",
                                 rx=2))  # fmt: skip
            continue
        length = abs(float(row.value)) / span * width
        parts.append(element("rect", x=0, y=top, width=width, height=_BAR, fill=line,
                             fill_opacity="0.45", class_="track", rx=2))  # fmt: skip
        if row.value:
            x = zero_x - (length if row.value < 0 else 0)
            parts.append(element("rect", x=x, y=top, width=max(length, 1.5), height=_BAR,
                                 fill=row.fill, class_=row.class_, rx=2))  # fmt: skip
        if lowest < 0:
            tick = f"M{zero_x:.2f} {top - 3:.0f}V{top + _BAR + 3:.0f}"
            parts.append(element("path", d=tick, stroke=paper_colour("ink"), stroke_width=1.5,
                                 class_="ink-line"))  # fmt: skip
    return "".join(parts), y - 6


def _stage_rows(stages: Sequence[StageShare], reader: Translator) -> list[_Row]:
    base = share_base([value for _, value in counted_figures(stages)])
    rows = []
    for stage in stages:
        value = Decimal(stage.kg_co2e)
        counts = is_counted(stage)
        share = share_text(reader, share_of(value, base))
        note = reader.text(f"inclusion.{stage.inclusion}")
        figure = f"{three_figures(value, reader)} {UNIT} · {share}" if counts else note
        name = reader.text(f"stage.{stage.stage}")
        is_partly = stage.inclusion == StageInclusion.PARTLY_INCLUDED
        label = f"{name} ({note})" if is_partly else name
        token = stage_token(stage.stage)
        rows.append(_Row(label, figure, value, paper_colour(token), token, counts))
    return rows


def _stage_table(stages: Sequence[StageShare], reader: Translator) -> tuple[tuple[str, ...], ...]:
    base = share_base([value for _, value in counted_figures(stages)])
    rows = []
    for stage in stages:
        value = Decimal(stage.kg_co2e)
        counts = is_counted(stage)
        rows.append((
            reader.text(f"stage.{stage.stage}"),
            reader.text(f"inclusion.{stage.inclusion}"),
            three_figures(value, reader) if counts else "–",
            share_text(reader, share_of(value, base)) if counts else "–",
        ))  # fmt: skip
    return tuple(rows)


def _stage_words(stages: Sequence[StageShare], reader: Translator) -> tuple[str, str]:
    counted = [stage for stage in stages if is_counted(stage)]
    values = [Decimal(stage.kg_co2e) for stage in counted]
    title = reader.text("chart.stages_title")
    if not counted:
        return title, title
    total = three_figures(sum(values, Decimal(0)), reader)
    if not sum(values):  # nothing accounts for a share of zero
        return title, reader.text("chart.stages_reading_zero", total=total, unit=UNIT)
    largest = max(counted, key=lambda stage: Decimal(stage.kg_co2e))
    reading = reader.text(
        "chart.stages_reading",
        stage=reader.text(f"stage.{largest.stage}"),
        share=share_text(reader, share_of(Decimal(largest.kg_co2e), share_base(values))),
        total=total,
        unit=UNIT,
    )
    return title, reading


def _stage_columns(reader: Translator) -> tuple[str, ...]:
    return tuple(
        reader.text(key)
        for key in (
            "chart.column_stage",
            "chart.column_inclusion",
            "chart.column_value",
            "chart.column_share",
        )
    )


def stage_bars(
    stages: Sequence[StageShare], language: str, *, chart_id: str = "stages", width: float = 358
) -> Chart:
    """One bar a stage with its name, figure and share; stages not counted are hatched.

    The form for narrow pages: at 358 units wide its text is readable on a phone.
    """
    reader = translator(language)
    title, reading = _stage_words(stages, reader)
    body, height = _bars(chart_id, _stage_rows(stages, reader), width)
    svg = chart_frame(ChartWords(chart_id, title, reading, language), width, height, body)
    return Chart(
        svg, title, reading, _stage_columns(reader), _stage_table(stages, reader), width > _PHONE
    )


def stage_stack(
    stages: Sequence[StageShare],
    language: str,
    *,
    chart_id: str = "stage-stack",
    width: float = 640,
) -> Chart:
    """All counted stages stacked in one bar, each labelled directly below with a leader line."""
    reader = translator(language)
    title, reading = _stage_words(stages, reader)
    rows = [row for row in _stage_rows(stages, reader) if row.is_counted]
    segments = _segments([row.value for row in rows], width)
    callouts = _callouts(rows, [x + length / 2 for x, length in segments], width)
    above = max((c.level + 1 for c in callouts if c.is_above), default=0) * _CALLOUT
    below = max((c.level + 1 for c in callouts if not c.is_above), default=0) * _CALLOUT
    parts = [
        element("rect", x=x, y=above, width=max(length - 1, 1), height=_STACK, fill=row.fill,
                class_=row.class_)
        for row, (x, length) in zip(rows, segments, strict=True)
    ]  # fmt: skip
    parts += [_callout(callout, above) for callout in callouts]
    svg = chart_frame(
        ChartWords(chart_id, title, reading, language),
        width,
        above + _STACK + below,
        "".join(parts),
    )
    return Chart(
        svg, title, reading, _stage_columns(reader), _stage_table(stages, reader), width > _PHONE
    )


def _segments(values: Sequence[Decimal], width: float) -> list[tuple[float, float]]:
    """(x, length) of each value: credits from the left edge to zero, burdens after it."""
    span = float(sum((abs(value) for value in values), Decimal(0))) or 1.0
    burden_x = float(sum((-value for value in values if value < 0), Decimal(0))) / span * width
    credit_x = 0.0
    segments = []
    for value in values:
        length = abs(float(value)) / span * width
        if value < 0:
            segments.append((credit_x, length))
            credit_x += length
        else:
            segments.append((burden_x, length))
            burden_x += length
    return segments


def _callouts(rows: Sequence[_Row], centres: Sequence[float], width: float) -> list[_Callout]:
    """Where each label goes so that no leader crosses a label.

    Labels run right of their leader below the bar, the left one of two neighbours deeper; those
    that would leave the drawing run left of it above the bar, the right one of two higher.
    """
    widths = [
        max(text_width(row.label, _SMALL), text_width(row.figure, _SMALL, is_bold=True)) + 14
        for row in rows
    ]
    spots = sorted(zip(rows, centres, widths, strict=True), key=lambda spot: spot[1])
    placed: list[_Callout] = []
    for row, x, own in reversed([s for s in spots if s[1] + s[2] <= width]):
        deeper = [c.level + 1 for c in placed if c.x < x + own]
        placed.append(_Callout(row, x, max(deeper, default=0), is_above=False))
    below = len(placed)
    for row, x, own in [s for s in spots if s[1] + s[2] > width]:
        higher = [c.level + 1 for c in placed[below:] if c.x > x - own]
        placed.append(_Callout(row, x, max(higher, default=0), is_above=True))
    return placed


def _callout(callout: _Callout, bar_top: float) -> str:
    """Leader, name and figure of one segment."""
    row, x = callout.row, callout.x
    if callout.is_above:
        top = bar_top - (callout.level + 1) * _CALLOUT + 14
        leader, side, anchor = f"M{x:.1f} {bar_top - 2:.0f}V{top - 11:.0f}", -7.0, "end"
    else:
        bar_end = bar_top + _STACK
        top = bar_end + callout.level * _CALLOUT + 20
        leader, side, anchor = f"M{x:.1f} {bar_end + 2:.0f}V{top + 20:.0f}", 7.0, "start"
    ink = paper_colour("ink")
    return (
        element("path", d=leader, fill="none", stroke=row.fill, stroke_width=1.5,
                class_=f"{row.class_}-line")
        + text(row.label, x + side, top, _SMALL, anchor=anchor, fill=ink, class_="ink")
        + text(row.figure, x + side, top + 17, _SMALL, anchor=anchor, weight="bold", fill=ink,
               class_="ink")
    )  # fmt: skip


def ranked_bars(
    contributions: Sequence[Contribution],
    language: str,
    *,
    chart_id: str = "ranked",
    width: float = 640,
    limit: int = 10,
) -> Chart:
    """The largest contributions by absolute size, the rest summed as one last bar."""
    reader = translator(language)
    base = share_base([item.kg_co2e for item in contributions])
    ordered = sorted(contributions, key=lambda item: (-abs(item.kg_co2e), item.name))
    limit = min(limit, MAX_RANKED)
    shown = list(ordered[:limit])
    if len(ordered) > limit:
        rest = sum((item.kg_co2e for item in ordered[limit:]), Decimal(0))
        shown.append(Contribution(reader.text("chart.others"), rest))
    rows, table = [], []
    for item in shown:
        share = share_text(reader, share_of(item.kg_co2e, base))
        token = stage_token(item.stage) if item.stage else "ink-soft"
        figure = f"{three_figures(item.kg_co2e, reader)} {UNIT} · {share}"
        rows.append(_Row(item.name, figure, item.kg_co2e, paper_colour(token), token))
        table.append((item.name, three_figures(item.kg_co2e, reader), share))
    title = reader.text("chart.ranked_title")
    reading = title
    if shown:
        reading = reader.text("chart.ranked_reading", name=shown[0].name, share=table[0][2])
    body, height = _bars(chart_id, rows, width)
    svg = chart_frame(ChartWords(chart_id, title, reading, language), width, max(height, 1), body)
    columns = tuple(
        reader.text(key)
        for key in ("chart.column_item", "chart.column_value", "chart.column_share")
    )
    return Chart(svg, title, reading, columns, tuple(table), width > _PHONE)
