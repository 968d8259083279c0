"""What an organisation confirmed is put into its own file, and nothing else of it changes."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import httpx2
import pytest
from openpyxl import load_workbook

from api.intake.document import BomDocument
from api.schemas.bom import BomIn
from tests.support.browsing import signed_in
from tests.support.instance import ALUMINIUM, LFP, Instance, a_bom_file
from tests.support.outsiders import contents
from tests.unit.api.sheets import a_csv, an_xlsx, from_csv, from_xlsx, letter_of

MAKER, OTHER = ALUMINIUM.preparer, LFP.preparer
POWER = "electricity-grid-cn-2024"
INGOT: Mapping[str, object] = {
    "ref": "ingot",
    "kind": "material",
    "name": "铝锭",
    "dataset": "aluminium-primary-cn",
    "amount": "1",
    "unit": "kg",
    "note": "00123",
}
MAINS: Mapping[str, object] = {
    "ref": "power",
    "kind": "energy",
    "name": "车间用电",
    "dataset": "no-such-dataset",
    "amount": "0.4",
    "unit": "度",
}
UNKNOWN = {**MAINS, "ref": "steam", "name": "没人确认过", "dataset": "neither-this"}


def confirmed(instance: Instance, text: str = "车间用电", person: str = MAKER) -> None:
    body = {"text": text, "unit": "kWh", "dataset_id": POWER}
    instance.post("/v1/dataset-matches", person, body, status=201)


def filled(
    instance: Instance, content: bytes, name: str = "bom.xlsx", person: str = MAKER
) -> httpx2.Response:
    return instance.http.post(
        "/v1/bom-files/filled",
        files={"file": (name, content, "application/octet-stream")},
        headers={"Authorization": f"Bearer {instance.seeded.keys[person]}"},
    )


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_confirmed_dataset_is_filled_in_and_every_other_cell_is_as_it_was(
    sqlite_instance: Instance, kind: str
) -> None:
    confirmed(sqlite_instance)
    before = contents(sqlite_instance.context.engine)
    rows = [INGOT, MAINS, UNKNOWN]
    if kind == "csv":
        rows[0] = {**INGOT, "name": "=HYPERLINK(1) 铝锭"}  # which openpyxl would make a formula
    sent = an_xlsx(rows) if kind == "xlsx" else a_csv(rows)
    answer = filled(sqlite_instance, sent, f"清单.{kind}")
    assert answer.status_code == 200, answer.text
    assert "bom" not in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].endswith("-filled.xlsx")
    read: BomDocument = from_xlsx(answer.content)
    expected = (from_xlsx if kind == "xlsx" else from_csv)(sent).document
    lines = expected["lines"]
    assert isinstance(lines, list)
    lines[1]["dataset"] = POWER
    assert read.document == expected
    assert contents(sqlite_instance.context.engine) == before


def test_the_filled_cell_stands_where_the_missing_one_did_and_no_cell_is_a_formula(
    sqlite_instance: Instance,
) -> None:
    confirmed(sqlite_instance)
    rows = [{**INGOT, "name": "=HYPERLINK(1)"}, {**MAINS, "dataset": ""}]
    book = load_workbook(io.BytesIO(filled(sqlite_instance, a_csv(rows)).content))
    cells = [cell for row in book["csv"].iter_rows() for cell in row]
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}
    assert [c.column_letter for c in cells if c.value == POWER] == [letter_of("dataset")]


def test_a_filled_file_is_a_bill_where_nothing_else_was_at_fault(
    sqlite_instance: Instance,
) -> None:
    confirmed(sqlite_instance)
    content = filled(sqlite_instance, an_xlsx([INGOT, MAINS])).content
    bill = BomIn.model_validate(from_xlsx(content).document)
    assert [line.dataset for line in bill.lines] == ["aluminium-primary-cn", POWER]  # type: ignore[union-attr]


def test_json_comes_back_as_json_its_assemblies_too(sqlite_instance: Instance) -> None:
    confirmed(sqlite_instance)
    bill = a_bom_file(ALUMINIUM)
    mains = {**MAINS, "unit": "kWh"}
    bill["lines"].append(mains)
    bill["assemblies"] = {"a/b": {"name": "a/b", "lines": [{**mains, "dataset": "gone"}]}}
    bill["lines"].append(
        {"ref": "part", "kind": "assembly", "name": "a/b", "assembly": "a/b", "quantity": "1"}
    )
    answer = filled(sqlite_instance, json.dumps(bill).encode(), "bill.json")
    assert answer.headers["content-type"].startswith("application/json")
    bill["lines"][-2]["dataset"] = bill["assemblies"]["a/b"]["lines"][0]["dataset"] = POWER
    assert answer.json() == bill


def test_what_others_confirmed_or_nobody_did_fills_nothing(sqlite_instance: Instance) -> None:
    confirmed(sqlite_instance, person=OTHER)
    answer = filled(sqlite_instance, an_xlsx([INGOT, MAINS]))
    assert (answer.status_code, answer.json()["code"]) == (422, "bom-nothing-to-fill")
    confirmed(sqlite_instance)
    in_mass = filled(sqlite_instance, an_xlsx([INGOT, {**MAINS, "unit": "kg"}]))
    assert in_mass.json()["code"] == "bom-nothing-to-fill", "a unit that cannot fit"
    broken = filled(sqlite_instance, b"PK no workbook")
    assert broken.json()["code"] == "file-not-readable"


def test_the_page_gives_the_file_and_says_what_to_do_where_nothing_was_confirmed(
    sqlite_instance: Instance,
) -> None:
    browser = signed_in(sqlite_instance, MAKER)
    file = ("bom.xlsx", an_xlsx([INGOT, MAINS]), "application/octet-stream")
    page = browser.open("/studies/upload")
    refused = browser.send(page, "/studies/upload/filled", file=file)
    assert refused.status == 422
    assert "Confirm a suggestion of the preview first" in refused.text
    confirmed(sqlite_instance)
    given = browser.send(refused, "/studies/upload/filled", file=file).response
    assert given.headers["content-disposition"].startswith("attachment")
    assert from_xlsx(given.content).document["lines"][1]["dataset"] == POWER  # type: ignore[index]
