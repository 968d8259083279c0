"""A merged Sankey drawn on the server as SVG: nodes in columns, what flows between them as bands.

Rules:

* The study stands on the right; a node stands left of everything it flows to, by the longest way.
  Every band is as thick as its flow. Nothing is moved to look better.
* A flow that goes back (a loop) has no band, because it would run against all others: its node
  bears the sign ↺, and the table has the flow.
* An avoided product keeps its sign in words and is drawn as a dashed outline.
* Where a bar is taller than the bands that come in, the rest is the node's own and what is hidden;
  the table names both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from labels.locale import Translator, translator
from labels.render.charts import Chart
from labels.render.drawing import FONTS_HK, FONTS_SC, element, number, shortened, text
from labels.render.palette import paper_colour
from labels.render.printed import three_figures

_COLUMN, _BAR, _LABEL, _GAP, _TALLEST = 190.0, 10.0, 32.0, 8.0, 260.0
_SMALL = 12.0
LOOP = "↺"


@dataclass(frozen=True, kw_only=True)
class FlowNode:
    """A node: what it is called, what flows through it, and the token of its colour.

    Attributes:
        direct_kg_co2e, rest_kg_co2e: What comes in by no link: its own, and inputs not shown.
        rest_count: How many inputs these are.
    """

    id: str
    name: str
    kg_co2e: Decimal
    direct_kg_co2e: Decimal = Decimal(0)
    rest_kg_co2e: Decimal = Decimal(0)
    rest_count: int = 0
    token: str = "ink-soft"  # noqa: S105  a colour


@dataclass(frozen=True, kw_only=True)
class FlowLink:
    """A flow in kgCO2e; below zero for an avoided product."""

    source: str
    target: str
    kg_co2e: Decimal


@dataclass(frozen=True)
class _Spot:
    node: FlowNode
    x: float
    y: float
    height: float
    has_loop: bool


def sankey_chart(
    nodes: Sequence[FlowNode],
    links: Sequence[FlowLink],
    language: str,
    *,
    title: str,
    reading: str,
    chart_id: str = "sankey",
) -> Chart:
    """The drawing with its table; the first node is the one everything flows to.

    Args:
        nodes: In the order they stand in within their column.
        links: Between nodes by id, loops allowed.
        language: The reader's.
        title: What is shown.
        reading: One sentence: what to see in it.
        chart_id: Begins every id inside the drawing.
    """
    reader = translator(language)
    forward = _forward(nodes, links)
    spots, width, height = _spots(nodes, links, forward)
    body = [*_bands(spots, forward), *(_bar(spot, reader) for spot in spots.values())]
    head = element("title", escape(title), id=f"{chart_id}-title") + element(
        "desc", escape(reading), id=f"{chart_id}-reading"
    )
    svg = element(
        "svg",
        head + "".join(body),
        xmlns="http://www.w3.org/2000/svg",
        class_="chart chart-wide",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{chart_id}-title {chart_id}-reading",
        font_family=FONTS_HK if language == "zh-Hant" else FONTS_SC,
    )
    columns = tuple(reader.text(k) for k in ("flow.from", "flow.to", "flow.kg_co2e"))
    return Chart(svg, title, reading, columns, _rows(nodes, links, reader), is_wide=True)


def _rows(
    nodes: Sequence[FlowNode], links: Sequence[FlowLink], reader: Translator
) -> tuple[tuple[str, ...], ...]:
    """Every flow into every node: its links, its own emission, and what is hidden."""
    names = {node.id: node.name for node in nodes}
    rows: list[tuple[str, str, Decimal]] = []
    for node in nodes:
        rows += [
            (names[link.source], node.name, link.kg_co2e)
            for link in links
            if link.target == node.id
        ]
        if node.direct_kg_co2e:
            rows.append((reader.text("flow.itself"), node.name, node.direct_kg_co2e))
        if node.rest_count:
            rest = reader.text("flow.rest", count=node.rest_count)
            rows.append((rest, node.name, node.rest_kg_co2e))
    return tuple((source, target, three_figures(kg, reader)) for source, target, kg in rows)


def _forward(nodes: Sequence[FlowNode], links: Sequence[FlowLink]) -> list[FlowLink]:
    """The links without those that close a loop, seen from the node everything flows to."""
    into: dict[str, list[FlowLink]] = {node.id: [] for node in nodes}
    for link in links:
        into[link.target].append(link)
    back: set[int] = set()
    done: set[str] = set()
    for start, first in into.items():
        stack = [(start, iter(first))] if start not in done else []
        path = {start}
        while stack:
            here, rest = stack[-1]
            found = next(rest, None)
            if found is None:
                stack.pop()
                path.discard(here)
                done.add(here)
            elif found.source in path:
                back.add(id(found))
            elif found.source not in done:
                path.add(found.source)
                stack.append((found.source, iter(into[found.source])))
    return [link for link in links if id(link) not in back]


def _levels(nodes: Sequence[FlowNode], forward: Sequence[FlowLink]) -> dict[str, int]:
    """How many flows every node is away from the one on the right, by the longest way."""
    level = dict.fromkeys((node.id for node in nodes), 0)
    for _ in nodes:
        for link in forward:
            level[link.source] = max(level[link.source], level[link.target] + 1)
    return level


def _spots(
    nodes: Sequence[FlowNode], links: Sequence[FlowLink], forward: Sequence[FlowLink]
) -> tuple[dict[str, _Spot], float, float]:
    """Where every node stands, and the size of the drawing."""
    level = _levels(nodes, forward)
    last = max(level.values(), default=0)
    sizes = {node.id: _size(node, forward) for node in nodes}
    columns = [[node for node in nodes if level[node.id] == place] for place in range(last + 1)]
    fullest = max((sum(sizes[n.id] for n in column) for column in columns), default=0.0)
    scale = _TALLEST / fullest if fullest else 0.0
    kept = {id(link) for link in forward}
    going_back = {link.source for link in links if id(link) not in kept}
    spots: dict[str, _Spot] = {}
    height = 0.0
    for place, column in enumerate(columns):
        y = 0.0
        for node in column:
            tall = max(sizes[node.id] * scale, 1.0)
            x = (last - place) * _COLUMN
            spots[node.id] = _Spot(node, x, y + _LABEL, tall, node.id in going_back)
            y += _LABEL + tall + _GAP
        height = max(height, y)
    return spots, last * _COLUMN + _COLUMN, max(height, 1.0)


def _size(node: FlowNode, forward: Sequence[FlowLink]) -> float:
    """What passes through a node whatever its sign, so that no band leaves its bar."""
    into = sum(abs(link.kg_co2e) for link in forward if link.target == node.id)
    out = sum(abs(link.kg_co2e) for link in forward if link.source == node.id)
    return float(max(abs(node.kg_co2e), into, out))


def _bands(spots: Mapping[str, _Spot], forward: Sequence[FlowLink]) -> list[str]:
    """Every link as a band; at a node they lie on each other in the order of the other end."""
    order = {node: position for position, node in enumerate(spots)}
    out, into = dict.fromkeys(spots, 0.0), dict.fromkeys(spots, 0.0)
    drawn = []
    for link in sorted(forward, key=lambda one: (order[one.source], order[one.target])):
        source, target = spots[link.source], spots[link.target]
        size = float(abs(link.kg_co2e))
        thick = min(
            size * spot.height / (_size(spot.node, forward) or 1.0) for spot in (source, target)
        )
        start = source.y + out[link.source]
        end = target.y + into[link.target]
        out[link.source] += thick
        into[link.target] += thick
        drawn.append(
            _band((source.x + _BAR, start), (target.x, end), max(thick, 0.5), link, source)
        )
    return drawn


def _band(
    start: tuple[float, float], end: tuple[float, float], thick: float, link: FlowLink, of: _Spot
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
        return element("path", d=path, fill="none", stroke=paper_colour("ink-soft"),
                       stroke_width=1, stroke_dasharray="3 2", class_="ink-soft-line")  # fmt: skip
    return element("path", d=path, fill=paper_colour(of.node.token), fill_opacity="0.32",
                   class_=of.node.token)  # fmt: skip


def _bar(spot: _Spot, reader: Translator) -> str:
    """The bar of a node, its name and its figure above it."""
    node = spot.node
    figure = three_figures(node.kg_co2e, reader) + (f" {LOOP}" if spot.has_loop else "")
    room = _COLUMN - 12
    return (
        element("rect", x=spot.x, y=spot.y, width=_BAR, height=spot.height,
                fill=paper_colour(node.token), class_=node.token)
        + text(shortened(node.name, room, _SMALL), spot.x, spot.y - 18, _SMALL,
               fill=paper_colour("ink"), class_="ink")
        + text(figure, spot.x, spot.y - 4, _SMALL, fill=paper_colour("ink"), class_="ink",
               weight="bold")
    )  # fmt: skip
