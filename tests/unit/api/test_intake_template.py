"""The template, filled in and read back, is the bill a program would have sent as JSON."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from api.intake.document import BomDocument
from api.intake.examples import EXAMPLES
from api.intake.rows import read_csv
from api.intake.template import COLUMNS, LINES_SHEET, PRODUCT_SHEET, SETTINGS, TABLES, template_csv
from api.intake.workbook import template_xlsx
from api.schemas.bom import BomIn
from footprint.bom import MaterialLine, Stage
from footprint.errors import BomError
from labels.locale import LANGUAGES
from lca_db.inventory.reference_files import load_reference
from tests.support.builders import a_bom_document, a_material, an_energy
from tests.unit.api.sheets import SETTINGS_OF_A_STUDY, a_csv, an_xlsx, from_csv, from_xlsx

EVERY_FIELD = (*COLUMNS, *SETTINGS, *(field for table in TABLES for field in table.fields))
GRAVE = {
    **SETTINGS_OF_A_STUDY,
    "unit_kind": "functional",
    "boundary": "cradle-to-grave",
    "raw-material": "included",
    "manufacturing": "included",
    "distribution": "included",
    "use": "included",
    "end-of-life": "partly-included",
}
ROWS: list[dict[str, object]] = [
    {
        "ref": "m",
        "kind": "material",
        "name": "钢 steel",
        "dataset": "steel",
        "amount": 2.5,
        "unit": "千克",
        "loss_rate": 0.05,
        "loss_route": "waste-treatment",
        "loss_dataset": "landfill",
        "activity_origin": "measured",
        "note": "称重",
    },
    {
        "ref": "p",
        "kind": "packaging",
        "name": "纸箱",
        "dataset": "steel",
        "amount": "0.1",
        "unit": "kg",
    },
    {"ref": "e", "kind": "energy", "name": "电", "dataset": "grid", "amount": 10, "unit": "度"},
    {
        "ref": "g",
        "kind": "direct-emission",
        "name": "SF6",
        "substance": "SF6",
        "origin": "fossil",
        "amount": 1 / 81000,
        "unit": "kg",
    },
    {
        "ref": "t",
        "kind": "transport",
        "name": "货车",
        "dataset": "truck",
        "amount": 1,
        "unit": "吨",
        "distance": 300,
        "stage": "raw-material",
    },
    {
        "ref": "d",
        "kind": "transport",
        "name": "分销",
        "dataset": "truck",
        "amount": 2.5,
        "unit": "kg",
        "distance": 1200,
    },
    {
        "ref": "u",
        "kind": "use",
        "name": "使用",
        "dataset": "grid",
        "amount": 0.25,
        "unit": "kWh",
        "services": 4000,
    },
    {
        "ref": "z",
        "kind": "end-of-life",
        "name": "填埋",
        "dataset": "landfill",
        "amount": 2.5,
        "unit": "kg",
        "share": 0.7,
    },
    {
        "ref": "c",
        "kind": "assembly",
        "name": "电芯",
        "dataset": "电芯",
        "amount": 43,
        "unit": "个",
    },
    {
        "part": "电芯",
        "ref": "m",
        "kind": "material",
        "name": "箔",
        "dataset": "steel",
        "amount": "0.01",
        "unit": "kg",
    },
]


LEG = {"kind": "transport", "dataset": "truck", "distance_unit": "km"}
GAS = {"kind": "direct-emission", "substance": "SF6", "origin": "fossil", "unit": "kg"}
LINES: list[dict[str, object]] = [
    {
        **a_material("m", "steel", "2.5", "千克"),
        "name": "钢 steel",
        "loss": {"rate": "0.05", "route": "waste-treatment", "dataset": "landfill"},
        "activity_origin": "measured",
        "note": "称重",
    },
    {**a_material("p", "steel", "0.1"), "kind": "packaging", "name": "纸箱"},
    {**an_energy("e", "grid", "10", "度"), "name": "电"},
    {**GAS, "ref": "g", "name": "SF6", "amount": "1.234567901234568e-05"},
    {
        **LEG,
        "ref": "t",
        "name": "货车",
        "mass": "1",
        "mass_unit": "吨",
        "distance": "300",
        "stage": "raw-material",
    },
    {**LEG, "ref": "d", "name": "分销", "mass": "2.5", "mass_unit": "kg", "distance": "1200"},
    {
        "ref": "u",
        "kind": "use",
        "name": "使用",
        "dataset": "grid",
        "amount_per_service": "0.25",
        "unit": "kWh",
        "services": "4000",
    },
    {
        "ref": "z",
        "kind": "end-of-life",
        "name": "填埋",
        "dataset": "landfill",
        "mass": "2.5",
        "mass_unit": "kg",
        "share": "0.7",
    },
    {"ref": "c", "kind": "assembly", "name": "电芯", "assembly": "电芯", "quantity": "43"},
]


def the_same_as_json() -> dict[str, Any]:
    inside = {**a_material("m", "steel", "0.01"), "name": "箔"}
    cell = {"电芯": {"name": "电芯", "lines": [inside]}}
    stages = {stage.value: str(GRAVE[stage.value]) for stage in Stage}
    document = a_bom_document(LINES, cell, "cradle-to-grave", "functional", stages)
    document["unit"] = {**document["unit"], "unit": "件"}  # type: ignore[dict-item]
    return document


def as_wire(document: BomDocument) -> BomIn:
    return BomIn.model_validate(document.document)


def test_filled_in_workbook_is_the_bill_sent_as_json() -> None:
    """Words, amounts, losses, assemblies, stages: nothing is lost and nothing is added."""
    expected = BomIn.model_validate(the_same_as_json())
    assert as_wire(from_xlsx(an_xlsx(ROWS, GRAVE))).to_core() == expected.to_core()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_filled_in_csv_is_the_bill_sent_as_json(encoding: str, delimiter: str) -> None:
    rows = [{**row, "amount": str(row["amount"])} for row in ROWS]
    rows[3]["amount"] = "1.234567901234568e-05"
    content = a_csv(rows, GRAVE, encoding, delimiter)
    assert (
        as_wire(from_csv(content)).to_core() == BomIn.model_validate(the_same_as_json()).to_core()
    )


def test_template_shows_every_field_and_offers_its_choices() -> None:
    book = load_workbook(io.BytesIO(template_xlsx()))
    assert book.sheetnames == [PRODUCT_SHEET, LINES_SHEET, *(table.sheet for table in TABLES)]
    for table in TABLES:
        assert [cell.value for cell in book[table.sheet][1]] == [f.heading for f in table.fields]
    headings = [cell.value for cell in book[LINES_SHEET][1]]
    assert headings == [field.heading for field in COLUMNS]
    names = [row[0].value for row in book[PRODUCT_SHEET].iter_rows(max_col=1)]
    assert names == [setting.heading for setting in SETTINGS]
    offered = {
        str(rule.formula1) for sheet in book for rule in sheet.data_validations.dataValidation
    }
    wanted = {f'"{",".join(f.choices)}"' for f in EVERY_FIELD if f.choices}
    assert offered == wanted
    assert max(map(len, wanted)) <= 255  # what a spreadsheet program allows


def _has_switch(members: list[dict[str, object]]) -> bool:
    return any(member.get("type") == "boolean" for member in members)


def test_choices_of_the_template_are_those_of_the_wire_model() -> None:
    """A word in a drop-down list that the model refuses would be a trap."""
    schema = BomIn.model_json_schema()["$defs"]
    words = {word for one in schema.values() for word in one.get("enum", ())}
    members = [member for one in schema.values() for member in one.get("properties", {}).values()]
    words |= {word for member in members for word in member.get("enum", ())}
    words |= {member["const"] for member in members if "const" in member}
    words |= {"true", "false"} if _has_switch(members) else set()
    for field in EVERY_FIELD:
        assert set(field.choices) <= words, field.key


def test_csv_template_is_for_a_chinese_spreadsheet_program_and_says_what_each_cell_takes() -> None:
    content = template_csv()
    assert content.startswith(b"\xef\xbb\xbf")  # else it is opened as GB18030
    rows = read_csv(content).rows
    settings, tables = rows[: len(SETTINGS)], rows[len(SETTINGS) : len(SETTINGS) + 3 * len(TABLES)]
    notes, header = rows[len(SETTINGS) + 3 * len(TABLES) :][:2]
    for table, helps, heads, blank in zip(TABLES, *(tables[i::3] for i in range(3)), strict=True):
        assert helps[1:] == tuple(field.help for field in table.fields[1:])
        assert heads == tuple(f"#{field.heading}" for field in table.fields)
        assert not any(blank)
    assert [row[0] for row in settings] == [f"#{setting.heading}" for setting in SETTINGS]
    assert "gate-to-gate" in {row[0]: row[2] for row in settings}["#系统边界 boundary"]
    assert header == tuple(field.heading for field in COLUMNS)
    assert notes[1:] == tuple(field.help for field in COLUMNS[1:])
    assert len(rows) == len(SETTINGS) + 3 * len(TABLES) + 2 + len(EXAMPLES)


@pytest.mark.parametrize("read", ["xlsx", "csv"])
def test_template_with_nothing_filled_in_has_no_lines(read: str) -> None:
    empty = from_xlsx(template_xlsx()) if read == "xlsx" else from_csv(template_csv())
    assert empty.document["lines"] == []
    assert empty.document["assemblies"] == {}


def test_examples_are_of_every_kind_and_fill_every_column() -> None:
    assert {row["kind"] for row in EXAMPLES} == set(
        next(column for column in COLUMNS if column.key == "kind").choices
    )
    filled = {key for row in EXAMPLES for key in row}
    beside = {"own_product", "site"}  # mean nothing without a co-product, a site with instruments
    assert filled | {"load", "return_share"} | beside == {column.key for column in COLUMNS}
    snapshot, _ = load_reference()  # an example of these two would need such a dataset
    assert "vkm" not in {process.unit for process in snapshot.processes}


def test_examples_are_right_lines_once_they_have_numbers_of_their_own() -> None:
    """Whoever follows an example must not be refused for it."""
    rows = [{**row, "ref": f"l{number}"} for number, row in enumerate(EXAMPLES)]
    document = from_xlsx(an_xlsx(rows, GRAVE))
    bill = BomIn.model_validate(document.document).to_core()
    lines = BomIn.model_validate(document.document).lines
    named = {getattr(line, "dataset", None) for line in lines} - {None}
    snapshot, _ = load_reference()
    assert named <= {process.id for process in snapshot.processes}
    assert len(bill.lines) == len(EXAMPLES) - 1
    assert [line.ref for line in bill.assemblies["外壳 housing"].lines] == [f"l{len(EXAMPLES) - 1}"]


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: str(row["ref"]))
def test_example_that_somebody_changed_is_not_passed_over(row: dict[str, str]) -> None:
    key = "name" if row["kind"] == "assembly" else "amount"
    document = from_xlsx(an_xlsx([{**row, key: "7"}])).document
    lines = [*document["lines"], *(a["lines"] for a in document["assemblies"].values())]  # type: ignore[misc,attr-defined]
    assert lines
    with pytest.raises(ValidationError) as refused:
        BomIn.model_validate(document)
    assert any(error["loc"][-1] == "ref" for error in refused.value.errors())


def test_gate_to_gate_study_states_its_reason_in_the_template() -> None:
    settings = {
        **SETTINGS_OF_A_STUDY,
        "boundary": "gate-to-gate",
        "raw-material": "cut",
        "assumptions": "只核算本厂工序，见合同。\nOnly our own step; the contract says so.\n",
        "cut_offs": "包装膜，低于 1%\n",
    }
    power: dict[str, object] = {**ROWS[2]}
    bill = BomIn.model_validate(from_csv(a_csv([power], settings)).document).to_core()
    assert bill.assumptions == (
        "只核算本厂工序，见合同。",
        "Only our own step; the contract says so.",
    )
    assert bill.cut_offs == ("包装膜，低于 1%",)
    without = from_csv(a_csv([power], {**settings, "assumptions": None})).document
    with pytest.raises(BomError) as refused:
        BomIn.model_validate(without).to_core()
    assert refused.value.code == "gate-to-gate-without-reason"


def test_names_in_four_languages_and_the_plant_are_taken_in() -> None:
    settings = {
        **SETTINGS_OF_A_STUDY,
        "name_hant": "測試產品",
        "name_pt": "Produto de ensaio",
        "description_hant": "1件",
        "description_pt": "1 unidade",
        "plant": "惠州 Huizhou",
    }
    read = BomIn.model_validate(from_xlsx(an_xlsx(ROWS[:3], settings)).document)
    assert set(read.product.name) == set(read.unit.description) == set(LANGUAGES)
    assert read.product.name["zh-Hant"] == "測試產品"
    assert read.product.plant == "惠州 Huizhou"
    assert read.geography == "CN-GD"


def test_footprint_of_a_supplier_stands_for_a_dataset() -> None:
    row: dict[str, object] = {
        "ref": "s",
        "kind": "material",
        "name": "螺钉",
        "amount": "0.1",
        "unit": "千克",
        "supplier_kg_co2e": 2.4,
        "supplier_gwp_set": "AR6",
        "supplier_document": "PCF 17",
    }
    document = from_xlsx(an_xlsx([row, *ROWS[1:3]])).document
    line = BomIn.model_validate(document).to_core().lines[0]
    assert isinstance(line, MaterialLine)
    assert line.supplier_footprint is not None
    assert line.supplier_footprint.kg_co2e_per_unit == Decimal("2.4")
    assert line.supplier_footprint.unit == "kg"
    assert line.dataset is None


def test_removal_is_typed_as_a_direction() -> None:
    row = {**ROWS[3], "substance": "CO2", "origin": "biogenic", "direction": "removal"}
    document = from_xlsx(an_xlsx([row])).document
    assert document["lines"][0]["direction"] == "removal"  # type: ignore[index]
