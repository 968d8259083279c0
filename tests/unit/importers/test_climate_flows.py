"""Elementary flows in the words of four nomenclatures, and the emission keys they become."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lca_db.inventory.importers.climate_flows import (
    climate_flows,
    named_flows,
    read_flow,
    substances_by_cas,
)
from tests.support.raw_processes import draws, emits

ROOT = Path(__file__).parents[3]


def key(name: str, *compartment: str, cas: str = "") -> str:
    return str(read_flow(emits(name, "1", compartment=compartment, cas=cas)).key)


def substances() -> set[str]:
    with (ROOT / "footprint" / "data" / "gwp100.csv").open(encoding="utf-8") as lines:
        return {row["substance"] for row in csv.DictReader(lines)}


def test_every_characterised_substance_can_be_reached_by_a_name() -> None:
    reached = {found.substance for found in climate_flows().values()}
    assert reached == substances()


def test_a_cas_number_belongs_to_one_substance() -> None:
    numbers = substances_by_cas()
    assert len(set(numbers.values())) == len(numbers) == len(substances()) - 1  # cC3F6 has none


def test_every_chinese_and_portuguese_name_says_whether_it_was_seen_in_use() -> None:
    rows = named_flows()
    assert {row["naming"] for row in rows if row["checked"]} == {"Chinese", "Portuguese"}
    assert all(row["checked"] for row in rows if row["naming"] in {"Chinese", "Portuguese"})
    counts = {
        naming: (
            sum(row["naming"] == naming and row["checked"] != "no" for row in rows),
            sum(row["naming"] == naming for row in rows),
        )
        for naming in ("Chinese", "Portuguese")
    }
    text = " ".join((ROOT / "docs" / "inventory-imports.md").read_text(encoding="utf-8").split())
    chinese, portuguese = counts["Chinese"], counts["Portuguese"]
    assert (
        f"{chinese[0]} of {chinese[1]} Chinese and {portuguese[0]} of {portuguese[1]} Portuguese"
    ) in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("甲烷 (化石源)", "CH4:fossil:emission"),  # as TianGong's TIDAS data has it
        ("甲烷 (生物源)", "CH4:biogenic:emission"),
        ("二氧化碳（化石源）", "CO2:fossil:emission"),
        ("二氧化碳(化石源)", "CO2:fossil:emission"),
        ("二氧化碳,生物源", "CO2:biogenic:emission"),
        ("一氧化二氮", "N2O:unspecified:emission"),
        ("CO₂, fossil", "CO2:fossil:emission"),
    ],
)
def test_the_width_of_brackets_commas_and_digits_does_not_count(name: str, expected: str) -> None:
    assert key(name, "排放", "空气") == expected


def test_carbon_dioxide_drawn_from_the_air_has_its_chinese_name() -> None:
    found = read_flow(draws("二氧化碳（生物源）", "1", compartment=("Resources from air",)))
    assert str(found.key) == "CO2:biogenic:removal"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Carbon dioxide, fossil", "CO2:fossil:emission"),  # ecoinvent, SimaPro
        ("Carbon dioxide, fossil ", "CO2:fossil:emission"),  # USLCI writes the blank
        ("carbon dioxide (fossil)", "CO2:fossil:emission"),  # ILCD/EF
        ("Carbon dioxide", "CO2:unspecified:emission"),  # FEDEFL
        ("Carbon dioxide [Inorganic emissions to air]", "CO2:unspecified:emission"),  # GaBi
        ("Carbon dioxide, non-fossil", "CO2:biogenic:emission"),
        ("Carbon dioxide, biogenic", "CO2:biogenic:emission"),
        ("Carbon dioxide, from soil or biomass stock", "CO2:land-use:emission"),
        ("carbon dioxide (land use change)", "CO2:land-use:emission"),
        ("Carbon dioxide, land transformation", "CO2:land-use:emission"),
        ("Methane", "CH4:unspecified:emission"),
        ("Methane, fossil", "CH4:fossil:emission"),
        ("Methane, non-fossil", "CH4:biogenic:emission"),
        ("methane (biogenic)", "CH4:biogenic:emission"),
        ("Methane, from soil or biomass stock", "CH4:land-use:emission"),
        ("Dinitrogen monoxide", "N2O:unspecified:emission"),
        ("Nitrous oxide", "N2O:unspecified:emission"),
        ("Sulfur hexafluoride", "SF6:fossil:emission"),
        ("Nitrogen fluoride", "NF3:fossil:emission"),
        ("Ethane, 1,1,1,2-tetrafluoro-, HFC-134a", "HFC134a:fossil:emission"),
        ("1,1,1,2-tetrafluoroethane", "HFC134a:fossil:emission"),
        ("HFC-134a", "HFC134a:fossil:emission"),
        ("Methane, tetrafluoro-, CFC-14", "CF4:fossil:emission"),
        ("Methane, difluromonochloro-, HCFC-22", "HCFC22:fossil:emission"),
        ("Some chain, newly written, HFC-125", "HFC125:fossil:emission"),
        ("Methane, bromotrifluoro-", "Halon1301:fossil:emission"),  # USLCI
        ("二氧化碳 化石源", "CO2:fossil:emission"),
        ("甲烷（生物質）", "CH4:biogenic:emission"),
        ("甲烷", "CH4:unspecified:emission"),
        ("氧化亞氮", "N2O:unspecified:emission"),
        ("一氧化二氮", "N2O:unspecified:emission"),
        ("六氟化硫", "SF6:fossil:emission"),
        ("四氟化碳", "CF4:fossil:emission"),
        ("Dióxido de carbono, fóssil", "CO2:fossil:emission"),
        ("Óxido nitroso", "N2O:unspecified:emission"),
    ],
)
def test_an_emission_to_air_is_read_in_every_nomenclature(name: str, expected: str) -> None:
    assert key(name, "air", "urban air close to ground") == expected


def test_an_emission_without_a_medium_counts_as_one_to_air() -> None:
    assert key("Methane, fossil") == "CH4:fossil:emission"


@pytest.mark.parametrize(
    "compartment",
    [
        ("air", "lower stratosphere + upper troposphere"),
        ("Emissions", "Emissions to air", "Emissions to lower stratosphere and upper troposphere"),
        ("emission/air", "stratosphere"),
    ],
)
def test_what_is_emitted_into_the_stratosphere_came_from_an_aircraft(
    compartment: tuple[str, ...],
) -> None:
    assert key("Carbon dioxide, fossil", *compartment) == "CO2:fossil:emission:aircraft"


@pytest.mark.parametrize("compartment", [("water", "surface water"), ("soil", "agricultural")])
def test_a_gas_in_water_or_soil_is_none_in_air(compartment: tuple[str, ...]) -> None:
    reading = read_flow(emits("Chloroform", "1", compartment=compartment))
    assert reading.key is None


@pytest.mark.parametrize(
    ("name", "compartment"),
    [
        ("Carbon dioxide, in air", ("natural resource", "in air")),
        ("Carbon dioxide, in air", ("Raw",)),
        ("Carbon dioxide", ("resource", "air")),
        ("carbon dioxide", ("Resources", "Resources from air")),
        ("Carbon dioxide", ()),
    ],
)
def test_carbon_dioxide_drawn_from_the_air_is_a_biogenic_removal(
    name: str, compartment: tuple[str, ...]
) -> None:
    assert str(read_flow(draws(name, "1", compartment=compartment)).key) == "CO2:biogenic:removal"


def test_methane_below_ground_counts_as_it_leaves_and_not_as_it_is_drawn() -> None:
    # USLCI's EcoSpold 1 files coal bed gas taken in under air/subterranean as well: 15 inputs
    place = ("air", "subterranean")
    assert key("Methane", *place) == "CH4:unspecified:emission"
    drawn = read_flow(draws("Methane", "1", compartment=place))
    assert (drawn.key, drawn.looks_climatic) == (None, True)


def test_carbon_stored_in_soil_is_a_removal_of_land_use() -> None:
    stored = key("Carbon dioxide, to soil or biomass stock", "soil", "unspecified")
    assert stored == "CO2:land-use:removal"


def test_methane_drawn_from_the_ground_is_no_emission() -> None:
    assert read_flow(draws("Methane", "1", compartment=("resource", "in ground"))).key is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Carbon dioxide, of peat fires", "CO2:land-use:emission"),
        ("Kohlendioxid, biogenic", "CO2:biogenic:emission"),
        ("Kohlendioxid", "CO2:unspecified:emission"),
    ],
)
def test_a_cas_number_names_the_gas_and_the_words_its_origin(name: str, expected: str) -> None:
    reading = read_flow(emits(name, "1", cas="000124-38-9"))
    assert (str(reading.key), reading.is_by_cas) == (expected, True)


@pytest.mark.parametrize(
    "name",
    [
        "HFCs and HCFCs, unspecified",
        "Perfluorocarbons, unspecified",
        "R-1234",
        "HFC-999",
        "全氟异丁烯",
    ],
)
def test_a_name_that_looks_like_a_greenhouse_gas_is_asked_about(name: str) -> None:
    reading = read_flow(emits(name, "1"))
    assert (reading.key, reading.looks_climatic) == (None, True)


@pytest.mark.parametrize(
    "name",
    [
        "NMVOC, non-methane volatile organic compounds, unspecified origin",
        "Hydrocarbons (other than methane)",
        "Carbon monoxide, fossil",
        "Chlorothalonil",
        "Fluoranthene",
        "Methanol",
        "Nitrogen oxides",
        "Particulates, < 2.5 um",
    ],
)
def test_other_air_emissions_are_not_asked_about(name: str) -> None:
    reading = read_flow(emits(name, "1"))
    assert (reading.key, reading.looks_climatic) == (None, False)
