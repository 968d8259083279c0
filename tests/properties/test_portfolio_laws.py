"""Laws of portfolios: columns give what ``calculate()`` gives, in any order and any stretch."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.bom import BillOfMaterials
from footprint.calculate import calculate
from footprint.contribution import impacts
from footprint.intensities import IntensityTable
from footprint.portfolio import Floats, Portfolio
from footprint.portfolio_moves import moves, totals
from footprint.solver import solve_intensities
from footprint.system import product_system
from tests.properties.test_engine_laws import random_snapshot
from tests.support.portfolios import METHOD, in_columns, some_bills

seeds = st.integers(0, 10_000)


@cache
def table_of(seed: int) -> IntensityTable:
    return solve_intensities(random_snapshot(seed))


def shaken(table: IntensityTable, seed: int) -> IntensityTable:
    """Another release of the same datasets: every third of them carries more or less."""
    random = np.random.default_rng(seed)
    factors = np.where(random.random(len(table.products)) < 0.33, random.uniform(0.5, 2), 1.0)
    return replace(table, values=table.values * factors[np.newaxis, :, np.newaxis])


def totals_of(portfolio: Portfolio, table: IntensityTable, at_a_time: int = 3) -> Floats:
    return np.concatenate(list(totals(portfolio, table, at_a_time)))


def by_calculate(bom: BillOfMaterials, table: IntensityTable) -> tuple[float, float]:
    """The total, and the sum of absolute contributions that a tolerance is relative to."""
    result = calculate(bom, table, METHOD, bom_sha256="ab" * 32)
    basis = METHOD.certified_basis(bom.boundary)
    return result.total_kg_co2e, impacts(product_system(bom, table), table, METHOD, basis).scale


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_every_study_in_columns_equals_calculate_on_both_releases(seed: int) -> None:
    table = table_of(seed % 7)
    other = shaken(table, seed)
    bills = some_bills(seed, table)
    portfolio = Portfolio.from_bytes(in_columns(bills, table).to_bytes())
    found = list(moves(portfolio, lambda _: table, other, at_a_time=3))
    assert [m.first for m in found] == [0, 3, 6]
    both = np.concatenate([m.totals for m in found])
    for position, bom in enumerate(bills):
        for side, release in enumerate((table, other)):
            total, scale = by_calculate(bom, release)
            assert abs(both[position, side] - total) <= 1e-12 * scale
    assert totals_of(portfolio, other).tobytes() == both[:, 1].tobytes()


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_the_order_of_studies_and_lines_and_the_size_of_a_stretch_change_no_bit(seed: int) -> None:
    table = table_of(seed % 7)
    bills = some_bills(seed, table)
    order = np.random.default_rng(seed).permutation(len(bills))
    turned = [replace(bom, lines=tuple(reversed(bom.lines))) for bom in bills]
    whole = totals_of(in_columns(bills, table), table, at_a_time=100)
    assert totals_of(in_columns(turned, table), table, at_a_time=1).tobytes() == whole.tobytes()
    mixed = totals_of(in_columns([bills[i] for i in order], table), table, at_a_time=2)
    assert mixed.tobytes() == whole[order].tobytes()


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_what_moved_a_study_adds_up_to_its_change(seed: int) -> None:
    """One dataset changes at a time, so the one driver is the whole change."""
    table = table_of(seed % 7)
    bills = some_bills(seed, table)
    portfolio = in_columns(bills, table)
    row = seed % len(table.products)
    values = np.array(table.values)
    values[:, row] *= 1.5
    (found,) = moves(portfolio, lambda _: table, replace(table, values=values))
    for position in range(len(bills)):
        driver = int(found.drivers[position, 0])
        if found.has_moved[position]:
            assert portfolio.products[driver].dataset == table.products[row].id
            rest = found.change[position] - found.driver_kg_co2e[position, 0]
            assert abs(rest) <= 1e-12 * found.scale[position]
        else:
            assert driver == -1
    assert found.count_of.sum() == found.has_moved.sum()
