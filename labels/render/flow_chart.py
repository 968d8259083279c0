"""Flows between named nodes in columns (Sankey), drawn on the server as SVG with its table.

Rules:

* Nodes stand in columns from left to right, in the order they are given; a link runs from its
  source to its target and is as thick as its amount. Nothing is moved to look better.
* A credit is drawn as thick as its size, hatched and with a dashed edge, and keeps its sign in
  words: colour alone says nothing.
* The first column is labelled on its left, the last at the top, those between on their right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from labels.locale import Translator, translator
from labels.render.charts import (
    UNIT,
    Chart,
    ChartWords,
    chart_frame,
    share_base,
    share_of,
    share_text,
)
from labels.render.drawing import element, hatch, number, shortened, text, text_width
from labels.render.palette import paper_colour
from labels.render.printed import three_figures

_THICKEST = 240.0
_BAR = 9.0
_SMALL = 12.0
_HEAD = 34.0
_FIRST_LABEL = 0.4  # of the width
_PITCH = 21.0
_TWO_LINES = 36.0
_GAP = 5.0


@dataclass(frozen=True)
class FlowNode:
    """A node: its id, what it is called, its column from 0, and the token of its colour."""

    id: str
    name: str
    column: int
    token: str = "ink-soft"  # noqa: S105  a colour


@dataclass(frozen=True)
class FlowLink:
    """A flow in kgCO2e; negative for a credit."""

    source: str
    target: str
    kg_co2e: Decimal


@dataclass(frozen=True)
class _Placed:
    node: FlowNode
    x: float
    y: float
    height: float
    kg_co2e: Decimal


def flow_chart(
    nodes: Sequence[FlowNode],
    links: Sequence[FlowLink],
    language: str,
    *,
    title: str,
    reading: str,
    chart_id: str = "flows",
    width: float = 640,
) -> Chart:
    """The drawing of a graph whose links run from a column to a later one.

    Args:
        nodes: In the order they stand in within their column.
        links: Between nodes by id.
        language: The reader's.
        title: What is shown.
        reading: One sentence: what to see in it.
        chart_id: Begins every id inside the drawing.
        width: Of the drawing; its height follows.
    """
    reader = translator(language)
    placed, height = _placed(nodes, links, width)
    parts = [
        element("defs", hatch(f"{chart_id}-credit", paper_colour("ink-soft"), "ink-soft-line")),
        *_ribbons(placed, links, chart_id),
        *(_drawn(spot, placed, width, reader) for spot in placed.values()),
    ]
    svg = chart_frame(ChartWords(chart_id, title, reading, language), width, height, "".join(parts))
    names = {node.id: node.name for node in nodes}
    columns = tuple(
        reader.text(key) for key in ("chart.column_from", "chart.column_to", "chart.column_value")
    )
    rows = tuple(
        (names[link.source], names[link.target], three_figures(link.kg_co2e, reader))
        for link in links
    )
    return Chart(svg, title, reading, columns, rows, is_wide=True)


def _sizes(
    nodes: Sequence[FlowNode], links: Sequence[FlowLink]
) -> Mapping[str, tuple[Decimal, Decimal]]:
    """Of every node: what passes through it whatever its sign, and with its sign."""
    sizes = {}
    for node in nodes:
        into = [link.kg_co2e for link in links if link.target == node.id]
        out = [link.kg_co2e for link in links if link.source == node.id]
        through = max(sum(map(abs, into), Decimal(0)), sum(map(abs, out), Decimal(0)))
        sizes[node.id] = (through, sum(into or out, Decimal(0)))
    return sizes


def _placed(
    nodes: Sequence[FlowNode], links: Sequence[FlowLink], width: float
) -> tuple[dict[str, _Placed], float]:
    """Where every node stands, and how high the drawing is."""
    sizes = _sizes(nodes, links)
    last = max((node.column for node in nodes), default=0)
    by_column = [[node for node in nodes if node.column == column] for column in range(last + 1)]
    fullest = max((sum(sizes[n.id][0] for n in column) for column in by_column), default=Decimal(0))
    scale = _THICKEST / float(fullest) if fullest else 0.0
    pitches = [
        [
            max(
                float(sizes[n.id][0]) * scale + _GAP,
                _PITCH if n.column in {0, last} else _TWO_LINES,
            )
            for n in column
        ]
        for column in by_column
    ]
    tallest = max((sum(column) for column in pitches), default=0.0)
    placed = {}
    for number_, (column, steps) in enumerate(zip(by_column, pitches, strict=True)):
        x = _column_x(number_, last, width)
        y = _HEAD + (tallest - sum(steps)) / 2
        for node, step in zip(column, steps, strict=True):
            through, total = sizes[node.id]
            thick = max(float(through) * scale, 1.0)
            placed[node.id] = _Placed(node, x, y + (step - thick) / 2, thick, total)
            y += step
    return placed, _HEAD + tallest


def _column_x(column: int, last: int, width: float) -> float:
    first = width * _FIRST_LABEL
    return first + (width - _BAR - first) * column / (last or 1)


def _ribbons(placed: Mapping[str, _Placed], links: Sequence[FlowLink], chart_id: str) -> list[str]:
    """Every link as a band; at a node they lie on each other in the order of the other end."""
    used_out = dict.fromkeys(placed, 0.0)
    used_in = dict.fromkeys(placed, 0.0)
    order = {node: position for position, node in enumerate(placed)}
    drawn = []
    for link in sorted(links, key=lambda link: (order[link.source], order[link.target])):
        source, target = placed[link.source], placed[link.target]
        thick = _thickness(link, source, target, links)
        top = source.y + used_out[link.source]
        end = target.y + used_in[link.target]
        used_out[link.source] += thick
        used_in[link.target] += thick
        drawn.append(_band((source.x + _BAR, top), (target.x, end), thick, link, source, chart_id))
    return drawn


def _thickness(
    link: FlowLink, source: _Placed, target: _Placed, links: Sequence[FlowLink]
) -> float:
    """The link's part of the thinner end, so that no band leaves its node."""
    out = sum(abs(other.kg_co2e) for other in links if other.source == link.source)
    into = sum(abs(other.kg_co2e) for other in links if other.target == link.target)
    size = abs(link.kg_co2e)
    return min(
        source.height * float(share_of(size, Decimal(out))),
        target.height * float(share_of(size, Decimal(into))),
    )


