"""SimaPro CSV is read as it was exported: each rule of the format, and each fault by its name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD, ImportLimits
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess
from lca_db.inventory.importers.simapro_csv import read
from tests.support.import_tables import fixture, reading

MOULDING = fixture("simapro/moulding.csv")
HEADER = "{SimaPro 9}\n{CSV separator: Semicolon}\n{Decimal separator: .}\n\n"
SMALL = (
    "Process\n\nProcess identifier\nP1\n\nProcess name\nwork\n\n"
    "Products\nthing;kg;1;100;not defined;Others;\n\n"
    "Materials/fuels\n%s\n\nEnd\n"
)


def moulding(folder: Path) -> tuple[list[RawProcess], list[RawFault]]:
    return reading(read, MOULDING.encode("cp1252"), folder)


def named(process: RawProcess, name: str) -> RawExchange:
    return next(e for e in process.exchanges if e.name == name)


def small(row: str, folder: Path) -> tuple[list[RawProcess], list[RawFault]]:
    return reading(read, (HEADER + SMALL % row).encode(), folder)


def test_a_process_keeps_its_names_place_time_and_remarks(tmp_path: Path) -> None:
    process = moulding(tmp_path)[0][0]
    assert process.id == "Atelier000001"
    assert process.name == "Moulage par injection, boîtier"
    assert process.location == "Région Île-de-France"
    assert (process.valid_from, process.valid_until) == ("2022", "2024")
    assert process.categories == ("material", "Plastics", "Parts")
    assert process.details["Literature references"] == "Relevés 2024; mesurés sur place"
    assert process.details["Project"] == "Atelier d'essai"
    assert not process.is_aggregated


def test_the_character_127_is_a_line_break(tmp_path: Path) -> None:
    assert moulding(tmp_path)[0][0].comment == "première ligne\ndeuxième ligne"


def test_the_first_product_is_the_reference_and_percentages_become_shares(tmp_path: Path) -> None:
    process = moulding(tmp_path)[0][0]
    assert process.reference.name == "Boîtier, PP"
    assert process.reference.amount == Decimal("2.5")
    assert process.reference.share == Decimal("0.95")
    other = named(process, "Carotte broyée, PP")
    assert (other.kind, other.share) == (FlowKind.CO_PRODUCT, Decimal("0.05"))


@pytest.mark.parametrize(
    ("name", "kind", "amount", "compartment"),
    [
        ("Polypropylène vierge", FlowKind.AVOIDED_PRODUCT, "0.1", ()),
        ("Polypropylène, granulé", FlowKind.PRODUCT_INPUT, "2.7", ()),
        ("Électricité, moyenne tension", FlowKind.PRODUCT_INPUT, "3.75", ()),
        ("Mise en décharge, plastique", FlowKind.WASTE_OUTPUT, "0.075", ()),
        ("Carbon dioxide, fossil", FlowKind.EMISSION, "0.2", ("air", "low. pop.")),
        ("Méthane", FlowKind.EMISSION, "-0.001", ("air",)),
        ("COD", FlowKind.EMISSION, "0.004", ("water", "river")),
        ("Water, river", FlowKind.RESOURCE, "0.01", ("resource", "in water")),
        ("Slag", FlowKind.EMISSION, "0.02", ("final waste flows",)),
    ],
)
def test_each_section_says_what_its_rows_are(
    name: str, kind: FlowKind, amount: str, compartment: tuple[str, ...], tmp_path: Path
) -> None:
    exchange = named(moulding(tmp_path)[0][0], name)
    assert (exchange.kind, exchange.amount) == (kind, Decimal(amount))
    assert exchange.compartment == compartment


def test_a_separator_in_quotes_is_part_of_the_name_and_exponents_are_numbers(
    tmp_path: Path,
) -> None:
    assert named(moulding(tmp_path)[0][0], "Colorant; noir").amount == Decimal("0.015")


def test_uncertainty_is_kept_as_the_format_says_it(tmp_path: Path) -> None:
    process = moulding(tmp_path)[0][0]
    assert named(process, "Polypropylène, granulé").uncertainty == {
        "kind": "Lognormal",
        "spread": "1.0816",
    }
    assert named(process, "Colorant; noir").uncertainty == {
        "kind": "Triangle",
        "minimum": "0.01",
        "maximum": "0.02",
    }
    assert named(process, "Slag").uncertainty == {}


def test_cas_numbers_come_from_the_lists_behind_and_identities_from_the_row(
    tmp_path: Path,
) -> None:
    flow = named(moulding(tmp_path)[0][0], "Carbon dioxide, fossil")
    assert flow.cas == "124-38-9"
    assert flow.flow_id == "AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE"


def test_a_waste_treatment_is_a_process_whose_reference_is_the_waste(tmp_path: Path) -> None:
    process = moulding(tmp_path)[0][1]
    assert process.categories == ("waste treatment", "Landfill")
    assert process.reference.name == "Mise en décharge, plastique"
    assert process.is_aggregated  # its type says System


def test_a_formula_makes_a_fault_that_names_process_and_formula(tmp_path: Path) -> None:
    fault = moulding(tmp_path)[1][0]
    assert (fault.name, fault.code) == ("Séchage, avec formule", "import-formula-not-evaluated")
    assert fault.parameters == {"value": "0,2*rendement"}
    assert MOULDING.splitlines()[int(fault.place[1:]) - 1].split(";")[2] == "0,2*rendement"


def test_a_waste_scenario_is_a_fault_and_the_good_ones_come_in(tmp_path: Path) -> None:
    processes, faults = moulding(tmp_path)
    assert [p.id for p in processes] == ["Atelier000001", "Atelier000003"]
    assert [f.code for f in faults] == ["import-formula-not-evaluated", "import-choice-unknown"]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_of_a_european_file_is_found(encoding: str, tmp_path: Path) -> None:
    processes, _ = reading(read, MOULDING.encode(encoding), tmp_path)
    assert processes[0].name == "Moulage par injection, boîtier"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_a_chinese_file_with_tabs_is_read(encoding: str, tmp_path: Path) -> None:
    (process,), faults = reading(read, fixture("simapro/foundry.csv").encode(encoding), tmp_path)
    assert not faults
    assert process.names == {"zh-Hans": "铝合金压铸件，广东"}
    assert process.reference.amount == 1000
    assert named(process, "二氧化碳").compartment == ("air", "城市空气")
    assert process.details["Time period"] == "2024年上半年"  # no year to year


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("", "import-number-malformed"),
        ("0,5", "import-number-malformed"),  # the header says that the sign is a point
        ("1.2.3", "import-number-malformed"),
        ("5%", "import-number-malformed"),
        ("NaN", "import-formula-not-evaluated"),
        ("p1", "import-formula-not-evaluated"),
        ("2*3", "import-formula-not-evaluated"),
        ("2-1", "import-formula-not-evaluated"),
    ],
)
def test_what_is_no_plain_number_is_a_fault(amount: str, code: str, tmp_path: Path) -> None:
    processes, (fault,) = small(f"steel;kg;{amount};Undefined;0;0;0;", tmp_path)
    assert not processes
    assert (fault.name, fault.code) == ("work", code)


def test_old_files_may_have_amount_and_unit_the_other_way_round(tmp_path: Path) -> None:
    (process,), _ = small("steel;2.5;kg;Undefined;0;0;0;", tmp_path)
    assert (process.exchanges[1].amount, process.exchanges[1].unit) == (Decimal("2.5"), "kg")


def test_blank_lines_among_rows_and_a_missing_one_before_a_heading_are_survived(
    tmp_path: Path,
) -> None:
    (process,), faults = small(
        "steel;kg;1;Undefined;0;0;0;\n\n\n;;;;\nzinc;kg;2;Undefined;0;0;0;\n"
        "Electricity/heat\npower;kWh;3;Undefined;0;0;0;",
        tmp_path,
    )
    assert not faults
    assert [e.name for e in process.exchanges] == ["thing", "steel", "zinc", "power"]


def test_a_section_nobody_knows_is_a_fault_not_a_gap(tmp_path: Path) -> None:
    _, (fault,) = small("Emissions to space\nCO2;;kg;1;Undefined;0;0;0;", tmp_path)
    assert fault.code == "import-choice-unknown"
    assert fault.parameters == {"value": "Emissions to space"}


def test_a_line_break_in_quotes_is_joined(tmp_path: Path) -> None:
    (process,), _ = small('steel;kg;1;Undefined;0;0;0;"two\nlines"', tmp_path)
    assert process.exchanges[1].comment == "two\nlines"


def test_a_stray_quote_swallows_no_other_process(tmp_path: Path) -> None:
    text = HEADER + SMALL % '"steel;kg;1;Undefined;0;0;0;' + "\n" + SMALL % "zinc;kg;1;;;;;"
    processes, _ = reading(read, text.encode(), tmp_path)
    assert len(processes) == 2
    assert processes[0].exchanges[1].name == '"steel'


def test_a_process_without_its_end_is_a_fault(tmp_path: Path) -> None:
    text = (HEADER + SMALL % "steel;kg;1;;;;;").removesuffix("End\n")
    _, (fault,) = reading(read, text.encode(), tmp_path)
    assert (fault.code, fault.parameters) == ("import-member-missing", {"member": "End"})


def test_a_process_without_product_is_a_fault(tmp_path: Path) -> None:
    text = HEADER + "Process\n\nProcess name\nwork\n\nMaterials/fuels\nsteel;kg;1\n\nEnd\n"
    _, (fault,) = reading(read, text.encode(), tmp_path)
    assert (fault.code, fault.name) == ("import-without-reference", "work")


def test_a_product_stage_is_a_fault(tmp_path: Path) -> None:
    text = HEADER + "Product stage\n\nProducts\nassembly;p;1;Others;;\n\nEnd\n"
    _, (fault,) = reading(read, text.encode(), tmp_path)
    assert (fault.code, fault.parameters) == ("import-choice-unknown", {"value": "Product stage"})


@pytest.mark.parametrize(
    "content",
    [b"", b"a;b;c\n1;2;3\n", b"{SimaPro 9}\n{methods}\n\nMethod\n\nName\nx\n\nEnd\n", b"\0\1\2"],
)
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        reading(read, content, tmp_path)
    assert refused.value.code == "import-format-unexpected"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (replace(UPLOAD, rows=20), "import-rows-too-many"),
        (replace(UPLOAD, processes=1), "import-rows-too-many"),
        (replace(UPLOAD, columns=6), "import-columns-too-many"),
        (replace(UPLOAD, file_bytes=100), "import-file-too-large"),
    ],
)
def test_a_file_beyond_the_limits_is_refused(
    limits: ImportLimits, code: str, tmp_path: Path
) -> None:
    with pytest.raises(ImportRefused) as refused:
        reading(read, MOULDING.encode(), tmp_path, limits)
    assert refused.value.code == code


def test_a_process_beyond_the_limit_is_a_fault(tmp_path: Path) -> None:
    _, faults = reading(read, MOULDING.encode(), tmp_path, replace(UPLOAD, exchanges=5))
    assert faults[0].code == "import-process-too-large"
