"""Packages of ILCD, in XML or in the JSON of TIDAS, become processes in neutral terms."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lca_db.inventory.importers import ilcd
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import OWN_FILE, ImportLimits
from lca_db.inventory.importers.raw import FlowKind, RawFault, RawProcess
from tests.support.fixture_packages import exchange, members_of, read_members
from tests.support.mutated_files import packed

ILCD = members_of("ilcd")
TIDAS = members_of("tidas")
Read = tuple[dict[str, RawProcess], dict[str, RawFault]]


def process_id(number: int) -> str:
    return f"00000001-0000-4000-8000-{number:012x}"


def member(folder: str, kind: int, number: int) -> str:
    return f"ILCD/{folder}/{kind:08x}-0000-4000-8000-{number:012x}.xml"


def changed(name: str, old: str, new: str) -> dict[str, bytes]:
    text = ILCD[name].decode()
    assert old in text
    return {**ILCD, name: text.replace(old, new).encode()}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return read_members(ilcd.read, ILCD, tmp_path)


def test_good_processes_come_in_beside_broken_ones(read: Read) -> None:
    processes, faults = read
    assert sorted(processes) == [process_id(number) for number in (1, 2, 3, 4, 5)]
    assert {name: fault.code for name, fault in faults.items()} == {
        process_id(9): "import-xml-malformed",
        "With a flow that is not included": "import-member-missing",
        "With working time": "import-choice-unknown",
        "Without a reference flow": "import-without-reference",
    }
    missing = faults["With a flow that is not included"]
    assert missing.parameters["member"] == "flows/00000002-0000-4000-8000-000000000009"
    assert missing.place.startswith("/" + member("processes", 1, 6))


def test_a_process_is_described_as_the_dataset_does(read: Read) -> None:
    steel = read[0][process_id(1)]
    assert steel.names == {
        "en": "Steel making; at plant",
        "zh-Hans": "炼钢",
        "pt": "Siderurgia",
    }
    assert steel.location == "CN"
    assert (steel.valid_from, steel.valid_until) == ("2022", "2025")
    assert steel.technology == "Electric arc furnace"
    assert steel.comment == "小型钢厂"
    assert steel.categories == ("Materials", "Steel")
    assert not steel.is_aggregated
    assert steel.details == {
        "dataset_type": "Unit process, single operation",
        "version": "01.00.000",
        "restrictions": "None",
        "copyright": "false",
        "principle": "Attributional",
        "approaches": "Allocation - mass",
        "sources": "Plant records",
        "reviewers": "A university",
        "review": "Checked",
        "parameters": "yield",
        "reminder_flows": "Electricity",
    }


def test_every_kind_of_exchange_is_told_apart(read: Read) -> None:
    found = [(one.name, one.kind, one.amount, one.unit) for one in read[0][process_id(1)].exchanges]
    assert found == [
        (
            "Steel billet; electric arc furnace; at plant",
            FlowKind.REFERENCE,
            Decimal("1.0"),
            "kg",
        ),
        ("高爐礦渣", FlowKind.CO_PRODUCT, Decimal("0.2"), "kg"),
        ("Electricity", FlowKind.PRODUCT_INPUT, Decimal("1.8"), "MJ"),
        ("Dust to treatment", FlowKind.WASTE_OUTPUT, Decimal("0.015"), "kg"),
        ("carbon dioxide (fossil)", FlowKind.EMISSION, Decimal("0.09"), "kg"),
        ("water", FlowKind.RESOURCE, Decimal("0.0020"), "m3"),
        ("Pig iron", FlowKind.AVOIDED_PRODUCT, Decimal("0.1"), "kg"),
    ]


def test_an_exchange_keeps_what_the_dataset_says_of_it(read: Read) -> None:
    steel = read[0][process_id(1)]
    electricity = exchange(steel, "Electricity")
    assert electricity.location == "CN-GD"
    assert electricity.provider_id == process_id(3)
    emission = exchange(steel, "carbon dioxide (fossil)")
    assert emission.cas == "000124-38-9"
    assert emission.compartment == (
        "Emissions",
        "Emissions to air",
        "Emissions to urban air close to ground",
    )
    assert emission.uncertainty == {
        "uncertaintyDistributionType": "log-normal",
        "relativeStandardDeviation95In": "1.2",
    }


def shares(process: RawProcess) -> list[Decimal | None]:
    products = {FlowKind.REFERENCE, FlowKind.CO_PRODUCT}
    assert all(one.share is None for one in process.exchanges if one.kind not in products)
    return [one.share for one in process.exchanges if one.kind in products]


def test_fractions_alike_for_all_exchanges_are_shares(read: Read) -> None:
    assert shares(read[0][process_id(1)]) == [Decimal("0.75"), Decimal("0.25")]


def test_fractions_that_products_state_of_themselves_are_shares(read: Read) -> None:
    assert shares(read[0][process_id(5)]) == [Decimal("0.9"), Decimal("0.1")]


def test_fractions_per_exchange_are_no_shares_and_it_says_so(read: Read) -> None:
    iron = read[0][process_id(2)]
    assert shares(iron) == [None, None]
    assert iron.details["allocation_without_share"] == "fractions per exchange"


def test_fractions_that_do_not_come_to_one_are_no_shares(read: Read) -> None:
    treatment = read[0][process_id(4)]
    assert shares(treatment) == [None, None]
    assert treatment.details["allocation_without_share"] == "fractions do not come to one"


def test_products_without_fractions_say_so(tmp_path: Path) -> None:
    name = member("processes", 1, 5).replace(".xml", "_02.00.000.xml")
    text = ILCD[name].decode().replace("allocations>", "note>")
    process = read_members(ilcd.read, {**ILCD, name: text.encode()}, tmp_path)[0][process_id(5)]
    assert shares(process) == [None, None]
    assert process.details["allocation_without_share"] == "no fractions"


def test_of_several_reference_flows_the_first_is_the_reference(read: Read) -> None:
    iron = read[0][process_id(2)]
    assert iron.reference.name == "Pig iron"
    assert [one.kind for one in iron.exchanges][1] is FlowKind.CO_PRODUCT
    assert iron.details["reference_flows"] == "0; 1"
    assert iron.names == {"zh-Hant": "煉鐵"}


def test_a_treatment_takes_its_waste_in_as_a_negative_reference(read: Read) -> None:
    treatment = read[0][process_id(4)]
    assert treatment.reference.amount == Decimal("-1.0")
    assert (treatment.exchanges[2].kind, treatment.exchanges[2].amount) == (
        FlowKind.WASTE_OUTPUT,
        Decimal("-0.2"),  # its treatment is avoided
    )


def test_an_lci_result_is_aggregated(read: Read) -> None:
    assert read[0][process_id(3)].is_aggregated
    assert read[0][process_id(3)].location == "CN-HK"


def test_a_reminder_flow_is_named_and_left_out(read: Read) -> None:
    steel = read[0][process_id(1)]
    assert all(one.amount != Decimal("9.9") for one in steel.exchanges)
    assert steel.details["reminder_flows"] == "Electricity"


def test_a_flow_is_found_in_the_version_the_exchange_names(tmp_path: Path) -> None:
    one = member("flows", 2, 4).replace(".xml", "_01.00.000.xml")
    members = {
        **ILCD,
        one.replace("01.00.000", "02.00.000"): ILCD[one].replace(b"Dust", b"Newer dust"),
    }
    steel = read_members(ilcd.read, members, tmp_path)[0][process_id(1)]
    assert exchange(steel, "Dust to treatment")


def test_a_flow_whose_file_has_another_name_is_found_by_the_path(tmp_path: Path) -> None:
    """The path is compared with names; it opens nothing."""
    one = member("flows", 2, 9)
    name = member("processes", 1, 6)
    text = ILCD[name].decode().replace(one.removeprefix("ILCD"), "/flows/demo-flow.xml")
    members = {**ILCD, name: text.encode(), "ILCD/flows/demo-flow.xml": ILCD[member("flows", 2, 8)]}
    process = read_members(ilcd.read, members, tmp_path)[0][process_id(6)]
    assert process.exchanges[1].name == "Pig iron"
    escaping = text.replace("/flows/demo-flow.xml", "/../../../../etc/passwd")
    members[name] = escaping.encode()
    fault = read_members(ilcd.read, members, tmp_path)[1]["With a flow that is not included"]
    assert fault.code == "import-member-missing"


def test_a_unit_nobody_describes_stays_empty(tmp_path: Path) -> None:
    members = {name: content for name, content in ILCD.items() if "unitgroups" not in name}
    steel = read_members(ilcd.read, members, tmp_path)[0][process_id(1)]
    assert steel.reference.unit == ""
    assert exchange(steel, "water").unit == "m3"  # a quantity of the reference data


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<exchangeDirection>Input", "<exchangeDirection>Sideways", "import-choice-unknown"),
        ("<resultingAmount>1.8<", "<resultingAmount>1,8<", "import-number-malformed"),
        ('allocatedFraction="75"', 'allocatedFraction="a lot"', "import-number-malformed"),
        ("<referenceToFlowDataSet", "<referenceToNothing", "import-xml-malformed"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE x>", "import-xml-doctype"),
        ("processDataSet", "lciaMethodDataSet", "import-format-unexpected"),
        ("<name>", "<a>" * 70 + "</a>" * 70 + "<name>", "import-xml-malformed"),
    ],
)
def test_what_a_process_cannot_be_is_a_fault_of_that_process(
    old: str, new: str, code: str, tmp_path: Path
) -> None:
    members = changed(member("processes", 1, 1), old, new)
    processes, faults = read_members(ilcd.read, members, tmp_path)
    fault = faults.get("Steel making; at plant") or faults[process_id(1)]
    assert fault.code == code
    assert process_id(3) in processes


def test_a_process_with_too_many_exchanges_is_refused_alone(tmp_path: Path) -> None:
    limits = replace(OWN_FILE, exchanges=7)
    processes, faults = read_members(ilcd.read, ILCD, tmp_path, limits)
    assert faults["Steel making; at plant"].code == "import-process-too-large"
    assert process_id(3) in processes


def test_a_dataset_of_many_megabytes_is_refused_alone(tmp_path: Path) -> None:
    name = member("processes", 1, 1)
    comment = random.Random(1).randbytes(15_100_000).hex().encode()  # packs to a half, not less
    members = {**ILCD, name: ILCD[name] + b"<!--" + comment + b"-->"}
    processes, faults = read_members(ilcd.read, members, tmp_path)
    assert faults[process_id(1)].code == "import-process-too-large"
    assert process_id(3) in processes


def test_the_json_of_tidas_is_read_like_the_xml(tmp_path: Path) -> None:
    processes, faults = read_members(ilcd.read, TIDAS, tmp_path)
    assert faults == {}
    [clinker] = processes.values()
    assert clinker.names == {
        "zh-Hans": "水泥熟料生产; 生产混合，在工厂",
        "en": "Clinker burning",
    }
    assert clinker.valid_from == "2021"
    assert [(one.name, one.kind, one.amount, one.unit) for one in clinker.exchanges] == [
        ("Cement clinker", FlowKind.REFERENCE, Decimal("1.0"), "kg"),
        ("carbon dioxide (fossil)", FlowKind.EMISSION, Decimal("0.852"), "kg"),
    ]
    assert clinker.exchanges[1].compartment[-1] == "Emissions to air, unspecified"


def test_json_of_another_format_is_no_tidas(tmp_path: Path) -> None:
    faults = read_members(ilcd.read, members_of("jsonld_v2"), tmp_path)[1]
    assert {fault.code for fault in faults.values()} == {"import-format-unexpected"}


@pytest.mark.parametrize(
    ("members", "limits", "code"),
    [
        ({"readme.txt": b"x"}, OWN_FILE, "import-format-unexpected"),
        (ILCD, replace(OWN_FILE, processes=3), "import-rows-too-many"),
        (ILCD, replace(OWN_FILE, unpacked_bytes=20_000), "import-archive-too-large"),
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_refused(
    members: dict[str, bytes], limits: ImportLimits, code: str, tmp_path: Path
) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(packed(members))
    with pytest.raises(ImportRefused) as caught:
        list(ilcd.read(path, limits))
    assert caught.value.code == code
