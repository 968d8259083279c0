"""The study page of a bill with every declaration, in Chromium: for axe, and on a phone."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.support.boms import a_bom_of_every_kind
from tests.support.browser import Site, a_window, sign_in
from tests.support.instance import LFP
from tests.web.test_browser_pages import check_page
from tests.web.test_declared_results import by_certificates


def test_axe_finds_nothing_on_a_study_with_every_declaration(chromium: Browser, site: Site) -> None:
    document = a_bom_of_every_kind()
    document["electricity"] = [by_certificates("CN25-")]
    document["mass_balance"] = {"left_out": [{"line": "vent"}]}
    document["cut_offs"] = ["Oil of the machines"]
    document["cuts"] = [
        {"flow": "glue", "basis": "mass", "share": "0.02", "reason": "grams", "kg_co2e": "0.1"}
    ]
    displaced = {"dataset": "steel-bof-cn", "amount": "1", "unit": "kg"}
    turnings = {"name": "turnings", "amount": "2.5", "unit": "kg", "displaced": displaced}
    document["allocation"] = {
        "method": "mass",
        "reason": "One lathe makes both, and nothing else is made of the turnings.",
        "product": {"mass_kg": "10"},
        "co_products": [turnings],
    }
    study = site.instance.post("/v1/footprints", LFP.preparer, document)
    with a_window(chromium, site) as window:
        sign_in(window, LFP.preparer)
        path = f"/studies/{study['id']}"
        assert check_page(window.open(path), "study with declarations") == []
        assert check_page(window.open(f"{path}?lang=zh-Hans"), "study with declarations zh") == []
        assert window.troubles == []
