"""Threat 22 at the door and on paper: markup in a product's name is refused or is plain text."""

from __future__ import annotations

import html

import pytest

from api.jobs.work import run_due_jobs
from labels.render.paper import page_text
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.walk import VERIFIER, Walk

REFUSED = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "</title><script>alert(1)</script>",
    '<a href="javascript:alert(1)">x</a>',
    "&lt;script&gt;\u202ealert(1)",
    "A\u200bB",
    "A\x1b[31mB",
    "A\nB",
    "A\u2028B",
    "${7*7}",
    "`id`",
    "A\ufeffB",
    "😀",
    "=HYPERLINK(1)|",
    "М\u0456dea Midea",
)
# Letters and punctuation only: allowed in a name, and everywhere only a name.
TEXT = (
    "{{7*7}}",
    "{% raw %}A",
    "A & B \"quoted\" 'x'",
    "&lt;b&gt;x&lt;/b&gt;",
    "javascript:x",
    "%s",
)


@pytest.mark.parametrize("name", REFUSED)
def test_threat_22_a_name_with_markup_is_refused(sqlite_instance: Instance, name: str) -> None:
    bill = a_bom_file()
    for language in ("zh-Hans", "en"):
        bill["product"]["name"] = {"zh-Hans": "铝型材", "en": "Profile", language: name}
        answer = sqlite_instance.http.post(
            "/v1/footprints",
            json=bill,
            headers={"Authorization": f"Bearer {sqlite_instance.seeded.keys['he.nanling']}"},
        )
        assert 400 <= answer.status_code < 500, (name, answer.text)
        assert name not in answer.text
    assert sqlite_instance.get("/v1/products", ALUMINIUM.preparer) == []


def test_threat_22_punctuation_in_a_name_stays_text_on_page_and_paper(
    sqlite_instance: Instance,
) -> None:
    name = " ".join(TEXT)
    bill = a_bom_file()
    bill["product"]["name"] = {"zh-Hans": "铝型材", "en": name}
    walk = _reviewed(sqlite_instance, bill)
    walk.decide()
    label = walk.issue()
    run_due_jobs(sqlite_instance.context)
    base = f"/L/{label['url'].rpartition('/')[2]}"
    page = sqlite_instance.http.get(f"{base}?lang=en").text
    assert name not in page
    assert html.escape(name, quote=False).replace('"', "&#34;").replace("'", "&#39;") in page
    words = " ".join(page_text(sqlite_instance.http.get(f"{base}/certificate.pdf").content).split())
    assert "{{7*7}}" in words
    assert "&lt;b&gt;x&lt;/b&gt;" in words


def _reviewed(instance: Instance, bill: dict[str, object]) -> Walk:
    study = instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    application = {
        "study_id": study["id"],
        "verification_body_id": instance.organisations["zhujiang"],
        "certification_body_id": instance.organisations["tanbiao-gd"],
    }
    case = instance.post("/v1/cases", ALUMINIUM.preparer, application)
    client = instance.client
    client.upload(study["id"], ALUMINIUM.preparer, "activity-data", b"SPECIMEN readings")
    report = client.upload(study["id"], VERIFIER, "verification-report", b"SPECIMEN report")
    walk = Walk(instance, ALUMINIUM, study, case, report)
    walk.agree()
    walk.verify()
    walk.review()
    return walk
