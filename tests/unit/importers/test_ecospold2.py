"""EcoSpold 2: what each field becomes, and which datasets are faults."""

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

ELECTROLYSIS = "ecospold2/electrolysis.spold"
THREE = "ecospold2/three.spold"


@pytest.fixture
def electrolysis(tmp_path: Path) -> RawProcess:
    return only_process(read_bytes("ecospold2", fixture(ELECTROLYSIS), tmp_path))


def read_changed(folder: Path, *changes: tuple[str, str]) -> list[RawProcess | RawFault]:
    return read_bytes("ecospold2", changed(ELECTROLYSIS, *changes), folder)


def test_a_process_bears_its_identity_and_its_names_by_language(electrolysis: RawProcess) -> None:
    assert electrolysis.id == "11111111-aaaa-4000-8000-000000000001"
    assert electrolysis.names == {
        "de": "Chloralkali-Elektrolyse",
        "en": "chlor-alkali electrolysis, membrane cell",
        "zh-Hans": "离子膜法氯碱电解",
        "zh-Hant": "離子膜法氯鹼電解",
    }
    assert electrolysis.name == "chlor-alkali electrolysis, membrane cell"


def test_place_time_technology_and_class_are_kept(electrolysis: RawProcess) -> None:
    assert electrolysis.location == "CN-GD"
    assert (electrolysis.valid_from, electrolysis.valid_until) == ("2021-01-01", "2023-12-31")
    assert electrolysis.technology == "Membrane cells."
    assert electrolysis.categories == ("2011:Manufacture of basic chemicals",)
    assert not electrolysis.is_aggregated


def test_a_comment_is_in_one_language_and_in_the_order_of_its_paragraphs(
    electrolysis: RawProcess,
) -> None:
    assert electrolysis.comment == "First paragraph.\nSecond paragraph."


def test_details_hold_what_else_a_reader_should_see(electrolysis: RawProcess) -> None:
    assert electrolysis.details == {
        "geography": "Works at the Pearl River.",
        "time": "Measured in three years.",
        "included_from": "From brine at the gate of the works.",
        "included_until": "To chlorine in the pipe.",
        "allocation": "Not allocated.",
        "synonyms": "brine electrolysis",
        "scenario": "Business-as-Usual",
        "system_model": "Undefined",
        "sampling": "Two works.",
        "extrapolations": "None.",
        "copyright": "false",
        "access": "0",
        "sources": "Writer, A. 2024",
    }


@pytest.mark.parametrize(
    ("name", "kind", "amount", "unit"),
    [
        ("chlorine, gaseous", FlowKind.REFERENCE, "1.0", "kg"),
        (
            "sodium hydroxide, without water, in 50% solution state",
            FlowKind.CO_PRODUCT,
            "1.128",
            "kg",
        ),
        ("spent membrane", FlowKind.CO_PRODUCT, "-0.0012", "kg"),
        ("brine sludge", FlowKind.WASTE_OUTPUT, "0.0034", "kg"),
        ("cell kept in use", FlowKind.CO_PRODUCT, "1E-9", "unit"),
        ("electricity, medium voltage", FlowKind.PRODUCT_INPUT, "2.45", "kWh"),
        ("sodium chloride, powder", FlowKind.PRODUCT_INPUT, "1.70", "kg"),
        ("maintenance", FlowKind.PRODUCT_INPUT, "0.2", "hour"),
        ("sulfuric acid", FlowKind.PRODUCT_INPUT, "0.001", "kg"),
        ("Water, river", FlowKind.RESOURCE, "0.0021", "m3"),
        ("Chlorine", FlowKind.EMISSION, "1.5E-6", "kg"),
        ("Carbon dioxide, fossil", FlowKind.EMISSION, "0.004", "kg"),
    ],
)
def test_groups_say_what_an_exchange_is(
    electrolysis: RawProcess, name: str, kind: FlowKind, amount: str, unit: str
) -> None:
    found = exchange(electrolysis, name)
    assert (found.kind, found.amount, found.unit) == (kind, Decimal(amount), unit)


def test_every_exchange_of_the_file_comes_in_with_its_place(electrolysis: RawProcess) -> None:
    places = [e.place for e in electrolysis.exchanges]
    assert places == [f"/0/exchanges/{n}" for n in range(12)]


def test_a_link_names_the_provider_and_the_flow(electrolysis: RawProcess) -> None:
    electricity = exchange(electrolysis, "electricity, medium voltage")
    assert electricity.provider_id == "11111111-aaaa-4000-8000-000000000009"
    assert electricity.flow_id == "22222222-bbbb-4000-8000-000000000006"
    assert electricity.comment == "Cells and rectifier."
    assert exchange(electrolysis, "maintenance").provider_id == ""


def test_an_elementary_flow_has_its_compartment_and_its_cas_number(
    electrolysis: RawProcess,
) -> None:
    chlorine = exchange(electrolysis, "Chlorine")
    assert chlorine.compartment == ("air", "urban air close to ground")
    assert chlorine.cas == "7782-50-5"
    assert chlorine.flow_id == "33333333-cccc-4000-8000-000000000002"


def test_a_code_that_is_no_cas_number_and_a_compartment_that_is_missing_are_empty(
    electrolysis: RawProcess,
) -> None:
    carbon_dioxide = exchange(electrolysis, "Carbon dioxide, fossil")
    assert carbon_dioxide.cas == ""  # 124-38-8 fails its check digit
    assert carbon_dioxide.compartment == ()


