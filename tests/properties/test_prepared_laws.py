"""Laws of a prepared bill: multiplied in numpy, it is the bill whose lines were changed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.bom import BillOfMaterials, Stage
from footprint.calculate import calculate
from footprint.changed_bill import changed_bill
from footprint.changes import Change, ChangeKind, LineName
from footprint.drawing import draw_footprint, draw_prepared
from footprint.intensities import IntensityTable
from footprint.methods import method_profile
from footprint.prepared import prepare
from footprint.result import FootprintResult
from tests.properties.test_engine_laws import solved
from tests.properties.test_interval_laws import sampled_release
from tests.properties.test_scenario_laws import bill
from tests.properties.test_study_flow_laws import a_study
from tests.support.builders import ANY_SHA256

METHOD = method_profile("gbt24067-2024")
REFS: tuple[LineName, ...] = (("", "a"), ("", "b"), ("part", "c"), ("part", "d"))
seeds = st.integers(0, 300)
factors = st.decimals("0", "20", places=3)
choices = st.dictionaries(st.sampled_from(REFS), factors)


def multiplied(
    bom: BillOfMaterials, table: IntensityTable, changed: dict[LineName, Decimal]
) -> BillOfMaterials:
    """The bill itself with other amounts, read and checked anew."""
    changes = [
        Change(kind=ChangeKind.AMOUNT, line=line, factor=factor) for line, factor in changed.items()
    ]
    return changed_bill(bom, changes, table).bom


def footprint(bom: BillOfMaterials, table: IntensityTable) -> FootprintResult:
    return calculate(bom, table, METHOD, bom_sha256=ANY_SHA256)


@settings(max_examples=40, deadline=None)
@given(seeds, choices)
def test_a_prepared_bill_multiplied_is_the_bill_with_those_amounts(
    seed: int, changed: dict[LineName, Decimal]
) -> None:
    study = a_study(seed)
    prepared = prepare(study.bom, study.table, METHOD)
    found = prepared.evaluate(prepared.multipliers({n: float(f) for n, f in changed.items()}))
    anew = footprint(multiplied(study.bom, study.table, changed), study.table)
    tolerance = 1e-12 * sum(abs(line.kg_co2e) for line in anew.lines) + 1e-12 * sum(
        abs(gas.kg_co2e) for gas in anew.gases
    )
    assert found.total_kg_co2e == pytest.approx(anew.total_kg_co2e, abs=tolerance, rel=0)
    lines = dict.fromkeys(prepared.lines, 0.0)
    for line in anew.lines:
        lines[line.assembly, line.ref] += line.kg_co2e
    assert found.lines_kg_co2e == pytest.approx(
        np.array(list(lines.values())), abs=tolerance, rel=0
    )
    masses = {gas.key: gas.mass_kg for gas in anew.gases}
    for key, factor, mass in zip(
        prepared.impact.keys, prepared.impact.factors, found.masses_kg, strict=True
    ):
        assert mass * factor == pytest.approx(masses.get(key, 0.0) * factor, abs=tolerance, rel=0)


@settings(max_examples=20, deadline=None)
@given(seeds, st.lists(choices, min_size=1, max_size=5))
def test_scenarios_together_are_each_of_them_alone(
    seed: int, several: list[dict[LineName, Decimal]]
) -> None:
    prepared = prepare(bill(seed), solved(seed), METHOD)
    rows = [prepared.multipliers({n: float(f) for n, f in changed.items()}) for changed in several]
    totals, stages = prepared.totals(np.array(rows)), prepared.stages(np.array(rows))
    for row, total, parts, changed in zip(rows, totals, stages, several, strict=True):
        anew = footprint(multiplied(prepared.bom, prepared.table, changed), prepared.table)
        scale = 1e-12 * float(np.abs(row * prepared.line_impacts).sum())
        scale += 1e-12 * sum(abs(gas.kg_co2e) for gas in anew.gases)
        assert total == pytest.approx(prepared.evaluate(row).total_kg_co2e, abs=scale, rel=0)
        by_stage = {stage.stage: stage.kg_co2e for stage in anew.stages}
        wanted = np.array([by_stage[stage] for stage in Stage])
        assert parts == pytest.approx(wanted, abs=scale, rel=0)


@settings(max_examples=15, deadline=None)
@given(seeds, choices)
def test_draws_multiplied_are_the_draws_of_the_bill_with_those_amounts(
    seed: int, changed: dict[LineName, Decimal]
) -> None:
    table, sampled = sampled_release(seed)
    base = bill(seed)
    prepared = prepare(base, table, METHOD)
    held = draw_prepared(prepared, sampled)
    anew = draw_footprint(multiplied(base, table, changed), table, METHOD, sampled)
    assert held is not None
    assert anew is not None
    row = prepared.multipliers({name: float(factor) for name, factor in changed.items()})
    scale = float(np.abs(row[:, np.newaxis] * held.lines).sum(axis=0).max())
    assert held.totals(row) == pytest.approx(anew.totals, abs=1e-9 * scale, rel=0)
    interval = held.interval(row)
    assert replace(interval, lower_kg_co2e=0, median_kg_co2e=0, upper_kg_co2e=0) == replace(
        anew.interval, lower_kg_co2e=0, median_kg_co2e=0, upper_kg_co2e=0
    )
    assert interval.upper_kg_co2e == pytest.approx(anew.interval.upper_kg_co2e, abs=1e-9 * scale)
