"""Uploading a bill of materials: every fault at once with its cell, or a preview that is stored."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook

from api.intake.template import COLUMNS, SETTINGS, template_csv
from tests.support.browsing import Browser, Page, signed_in
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.outsiders import contents
from tests.unit.api.sheets import letter_of

MAKER = ALUMINIUM.preparer
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GOOD_SETTINGS = {
    "name_zh": "铝杆",
    "name_en": "Aluminium rod",
    "model": "ROD-1",
    "category": "cpc-41532",
    "unit_kind": "declared",
    "unit_amount": "1",
    "unit": "kg",
    "description_zh": "1 千克铝杆",
    "description_en": "1 kg of rod",
    "boundary": "cradle-to-gate",
    "period_from": "2024-01-01",
    "period_to": "2024-12-31",
    "geography": "CN-GD",
    "raw-material": "included",
    "manufacturing": "included",
    "distribution": "cut",
    "use": "cut",
    "end-of-life": "cut",
}
GOOD_LINES = [
    {"ref": "ingot", "kind": "material", "name": "铝锭", "dataset": "aluminium-primary-cn",
     "amount": "1", "unit": "kg", "loss_rate": "0.02", "loss_route": "sold-scrap"},
    {"ref": "power", "kind": "energy", "name": "电", "dataset": "electricity-grid-cn-2024",
     "amount": "0.4", "unit": "度"},
]  # fmt: skip


def a_csv(lines: list[dict[str, str]], **changed: str) -> bytes:
    """A filled-in CSV template; ``changed`` settings replace the good ones."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    settings = GOOD_SETTINGS | {k.replace("_of_life", "-of-life"): v for k, v in changed.items()}
    for setting in SETTINGS:
        writer.writerow([f"#{setting.heading}", settings.get(setting.key, "")])
    writer.writerow([column.heading for column in COLUMNS])
    for line in lines:
        writer.writerow([line.get(column.key, "") for column in COLUMNS])
    return stream.getvalue().encode()


FIRST_LINE_ROW = len(SETTINGS) + 2


def column(key: str) -> str:
    """The letter of a column of the template."""
    return letter_of(key)


def upload(browser: Browser, content: bytes, name: str = "bom.csv") -> Page:
    """Sends a file by the form of the upload page."""
    page = browser.open("/studies/upload")
    return browser.send(page, "/studies/upload", file=(name, content, "application/octet-stream"))


def faults(page: Page) -> dict[str, str]:
    """Code of each fault by its place, as the table of the page has them."""
    rows = page.root.find_all("tbody")[0].find_all("tr")
    return {r.find_all("th")[0].text: r.find_all("code")[0].text for r in rows}


def test_a_good_file_shows_its_footprint_and_stores_nothing(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, MAKER)
    before = contents(sqlite_instance.context.engine)
    page = upload(browser, a_csv(GOOD_LINES))
    assert page.status == 200, page.text
    assert page.root.find_all("h1")[0].text == "Aluminium rod"
    assert "kg CO 2 e" in page.root.find_all("p", **{"class": "figure"})[0].text
    assert page.has_form("/studies")
    assert contents(sqlite_instance.context.engine) == before


def test_what_the_preview_showed_is_what_is_stored(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, MAKER)
    preview = upload(browser, a_csv(GOOD_LINES))
    shown = preview.root.find_all("p", **{"class": "figure"})[0].text
    page = browser.send(preview, "/studies")
    assert page.path.startswith("/studies/std_")
    assert "The study is stored" in page.text
    assert page.root.find_all("p", **{"class": "figure"})[0].text == shown
    assert "Aluminium rod" in browser.open("/products").text


def test_the_preview_sent_twice_is_stored_once(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, MAKER)
    preview = upload(browser, a_csv(GOOD_LINES))
    first, second = browser.send(preview, "/studies"), browser.send(preview, "/studies")
    assert first.path == second.path
    assert len(sqlite_instance.get("/v1/studies", MAKER)) == 1


