"""Where the nodes of a flow chart stand, and how large each is: of any graph, loops among it.

Rules:

* The node everything flows to stands on the right; a node stands left of everything it flows to,
  by the longest way. Within their column nodes keep the order they are given in.
* A node is as tall as what passes through it whatever its sign, so that no band leaves its bar.
* In a drawing of a fixed width the first column has its labels on its left, one line each; every
  other label stands above its bar, so that no band that leaves the bar runs through it. Where
  there are many columns, the last bar stands off the edge, so that its label has room beside
  those of the column before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

BAR = 10.0
LABEL = 32.0  # two lines above a bar
_GAP = 6.0
_PITCH = 21.0  # of labels of one line
_TALLEST = 250.0
_COLUMN = 190.0
_FIRST_LABEL = 0.4  # of a fixed width
_MANY = 4  # flows one after another from where a fixed width gets narrow
_FIRST_OF_MANY = 0.25
_LAST_OF_MANY = 110.0  # "9,790,000 kg CO2e"


@dataclass(frozen=True, kw_only=True)
class FlowNode:
    """A node: what it is called, what flows through it, and the token of its colour.

    Attributes:
        direct_kg_co2e, rest_kg_co2e: What comes in by no link: its own, and inputs not shown.
        rest_count: How many inputs these are.
        note: What stands behind its figure.
    """

    id: str
    name: str
    kg_co2e: Decimal
    direct_kg_co2e: Decimal = Decimal(0)
    rest_kg_co2e: Decimal = Decimal(0)
    rest_count: int = 0
    note: str = ""
    token: str = "ink-soft"  # noqa: S105  a colour


@dataclass(frozen=True, kw_only=True)
class FlowLink:
    """A flow in kgCO2e; below zero for a credit."""

    source: str
    target: str
    kg_co2e: Decimal


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A node where it stands: the top left corner of its bar, and the room for its label.

    Attributes:
        size: What its height stands for.
        is_beside: Its label is on the left of the bar.
        is_last: It is what everything flows to.
    """

    node: FlowNode
    x: float
    y: float
    height: float
    size: float
    room: float
    has_loop: bool
    is_beside: bool
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class FlowLayout:
    """A graph that is laid out.

    Attributes:
        spots: By id.
        forward: The links that have a band; those that close a loop have none.
    """

    spots: Mapping[str, Spot]
    forward: Sequence[FlowLink]
    width: float
    height: float


def flow_layout(
    nodes: Sequence[FlowNode], links: Sequence[FlowLink], width: float | None = None
) -> FlowLayout:
    """Lays a graph out.

    Args:
        nodes: The first is what everything flows to, the others in the order of their column.
        links: Between nodes by id, loops allowed.
        width: Of the drawing; as wide as its columns need where none is given.
    """
    forward = _forward(nodes, links)
    level = _levels(nodes, forward)
    last = max(level.values(), default=0)
    columns = [[n for n in nodes if level[n.id] == last - place] for place in range(last + 1)]
    sizes = {node.id: _size(node, forward) for node in nodes}
    fullest = max((sum(sizes[node.id] for node in column) for column in columns), default=0.0)
    scale = _TALLEST / fullest if fullest else 0.0
    kept = {id(link) for link in forward}
    loops = {link.source for link in links if id(link) not in kept}
    heights = {name: max(size * scale, 1.0) for name, size in sizes.items()}
    is_beside = width is not None and last > 0
    steps = [
        [_step(heights[node.id], is_beside and not place) for node in column]
        for place, column in enumerate(columns)
    ]
    tallest = max((sum(column) for column in steps), default=0.0)
    across = _across(last, width)
    spots: dict[str, Spot] = {}
    for place, column in enumerate(columns):
        y = (tallest - sum(steps[place])) / 2
        beside = is_beside and not place
        for node, step in zip(column, steps[place], strict=True):
            tall = heights[node.id]
            spots[node.id] = Spot(
                node=node,
                x=across[place],
                y=y + ((step - tall) / 2 if beside else LABEL),
                height=tall,
                size=sizes[node.id],
                room=across[place] if beside else across[place + 1] - across[place] - 12,
                has_loop=node.id in loops,
                is_beside=beside,
                is_last=place == last,
            )
            y += step
    whole = across[-1] if width is None else width
    return FlowLayout(spots=spots, forward=forward, width=whole, height=max(tallest, 1.0))


def _step(tall: float, is_beside: bool) -> float:
    """From the top of a node to the top of the next."""
    return max(tall + _GAP, _PITCH) if is_beside else LABEL + tall + _GAP


def _across(last: int, width: float | None) -> list[float]:
    """Where each column begins, and where the drawing ends."""
    if width is None:
        return [place * _COLUMN for place in range(last + 2)]
    has_many = last >= _MANY
    first = width * (_FIRST_OF_MANY if has_many else _FIRST_LABEL) if last else width - BAR
    step = (width - BAR - first - (_LAST_OF_MANY if has_many else 0.0)) / (last or 1)
    return [*(first + step * place for place in range(last + 1)), width]


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


def _size(node: FlowNode, forward: Sequence[FlowLink]) -> float:
    """What passes through a node whatever its sign."""
    into = sum(abs(link.kg_co2e) for link in forward if link.target == node.id)
    out = sum(abs(link.kg_co2e) for link in forward if link.source == node.id)
    return float(max(abs(node.kg_co2e), into, out))
