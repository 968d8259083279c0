"""A bill prepared once: its lines by name, what it refuses, and the footprint made from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footprint.calculate import calculate, result_of
from footprint.drawing import draw_prepared
from footprint.errors import MethodError, ScenarioError
from footprint.methods import method_profile
from footprint.prepared import prepare
from tests.support.builders import ANY_SHA256, a_bom, a_material, an_energy
from tests.support.sampled import spread_tables
from tests.unit.footprint.tables import a_table

TABLE = a_table(("alu", "kg", 6.0), ("heat", "kWh", 0.5), ("steel", "kg", 2.0))
METHOD = method_profile("gbt24067-2024")
BILL = a_bom(
    [
        a_material("body", "steel", "2"),
        an_energy("oven", "heat", "4"),
        {"ref": "two", "kind": "assembly", "name": "arms", "assembly": "arm", "quantity": "2"},
    ],
    {"arm": {"name": "arm", "lines": [a_material("body", "alu", "0.5")]}},
)


def test_lines_are_named_by_their_assembly_and_ref() -> None:
    prepared = prepare(BILL, TABLE, METHOD)
    assert prepared.lines == (("", "body"), ("", "oven"), ("arm", "body"))
    assert prepared.line_impacts.tolist() == [4.0, 2.0, 6.0]


def test_only_the_line_that_is_named_is_multiplied() -> None:
    prepared = prepare(BILL, TABLE, METHOD)
    found = prepared.evaluate(prepared.multipliers({("arm", "body"): 1.5}))
    assert found.total_kg_co2e == pytest.approx(4 + 2 + 9)
    assert found.lines_kg_co2e.tolist() == pytest.approx([4, 2, 9])
    assert found.masses_kg.tolist() == pytest.approx([15])


def test_a_line_that_is_not_there_is_refused_by_name() -> None:
    prepared = prepare(BILL, TABLE, METHOD)
    with pytest.raises(ScenarioError) as refused:
        prepared.multipliers({("arm", "oven"): 2.0})
    assert refused.value.code == "scenario-line-unknown"
    assert refused.value.parameters == {"assembly": "arm", "ref": "oven"}


def test_the_footprint_of_a_prepared_bill_is_the_calculated_one() -> None:
    prepared = prepare(BILL, TABLE, METHOD)
    calculated = calculate(BILL, TABLE, METHOD, bom_sha256=ANY_SHA256)
    assert result_of(prepared, bom_sha256=ANY_SHA256).sha256() == calculated.sha256()


def test_without_a_table_for_the_profile_nothing_is_drawn() -> None:
    sampled = replace(spread_tables(TABLE), values={}, hashes={})
    assert draw_prepared(prepare(BILL, TABLE, METHOD), sampled) is None


def test_draws_of_lines_sum_to_the_draws_of_the_total() -> None:
    prepared = prepare(BILL, TABLE, METHOD)
    drawn = draw_prepared(prepared, spread_tables(TABLE, spread=0.2))
    assert drawn is not None
    assert drawn.lines.shape == (3, 200)
    one = np.ones(3)
    assert drawn.totals(one) == pytest.approx(drawn.lines.sum(axis=0))
    assert drawn.totals(np.array([one, 2 * one]))[1] == pytest.approx(2 * drawn.totals(one))


def test_a_gas_without_a_factor_is_named_at_its_line() -> None:
    vent = {
        "ref": "vent",
        "kind": "direct-emission",
        "name": "vent",
        "substance": "cC3F6",
        "origin": "fossil",
        "amount": "1",
        "unit": "kg",
    }
    bill = a_bom([a_material("body", "steel"), vent, an_energy("oven", "heat")])
    with pytest.raises(MethodError) as refused:  # the fifth assessment report has it, the sixth not
        prepare(bill, TABLE, METHOD)
    assert (refused.value.code, refused.value.place) == ("gas-unknown", "/lines/1/substance")
