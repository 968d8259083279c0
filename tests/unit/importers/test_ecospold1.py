"""EcoSpold 1: what each field becomes, which product is the reference, what is a fault."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lca_db.inventory.importers.limits import OWN_FILE
from lca_db.inventory.importers.raw import FlowKind, RawFault, RawProcess
from tests.support.ecospold import (
    changed,
    exchange,
    fixture,
    only_fault,
    only_process,
    read_bytes,
)

REFINERY = "ecospold1/refinery.xml"
THREE = "ecospold1/three.xml"
PETROL = '<outputGroup>2</outputGroup></exchange>\n      <exchange number="2"'


@pytest.fixture
def refinery(tmp_path: Path) -> RawProcess:
    return only_process(read_bytes("ecospold1", fixture(REFINERY), tmp_path))


def read_changed(folder: Path, *changes: tuple[str, str]) -> list[RawProcess | RawFault]:
    return read_bytes("ecospold1", changed(REFINERY, *changes), folder)


def products(process: RawProcess) -> dict[str, FlowKind]:
    kinds = {FlowKind.REFERENCE, FlowKind.CO_PRODUCT}
    return {e.name: e.kind for e in process.exchanges if e.kind in kinds}


def test_a_process_bears_its_number_and_its_names_by_language(refinery: RawProcess) -> None:
    assert refinery.id == "700"
    assert refinery.names == {"en": "refining of crude oil", "de": "Raffination von Rohöl"}


def test_place_time_technology_and_class_are_kept(refinery: RawProcess) -> None:
    assert refinery.location == "CN"
    assert (refinery.valid_from, refinery.valid_until) == ("2022-01-01", "2022-12-31")
    assert refinery.technology == "Cracking refinery."
    assert refinery.comment == "Two products, allocated."
    assert refinery.categories == ("oil", "production")
    assert not refinery.is_aggregated


def test_details_hold_what_else_a_reader_should_see(refinery: RawProcess) -> None:
    assert refinery.details == {
        "geography": "One refinery.",
        "time": "One year.",
        "included": "Distillation and cracking.",
        "infrastructure": "false",
        "sampling": "Bookkeeping.",
        "extrapolations": "None.",
        "review": "Read by another.",
        "copyright": "false",
        "access": "0",
        "sources": "Writer, A. 2023 A refinery\nWriter, B. 2024 Its flares",
        "allocation": "By energy.",
    }


@pytest.mark.parametrize(
    ("name", "kind", "amount", "unit"),
    [
        ("crude oil, at production", FlowKind.PRODUCT_INPUT, "1.05", "kg"),
        ("electricity, medium voltage", FlowKind.PRODUCT_INPUT, "0.03", "kWh"),
        ("disposal, oil sludge", FlowKind.WASTE_OUTPUT, "0.002", "kg"),
        ("heat, avoided", FlowKind.AVOIDED_PRODUCT, "0.1", "MJ"),
        ("Water, river", FlowKind.RESOURCE, "0.0004", "m3"),
        ("Carbon dioxide, fossil", FlowKind.EMISSION, "0.21", "kg"),
    ],
)
def test_groups_say_what_an_exchange_is(
    refinery: RawProcess, name: str, kind: FlowKind, amount: str, unit: str
) -> None:
    found = exchange(refinery, name)
    assert (found.kind, found.amount, found.unit) == (kind, Decimal(amount), unit)


def test_a_product_has_its_location_and_an_elementary_flow_its_compartment(
    refinery: RawProcess,
) -> None:
    crude = exchange(refinery, "crude oil, at production")
    assert (crude.location, crude.compartment) == ("RME", ())
    assert crude.comment == "(1,1,2,1,1,na); meters"
    carbon_dioxide = exchange(refinery, "Carbon dioxide, fossil")
    assert carbon_dioxide.compartment == ("air", "low population density")
    assert carbon_dioxide.cas == "124-38-9"


def test_a_flow_is_known_by_number_and_name(refinery: RawProcess) -> None:
    assert exchange(refinery, "diesel, at refinery").flow_id == "2 diesel, at refinery"


def test_uncertainty_is_kept_as_written(refinery: RawProcess) -> None:
    crude, power, carbon_dioxide = (
        exchange(refinery, name).uncertainty
        for name in (
            "crude oil, at production",
            "electricity, medium voltage",
            "Carbon dioxide, fossil",
        )
    )
    assert crude == {"distribution": "lognormal", "standardDeviation95": "1.12"}
    assert power == {
        "distribution": "triangular",
        "minValue": "0.02",
        "maxValue": "0.05",
        "mostLikelyValue": "0.03",
    }
    assert carbon_dioxide == {"distribution": "normal", "standardDeviation95": "0.02"}
    assert exchange(refinery, "Water, river").uncertainty == {}


def test_of_allocated_products_alone_the_first_is_the_reference(refinery: RawProcess) -> None:
    assert products(refinery) == {
        "petrol, at refinery": FlowKind.REFERENCE,
        "diesel, at refinery": FlowKind.CO_PRODUCT,
    }


def test_of_allocated_products_the_one_the_function_names_is_the_reference(
    tmp_path: Path,
) -> None:
    process = only_process(
        read_changed(tmp_path, ('name="refining of crude oil"', 'name="diesel, at refinery"'))
    )
    assert products(process)["diesel, at refinery"] is FlowKind.REFERENCE
    assert products(process)["petrol, at refinery"] is FlowKind.CO_PRODUCT


def test_a_product_of_no_amount_is_not_the_reference(tmp_path: Path) -> None:
    process = only_process(read_changed(tmp_path, ('meanValue="0.4"', 'meanValue="0"')))
    assert process.reference.name == "diesel, at refinery"


def test_a_product_of_output_group_0_is_the_reference_whatever_it_is_called(
    tmp_path: Path,
) -> None:
    process = only_process(read_changed(tmp_path, (PETROL, PETROL.replace(">2<", ">0<"))))
    assert process.reference.name == "petrol, at refinery"


def test_of_several_references_the_one_the_function_names_counts(tmp_path: Path) -> None:
    process = only_process(
        read_changed(
            tmp_path,
            (">2</outputGroup>", ">0</outputGroup>"),
            ('name="refining of crude oil"', 'name="diesel, at refinery"'),
        )
    )
    assert process.reference.name == "diesel, at refinery"
    assert products(process)["petrol, at refinery"] is FlowKind.CO_PRODUCT


def test_several_references_none_of_which_is_named_are_a_fault(tmp_path: Path) -> None:
    fault = only_fault(read_changed(tmp_path, (">2</outputGroup>", ">0</outputGroup>")))
    assert fault.code == "import-several-references"
    assert fault.parameters == {"names": "petrol, at refinery; diesel, at refinery"}


def test_a_share_is_the_fraction_that_holds_for_every_exchange(refinery: RawProcess) -> None:
    shares = {e.name: e.share for e in refinery.exchanges if e.share is not None}
    assert shares == {
        "petrol, at refinery": Decimal("0.455"),
        "diesel, at refinery": Decimal("0.545"),
    }


def test_a_fraction_that_differs_by_exchange_is_no_share(tmp_path: Path) -> None:
    first = '"45.5" explanations="By energy."><referenceToInputOutput>3'
    process = only_process(read_changed(tmp_path, (first, first.replace("45.5", "40"))))
    assert exchange(process, "petrol, at refinery").share is None
    assert exchange(process, "diesel, at refinery").share == Decimal("0.545")
    assert process.details["allocation_by_exchange"] == "true"


def test_a_fraction_that_leaves_an_exchange_out_is_no_share(tmp_path: Path) -> None:
    process = only_process(
        read_changed(tmp_path, ("<referenceToInputOutput>8</referenceToInputOutput>", ""))
    )
    assert {e.share for e in process.exchanges} == {None}
    assert process.details["allocation_by_exchange"] == "true"


def test_a_share_of_a_number_that_two_products_bear_is_nobodys(tmp_path: Path) -> None:
    process = only_process(read_changed(tmp_path, ('<exchange number="2"', '<exchange number="1"')))
    assert exchange(process, "petrol, at refinery").share is None


def test_blanks_at_the_ends_are_nothing(tmp_path: Path) -> None:
    process = read_bytes("ecospold1", fixture(THREE), tmp_path)[0]
    assert isinstance(process, RawProcess)
    assert process.id == "801"
    assert process.names == {"en": "soybeans, at field"}
    assert (process.reference.name, process.reference.amount) == (
        "soybeans, at field",
        Decimal(1000),
    )
    assert process.categories == ("agriculture",)
    assert (process.valid_from, process.valid_until) == ("2004", "2007-06")
    particulates = exchange(process, "Particulates")
    assert (particulates.compartment, particulates.cas) == (("emission",), "")


def test_a_broken_dataset_does_not_keep_the_others_out(tmp_path: Path) -> None:
    first, broken, last = read_bytes("ecospold1", fixture(THREE), tmp_path)
    assert isinstance(first, RawProcess)
    assert isinstance(last, RawProcess)
    assert broken == RawFault(
        name="oat straw, broken",
        place="/1/exchanges/0/meanValue",
        code="import-number-malformed",
        parameters={"value": "one"},
    )


def test_where_no_exchange_is_a_product_the_function_states_it(tmp_path: Path) -> None:
    last = read_bytes("ecospold1", fixture(THREE), tmp_path)[2]
    assert isinstance(last, RawProcess)
    reference = last.reference
    assert (reference.name, reference.amount, reference.unit) == ("lorry, 16 t", Decimal(1), "unit")
    assert (reference.location, reference.place) == ("GLO", "/2/referenceFunction")
    assert last.is_aggregated
    assert last.details["infrastructure"] == "true"


@pytest.mark.parametrize(("number", "is_aggregated"), [("0", True), ("1", False), ("2", True)])
def test_a_type_says_whether_a_dataset_is_a_system(
    tmp_path: Path, number: str, is_aggregated: bool
) -> None:
    process = only_process(read_changed(tmp_path, ('type="5"', f'type="{number}"')))
    assert process.is_aggregated is is_aggregated


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('type="5"', 'type="3"', "import-choice-unknown", "/0/type"),
        ('type="5"', 'type="4"', "import-choice-unknown", "/0/type"),
        (
            'impactAssessmentResult="false"',
            'impactAssessmentResult="true"',
            "import-choice-unknown",
            "/0/impactAssessmentResult",
        ),
        (
            "<inputGroup>1</inputGroup>",
            "<inputGroup>6</inputGroup>",
            "import-choice-unknown",
            "/0/exchanges/2/group",
        ),
        ("<inputGroup>1</inputGroup>", "", "import-choice-unknown", "/0/exchanges/2/group"),
        (
            "<inputGroup>1</inputGroup>",
            "<inputGroup>1</inputGroup><inputGroup>1</inputGroup>",
            "import-choice-unknown",
            "/0/exchanges/2/group",
        ),
        ('meanValue="1.05"', "", "import-number-malformed", "/0/exchanges/2/meanValue"),
        (
            'meanValue="1.05"',
            'meanValue="Infinity"',
            "import-number-malformed",
            "/0/exchanges/2/meanValue",
        ),
        (
            'name="crude oil, at production"',
            'name="  "',
            "import-text-expected",
            "/0/exchanges/2/name",
        ),
        (
            'fraction="54.5"',
            'fraction="half"',
            "import-number-malformed",
            "/0/allocations/2/fraction",
        ),
        ('name="refining of crude oil"', "", "import-text-expected", "/0/referenceFunction/name"),
        ("Bookkeeping.", "x" * 200_001, "import-text-too-long", "/0/samplingProcedure"),
    ],
)
def test_what_cannot_be_read_is_a_fault_of_its_dataset_with_the_place(
    tmp_path: Path, old: str, new: str, code: str, place: str
) -> None:
    fault = only_fault(read_changed(tmp_path, (old, new)))
    assert (fault.code, fault.place) == (code, place)


def test_a_dataset_with_too_many_exchanges_is_a_fault(tmp_path: Path) -> None:
    limits = replace(OWN_FILE, exchanges=7)
    fault = only_fault(read_bytes("ecospold1", fixture(REFINERY), tmp_path, limits))
    assert (fault.code, fault.parameters) == ("import-process-too-large", {"most": "7"})


def test_a_dataset_without_number_is_known_by_its_name(tmp_path: Path) -> None:
    process = only_process(read_changed(tmp_path, ('<dataset number="700"', "<dataset")))
    assert process.id == "refining of crude oil"
