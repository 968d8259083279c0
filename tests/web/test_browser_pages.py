"""Every kind of page in Chromium: axe finds nothing, a phone need not scroll sideways, keyboard.

Each page that is read is photographed as well, on a desktop and on a phone, below
``.tanbiao/screenshots``: axe sees no ugliness, somebody has to look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.demo import finance
from api.demo.certification import CertifiedProduct
from api.demo.world import GUANGDONG_PEOPLE
from api.jobs.work import run_due_jobs
from labels.access import Role
from tests.support.browser import (
    PHONE,
    Site,
    Window,
    a_window,
    faults_for_assistive_technology,
    photograph,
    sign_in,
)
from tests.support.import_files import WANTING, an_import_of
from tests.support.instance import ALUMINIUM, LFP, PV
from tests.support.walk import (
    CERTIFIER,
    REVIEWER,
    VERIFIER,
    a_granted_case,
    a_reviewed_case,
    an_application,
)
from tests.web.test_upload_pages import GOOD_LINES, a_csv

SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class World:
    """What there is to look at."""

    study_path: str
    label_path: str
    verified_case_path: str
    decided_case_path: str
    import_path: str
    release: str
    portfolio_path: str


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    """A label with postings and a rating, a case with a finding, a case that waits."""
    instance = site.instance
    granted = a_granted_case(instance, LFP)
    label = granted.issue()
    certified = CertifiedProduct(LFP, granted.study, granted.case, label)
    finance.post_volume(instance.client, certified, granted.report)
    finance.rate(instance.client, LFP.preparer, granted.report)
    maker, bank = granted.case["applicant_id"], instance.organisations["lingnan-bank"]
    finance.read_as_bank(instance.client, LFP.preparer, maker, bank)
    examined = an_application(instance, ALUMINIUM)
    examined.agree()
    examined.step(VERIFIER, "start-verification")
    examined.step(
        VERIFIER,
        "open-finding",
        severity="major",
        text="The weighbridge record of May is missing.",
        due_on="2031-01-31",
        place="billet",
    )
    waiting = a_reviewed_case(instance, PV)
    seen = instance.get("/v1/datasets/cobalt-metal-cn/review", REVIEWER)
    proposal = {
        "move": "propose",
        "content_sha256": seen["content_sha256"],
        "seen_version": 0,
        "comment": "Every figure compared with its page.",
        "to_status": "reviewed",
        "evidence": seen["evidence"],
    }
    instance.post("/v1/datasets/cobalt-metal-cn/review/steps", REVIEWER, proposal, status=200)
    release = instance.get("/v1/releases")[0]["id"]
    run = instance.post("/v1/portfolio-runs", LFP.preparer, {"release_id": release}, status=202)
    while run_due_jobs(instance.context):
        pass
    return World(
        study_path=f"/studies/{granted.study['id']}",
        label_path=f"/labels/{label['id']}",
        verified_case_path=f"/cases/{examined.case['id']}",
        decided_case_path=f"/cases/{waiting.case['id']}",
        import_path=f"/inventory-imports/{an_import_of(instance, WANTING)}",
        release=release,
        portfolio_path=f"/portfolio-runs/{run['id']}",
    )


def check_page(page: Page, path: str) -> list[str]:
    """What is wrong with an open page for assistive technology or on a phone."""
    found = [
        f"{path} {scheme}: {fault}"
        for scheme in SCHEMES
        for fault in faults_for_assistive_technology(page, scheme)
    ]
    found += _boxes_that_cut(page, f"{path} on a desktop")
    wide = page.viewport_size
    assert wide is not None
    page.emulate_media(color_scheme="light")
    photograph(page, path, "desktop")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    photograph(page, path, "phone")
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE[0]:
        found.append(f"{path}: {width} pixels wide on a phone of {PHONE[0]}")
    found += _boxes_that_cut(page, f"{path} on a phone")
    page.set_viewport_size(wide)
    return found


def _boxes_that_cut(page: Page, where: str) -> list[str]:
    """Tables cut in height: a page scrolls, a list inside it does not."""
    cut = page.evaluate(
        "[...document.querySelectorAll('.table-box')]"
        ".filter(box => box.scrollHeight > box.clientHeight + 1)"
        ".map(box => box.getAttribute('aria-label'))"
    )
    return [f"{where}: {caption} is cut in height" for caption in cut]


MAKER_PAGES: dict[str, Callable[[World], str]] = {
    "products": lambda _: "/products",
    "study": lambda world: world.study_path,
    "flows": lambda world: f"{world.study_path}/flows",
    "recomputation": lambda world: f"{world.study_path}/recomputation",
    "what if": lambda world: f"{world.study_path}/scenarios",
    "what if, in Chinese": lambda world: (
        f"{world.study_path}/scenarios?kind=recycled-content&lang=zh-Hans"
    ),
    "what if, tried": lambda world: (
        f"{world.study_path}/scenarios?kind=amount&line=pack%2Fcase&how=factor&number=0.5&lang=en"
    ),
    "upload": lambda _: "/studies/upload",
    "labels": lambda _: "/labels",
    "label": lambda world: world.label_path,
    "account": lambda _: "/account",
    "rating": lambda _: "/rating",
    "datasets": lambda _: "/datasets?q=aluminium",
    "datasets narrowed": lambda _: "/datasets?industry=batteries&review_status=draft",
    "dataset": lambda _: "/datasets/aluminium-primary-cn",
    "dataset with a deep chain": lambda _: "/datasets/pv-module-multi-cn",
    "releases": lambda _: "/releases",
    "release": lambda world: f"/releases/{world.release}",
    "findings": lambda world: f"/releases/{world.release}/findings",
    "difference": lambda world: f"/releases/{world.release}/diff/{world.release}",
    "cases": lambda _: "/cases",
    "portfolio runs": lambda _: "/portfolio-runs",
    "portfolio run": lambda world: world.portfolio_path,
    "api-keys": lambda _: "/api-keys",
}
PAGES: dict[str, dict[str, Callable[[World], str]]] = {
    LFP.preparer: MAKER_PAGES,
    VERIFIER: {
        "queue": lambda _: "/queue",
        "case": lambda world: world.verified_case_path,
        "dataset-reviews": lambda _: "/dataset-reviews?industry=batteries",
        "dataset-review": lambda _: "/datasets/cobalt-metal-cn/review",
    },
    CERTIFIER: {
        "queue": lambda _: "/queue",
        "case": lambda world: world.decided_case_path,
        "recognitions": lambda _: "/recognitions",
    },
    REVIEWER: {
        "queue": lambda _: "/queue",
        "case": lambda world: world.decided_case_path,
        "dataset-review": lambda _: "/datasets/lfp-battery-dismantling-cn/review",
    },
    "bai.bank": {"enterprises": lambda _: "/enterprises"},
    "guan.authority": {
        "cases": lambda _: "/cases",
        "case": lambda world: world.verified_case_path,
        "study": lambda world: world.study_path,
        "labels": lambda _: "/labels",
        "label": lambda world: world.label_path,
    },
    "admin": {
        "administration": lambda _: "/administration",
        "imports": lambda _: "/inventory-imports",
        "import": lambda world: world.import_path,
        "import in Chinese": lambda world: f"{world.import_path}?kind=unlinked&lang=zh-Hans",
        "imports in Chinese": lambda _: "/inventory-imports?lang=zh-Hans",
    },
}
# For everybody, signed in or not; the last is where nothing is.
OPEN_PAGES = {
    "/developers": 200,
    "/invitation?token=x": 200,
    "/problems/findings-open": 200,
    "/no-such-page": 404,
}


@pytest.mark.parametrize("person", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    chromium: Browser, site: Site, world: World, person: str
) -> None:
    with a_window(chromium, site) as window:
        sign_in(window, person)
        found = []
        for path_of in PAGES[person].values():
            path = path_of(world)
            found += check_page(window.open(path), f"{path}-{person}")
            expect(window.page.locator("h1")).to_have_count(1)
        assert found == []
        assert window.troubles == []


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_axe_finds_nothing_on_pages_for_everybody(chromium: Browser, site: Site, path: str) -> None:
    with a_window(chromium, site) as window:
        assert check_page(window.open(path, status=OPEN_PAGES[path]), path) == []
        expect(window.page.locator("h1")).to_have_count(1)
        assert window.troubles == []


def test_the_pages_of_every_role_are_looked_at() -> None:
    roles = {person.role for person in GUANGDONG_PEOPLE if person.key in PAGES}
    assert roles == set(Role)


@pytest.mark.usefixtures("world")
def test_axe_finds_nothing_on_the_rating_a_bank_reads(chromium: Browser, site: Site) -> None:
    with a_window(chromium, site) as window:
        sign_in(window, "bai.bank")
        page = window.open("/enterprises")
        page.locator('form[action="/enterprises"] button').first.click()
        expect(page.locator("p.figure")).to_contain_text("C")
        assert check_page(page, "rating read by a bank") == []
        assert window.troubles == []


def test_axe_is_at_work_and_finds_what_is_wrong(chromium: Browser, site: Site) -> None:
    with a_window(chromium, site) as window:
        page = window.open("/sign-in")
        page.evaluate("document.querySelector('label').remove()")
        page.evaluate("document.querySelector('h1').style.color = 'light-dark(#eee, #222)'")
        for scheme, fault in (("light", "label"), ("dark", "color-contrast")):
            found = faults_for_assistive_technology(page, scheme)
            assert any(line.startswith(fault) for line in found), (scheme, found)


def test_axe_finds_nothing_on_sign_in_and_after_a_wrong_password(
    chromium: Browser, site: Site
) -> None:
    with a_window(chromium, site) as window:
        page = window.open("/sign-in")
        assert check_page(page, "/sign-in") == []
        page.locator("#email").fill("nobody@specimen.example")
        page.locator("#password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        assert check_page(page, "/sign-in refused") == []
        expect(page.locator("#email")).to_have_value("nobody@specimen.example")


def _upload(window: Window, content: bytes, folder: Path) -> Page:
    file = folder / "bom.csv"
    file.write_bytes(content)
    page = window.open("/studies/upload")
    page.locator('form[action="/studies/upload"] input[type="file"]').set_input_files(file)
    page.locator('form[action="/studies/upload"] button').click()
    return page


def test_axe_finds_nothing_on_the_preview_with_faults_and_without(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    with a_window(chromium, site) as window:
        sign_in(window, ALUMINIUM.preparer)
        page = _upload(window, a_csv(GOOD_LINES), tmp_path)
        expect(page.locator("h1")).to_have_text("Aluminium rod")
        assert check_page(page, "preview") == []
        bad = [{**GOOD_LINES[0], "dataset": "aluminium-primary-xx"}, {**GOOD_LINES[1], "unit": "m"}]
        page = _upload(window, a_csv(bad), tmp_path)
        expect(page.locator("tbody").first).to_contain_text("dataset-unknown")
        expect(page.locator("tbody").first).to_contain_text("unit-wrong-dimension")
        assert check_page(page, "faults") == []


def test_axe_finds_nothing_on_the_findings_before_a_release(
    chromium: Browser, site: Site, world: World
) -> None:
    with a_window(chromium, site) as window:
        sign_in(window, "admin")
        page = window.open("/inventory-imports?lang=en")
        import_id = world.import_path.rpartition("/")[2]
        page.locator(f'input[name="import-{import_id}"]').check()
        page.locator("#note").fill("with the plant")
        page.locator('form[action="/inventory-imports/check"] button').click()
        expect(page.locator("h1")).to_have_text("Check before the release", timeout=120_000)
        assert check_page(page, "findings before a release") == []
        expect(page.locator('form[action="/inventory-imports/release"]')).to_have_count(1)
        assert window.troubles == []


def test_the_skip_link_comes_first_and_leads_to_the_content(chromium: Browser, site: Site) -> None:
    with a_window(chromium, site) as window:
        page = window.open("/sign-in")
        page.keyboard.press("Tab")
        skip = page.locator("a.skip")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#content")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#email")).to_be_focused()


def test_a_case_is_found_searched_and_left_without_a_mouse(
    chromium: Browser, site: Site, world: World
) -> None:
    with a_window(chromium, site) as window:
        sign_in(window, CERTIFIER)  # sends the form with Enter
        page = window.page
        page.locator(f'a[href="{world.decided_case_path}"]').focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{world.decided_case_path}")
        page.locator('input[name="is_granted"]').first.focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator('input[name="is_granted"][value="no"]')).to_be_checked()
        page.keyboard.press("Tab")
        expect(page.locator("#decision-reason")).to_be_focused()
        window.open("/datasets").locator("#q").focus()
        page.keyboard.type("copper-cathode")
        page.keyboard.press("Enter")
        page.wait_for_url("**/datasets?q=copper-cathode")
        expect(page.locator("tbody").first).to_contain_text("copper-cathode-cn")


def test_every_control_shows_where_the_keyboard_is(
    chromium: Browser, site: Site, world: World
) -> None:
    with a_window(chromium, site) as window:
        sign_in(window, CERTIFIER)
        page = window.open(world.decided_case_path)
        for _ in range(25):
            page.keyboard.press("Tab")
            style = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement);"
                " return [s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
            )
            assert style[0] != "none"
            assert style[1] >= 2
