"""Whatever names a product may have, an active label has its certificate and its marks."""

from __future__ import annotations

from typing import Any

from api.child.label_pack import MEDIA_TYPES
from api.jobs.work import run_due_jobs
from labels.credential.credential import parse_label
from labels.render.artwork import label_artwork
from labels.render.paper import page_text
from labels.render.written import drawable_texts
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.walk import CERTIFIER, VERIFIER, Walk

TIBETAN = "བོད་ཡིག"


def a_label_of(instance: Instance, bill: dict[str, Any]) -> str:
    """Where the label of that bill of materials is, its files made."""
    study = instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    application = {
        "study_id": study["id"],
        "verification_body_id": instance.organisations["zhujiang"],
        "certification_body_id": instance.organisations["tanbiao-gd"],
    }
    case = instance.post("/v1/cases", ALUMINIUM.preparer, application)
    instance.client.upload(study["id"], ALUMINIUM.preparer, "activity-data", b"SPECIMEN readings")
    report = instance.client.upload(
        study["id"], VERIFIER, "verification-report", b"SPECIMEN report"
    )
    walk = Walk(instance, ALUMINIUM, study, case, report)
    walk.agree()
    walk.verify()
    walk.review()
    walk.decide()
    label = walk.issue()
    run_due_jobs(instance.context)
    (job,) = instance.get("/v1/jobs", CERTIFIER)
    assert job["state"] == "succeeded", job
    return f"/L/{label['url'].rpartition('/')[2]}"


def test_the_longest_texts_and_the_rarest_letters_are_printed(sqlite_instance: Instance) -> None:
    longest = "建筑用铝合金挤压型材" * 50
    bill = a_bom_file()
    bill["product"]["name"] = {"zh-Hans": longest, "en": TIBETAN}
    bill["product"]["plant"] = f"{TIBETAN} ᠮᠣᠩᠭᠣᠯ"
    bill["unit"]["description"] = {"zh-Hans": "一吨" * 250, "en": "one tonne " * 49 + "of profile"}
    base = a_label_of(sqlite_instance, bill)
    files = {name: sqlite_instance.http.get(f"{base}/{name}") for name in MEDIA_TYPES}
    assert {file.status_code for file in files.values()} == {200}
    certificate = files["certificate.pdf"].content
    assert "〓" in page_text(certificate)
    assert longest in "".join(page_text(certificate, 1).split())
    facts = parse_label(sqlite_instance.http.get(f"{base}/credential").content).facts
    assert TIBETAN in files["label.svg"].text, "who has the font reads it"
    drawn, missing = drawable_texts(facts)
    assert set(missing) > set(TIBETAN)
    assert files["label.png"].content == label_artwork(drawn).png()
    assert files["label.png"].content != label_artwork(facts).png()