def test_every_fault_is_listed_at_once_with_sheet_and_cell(sqlite_instance: Instance) -> None:
    lines = [
        {**GOOD_LINES[0], "dataset": "aluminium-primary-xx"},
        {**GOOD_LINES[1], "amount": "many"},
        {**GOOD_LINES[1], "ref": "steam", "unit": "kg"},
        {**GOOD_LINES[1], "ref": "power"},
        {**GOOD_LINES[0], "ref": "more", "amount": "-1"},
        {**GOOD_LINES[0], "ref": "odd", "kind": "substance"},
        {**GOOD_LINES[0], "ref": "lossy", "loss_rate": "1.5"},
    ]
    browser = signed_in(sqlite_instance, MAKER)
    before = contents(sqlite_instance.context.engine)
    page = upload(browser, a_csv(lines, boundary="cradle-to-moon", unit_amount="0"))
    assert page.status == 422
    found = faults(page)
    rows = {
        line["ref"] if i != 3 else "power again": FIRST_LINE_ROW + i for i, line in enumerate(lines)
    }
    expected = {
        f"csv!{column('dataset')}{rows['ingot']}": "dataset-unknown",
        f"csv!{column('amount')}{FIRST_LINE_ROW + 1}": "amount-not-a-number",
        f"csv!{column('unit')}{rows['steam']}": "unit-wrong-dimension",
        f"csv!{column('kind')}{rows['odd']}": "value-not-allowed",
    }
    assert expected.items() <= found.items(), found
    assert any(p.endswith(str(rows["more"])) for p, c in found.items() if c == "amount-negative")
    assert any(
        p.endswith(str(rows["lossy"])) for p, c in found.items() if c == "loss-rate-out-of-range"
    )
    assert "value-not-allowed" in {c for p, c in found.items() if p.startswith("csv!B")}
    assert contents(sqlite_instance.context.engine) == before


def test_a_line_without_a_dataset_has_suggestions_and_one_is_confirmed(
    sqlite_instance: Instance,
) -> None:
    unknown = {**GOOD_LINES[1], "name": "车间用电", "dataset": "no-such-dataset"}
    missing = {**GOOD_LINES[0], "name": "特种料 A 级", "dataset": ""}
    browser = signed_in(sqlite_instance, MAKER)
    page = upload(browser, a_csv([missing, unknown]))
    assert page.status == 422
    assert "electricity-grid-cn-2024" in page.text
    assert "Why" in page.text
    confirmed = browser.send(
        page, "/studies/upload/matches", which={"dataset_id": "electricity-grid-cn-2024"}
    )
    assert "Confirmed: the next upload suggests this dataset first" in confirmed.text
    again = upload(browser, a_csv([GOOD_LINES[0], unknown]))
    assert "Confirmed before for the same text by your organisation" in again.text


@pytest.mark.parametrize(("language", "words"), [("zh-Hans", "需更正"), ("pt", "corrigir")])
def test_faults_are_said_in_the_readers_language(
    sqlite_instance: Instance, language: str, words: str
) -> None:
    browser = signed_in(sqlite_instance, MAKER, language)
    page = upload(browser, a_csv([{**GOOD_LINES[0], "dataset": "aluminium-primary-xx"}]))
    assert words in page.text
    assert "aluminium-primary-xx" in page.text


def test_the_faults_can_be_saved_as_csv(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, MAKER)
    page = upload(browser, a_csv([{**GOOD_LINES[0], "dataset": "=cmd"}]))
    answer = browser.send(page, "/studies/upload/faults.csv").response
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["Place", "What is wrong and what to do", "Code"]
    assert rows[1][2] == faults(page)[rows[1][0]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 no archive", "file-not-readable"),
        (b"a,b,c\n1,2,3\n", "template-header-missing"),
        (b'{"product": ', "json-malformed"),
        (b'{"product": 1, "product": 2}', "json-duplicate-name"),
    ],
)
def test_a_file_that_is_no_bill_is_refused_in_words(
    sqlite_instance: Instance, content: bytes, code: str
) -> None:
    page = upload(signed_in(sqlite_instance, MAKER), content)
    assert page.status == 422
    assert faults(page) == {"whole file": code}


