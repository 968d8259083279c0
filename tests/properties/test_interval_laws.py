"""Laws of the interval of a footprint, on random systems and on tables written by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.bom import BillOfMaterials
from footprint.calculate import calculate
from footprint.drawing import draw_footprint
from footprint.intensities import IntensityTable
from footprint.interval import FootprintDraws, probability_lower
from footprint.methods import method_profile
from footprint.sampled_tables import SampledTables
from footprint.sampling import sampled_tables
from footprint.solver import solve_intensities
from tests.properties.test_engine_laws import random_snapshot
from tests.support.builders import ANY_SHA256, a_bom, a_material, an_energy
from tests.support.sampled import spread_tables, with_pedigree

METHOD = method_profile("gbt24067-2024")
CERTAIN: dict[str, Any] = {"squared_deviation": "1"}
seeds = st.integers(0, 300)
factors = st.decimals("0.001", "1000", places=3)


def sampled_release(seed: int, draws: int = 40) -> tuple[IntensityTable, SampledTables]:
    snapshot = with_pedigree(random_snapshot(seed))
    table = solve_intensities(snapshot)
    return table, sampled_tables(snapshot, table, seed=seed, draws=draws)


def a_product(factor: Decimal = Decimal(1), **more: Any) -> BillOfMaterials:
    lines = [
        a_material("a", "p-001", str(factor), **more),
        a_material("b", "p-005", str(2 * factor), **more),
        an_energy("c", "p-002", str(3 * factor), "kg", **more),
    ]
    return a_bom(lines)


def draws_of(bom: BillOfMaterials, table: IntensityTable, sampled: SampledTables) -> FootprintDraws:
    found = draw_footprint(bom, table, METHOD, sampled)
    assert found is not None
    return found


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_without_variance_every_draw_is_the_undrawn_total(seed: int) -> None:
    """Within the rounding of a table of four-byte numbers."""
    table = solve_intensities(random_snapshot(seed))
    sampled = spread_tables(table, draws=5)
    bom = a_product(**CERTAIN)
    result = calculate(bom, table, METHOD, bom_sha256=ANY_SHA256, sampled=sampled)
    draws = draws_of(bom, table, sampled).totals
    scale = sum(abs(line.kg_co2e) for line in result.lines)
    assert draws == pytest.approx(np.full(5, result.total_kg_co2e), abs=1e-6 * scale)


@settings(max_examples=15, deadline=None)
@given(seeds, factors)
def test_interval_scales_with_the_product(seed: int, factor: Decimal) -> None:
    table, sampled = sampled_release(seed)
    one, many = (draws_of(a_product(f), table, sampled).interval for f in (Decimal(1), factor))
    for name in ("lower_kg_co2e", "median_kg_co2e", "upper_kg_co2e"):
        expected = getattr(one, name) * float(factor)
        assert getattr(many, name) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_contributions_to_the_variance_sum_to_one(seed: int) -> None:
    table, sampled = sampled_release(seed)
    result = calculate(a_product(), table, METHOD, bom_sha256=ANY_SHA256, sampled=sampled)
    shares = [line.variance_share for line in result.lines]
    assert sum(s for s in shares if s is not None) == pytest.approx(1, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_product_is_certainly_higher_than_a_hundredth_less_of_itself(seed: int) -> None:
    """Of products that emit: one that is a credit would be certainly lower."""
    table, sampled = sampled_release(seed)
    whole = draws_of(a_product(Decimal(1)), table, sampled)
    less = draws_of(a_product(Decimal("0.99")), table, sampled)
    is_emitting = np.mean(whole.totals > 0)
    assert probability_lower(less, whole) == pytest.approx(is_emitting)
    assert probability_lower(less, whole) + probability_lower(whole, less) == pytest.approx(1)
    assert probability_lower(whole, whole) == 0.5


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_total_does_not_move_by_being_sampled(seed: int) -> None:
    table, sampled = sampled_release(seed)
    alone = calculate(a_product(), table, METHOD, bom_sha256=ANY_SHA256)
    drawn = calculate(a_product(), table, METHOD, bom_sha256=ANY_SHA256, sampled=sampled)
    assert drawn.total_kg_co2e == alone.total_kg_co2e
    assert drawn.certified_value == alone.certified_value
    assert alone.uncertainty is None
    assert drawn.uncertainty is not None