def _band(
    start: tuple[float, float],
    end: tuple[float, float],
    thick: float,
    link: FlowLink,
    source: _Placed,
    chart_id: str,
) -> str:
    (x, y), (to_x, to_y) = start, end
    middle = number((x + to_x) / 2)
    path = (
        f"M{number(x)} {number(y)}C{middle} {number(y)} {middle} {number(to_y)} "
        f"{number(to_x)} {number(to_y)}V{number(to_y + thick)}"
        f"C{middle} {number(to_y + thick)} {middle} {number(y + thick)} "
        f"{number(x)} {number(y + thick)}Z"
    )
    if link.kg_co2e < 0:
        return element("path", d=path, fill=f"url(#{chart_id}-credit)", class_="credit",
                       stroke=paper_colour("ink-soft"), stroke_width=0.8,
                       stroke_dasharray="3 2")  # fmt: skip
    return element("path", d=path, fill=paper_colour(source.node.token), fill_opacity="0.32",
                   class_=source.node.token)  # fmt: skip


def _drawn(spot: _Placed, placed: Mapping[str, _Placed], width: float, reader: Translator) -> str:
    """The bar of a node and its label."""
    node = spot.node
    last = max(other.node.column for other in placed.values())
    base = share_base(
        [other.kg_co2e for other in placed.values() if other.node.column == node.column]
    )
    figure = three_figures(spot.kg_co2e, reader)
    share = share_text(reader, share_of(spot.kg_co2e, base))
    bar = element("rect", x=spot.x, y=spot.y, width=_BAR, height=spot.height,
                  fill=paper_colour(node.token), class_=node.token)  # fmt: skip
    middle = spot.y + spot.height / 2
    if node.column == 0:
        end = spot.x - 6 - text_width(figure, _SMALL, is_bold=True) - 8
        return (
            bar
            + _label(shortened(node.name, end, _SMALL), end, middle + 4, "end")
            + _label(figure, spot.x - 6, middle + 4, "end", is_bold=True)
        )
    if node.column == last:
        return (
            bar
            + _label(node.name, width, 12, "end")
            + _label(f"{figure} {UNIT}", width, 27, "end", is_bold=True)
        )
    room = _column_x(node.column + 1, last, width) - spot.x - _BAR - 10
    return (
        bar
        + _label(shortened(node.name, room, _SMALL), spot.x + _BAR + 6, middle - 3, "start")
        + _label(f"{figure} · {share}", spot.x + _BAR + 6, middle + 12, "start", is_bold=True)
    )


def _label(content: str, x: float, y: float, anchor: str, *, is_bold: bool = False) -> str:
    return text(content, x, y, _SMALL, anchor=anchor, fill=paper_colour("ink"), class_="ink",
                weight="bold" if is_bold else None)  # fmt: skip
