"""The template, filled in and read back, is the bill a program would have sent as JSON."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from api.intake.document import BomDocument
from api.intake.rows import read_csv
from api.intake.template import COLUMNS, LINES_SHEET, PRODUCT_SHEET, SETTINGS, template_csv
from api.intake.workbook import template_xlsx
from api.schemas.bom import BomIn
from footprint.bom import Stage
from tests.support.builders import a_bom_document, a_material, an_energy
from tests.unit.api.sheets import SETTINGS_OF_A_STUDY, a_csv, an_xlsx, from_csv, from_xlsx

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
    assert book.sheetnames == [PRODUCT_SHEET, LINES_SHEET]
    headings = [cell.value for cell in book[LINES_SHEET][1]]
    assert headings == [field.heading for field in COLUMNS]
    names = [row[0].value for row in book[PRODUCT_SHEET].iter_rows(max_col=1)]
    assert names == [setting.heading for setting in SETTINGS]
    offered = {
        str(rule.formula1) for sheet in book for rule in sheet.data_validations.dataValidation
    }
    wanted = {f'"{",".join(f.choices)}"' for f in (*COLUMNS, *SETTINGS) if f.choices}
    assert offered == wanted
    assert max(map(len, wanted)) <= 255  # what a spreadsheet program allows


def test_choices_of_the_template_are_those_of_the_wire_model() -> None:
    """A word in a drop-down list that the model refuses would be a trap."""
    schema = BomIn.model_json_schema()["$defs"]
    words = {word for one in schema.values() for word in one.get("enum", ())}
    words |= {
        word
        for one in schema.values()
        for member in one.get("properties", {}).get("kind", {}).get("enum", ())
        for word in [member]
    }
    words |= {
        one["properties"]["kind"]["const"]
        for one in schema.values()
        if "const" in one.get("properties", {}).get("kind", {})
    }
    for field in (*COLUMNS, *SETTINGS):
        assert set(field.choices) <= words, field.key


def test_csv_template_is_for_a_chinese_spreadsheet_program() -> None:
    content = template_csv()
    assert content.startswith(b"\xef\xbb\xbf")  # else it is opened as GB18030
    rows = read_csv(content).rows
    assert len(rows) == len(SETTINGS) + 1
    assert rows[-1] == tuple(field.heading for field in COLUMNS)


def test_empty_template_has_only_faults_and_no_lines() -> None:
    document = from_xlsx(template_xlsx()).document
    assert document["lines"] == []
    assert document["assemblies"] == {}