def test_no_file_at_all_is_said_on_the_form(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, MAKER)
    page = browser.send(browser.open("/studies/upload"), "/studies/upload")
    assert page.status == 422
    assert page.has_form("/studies/upload")
    assert page.root.find_all("div", **{"class": "problem"})


def test_a_json_document_gives_the_same_figure_as_the_api(sqlite_instance: Instance) -> None:
    document: dict[str, Any] = a_bom_file(ALUMINIUM)
    browser = signed_in(sqlite_instance, MAKER)
    page = upload(browser, json.dumps(document).encode(), "bom.json")
    stored = sqlite_instance.post("/v1/footprints", MAKER, document)
    value = stored["result"]["certified_value"]
    shown = page.root.find_all("p", **{"class": "figure"})[0].text
    assert shown.replace(",", "").startswith(value)


def test_the_excel_template_filled_in_gives_the_same_figure_as_the_csv(
    sqlite_instance: Instance,
) -> None:
    browser = signed_in(sqlite_instance, MAKER)
    book = load_workbook(io.BytesIO(browser.fetch("/bom-template.xlsx").content))
    settings, lines = book.worksheets[:2]
    for row, setting in enumerate(SETTINGS, start=1):
        settings.cell(row=row, column=2, value=GOOD_SETTINGS.get(setting.key, ""))
    for row, line in enumerate(GOOD_LINES, start=2):
        for number, part in enumerate(COLUMNS, start=1):
            lines.cell(row=row, column=number, value=line.get(part.key, ""))
    stream = io.BytesIO()
    book.save(stream)
    from_excel = upload(browser, stream.getvalue(), "bom.xlsx")
    from_csv = upload(browser, a_csv(GOOD_LINES))
    figure = [p.root.find_all("p", **{"class": "figure"})[0].text for p in (from_excel, from_csv)]
    assert figure[0] == figure[1]


def test_the_csv_template_is_given_out_as_it_is(sqlite_instance: Instance) -> None:
    answer = signed_in(sqlite_instance, MAKER).fetch("/bom-template.csv")
    assert answer.content == template_csv()
    assert "attachment" in answer.headers["content-disposition"]


def test_somebody_who_is_no_maker_cannot_upload(sqlite_instance: Instance) -> None:
    page = upload(signed_in(sqlite_instance, "wu.verifier"), a_csv(GOOD_LINES))
    assert page.status == 403
    assert "Your role does not allow" in page.text


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("multipart/form-data; boundary=x", b"no part at all"),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(80))),
    ],
)
def test_what_no_browser_sends_as_a_form_is_refused_in_words(
    sqlite_instance: Instance, content_type: str, content: bytes
) -> None:
    browser = signed_in(sqlite_instance, MAKER)
    answer = browser.http.post(
        "/studies/upload",
        content=content,
        headers={**browser.headers, "Content-Type": content_type},
    )
    assert answer.status_code == 400
    assert "The form did not arrive" in answer.text


def test_empty_cells_and_choices_are_told_in_the_readers_language(
    sqlite_instance: Instance,
) -> None:
    browser = signed_in(sqlite_instance, MAKER, "zh-Hans")
    empty = {"name_zh": "", "name_en": "", "period_from": "", "unit_kind": "piece"}
    page = upload(browser, a_csv(GOOD_LINES, **empty, period_to="31/12/2024"))
    for said in (
        "此处为空。请填写。",
        "此处为空。请填写日期，格式为 YYYY-MM-DD，例如 2024-01-01。",
        "此处须为日期，格式为 YYYY-MM-DD，例如 2024-01-01。",
        "functional、declared",
    ):
        assert said in page.text, said
    assert "过短" not in page.text
    page = upload(browser, a_csv(GOOD_LINES[1:]))
    assert "阶段“原材料获取”" in page.text
    assert "raw-material" not in page.text
