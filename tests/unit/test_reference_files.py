"""The loader of the shipped inventory refuses what would be silently wrong, and says where."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from footprint.errors import FootprintError, FootprintErrors, InventoryError
from footprint.inventory import ReviewStatus
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.reference_sources import SOURCE_COLUMNS, read_sources


def a_source_row(**changes: str) -> dict[str, str]:
    row = {
        "source_id": "s-1",
        "document": "Annex",
        "issuing_body": "A ministry",
        "year": "2024",
        "table_or_row": "Table 1, row 1",
        "value": "0.5777",
        "unit": "kgCO2e/kWh",
        "licence": "official document (PRC Copyright Law art. 5)",
        "confidence": "a",
        "fact_id": "",
        "note": "",
    }
    return row | changes


def an_emission_body(**changes: object) -> dict[str, object]:
    return {
        "substance": "CO2e",
        "origin": "unspecified",
        "gwp_set": "unstated",
        "amount": "0.5777",
        "unit": "kg",
        "source": ["s-1"],
    } | changes


def a_dataset_body(**changes: object) -> dict[str, object]:
    body: dict[str, object] = {
        "id": "electricity-cn",
        "name": {"zh-Hans": "电力", "zh-Hant": "電力", "en": "Electricity", "pt": "Eletricidade"},
        "location": "CN",
        "year": "2024",
        "technology": "Grid average",
        "kind": "aggregated",
        "review_status": "official",
        "product": {"amount": "1", "unit": "kWh"},
        "emissions": [an_emission_body()],
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def a_steel_body(**changes: object) -> dict[str, object]:
    steel: dict[str, object] = {
        "id": "steel-cn",
        "kind": "unit-process",
        "review_status": "reviewed",
        "product": {"amount": "1000", "unit": "kg"},
        "emissions": [],
        "inputs": [
            {"dataset": "electricity-cn", "amount": "0.7", "unit": "MWh", "source": ["s-1"]}
        ],
    }
    return a_dataset_body(**(steel | changes))


def a_folder(
    folder: Path, *datasets: Mapping[str, object], sources: tuple[dict[str, str], ...] = ()
) -> Path:
    (folder / "datasets").mkdir(parents=True)
    text = yaml.safe_dump(list(datasets), allow_unicode=True)
    (folder / "datasets" / "energy.yaml").write_text(text, encoding="utf-8")
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SOURCE_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sources or (a_source_row(),))
    return folder


def refused(folder: Path) -> FootprintError:
    with pytest.raises(FootprintError) as caught:
        load_reference(folder)
    return caught.value


def test_a_dataset_is_read_with_its_names_links_and_sources(tmp_path: Path) -> None:
    steel = a_steel_body(
        synonyms=["粗钢"], cut_offs=[{"flow": "ore", "reason": "no figure"}], comment="Mind it."
    )
    snapshot, sources = load_reference(a_folder(tmp_path, a_dataset_body(), steel))
    electricity, read = snapshot.processes
    assert electricity.review_status is ReviewStatus.OFFICIAL
    assert str(electricity.emissions[0].key) == "CO2e:unspecified:emission:gwp=unstated"
    assert read.reference_amount == Decimal(1000)
    assert read.inputs[0].provider == "electricity-cn"
    assert read.inputs[0].sources == ("s-1",)
    assert read.cut_offs[0].flow == "ore"
    assert read.content["name"] == steel["name"]
    assert read.content["synonyms"] == ["粗钢"]
    assert read.content["comment"] == "Mind it."
    assert sources["s-1"].issuing_body == "A ministry"


def test_a_gas_in_grams_becomes_kilograms(tmp_path: Path) -> None:
    gas = an_emission_body(substance="CH4", origin="fossil", gwp_set="", amount="3", unit="g")
    snapshot, _ = load_reference(a_folder(tmp_path, a_dataset_body(emissions=[gas])))
    assert snapshot.processes[0].emissions[0].amount_kg == Decimal("0.003")


def test_an_aircraft_emission_keeps_its_flag(tmp_path: Path) -> None:
    flight = a_dataset_body(emissions=[an_emission_body(aircraft=True)])
    snapshot, _ = load_reference(a_folder(tmp_path, flight))
    assert snapshot.processes[0].emissions[0].key.is_aircraft


def test_a_derivation_and_its_sources_are_kept_for_the_reader(tmp_path: Path) -> None:
    body = an_emission_body(derivation="{s-1} * 1", note="plain")
    snapshot, _ = load_reference(a_folder(tmp_path, a_dataset_body(emissions=[body])))
    assert snapshot.processes[0].content["derivations"] == [
        {
            "member": "/emissions/0",
            "derivation": "{s-1} * 1",
            "note": "plain",
            "stands_for": "",
            "sources": ["s-1"],
        }
    ]


def test_a_co_product_carries_its_share(tmp_path: Path) -> None:
    hydrogen = {
        "product": "hydrogen-cn",
        "amount": "0.03",
        "unit": "kg",
        "share": "0.02",
        "source": ["s-1"],
    }
    snapshot, _ = load_reference(a_folder(tmp_path, a_dataset_body(co_products=[hydrogen])))
    assert snapshot.processes[0].reference_share == Decimal("0.98")


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"emissions": [an_emission_body(source=[])]}, "dataset-without-source", "/emissions/0"),
        ({"product": {"amount": "1"}}, "dataset-without-unit", "/product"),
        ({"product": None}, "dataset-without-unit", "/product"),
        ({"location": None}, "dataset-without-location", "/location"),
        ({"location": ""}, "dataset-without-location", "/location"),
        ({"technology": None}, "dataset-member-missing", "/technology"),
        ({"name": {"en": "Electricity"}}, "dataset-member-missing", "/name/zh-Hans"),
        ({"price": "1"}, "dataset-member-unknown", "/price"),
        ({"emissions": [an_emission_body(colour="red")]}, "dataset-member-unknown", "/emissions/0"),
        ({"emissions": [an_emission_body(amount=0.5777)]}, "dataset-value-not-text", "/amount"),
        ({"year": 2024}, "dataset-value-not-text", "/year"),
        ({"kind": "guess"}, "dataset-choice-unknown", "/kind"),
        ({"is_fuel_combustion": "yes"}, "dataset-choice-unknown", "/is_fuel_combustion"),
        ({"emissions": [an_emission_body(source=["s-9"])]}, "source-unknown", "/source"),
        ({"emissions": [an_emission_body(amount="-1")]}, "negative-emission", "/emissions/0"),
        ({"emissions": [an_emission_body(unit="kWh")]}, "unit-wrong-dimension", "/emissions/0"),
        ({"emissions": [an_emission_body(gwp_set="")]}, "pseudo-flow-needs-gwp-set", "/emissions"),
        (
            {"emissions": [an_emission_body(derivation="{s-2} * 2")]},
            "derivation-source-unlisted",
            "/derivation",
        ),
    ],
)
def test_a_dataset_that_would_mislead_is_refused_with_its_place(
    tmp_path: Path, changes: Mapping[str, object], code: str, place: str
) -> None:
    error = refused(a_folder(tmp_path, a_dataset_body(**changes)))
    assert error.code == code
    assert isinstance(error, InventoryError) or code.startswith("unit-")
    assert error.place.startswith("/energy.yaml/")
    assert place in error.place


def test_an_alternative_is_read_and_must_be_the_same_amount_of_something(tmp_path: Path) -> None:
    other = a_dataset_body(id="electricity-coal-cn")
    good = a_folder(tmp_path, a_dataset_body(alternatives=["electricity-coal-cn"]), other)
    found = {p.id: p.alternatives for p in load_reference(good)[0].processes}
    assert set(found.values()) == {(), ("electricity-coal-cn",)}
    for number, wrong in enumerate(("steel-cn", "nowhere")):
        folder = tmp_path / str(number)
        error = refused(a_folder(folder, a_dataset_body(alternatives=[wrong]), a_steel_body()))
        assert error.code == "alternative-not-comparable"
        assert error.parameters["alternative"] == wrong


A_PEDIGREE = {
    "reliability": 1,
    "completeness": 2,
    "time": 3,
    "geography": 4,
    "technology": 5,
}


def test_industry_codes_and_pedigree_are_kept_for_search_and_pages(tmp_path: Path) -> None:
    codes = {"HS": ["2716.00", "2716"], "CPC": ["17100"], "CAS": ["7429-90-5"]}
    body = a_dataset_body(industry="electricity", codes=codes, pedigree=A_PEDIGREE)
    content = load_reference(a_folder(tmp_path, body))[0].processes[0].content
    assert content["industry"] == "electricity"
    assert content["codes"] == codes
    assert content["pedigree"] == A_PEDIGREE


def test_a_dataset_without_them_has_none_rather_than_empty_ones(tmp_path: Path) -> None:
    content = load_reference(a_folder(tmp_path, a_dataset_body()))[0].processes[0].content
    assert not {"industry", "codes", "pedigree"} & set(content)


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"industry": "alchemy"}, "dataset-choice-unknown", "/industry"),
        ({"industry": 7}, "dataset-value-not-text", "/industry"),
        ({"codes": {"UNSPSC": ["1"]}}, "dataset-member-unknown", "/codes/UNSPSC"),
        ({"codes": {"HS": ["760110"]}}, "dataset-choice-unknown", "/codes/HS"),
        ({"codes": {"HS": ["7601.1"]}}, "dataset-choice-unknown", "/codes/HS"),
        ({"codes": {"HS": ["7601.10 "]}}, "dataset-choice-unknown", "/codes/HS"),
        ({"codes": {"CPC": ["4"]}}, "dataset-choice-unknown", "/codes/CPC"),
        ({"codes": {"CPC": ["414311"]}}, "dataset-choice-unknown", "/codes/CPC"),
        ({"codes": {"CAS": ["7429905"]}}, "dataset-choice-unknown", "/codes/CAS"),
        ({"codes": {"CAS": ["7429-90-55"]}}, "dataset-choice-unknown", "/codes/CAS"),
        ({"codes": {"HS": [7601]}}, "dataset-value-not-text", "/codes/HS"),
        ({"codes": {"HS": "7601"}}, "dataset-value-not-text", "/codes/HS"),
        ({"codes": ["7601"]}, "reference-file-malformed", "/codes"),
        ({"pedigree": A_PEDIGREE | {"time": 0}}, "dataset-choice-unknown", "/pedigree/time"),
        ({"pedigree": A_PEDIGREE | {"time": 6}}, "dataset-choice-unknown", "/pedigree/time"),
        ({"pedigree": A_PEDIGREE | {"time": 2.5}}, "dataset-choice-unknown", "/pedigree/time"),
        ({"pedigree": A_PEDIGREE | {"time": "2"}}, "dataset-choice-unknown", "/pedigree/time"),
        ({"pedigree": A_PEDIGREE | {"time": True}}, "dataset-choice-unknown", "/pedigree/time"),
        ({"pedigree": {"time": 2}}, "dataset-choice-unknown", "/pedigree/reliability"),
        ({"pedigree": A_PEDIGREE | {"luck": 1}}, "dataset-member-unknown", "/pedigree/luck"),
        ({"pedigree": "good"}, "reference-file-malformed", "/pedigree"),
    ],
)
def test_an_industry_code_or_score_that_cannot_be_is_refused(
    tmp_path: Path, changes: Mapping[str, object], code: str, place: str
) -> None:
    error = refused(a_folder(tmp_path, a_dataset_body(**changes)))
    assert (error.code, error.place) == (code, f"/energy.yaml/electricity-cn{place}")


def test_an_unconfirmed_figure_is_refused_in_a_reviewed_dataset(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, a_dataset_body(), sources=(a_source_row(confidence="b"),))
    assert refused(folder).code == "unconfirmed-figure-in-dataset"


@pytest.mark.parametrize(
    "changes",
    [
        {"proxy": "British supply for Chinese"},
        {"technology": "Kilns of 1992; American figures stand in."},
        {"comment": "A proxy until better is found."},
        {"synonyms": ["代用数据"]},
        {"emissions": [an_emission_body(note="a stand-in")]},
    ],
)
def test_a_proxy_is_refused_unless_it_is_a_draft(
    tmp_path: Path, changes: Mapping[str, object]
) -> None:
    error = refused(a_folder(tmp_path, a_dataset_body(**changes)))
    assert (error.code, error.place.rsplit("/", 1)[-1]) == ("proxy-not-draft", "review_status")
    draft = a_folder(tmp_path / "draft", a_dataset_body(**changes, review_status="draft"))
    assert load_reference(draft)[0].processes[0].review_status is ReviewStatus.DRAFT


def test_a_product_in_the_place_of_another_makes_its_user_a_draft(tmp_path: Path) -> None:
    user: dict[str, Any] = a_steel_body()
    user["inputs"][0]["stands_for"] = "power of the mill's own plant"
    error = refused(a_folder(tmp_path, a_dataset_body(), user))
    assert error.code == "proxy-not-draft"
    assert error.place.endswith("/inputs/0/stands_for")
    user["review_status"] = "draft"
    (_, process) = load_reference(a_folder(tmp_path / "2", a_dataset_body(), user))[0].processes
    notes = process.content["derivations"]
    assert isinstance(notes, list)
    assert [note["stands_for"] for note in notes] == ["power of the mill's own plant"]


def test_an_unconfirmed_figure_is_welcome_in_a_draft(tmp_path: Path) -> None:
    draft = a_dataset_body(review_status="draft")
    folder = a_folder(tmp_path, draft, sources=(a_source_row(confidence="b"),))
    assert load_reference(folder)[0].processes[0].review_status is ReviewStatus.DRAFT


def test_a_figure_from_memory_is_welcome_where_it_says_that_it_is_unconfirmed(
    tmp_path: Path,
) -> None:
    row = a_source_row(licence="no source, from memory", confidence="b")
    folder = a_folder(tmp_path, a_dataset_body(review_status="draft"), sources=(row,))
    assert read_sources(folder)["s-1"].source.licence == "no source, from memory"


def test_a_dataset_that_links_to_a_draft_need_not_be_one(tmp_path: Path) -> None:
    sources = (a_source_row(), a_source_row(source_id="s-b", confidence="b"))
    draft = a_dataset_body(review_status="draft", emissions=[an_emission_body(source=["s-b"])])
    snapshot, _ = load_reference(a_folder(tmp_path, draft, a_steel_body(), sources=sources))
    assert [p.review_status.value for p in snapshot.processes] == ["draft", "reviewed"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"licence": "all rights reserved"}, "source-licence-not-open"),
        ({"licence": "CC-BY-SA-4.0"}, "source-licence-not-open"),
        ({"document": "CPCD core"}, "source-licence-not-open"),
        ({"issuing_body": "ADEME"}, "source-licence-not-open"),
        ({"document": "Base IMPACTS 2.0"}, "source-licence-not-open"),
        ({"document": "NegaOctet"}, "source-licence-not-open"),
        ({"document": "AGRIBALYSE 3.1"}, "source-licence-not-open"),
        ({"document": "Ecobalyse processes"}, "source-licence-not-open"),
        ({"issuing_body": "MTES-MCT"}, "source-licence-not-open"),
        ({"licence": "no source, from memory"}, "source-licence-not-open"),
        (
            {"licence": "no source, from memory", "confidence": "c"},
            "source-licence-not-open",
        ),
        ({"document": ""}, "source-line-incomplete"),
        ({"table_or_row": " "}, "source-line-incomplete"),
        ({"confidence": "sure"}, "source-confidence-unknown"),
    ],
)
def test_a_source_without_open_licence_or_place_is_refused(
    tmp_path: Path, row: dict[str, str], code: str
) -> None:
    folder = a_folder(tmp_path, a_dataset_body(), sources=(a_source_row(**row),))
    with pytest.raises(InventoryError) as caught:
        read_sources(folder)
    assert caught.value.code == code
    assert caught.value.place == "/sources.csv/s-1"


def test_a_source_written_twice_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, a_dataset_body(), sources=(a_source_row(), a_source_row()))
    assert refused(folder).code == "source-twice"


def test_a_table_of_sources_with_other_columns_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, a_dataset_body())
    (folder / "sources.csv").write_text("source_id,value\ns-1,2\n", encoding="utf-8")
    assert refused(folder).code == "reference-file-malformed"


def test_a_link_to_nowhere_is_refused_with_the_dataset(tmp_path: Path) -> None:
    error = refused(a_folder(tmp_path, a_steel_body()))
    assert (error.code, error.place) == ("provider-missing", "/steel-cn/inputs/0")


def test_all_faults_come_in_one_report(tmp_path: Path) -> None:
    first, second = a_dataset_body(location=None), a_steel_body(year=2024)
    error = refused(a_folder(tmp_path, first, second))
    assert isinstance(error, FootprintErrors)
    assert [e.code for e in error.errors] == ["dataset-without-location", "dataset-value-not-text"]


@pytest.mark.parametrize(
    "text", ["not: a list", "- [", "- plain text", "- id: a\n  id: b", "- !!python/name:os.system"]
)
def test_a_file_that_is_no_list_of_datasets_is_refused(tmp_path: Path, text: str) -> None:
    folder = a_folder(tmp_path, a_dataset_body())
    (folder / "datasets" / "energy.yaml").write_text(text, encoding="utf-8")
    error = refused(folder)
    assert error.code == "reference-file-malformed"
    assert error.place.startswith("/energy.yaml")


def test_the_shipped_inventory_loads_and_its_hash_does_not_change_from_call_to_call() -> None:
    first, sources = load_reference()
    second, _ = load_reference()
    assert first.sha256() == second.sha256()
    assert len(first.processes) >= 40
    assert sources


def test_every_shipped_cas_number_carries_its_check_digit() -> None:
    numbers = [
        number
        for process in load_reference()[0].processes
        for codes in (cast("Mapping[str, list[str]]", process.content.get("codes", {})),)
        for number in codes.get("CAS", [])
    ]
    assert numbers
    for number in numbers:
        *digits, check = (int(sign) for sign in number if sign != "-")
        weighted = sum(place * digit for place, digit in enumerate(reversed(digits), start=1))
        assert weighted % 10 == check, number
