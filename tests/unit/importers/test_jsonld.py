"""Packages of openLCA, schema v1 and v2, become processes in neutral terms."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lca_db.inventory.importers import jsonld
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import OWN_FILE, ImportLimits
from lca_db.inventory.importers.raw import FlowKind, RawFault, RawProcess
from tests.support.fixture_packages import exchange, members_of, read_members, with_json
from tests.support.mutated_files import packed

V1 = members_of("jsonld_v1")
V2 = members_of("jsonld_v2")
Read = tuple[dict[str, RawProcess], dict[str, RawFault]]


@pytest.fixture
def v1(tmp_path: Path) -> Read:
    return read_members(jsonld.read, V1, tmp_path)


@pytest.fixture
def v2(tmp_path: Path) -> Read:
    return read_members(jsonld.read, V2, tmp_path)


def test_good_processes_come_in_beside_broken_ones(v1: Read) -> None:
    processes, faults = v1
    assert sorted(processes) == [
        "casting", "chlorine", "dross-treatment", "economic", "flow-not-included", "power",
    ]  # fmt: skip
    assert {name: fault.code for name, fault in faults.items()} == {
        "broken": "json-malformed",
        "Polishing": "import-member-missing",
        "Storage": "import-without-reference",
    }


def test_a_fault_says_what_is_missing_and_where(v1: Read) -> None:
    fault = v1[1]["Polishing"]
    assert fault.place == "/processes/flow-unknown.json/exchanges/1/flow"
    assert fault.parameters == {"member": "flows/paste.json"}
    assert v1[1]["broken"].place == "/processes/broken.json"


def test_a_process_of_v1_is_described_as_the_file_does(v1: Read) -> None:
    casting = v1[0]["casting"]
    assert casting.names == {"zh-Hans": "铝合金压铸，冷室"}
    assert casting.location == "CN-GD"
    assert (casting.valid_from, casting.valid_until) == ("2023-01-01", "2023-12-31")
    assert casting.technology == "Cold chamber, 800 t"
    assert casting.comment == "Castings of a small foundry."
    assert casting.categories == ("Metal products",)
    assert casting.place == "/processes/casting.json"
    assert not casting.is_aggregated
    assert casting.details == {
        "version": "00.00.000",
        "last_change": "2024-05-06T07:08:09+08:00",
        "restrictions": "Free to use",
        "sources": "Plant records 2023",
        "reviewers": "Chan Tai Man",
        "review": "Mass balance checked",
        "parameters": "energy_per_kg",
        "amounts_from_formulas": "1",
        "allocation_method": "PHYSICAL_ALLOCATION",
        "allocation_factors_of": "CAUSAL_ALLOCATION, ECONOMIC_ALLOCATION, PHYSICAL_ALLOCATION",
        "units": "1 kWh = 3.6 MJ; 1 sh tn = 907.18474 kg",
    }


def test_every_kind_of_exchange_is_told_apart(v1: Read) -> None:
    kinds = {one.name: (one.kind, one.amount) for one in v1[0]["casting"].exchanges}
    assert kinds == {
        "铝压铸件": (FlowKind.REFERENCE, Decimal("1.0")),
        "Aluminium turnings": (FlowKind.CO_PRODUCT, Decimal("0.2")),
        "Electricity, medium voltage": (FlowKind.PRODUCT_INPUT, Decimal("2.5")),
        "Aluminium ingot": (FlowKind.AVOIDED_PRODUCT, Decimal("0.05")),
        "Aluminium dross": (FlowKind.WASTE_OUTPUT, Decimal("0.01")),
        "Carbon dioxide, fossil": (FlowKind.EMISSION, Decimal("1.16004592976878E-7")),
        "Water, river": (FlowKind.RESOURCE, Decimal("0.001")),
    }


def test_an_elementary_flow_has_its_compartment_and_number(v1: Read) -> None:
    emission = exchange(v1[0]["casting"], "Carbon dioxide, fossil")
    assert emission.compartment == ("Emission to air", "high population density")
    assert emission.cas == "000124-38-9"
    assert exchange(v1[0]["casting"], "Water, river").compartment == ("Resource",)
    assert exchange(v1[0]["casting"], "Aluminium dross").compartment == ()


def test_uncertainty_and_pedigree_stay_as_they_were_written(v1: Read) -> None:
    assert exchange(v1[0]["casting"], "Carbon dioxide, fossil").uncertainty == {
        "distributionType": "LOG_NORMAL_DISTRIBUTION",
        "geomMean": "1.16E-7",
        "geomSd": "1.2",
        "dqEntry": "(2;3;1;1;4)",
        "baseUncertainty": "1.05",
    }


def test_a_default_provider_is_kept(v1: Read) -> None:
    electricity = exchange(v1[0]["casting"], "Electricity, medium voltage")
    assert electricity.provider_id == "power"
    assert electricity.provider_name == "Power plant, coal"
    assert electricity.unit == "kWh"
    assert exchange(v1[0]["casting"], "Aluminium ingot").comment == "Sprues remelted elsewhere"


def shares(process: RawProcess) -> list[Decimal | None]:
    products = {FlowKind.REFERENCE, FlowKind.CO_PRODUCT}
    assert all(one.share is None for one in process.exchanges if one.kind not in products)
    return [one.share for one in process.exchanges if one.kind in products]


def test_shares_follow_the_default_method_of_the_process(v1: Read) -> None:
    assert shares(v1[0]["casting"]) == [Decimal("0.8"), Decimal("0.2")]
    assert shares(v1[0]["economic"]) == [Decimal("0.97"), Decimal("0.03")]


def test_causal_factors_are_no_shares_and_it_says_so(v1: Read) -> None:
    chlorine = v1[0]["chlorine"]
    assert shares(chlorine) == [None, None]
    assert chlorine.details["allocation_without_share"] == "factors per exchange"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"defaultAllocationMethod": None}, "no method chosen"),
        ({"defaultAllocationMethod": "NO_ALLOCATION"}, "no method chosen"),
        ({"allocationFactors": []}, "no factors of the method"),
        (
            {
                "allocationFactors": [
                    {
                        "allocationType": "PHYSICAL_ALLOCATION",
                        "product": {"@id": "casting"},
                        "value": value,
                    }
                    for value in (0.1, 0.2)
                ]
            },
            "factors contradict each other",
        ),
    ],
)
def test_a_process_without_usable_factors_says_why(
    changes: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    members = with_json(V1, "processes/casting.json", **changes)
    casting = read_members(jsonld.read, members, tmp_path)[0]["casting"]
    assert shares(casting) == [None, None]
    assert casting.details["allocation_without_share"] == reason


def test_a_treatment_takes_its_waste_in_as_a_negative_reference(v1: Read) -> None:
    treatment = v1[0]["dross-treatment"]
    assert treatment.reference.amount == Decimal("-1.0")
    assert treatment.reference.name == "Aluminium dross"
    assert treatment.exchanges[1].kind is FlowKind.AVOIDED_PRODUCT


def test_an_lci_result_is_aggregated(v1: Read) -> None:
    assert v1[0]["power"].is_aggregated


def test_a_place_without_code_or_member_keeps_its_name(v1: Read) -> None:
    assert v1[0]["chlorine"].location == "Somewhere"
    assert v1[0]["power"].location == "CN"


def test_a_flow_that_is_not_included_is_read_from_its_reference(v1: Read, v2: Read) -> None:
    dust = exchange(v1[0]["flow-not-included"], "Particulates")
    assert (dust.kind, dust.compartment) == (
        FlowKind.EMISSION,
        ("Emission to air", "unspecified"),
    )
    assert dust.cas == ""
    dust = exchange(v2[0]["missing-flows"], "Dust")
    assert (dust.unit, dust.compartment) == ("kg", ("Emission to air", "unspecified"))


def test_a_process_of_v2_is_read_by_its_own_names(v2: Read) -> None:
    processes, faults = v2
    cement = processes["cement"]
    assert cement.names == {"en": "Cement, Portland"}
    assert cement.location == "MO"
    assert cement.categories == ("Minerals", "Binders")
    assert (cement.valid_from, cement.valid_until) == ("2022-01-01", "2024-12-31")
    assert cement.details["schema_version"] == "2"
    assert cement.details["reviewers"] == "Maria Silva"
    assert cement.details["review"] == "Complete"
    assert cement.details["owner"] == "A cement works"
    assert cement.details["data_quality"] == "(1;2;3;4;5)"
    assert [(one.name, one.kind, one.amount, one.unit) for one in cement.exchanges] == [
        ("Cement", FlowKind.REFERENCE, Decimal(1000), "kg"),
        ("Slag", FlowKind.CO_PRODUCT, Decimal(50), "kg"),
        ("Clinker", FlowKind.PRODUCT_INPUT, Decimal("0.95"), "t"),
        ("Limestone", FlowKind.RESOURCE, Decimal(80), "kg"),
        ("Sludge", FlowKind.WASTE_OUTPUT, Decimal(-3), "kg"),  # its treatment is avoided
        ("Sludge", FlowKind.CO_PRODUCT, Decimal(-2), "kg"),  # treated as a service
        ("Carbon dioxide, fossil", FlowKind.EMISSION, Decimal("12.5"), "kg"),
    ]
    assert cement.exchanges[2].location == "CN"
    assert cement.exchanges[6].compartment == ("Emission to air", "unspecified")
    assert cement.exchanges[6].uncertainty["mode"] == "12.5"
    assert [one.share for one in cement.exchanges[:2]] == [Decimal("0.9"), Decimal("0.1")]
    assert faults["Two at once"].code == "import-without-reference"


def test_a_unit_that_only_the_unit_group_names_is_looked_up(tmp_path: Path) -> None:
    changed = V2["processes/cement.json"].replace(b'"name": "t"', b'"name": ""')
    members = {**V2, "processes/cement.json": changed}
    assert read_members(jsonld.read, members, tmp_path)[0]["cement"].exchanges[2].unit == "t"
    del members["unit_groups/mass.json"]
    fault = read_members(jsonld.read, members, tmp_path)[1]["Cement, Portland"]
    assert (fault.code, fault.parameters) == ("import-member-missing", {"member": "unit_groups"})


def test_a_broken_member_concerns_only_the_processes_that_refer_to_it(tmp_path: Path) -> None:
    members = {**V1, "flows/dross.json": b"{", "unit_groups/mass.json": b"{", "meta.info": b"{"}
    processes, faults = read_members(jsonld.read, members, tmp_path)
    assert faults["铝合金压铸，冷室"].code == "json-malformed"
    assert faults["铝合金压铸，冷室"].place == "/flows/dross.json"
    assert "Treatment of dross" in faults
    assert "power" in processes
    assert processes["economic"].details["schema_version"] == "unreadable"


def test_a_package_inside_one_folder_is_read_as_well(tmp_path: Path) -> None:
    members = {f"uslci/{name}": content for name, content in V2.items()}
    cement = read_members(jsonld.read, members, tmp_path)[0]["cement"]
    assert cement.location == "MO"
    assert cement.place == "/uslci/processes/cement.json"


def test_a_category_that_is_not_included_is_filed_where_its_reference_says(tmp_path: Path) -> None:
    reference = {
        "@id": "to-air",
        "name": "Emission to air",
        "categoryPath": ["Elementary flows", "Nature"],
    }
    members = with_json(V1, "categories/urban-air.json", category=reference)
    del members["categories/to-air.json"]
    casting = read_members(jsonld.read, members, tmp_path)[0]["casting"]
    assert exchange(casting, "Carbon dioxide, fossil").compartment == (
        "Nature",
        "Emission to air",
        "high population density",
    )


def test_categories_in_a_ring_come_to_an_end(tmp_path: Path) -> None:
    ring = {"@id": "urban-air", "name": "high population density"}
    members = with_json(V1, "categories/elementary.json", category=ring)
    casting = read_members(jsonld.read, members, tmp_path)[0]["casting"]
    assert exchange(casting, "Carbon dioxide, fossil").compartment[-1] == "high population density"


@pytest.mark.parametrize(
    ("member", "changes", "code"),
    [
        ("processes/power.json", {"processType": "OTHER"}, "import-choice-unknown"),
        ("processes/power.json", {"@type": "Flow"}, "import-choice-unknown"),
        ("processes/power.json", {"exchanges": {}}, "json-malformed"),
        ("processes/power.json", {"exchanges": [{"amount": 1}]}, "import-member-missing"),
        ("processes/power.json", {"description": 3}, "import-text-expected"),
        ("flows/electricity.json", {"flowType": "IDEA"}, "import-choice-unknown"),
    ],
)
def test_what_a_process_cannot_be_is_a_fault_of_that_process(
    member: str, changes: dict[str, Any], code: str, tmp_path: Path
) -> None:
    processes, faults = read_members(jsonld.read, with_json(V1, member, **changes), tmp_path)
    assert faults["Power plant, coal"].code == code
    assert "economic" in processes


def test_a_process_with_too_many_exchanges_is_refused_alone(tmp_path: Path) -> None:
    limits = replace(OWN_FILE, exchanges=4)
    processes, faults = read_members(jsonld.read, V1, tmp_path, limits)
    assert faults["铝合金压铸，冷室"].code == "import-process-too-large"
    assert "power" in processes


def test_an_archive_over_its_bounds_ends_the_reading_and_is_no_fault_of_a_process(
    tmp_path: Path,
) -> None:
    """A broken member is unpacked for every process that refers to it, and counted each time."""
    members = {**V1, "flows/electricity.json": b"{" + b" " * 50_000}
    path = tmp_path / "package.zip"
    path.write_bytes(packed(members))
    read = jsonld.read(path, replace(OWN_FILE, unpacked_bytes=sum(map(len, members.values()))))
    with pytest.raises(ImportRefused) as caught:
        list(read)
    assert caught.value.code == "import-archive-too-large"
    assert caught.value.place == "/flows/electricity.json"


@pytest.mark.parametrize(
    ("members", "limits", "code"),
    [
        ({"readme.txt": b"x"}, OWN_FILE, "import-format-unexpected"),
        (V1, replace(OWN_FILE, processes=3), "import-rows-too-many"),
        (V1, replace(OWN_FILE, file_bytes=100), "import-file-too-large"),
        (V1, replace(OWN_FILE, unpacked_bytes=10_000), "import-archive-too-large"),
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_refused(
    members: dict[str, bytes], limits: ImportLimits, code: str, tmp_path: Path
) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(packed(members))
    with pytest.raises(ImportRefused) as caught:
        list(jsonld.read(path, limits))
    assert caught.value.code == code
