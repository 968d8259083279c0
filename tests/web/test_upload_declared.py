"""A template with a co-product, uploaded: shared in the preview, faults by cell and language."""

from __future__ import annotations

import pytest

from api.intake.template import CO_PRODUCTS
from tests.support.browsing import Page, signed_in
from tests.support.instance import ALUMINIUM, Instance
from tests.unit.api.sheets import an_xlsx
from tests.web.test_upload_pages import GOOD_LINES, GOOD_SETTINGS

MAKER = ALUMINIUM.preparer
SHARED = {
    **GOOD_SETTINGS,
    "allocation_method": "mass",
    "allocation_reason": "同一工序，不能再分。 One process, not to be divided.",
    "product_mass_kg": "1",
}
DROSS = {
    "co_product": "铝灰 dross",
    "co_amount": "3",
    "co_unit": "kg",
    "co_mass_kg": "3",
}


def uploaded(instance: Instance, co_product: dict[str, str] | None, language: str = "en") -> Page:
    browser = signed_in(instance, MAKER, language)
    tables = {"co_products": [co_product]} if co_product else {}
    content = an_xlsx(GOOD_LINES, SHARED if co_product else GOOD_SETTINGS, tables)
    file = ("bom.xlsx", content, "application/octet-stream")
    return browser.send(browser.open("/studies/upload"), "/studies/upload", file=file)


def figure(page: Page) -> float:
    assert page.status == 200, page.text
    return float(page.root.find_all("p", **{"class": "figure"})[0].text.split()[0])


def test_the_burden_is_shared_with_a_co_product_of_the_template(sqlite_instance: Instance) -> None:
    alone, shared = uploaded(sqlite_instance, None), uploaded(sqlite_instance, DROSS)
    assert figure(shared) == pytest.approx(figure(alone) / 4, rel=0.01)
    assert "铝灰 dross" in shared.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-Hans", "勺子"), ("zh-Hant", "勺子"), ("en", "spoon"), ("pt", "colher")],
)
def test_a_fault_names_sheet_row_and_column_in_the_readers_language(
    sqlite_instance: Instance, language: str, words: str
) -> None:
    page = uploaded(sqlite_instance, {**DROSS, "co_unit": words}, language)
    assert page.status == 422
    (row,) = page.root.find_all("tbody")[0].find_all("tr")
    assert row.find_all("th")[0].text == f"{CO_PRODUCTS.sheet}!C2"
    assert words in row.text
    told = {"zh-Hans": "单位", "zh-Hant": "單位", "en": "unit", "pt": "unidade"}[language]
    assert told in row.text.lower()
