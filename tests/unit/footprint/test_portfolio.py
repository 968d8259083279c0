"""Portfolios: what moved and why, what cannot be calculated and why, and their bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footprint.intensities import IntensityTable
from footprint.portfolio import Floats, Portfolio, PortfolioBuilder, Product, Terms
from footprint.portfolio_moves import ENTRIES_AT_A_TIME, MOST_DRIVERS, MOVED_ABOVE, Moves, moves
from tests.support.builders import a_bom, a_material, an_energy
from tests.support.portfolios import a_gas, in_columns, terms_of
from tests.support.studies import a_table

GAS = a_material("gas", "gas-burned", "1", "MJ")
BILLS = [
    a_bom([a_material("steel", "steel", "10"), an_energy("power", "power", "5")]),
    a_bom([GAS, an_energy("power", "power", "1")]),
    a_bom([GAS, a_gas("vent", "2")]),
]


def with_values(table: IntensityTable, **kg: float) -> IntensityTable:
    """The table with other kgCO2 per unit of some datasets."""
    values = np.array(table.values)
    for dataset, amount in kg.items():
        values[0, table.rows[dataset], 0] = amount
    return replace(table, values=values)


def without(table: IntensityTable, dataset: str) -> IntensityTable:
    kept = [row for row, entry in enumerate(table.products) if entry.id != dataset]
    products = tuple(table.products[row] for row in kept)
    return replace(table, products=products, values=table.values[:, kept])


def moved(after: IntensityTable) -> Moves:
    (found,) = moves(in_columns(BILLS, a_table()), lambda _: a_table(), after)
    return found


def test_a_study_moves_by_the_change_of_what_it_holds_largest_first() -> None:
    found = moved(with_values(a_table(), steel=2.5, power=0.9))
    assert found.totals[0] == pytest.approx([25.0, 29.5])
    names = [p.dataset for p in in_columns(BILLS, a_table()).products]
    assert [names[d] for d in found.drivers[0, :2]] == ["steel", "power"]
    assert found.driver_kg_co2e[0].tolist() == pytest.approx([5.0, -0.5, 0.0])
    assert found.has_moved.tolist() == [True, True, False]
    assert found.count_of[names.index("power")] == 2
    assert found.share_of[names.index("steel")] == pytest.approx(0.2)


def test_a_table_that_differs_in_its_last_bits_moves_nothing() -> None:
    table = a_table()
    found = moved(replace(table, values=table.values * (1 + 4e-16)))
    assert found.change.any(), "else the test shows nothing"
    assert not found.has_moved.any()
    assert not found.count_of.any()


def test_a_dataset_that_is_gone_fails_the_studies_that_hold_it_and_no_other() -> None:
    found = moved(without(a_table(), "steel"))
    assert {n: (e.code, e.parameters["dataset"]) for n, e in found.failures.items()} == {
        0: ("dataset-unknown", "steel")
    }
    assert np.isnan(found.totals[0, 1])
    assert found.totals[1].tolist() == [2.0, 2.0]


def test_amounts_are_converted_where_a_release_states_a_product_in_another_unit() -> None:
    table = a_table()
    products = list(table.products)
    products[table.rows["power"]] = replace(products[table.rows["power"]], unit="MJ")
    in_mj = with_values(replace(table, products=tuple(products)), power=1 / 3.6)
    assert moved(in_mj).totals[0, 1] == pytest.approx(25.0, rel=1e-14)
    products[table.rows["power"]] = replace(products[table.rows["power"]], unit="kg")
    failures = moved(replace(table, products=tuple(products))).failures
    assert [failures[n].code for n in sorted(failures)] == ["unit-wrong-dimension"] * 2


def test_a_gas_the_set_does_not_know_fails_every_study_under_it() -> None:
    table = a_table()
    unknown = replace(table, keys=(replace(table.keys[0], substance="unobtainium"),))
    assert {e.code for e in moved(unknown).failures.values()} == {"gas-unknown"}
    assert len(moved(unknown).failures) == len(BILLS)


def test_studies_of_several_releases_are_each_compared_with_their_own() -> None:
    tables = {"rel_1": a_table(), "rel_2": with_values(a_table(), steel=3.0)}
    builder = PortfolioBuilder()
    for name in ("rel_2", "rel_1"):
        builder.add(name, terms_of(BILLS[0], name), [(Product("steel", "kg"), 1.0)])
    (found,) = moves(builder.built(), tables.__getitem__, tables["rel_2"])
    assert found.totals.tolist() == [[3.0, 3.0], [2.0, 3.0]]
    assert found.has_moved.tolist() == [False, True]


def test_the_same_studies_are_the_same_bytes_and_come_back() -> None:
    content = in_columns(BILLS, a_table()).to_bytes()
    assert content == in_columns(BILLS, a_table()).to_bytes()
    again = Portfolio.from_bytes(content)
    assert again.to_bytes() == content
    assert again.studies == ("std_000", "std_001", "std_002")
    assert again.terms == (terms_of(BILLS[0]),)


def test_nothing_is_a_portfolio_as_well() -> None:
    empty = PortfolioBuilder().built()
    assert list(moves(empty, lambda _: a_table(), a_table())) == []
    alone = PortfolioBuilder()
    alone.add("std", Terms("r", "gbt24067-2024", "AR6", "excluding-uptake"), [])
    (found,) = moves(alone.built(), lambda _: a_table(), a_table())
    assert found.totals.tolist() == [[0.0, 0.0]]
    assert not found.failures


def random_portfolio(studies: int, table: IntensityTable) -> tuple[Portfolio, Floats]:
    """Studies that hold any of the products, some of none, and their amounts as one dense table."""
    random = np.random.default_rng(7)
    shape = (studies, len(table.products))
    amounts = np.where(random.random(shape) < 0.7, random.lognormal(0, 3, shape), 0.0)
    amounts[random.random(shape) < 0.1] *= -1
    nothing = in_columns([], table)
    return replace(
        nothing,
        studies=tuple(f"std_{number:06d}" for number in range(studies)),
        terms=(terms_of(BILLS[0]),),
        terms_of=np.zeros(studies, dtype=np.int64),
        products=tuple(Product(p.id, p.unit) for p in table.products),
        offsets=np.concatenate([[0], np.cumsum((amounts != 0).sum(axis=1))]),
        rows=np.nonzero(amounts)[1].astype(np.int32),
        amounts=amounts[amounts != 0],
        flow_offsets=np.zeros(studies + 1, dtype=np.int64),
    ), amounts


@pytest.mark.parametrize("moving", [("steel",), ("steel", "power", "gas-burned")])
def test_many_studies_are_looked_at_in_pieces_and_none_is_told_otherwise(
    moving: tuple[str, ...],
) -> None:
    table = a_table()
    after = with_values(table, **{name: 3.0 + len(name) for name in moving})
    studies = 3 * ENTRIES_AT_A_TIME // len(table.products)
    portfolio, amounts = random_portfolio(studies, table)
    assert portfolio.amounts.size > 2 * ENTRIES_AT_A_TIME, "else it is one piece"
    (found,) = moves(portfolio, lambda _: table, after, at_a_time=studies)
    change = (after.values - table.values)[0, :, 0]
    kg = np.where(found.has_moved[:, np.newaxis], amounts * change, 0.0)
    order = np.argsort(-np.abs(kg), axis=1, kind="stable")[:, :MOST_DRIVERS]
    largest = np.take_along_axis(kg, order, axis=1)
    small = np.abs(largest) <= MOVED_ABOVE * found.scale[:, np.newaxis]
    assert found.drivers[:, : order.shape[1]].tolist() == np.where(small, -1, order).tolist()
    np.testing.assert_allclose(found.driver_kg_co2e, np.where(small, 0.0, largest), rtol=1e-14)
    counted = np.abs(kg) > MOVED_ABOVE * found.scale[:, np.newaxis]
    assert found.count_of.tolist() == counted.sum(axis=0).tolist()
    base = np.where(found.has_moved, np.abs(found.totals[:, 0]), 1.0)[:, np.newaxis]
    shares = (np.where(counted, kg, 0.0) / base).sum(axis=0)
    np.testing.assert_allclose(found.share_of, shares, rtol=1e-10)