def test_uncertainty_is_kept_as_written_with_its_pedigree(electrolysis: RawProcess) -> None:
    assert exchange(electrolysis, "electricity, medium voltage").uncertainty == {
        "distribution": "lognormal",
        "meanValue": "2.45",
        "mu": "0.896",
        "variance": "0.0006",
        "varianceWithPedigreeUncertainty": "0.0035",
        "pedigreeMatrix": {
            "reliability": "1",
            "completeness": "2",
            "temporalCorrelation": "1",
            "geographicalCorrelation": "1",
            "furtherTechnologyCorrelation": "3",
        },
    }
    assert exchange(electrolysis, "sulfuric acid").uncertainty == {
        "distribution": "uniform",
        "minValue": "0.0005",
        "maxValue": "NaN",
    }


def test_a_broken_dataset_does_not_keep_the_others_out(tmp_path: Path) -> None:
    first, broken, last = read_bytes("ecospold2", fixture(THREE), tmp_path)
    assert isinstance(first, RawProcess)
    assert isinstance(last, RawProcess)
    assert broken == RawFault(
        name="steam, broken",
        place="/1/exchanges/1/amount",
        code="import-number-malformed",
        parameters={"value": "2*1.5"},
    )


def test_a_child_dataset_is_a_dataset_and_a_system_says_so(tmp_path: Path) -> None:
    first = read_bytes("ecospold2", fixture(THREE), tmp_path)[0]
    assert isinstance(first, RawProcess)
    assert first.is_aggregated
    assert first.location == "CN-GD"
    assert (first.valid_from, first.valid_until) == ("2023", "2023")


def test_after_allocation_the_product_with_an_amount_is_the_reference(tmp_path: Path) -> None:
    first = read_bytes("ecospold2", fixture(THREE), tmp_path)[0]
    assert isinstance(first, RawProcess)
    assert (first.reference.name, first.reference.amount) == (
        "electricity, medium voltage",
        Decimal("3.6"),
    )
    assert exchange(first, "heat, district").kind is FlowKind.CO_PRODUCT


def test_a_treatment_keeps_its_negative_amounts(tmp_path: Path) -> None:
    last = read_bytes("ecospold2", fixture(THREE), tmp_path)[2]
    assert isinstance(last, RawProcess)
    assert last.reference.amount == -1
    assert exchange(last, "gravel").amount == Decimal("-0.02")


def test_a_dataset_without_reference_is_a_fault(tmp_path: Path) -> None:
    fault = only_fault(
        read_changed(tmp_path, ("<outputGroup>0</outputGroup>", "<inputGroup>5</inputGroup>"))
    )
    assert fault.code == "import-without-reference"
    assert fault.parameters == {"name": "chlor-alkali electrolysis, membrane cell"}
    assert fault.place == "/0"


def test_a_dataset_for_several_products_is_a_fault_that_names_them(tmp_path: Path) -> None:
    fault = only_fault(
        read_changed(tmp_path, ("<outputGroup>5</outputGroup>", "<outputGroup>0</outputGroup>"))
    )
    assert fault.code == "import-several-references"
    assert fault.parameters == {"names": "chlorine, gaseous; cell kept in use"}


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        (
            "<inputGroup>3</inputGroup>",
            "<inputGroup>4</inputGroup>",
            "import-choice-unknown",
            "/0/exchanges/7/group",
        ),
        (
            "<inputGroup>3</inputGroup>",
            "<inputGroup>9</inputGroup>",
            "import-choice-unknown",
            "/0/exchanges/7/group",
        ),
        ("<inputGroup>3</inputGroup>", "", "import-choice-unknown", "/0/exchanges/7/group"),
        (
            "<inputGroup>3</inputGroup>",
            "<inputGroup>3</inputGroup><outputGroup>2</outputGroup>",
            "import-choice-unknown",
            "/0/exchanges/7/group",
        ),
        (
            "<inputGroup>4</inputGroup>",
            "<inputGroup>5</inputGroup>",
            "import-choice-unknown",
            "/0/exchanges/9/group",
        ),
        ('amount="0.2"', "", "import-number-malformed", "/0/exchanges/7/amount"),
        ('amount="0.2"', 'amount="NaN"', "import-number-malformed", "/0/exchanges/7/amount"),
        ('amount="0.2"', 'amount="1e9999"', "import-number-malformed", "/0/exchanges/7/amount"),
        ("maintenance", " ", "import-text-expected", "/0/exchanges/7/name"),
        ("Membrane cells.", "x" * 200_001, "import-text-too-long", "/0/text"),
        ("activityName", "activityNam", "import-text-expected", "/0/activityName"),
    ],
)
def test_what_cannot_be_read_is_a_fault_of_its_dataset_with_the_place(
    tmp_path: Path, old: str, new: str, code: str, place: str
) -> None:
    fault = only_fault(read_changed(tmp_path, (old, new)))
    assert (fault.code, fault.place) == (code, place)


def test_a_dataset_with_too_many_exchanges_is_a_fault(tmp_path: Path) -> None:
    limits = replace(OWN_FILE, exchanges=11)
    fault = only_fault(read_bytes("ecospold2", fixture(ELECTROLYSIS), tmp_path, limits))
    assert (fault.code, fault.parameters) == ("import-process-too-large", {"most": "11"})


def test_a_dataset_without_identity_is_known_by_its_name(tmp_path: Path) -> None:
    process = only_process(
        read_changed(tmp_path, ('id="11111111-aaaa-4000-8000-000000000001"', ""))
    )
    assert process.id == "chlor-alkali electrolysis, membrane cell"


def test_a_name_without_english_is_taken_in_the_language_there_is(tmp_path: Path) -> None:
    process = only_process(
        read_changed(
            tmp_path,
            ('<name xml:lang="en">chlorine, gaseous</name>', ""),
            ('xml:lang="en"> chlor', 'xml:lang="fr"> chlor'),
        )
    )
    assert process.reference.name == "Chlor"
    assert process.name == "Chloralkali-Elektrolyse"
