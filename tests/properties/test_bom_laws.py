"""Laws of bills of materials: nesting equals writing out, cycles are found, nothing crashes."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from api.schemas.bom import BomIn
from footprint.bom import multiplicities
from footprint.errors import FootprintError
from tests.support.builders import a_bom, a_bom_document, a_material, a_result, an_energy
from tests.unit.api.documents import TABLE, a_full_document

POWER = an_energy("power", "grid")
HALVES = st.integers(0, 8).map(lambda n: Decimal(n) / 2)


@dataclass(frozen=True)
class Graph:
    """Assembly i holds ``uses[i][j]`` of assembly j; the product is assembly 0 and uses all."""

    uses: tuple[tuple[tuple[int, Decimal], ...], ...]

    def document(self) -> dict[str, object]:
        assemblies = {
            f"a{i}": {"name": f"a{i}", "lines": [*self._lines(i), a_material("m", "steel")]}
            for i in range(1, len(self.uses))
        }
        return a_bom_document([a_material("m", "steel"), POWER, *self._lines(0)], assemblies)

    def _lines(self, i: int) -> Iterator[dict[str, object]]:
        for position, (j, quantity) in enumerate(self.uses[i]):
            yield {
                "ref": f"u{position}",
                "kind": "assembly",
                "name": "x",
                "assembly": f"a{j}",
                "quantity": str(quantity),
            }

    def written_out(self) -> Counter[int]:
        """How many of each, by walking every path: what nesting must come to."""
        counts: Counter[int] = Counter()
        walk = [(0, Decimal(1))]
        while walk:
            i, count = walk.pop()
            counts[i] += count  # type: ignore[assignment]
            walk += [(j, count * quantity) for j, quantity in self.uses[i]]
        return counts


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Without a cycle: each uses later ones only; every one is used by the product as well."""
    count = draw(st.integers(2, 7))
    uses = []
    for i in range(count):
        later = list(range(i + 1, count))
        edges = (
            draw(st.lists(st.tuples(st.sampled_from(later), HALVES), max_size=4)) if later else []
        )
        uses.append(tuple(edges))
    uses[0] = (*uses[0], *((j, Decimal(1)) for j in range(1, count)))
    return Graph(tuple(uses))


@given(graphs())
def test_multiplicities_are_those_of_the_bill_written_out(graph: Graph) -> None:
    bom = BomIn.model_validate(graph.document()).to_core()
    counts = multiplicities(bom)
    expected = graph.written_out()
    assert {name: counts[name] for name in counts if name} == {
        f"a{i}": expected[i] for i in range(1, len(graph.uses))
    }


@settings(max_examples=50)
@given(graphs())
def test_footprint_of_a_nested_bill_is_that_of_the_bill_written_out(graph: Graph) -> None:
    nested = a_result(BomIn.model_validate(graph.document()).to_core(), TABLE)
    kilograms = sum(graph.written_out().values())
    flat = a_result(a_bom([a_material("m", "steel", str(kilograms)), POWER]), TABLE)
    assert nested.total_kg_co2e == pytest.approx(flat.total_kg_co2e, rel=1e-12)


@given(graphs(), st.data())
def test_edge_backwards_makes_a_cycle_that_is_named(graph: Graph, data: st.DataObject) -> None:
    last = len(graph.uses) - 1
    first = data.draw(st.integers(1, last))
    uses = [*graph.uses]
    uses[last] = (*uses[last], (first, Decimal(1)))
    if first != last:
        uses[first] = (*uses[first], (last, Decimal(1)))
    document = Graph(tuple(uses)).document()
    with pytest.raises(FootprintError) as refused:
        BomIn.model_validate(document).to_core()
    assert refused.value.code == "bom-cycle"
    path = [int(name.removeprefix("a")) for name in refused.value.parameters["path"].split(" > ")]
    assert path[0] == path[-1]
    assert all(
        any(j == after for j, _ in uses[before]) for before, after in itertools.pairwise(path)
    )


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["-1", "0", "1e15", "1e-15", "kg", "kWh", "steel", "cut", "assembly", "NaN"]),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def a_line_of_every_kind() -> list[dict[str, Any]]:
    """One line each; two materials, bought with a dataset and with a supplier's footprint."""
    loss = {"rate": "0.05", "route": "waste-treatment", "dataset": "landfill"}
    supplied = a_material("s", "x")
    del supplied["dataset"]
    supplied["supplier_footprint"] = {
        "kg_co2e_per_unit": "4",
        "unit": "kg",
        "gwp_set": "AR6",
        "document": "PCF 17",
        "is_verified": True,
        "primary_share": "0.5",
    }
    return [
        a_material("m", "steel", "2", loss=loss),
        supplied,
        {**a_material("p", "steel", "0.1"), "kind": "packaging"},
        POWER,
        {
            "ref": "g",
            "kind": "direct-emission",
            "name": "gas",
            "substance": "SF6",
            "origin": "fossil",
            "amount": "1",
            "unit": "g",
        },
        {
            "ref": "t",
            "kind": "transport",
            "name": "truck",
            "dataset": "truck",
            "mass": "1",
            "mass_unit": "t",
            "distance": "300",
            "distance_unit": "km",
        },
        {
            "ref": "u",
            "kind": "use",
            "name": "use",
            "dataset": "grid",
            "amount_per_service": "1",
            "unit": "kWh",
            "services": "1000",
        },
        {
            "ref": "z",
            "kind": "end-of-life",
            "name": "end",
            "dataset": "landfill",
            "mass": "2",
            "mass_unit": "kg",
            "share": "1",
        },
        {"ref": "a", "kind": "assembly", "name": "part", "assembly": "part", "quantity": "3"},
    ]


def places_in(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield from places_in(item, (*path, key))


PLACES = [path for path in places_in(a_full_document()) if path]


def with_replaced(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    document = copy.deepcopy(a_full_document())
    target: Any = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return document


def outcome(document: object) -> object:
    """The result's total, or the refusal: anything else is a crash and fails the test."""
    try:
        return a_result(BomIn.model_validate(document).to_core(), TABLE).total_kg_co2e
    except (ValidationError, FootprintError) as refusal:
        return refusal


def test_the_full_document_is_calculated() -> None:
    assert isinstance(outcome(a_full_document()), float)


@settings(max_examples=400)
@given(st.sampled_from(PLACES), JUNK)
@example(("lines", 0, "loss", "rate"), "0.999999999999999999")
@example(("lines", 0, "amount"), "1e-15")
@example(("assemblies", "part"), {"name": "part", "lines": []})
def test_any_member_replaced_by_anything_is_calculated_or_refused(
    path: tuple[str | int, ...], value: object
) -> None:
    seen = outcome(with_replaced(path, value))
    assert isinstance(seen, (float, ValidationError, FootprintError))
    if isinstance(seen, float):
        assert abs(seen) < float("inf")


@settings(max_examples=100)
@given(st.sampled_from(PLACES))
def test_any_member_left_out_is_calculated_or_refused(path: tuple[str | int, ...]) -> None:
    document = copy.deepcopy(a_full_document())
    target: Any = document
    for step in path[:-1]:
        target = target[step]
    del target[path[-1]]
    assert isinstance(outcome(document), (float, ValidationError, FootprintError))


@settings(max_examples=100)
@given(JUNK)
def test_anything_at_all_is_refused_or_calculated(document: object) -> None:
    assert isinstance(outcome(document), (ValidationError, FootprintError))
