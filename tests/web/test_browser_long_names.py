"""A name without a blank breaks where it stands and pushes nothing off the page."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.support.browser import Site, a_window, sign_in
from tests.support.instance import ALUMINIUM, a_bom_file
from tests.support.walk import CERTIFIER, an_application_for

ENDLESS = "M" * 300


def test_an_endless_name_leaves_the_queue_as_wide_as_it_was(chromium: Browser, site: Site) -> None:
    bill = a_bom_file(ALUMINIUM)
    bill["product"] |= {"name": {"en": ENDLESS, "zh-Hans": ENDLESS}, "model": "LONG"}
    study = site.instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    an_application_for(site.instance, study, ALUMINIUM)
    with a_window(chromium, site) as window:
        sign_in(window, CERTIFIER)
        page = window.open("/queue")
        assert ENDLESS in page.content()
        beyond = page.evaluate(
            "[...document.querySelectorAll('.table-box')]"
            ".map((box) => box.scrollWidth - box.clientWidth)"
        )
        assert beyond
        assert max(beyond) <= 0
