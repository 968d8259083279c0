"""A small inventory of everything that is awkward to write in another format."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from footprint.inventory import (
    CO2E,
    CoProduct,
    CutOff,
    DatasetKind,
    DatasetSource,
    Direction,
    Exchange,
    InventorySnapshot,
    Origin,
    Process,
    ReviewStatus,
)
from footprint.quantities import UNITS
from tests.support.builders import a_process, an_emission, an_input

SOURCES = {
    "test": DatasetSource("test", "=cmd|' /C calc'!A0", "Institute", "2024", "t. 1", "MIT", "a"),
    "more": DatasetSource("more", "报告", "研究院", "not stated", "表 2", "CC-BY-4.0", "b"),
}


def edge_inventory() -> InventorySnapshot:
    """Every unit and every kind of emission, credits, co-products, odd texts, digits and years."""
    return InventorySnapshot.of((*_units(), _plant(), _consumer(), _bare()))


def _units() -> tuple[Process, ...]:
    """One product in each unit; who could not say which unit it is would lose it."""
    return tuple(
        a_process(f"unit-{unit.lower()}", unit=unit, reference_amount="10.50")
        if unit != "m3"
        else a_process("unit-m3", unit=unit, reference_amount="1E+3")
        for unit in UNITS
    )


def _plant() -> Process:
    emissions = (
        an_emission("CO2", "0.10"),
        an_emission("CO2", "1E-7", Origin.BIOGENIC),
        an_emission("CO2", "0.3", Origin.BIOGENIC, Direction.REMOVAL),
        an_emission("CO2", "2", Origin.LAND_USE, Direction.REMOVAL),
        an_emission("CO2", "1", Origin.UNSPECIFIED),
        an_emission("CO2", "3", is_aircraft=True),
        an_emission("CH4", "4", Origin.LAND_USE),
        an_emission("N2O", "5", Origin.BIOGENIC),
        an_emission("N2O", "5", Origin.FOSSIL),
        an_emission("SF6", "0", Origin.UNSPECIFIED),
        an_emission("HFC134a", "6"),
        an_emission("HFC134a", "6"),  # the same flow twice stays two
        an_emission(CO2E, "7", gwp_set="AR6"),
        an_emission(CO2E, "8", is_aircraft=True, gwp_set="unstated"),
        an_emission(CO2E, "9", Origin.BIOGENIC, Direction.REMOVAL, gwp_set="AR5"),
    )
    plant = a_process(
        "plant",
        reference_amount="3",
        emissions=emissions,
        co_products=(
            CoProduct(product="steam", amount=Decimal("7.0"), unit="MJ", share=Decimal("0.25")),
            CoProduct(product="slag", amount=Decimal(1), unit="kg", share=Decimal(0)),
        ),
        review_status=ReviewStatus.OFFICIAL,
    )
    return replace(
        plant,
        content={
            "name": {"en": "Plant", "zh-Hans": "工厂", "zh-Hant": "工廠", "pt": "Fábrica"},
            "synonyms": ["works", "=1+1"],
            "technology": "  two blanks, and a tab\tinside ",  # no format carries it to the letter
            "comment": "=HYPERLINK(1)",
            "proxy": "-of another",
            "derivations": [{"member": "/inputs/0", "derivation": "{a} * 2", "sources": ["more"]}],
            "industry": "steel",
            "codes": {"HS": ["7208"], "CAS": ["64-19-7"]},
            "pedigree": dict.fromkeys(
                ("reliability", "completeness", "time", "geography", "technology"), 2
            ),
            "quality": {"ratio": 0.5, "count": 3, "none": None, "yes": True},
        },
        cut_offs=(CutOff(flow="oil", reason="under 1 %, about 0.001 kg"),),
    )


def _consumer() -> Process:
    taken = (
        an_input("plant", "2", "t"),
        an_input("steam", "0.50", "kWh"),
        an_input("slag", "1", "kg"),
        an_input("plant", "-0.125", "kg", is_credit=True),
        Exchange(provider="plant", amount=Decimal(1), unit="kg", is_credit=True),
        *(an_input(f"unit-{unit.lower()}", "1.0", unit) for unit in UNITS),
    )
    consumer = a_process("consumer", unit="piece", inputs=taken, emissions=[an_emission()])
    return replace(
        consumer,
        kind=DatasetKind.AGGREGATED,
        year="2021-2023",
        location="CN-GD",
        review_status=ReviewStatus.DRAFT,
        alternatives=("unit-piece",),
        content={"name": {"zh-Hans": "-用户"}, "technology": "", "comment": "'=quoted"},
    )


def _bare() -> Process:
    """No name, no description, no year."""
    return replace(a_process("bare"), year="not stated", is_fuel_combustion=True, content={})
