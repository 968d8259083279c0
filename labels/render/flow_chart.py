"""Flows between named nodes in columns (Sankey), drawn on the server as SVG with its table.

Rules:

* A band is as thick as its flow; nothing is moved to look better.
* A credit is drawn as thick as its size, hatched and with a dashed edge, and keeps its sign in
  words: colour alone says nothing.
* A flow that goes back (a loop) has no band, because it would run against all others: its node
  bears the sign ↺, and the table has the flow.
* Where a bar is taller than the bands that come in, the rest is the node's own and what is hidden;
  the table names both.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from labels.locale import Translator, translator
from labels.render.charts import UNIT, Chart, ChartWords, chart_frame
from labels.render.drawing import element, hatch, number, shortened, text, text_width
from labels.render.flow_layout import BAR, FlowLayout, FlowLink, FlowNode, Spot, flow_layout
from labels.render.palette import paper_colour
from labels.render.printed import three_figures

_SMALL = 12.0
LOOP = "↺"


def flow_chart(
    nodes: Sequence[FlowNode],
    links: Sequence[FlowLink],
    language: str,
    *,
    title: str,
    reading: str,
    chart_id: str = "flows",
    width: float | None = None,
) -> Chart:
    """The drawing with its table; the first node is the one everything flows to.

    Args:
        nodes: In the order they stand in within their column.
        links: Between nodes by id, loops allowed.
        language: The reader's.
        title: What is shown.
        reading: One sentence: what to see in it.
        chart_id: Begins every id inside the drawing.
        width: Of the drawing; as wide as its columns need where none is given.
    """
    reader = translator(language)
    layout = flow_layout(nodes, links, width)
    parts = [
        element("defs", hatch(f"{chart_id}-credit", paper_colour("ink-soft"), "ink-soft-line")),
        *_bands(layout, chart_id),
        *(_bar(spot) + _label(spot, reader) for spot in layout.spots.values()),
    ]
    words = ChartWords(chart_id, title, reading, language)
    svg = chart_frame(words, layout.width, layout.height, "".join(parts))
    columns = tuple(
        reader.text(key) for key in ("chart.column_from", "chart.column_to", "chart.column_value")
    )
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


def _bands(layout: FlowLayout, chart_id: str) -> list[str]:
    """Every link as a band; at a node they lie on each other in the order of the other end."""
    spots = layout.spots
    order = {node: position for position, node in enumerate(spots)}
    out, into = dict.fromkeys(spots, 0.0), dict.fromkeys(spots, 0.0)
    drawn = []
    for link in sorted(layout.forward, key=lambda one: (order[one.source], order[one.target])):
        source, target = spots[link.source], spots[link.target]
        size = float(abs(link.kg_co2e))
        thick = min(size * spot.height / (spot.size or 1.0) for spot in (source, target))
        start = (source.x + BAR, source.y + out[link.source])
        end = (target.x, target.y + into[link.target])
        out[link.source] += thick
        into[link.target] += thick
        drawn.append(_band(start, end, max(thick, 0.5), link, source, chart_id))
    return drawn


def _band(
    start: tuple[float, float],
    end: tuple[float, float],
    thick: float,
    link: FlowLink,
    source: Spot,
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


def _bar(spot: Spot) -> str:
    token = spot.node.token
    return element("rect", x=spot.x, y=spot.y, width=BAR, height=spot.height,
                   fill=paper_colour(token), class_=token)  # fmt: skip


def _label(spot: Spot, reader: Translator) -> str:
    """Name and figure: in a line on the left of the bar, or in two above it."""
    node = spot.node
    figure = three_figures(node.kg_co2e, reader) + (f" {UNIT}" if spot.is_last else "")
    figure = " · ".join(filter(None, (figure, node.note))) + (f" {LOOP}" if spot.has_loop else "")
    if spot.is_beside:
        middle = spot.y + spot.height / 2 + 4
        end = spot.x - 6 - text_width(figure, _SMALL, is_bold=True) - 8
        name = shortened(node.name, end, _SMALL)
        return _text(name, end, middle, "end") + _text(figure, spot.x - 6, middle, "end", "bold")
    is_at_edge = spot.room < 0  # the last bar of a drawing of a fixed width
    x, anchor = (spot.x + BAR, "end") if is_at_edge else (spot.x, None)
    name = node.name if is_at_edge else shortened(node.name, spot.room, _SMALL)
    return _text(name, x, spot.y - 18, anchor) + _text(figure, x, spot.y - 4, anchor, "bold")


def _text(content: str, x: float, y: float, anchor: str | None, weight: str | None = None) -> str:
    return text(content, x, y, _SMALL, anchor=anchor, fill=paper_colour("ink"), class_="ink",
                weight=weight)  # fmt: skip
