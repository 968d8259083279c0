"""A document comes into a case with its step or not at all, and the same one only once."""

from __future__ import annotations

from tests.support.instance import Instance
from tests.web.test_case_pages import MAKER, PDF, REVIEWER, VERIFIER, an_applied_case


def test_a_refused_step_leaves_none_of_its_documents_behind(instance: Instance) -> None:
    desk = an_applied_case(instance)
    before = instance.get("/v1/documents", REVIEWER)
    desk.step(REVIEWER, "review-application", {"is_accepted": "yes"})
    agreement = desk.page(REVIEWER)
    desk.step(REVIEWER, "conclude-agreement", {"number": "AG-1"}, PDF)
    again = ("other.pdf", b"%PDF-1.7 SPECIMEN other", "application/pdf")
    refused = desk.of(REVIEWER).send(
        agreement,
        f"{desk.path}/steps",
        {"number": "AG-2"},
        file=again,
        which={"action": "conclude-agreement"},
    )
    assert refused.status == 409
    kept = instance.get("/v1/documents", REVIEWER)
    assert [d["file_name"] for d in kept] == ["report.pdf", *[d["file_name"] for d in before]]
    desk.step(VERIFIER, "start-verification")
    desk.step(VERIFIER, "open-finding", {"text": "Which ingot?", "severity": "major"})
    words = {"number": "VS-1", "opinion": "unmodified", "assurance_level": "limited"}
    for name in ("doc.pdf", "doc.pdf"):
        page = desk.step(VERIFIER, "issue-statement", words, (name, PDF[1], PDF[2]))
        assert page.status == 409, page.text
        assert "doc.pdf" not in page.text
    filed = instance.get(f"/v1{desk.path}/evidence", VERIFIER)
    assert [item["evidence"]["file_name"] for item in filed] == ["meters.csv"]


def test_the_same_document_is_filed_once_and_equal_names_are_told_apart(
    instance: Instance,
) -> None:
    desk = an_applied_case(instance)
    study = instance.get(f"/v1{desk.path}", MAKER)["study_id"]
    first = instance.client.upload(study, MAKER, "verification-report", b"SPECIMEN one")
    again = instance.client.upload(study, MAKER, "verification-report", b"SPECIMEN one")
    assert again == first
    instance.client.upload(study, MAKER, "verification-report", b"SPECIMEN two")
    filed = instance.get(f"/v1{desk.path}/evidence", MAKER)
    assert len(filed) == 3
    desk.step(REVIEWER, "review-application", {"is_accepted": "yes"})
    desk.step(REVIEWER, "conclude-agreement", {"number": "AG-1"}, PDF)
    desk.step(VERIFIER, "start-verification")
    form = desk.page(VERIFIER).form(f"{desk.path}/steps", action="issue-statement")
    (choice,) = form.find_all("select", name="report_sha256")
    offered = [option.text for option in choice.find_all("option")]
    assert len(set(offered)) == 2
    assert all(str(instance.context.now().year) in text for text in offered)
