"""The table of foreign background names: every line stands on a dataset and a source that exist."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from footprint.inventory import InventorySnapshot
from lca_db.inventory.importers.mapping import (
    BackgroundMap,
    Counterpart,
    shipped_counterparts,
    shipped_map,
)
from lca_db.inventory.importers.preparing import Demand
from lca_db.inventory.importers.raw import FlowKind
from lca_db.inventory.importers.units import factor_between, foreign_unit
from lca_db.inventory.reference_files import load_reference

ROOT = Path(__file__).parents[3]
TABLES = ROOT / "lca_db" / "inventory" / "importers" / "mappings"
SOURCES = ROOT / "lca_db" / "inventory" / "reference" / "sources.csv"
WATER_M3_PER_KG = "0.001"


@cache
def shipped() -> InventorySnapshot:
    return load_reference()[0]


def rows() -> Iterator[Mapping[str, str]]:
    for table in sorted(TABLES.glob("*.csv")):
        with table.open(encoding="utf-8") as lines:
            yield from csv.DictReader(lines)


def demand(
    activity: str, product: str, unit: str = "kg", kind: FlowKind = FlowKind.PRODUCT_INPUT
) -> Demand:
    return Demand(
        kind=kind, name=product, flow_id="", location="", provider_id="", provider_name=activity,
        amount=Decimal(1), unit=unit, place="/",
    )  # fmt: skip


def test_every_line_names_a_dataset_of_the_shipped_inventory_and_a_reason() -> None:
    every = list(rows())
    offered = shipped().product_units()
    assert len(every) >= 150
    assert {row["dataset"] for row in every} - set(offered) == set()
    assert len(shipped_counterparts(shipped())) == len(every)
    assert [row["activity"] for row in every if not row["note"]] == []
    assert {row["fit"] for row in every} == {"same", "proxy"}
    assert {row["takes_waste"] for row in every} == {"yes", "no"}


def test_no_foreign_name_has_two_counterparts_in_one_place() -> None:
    names = [(row["activity"], row["product"], row["location"]) for row in rows()]
    assert len(set(names)) == len(names)


def test_a_counterpart_of_another_measure_has_a_factor_that_a_source_gives() -> None:
    with SOURCES.open(encoding="utf-8") as lines:
        values = {row["source_id"]: (row["value"], row["unit"]) for row in csv.DictReader(lines)}
    offered = shipped().product_units()
    count = 0
    for row in rows():
        is_alike = factor_between(foreign_unit(row["unit"]).unit, offered[row["dataset"]])
        if is_alike is not None:
            assert (row["factor"], row["factor_source"]) == ("", ""), row
            continue
        count += 1
        if row["factor_source"] in values:  # GJ/t is MJ/kg
            assert values[row["factor_source"]] == (row["factor"], "GJ/t"), row
        else:
            assert (row["factor"], row["product"]) == (WATER_M3_PER_KG, "tap water"), row
    assert count > 10


def test_the_same_place_is_needed_to_be_the_same() -> None:
    locations = {p.id: p.location for p in shipped().processes}
    differing = [
        row
        for row in rows()
        if row["fit"] == "same" and locations[row["dataset"]] != row["location"]
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("location", "dataset"),
    [
        ("CN", "electricity-grid-cn-2024"),
        ("RER", "electricity-mix-eu-2018-derived"),
        ("US", "electricity-mix-us-2018-derived"),
        ("CH", None),
        ("", None),
    ],
)
def test_electricity_is_taken_from_where_it_is_used_or_not_at_all(
    location: str, dataset: str | None
) -> None:
    product = "electricity, low voltage"
    asked = demand(f"market group for {product}", product, "kWh")
    found = shipped_map().find(asked, location)
    assert (found and found.dataset) == dataset


def counterpart(location: str, dataset: str, takes_waste: bool = False) -> Counterpart:
    return Counterpart(
        activity="Market for X", product="x", location=location, unit="kg", dataset=dataset,
        dataset_unit="kg", factor=Decimal(1), fit="proxy", takes_waste=takes_waste, note="",
    )  # fmt: skip


def test_a_line_with_a_place_comes_before_one_for_anywhere() -> None:
    table = BackgroundMap([counterpart("", "anywhere"), counterpart("CN", "in-china")])
    asked = demand("market for x", "X")
    for location, dataset in (("CN", "in-china"), ("RER", "anywhere")):
        found = table.find(asked, location)
        assert found is not None
        assert found.dataset == dataset


def test_another_product_or_another_measure_of_the_activity_is_not_taken() -> None:
    table = BackgroundMap([counterpart("", "anywhere")])
    assert table.find(demand("market for x", "y"), "") is None
    assert table.find(demand("market for x", "x", "kWh"), "") is None


def test_waste_is_handed_only_to_what_takes_it() -> None:
    waste = demand("market for x", "x", kind=FlowKind.WASTE_OUTPUT)
    assert BackgroundMap([counterpart("", "maker")]).find(waste, "") is None
    assert BackgroundMap([counterpart("", "taker", takes_waste=True)]).find(waste, "") is not None
