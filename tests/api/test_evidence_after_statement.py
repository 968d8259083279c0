"""What is filed after the verification statement is seen by everybody and counts for nothing."""

from __future__ import annotations

from api.workflows.decide_certification import assess_case
from labels.assessment import Criterion, Outcome
from tests.support.instance import Instance
from tests.support.walk import CERTIFIER, REVIEWER, VERIFIER, Walk, an_application

LATE = b"SPECIMEN reading that came late"


def standings(walk: Walk, person: str) -> dict[str, str]:
    found = walk.instance.get(f"{walk.path}/evidence", person)
    return {entry["evidence"]["sha256"]: entry["standing"] for entry in found}


def test_the_statement_shows_what_its_verifier_examined(instance: Instance) -> None:
    walk = an_application(instance)
    walk.agree()
    assert set(standings(walk, VERIFIER).values()) == {"open"}
    assert instance.get(walk.path, VERIFIER)["statement"] is None
    walk.verify()
    statement = instance.get(walk.path, walk.product.preparer)["statement"]
    assert statement["report_sha256"] == walk.report
    assert [item["kind"] for item in statement["evidence"]] == [
        "activity-data",
        "verification-report",
    ]
    assert set(standings(walk, REVIEWER).values()) == {"in-statement"}


def test_a_document_filed_later_is_shown_as_later_to_every_party(instance: Instance) -> None:
    walk = an_application(instance)
    walk.agree()
    walk.verify()
    maker = walk.product.preparer
    late = instance.client.upload(walk.study["id"], maker, "activity-data", LATE)
    for person in (maker, VERIFIER, REVIEWER, CERTIFIER):
        found = standings(walk, person)
        assert found.pop(late) == "after-statement"
        assert set(found.values()) == {"in-statement"}


def test_a_document_the_verifier_left_out_is_shown_as_left_out(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    _stated_on(walk)
    found = standings(walk, CERTIFIER)
    assert found.pop(walk.report) == "in-statement"
    assert list(found.values()) == ["not-in-statement"]


def _stated_on(walk: Walk, *evidence: str) -> None:
    walk.step(
        VERIFIER,
        "issue-statement",
        number="VS",
        opinion="unmodified",
        assurance_level="limited",
        report_sha256=walk.report,
        evidence_sha256=list(evidence),
    )


def test_the_criteria_read_the_statement_at_review_and_at_the_decision(
    sqlite_instance: Instance,
) -> None:
    """Activity data filed after the statement does not make the evidence complete."""
    instance = sqlite_instance
    walk = _without_readings(instance)
    assert _completeness_of_evidence(walk) is Outcome.NOT_MET
    instance.client.upload(walk.study["id"], walk.product.preparer, "activity-data", LATE)
    assert _completeness_of_evidence(walk) is Outcome.NOT_MET
    walk.review()
    assert _completeness_of_evidence(walk) is Outcome.NOT_MET
    walk.decide()
    events = instance.get(f"{walk.path}/events", CERTIFIER)
    decision = next(event for event in events if event["kind"] == "decision-taken")
    assert "evidence-complete" in decision["details"]["unmet_criteria"].split()


def test_a_report_filed_again_as_activity_data_is_still_a_report(
    sqlite_instance: Instance,
) -> None:
    """The statement pins what a document was filed as, not its bytes alone."""
    walk = _without_readings(sqlite_instance)
    content = sqlite_instance.context.files.get(walk.report)
    maker = walk.product.preparer
    again = sqlite_instance.client.upload(walk.study["id"], maker, "activity-data", content)
    assert again == walk.report
    assert _completeness_of_evidence(walk) is Outcome.NOT_MET


def _without_readings(instance: Instance) -> Walk:
    """A case whose statement rests on the report alone."""
    walk = an_application(instance)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    _stated_on(walk)
    return walk


def _completeness_of_evidence(walk: Walk) -> Outcome:
    found = assess_case(walk.instance.context, walk.instance.actor(CERTIFIER), walk.case["id"])
    return next(c.outcome for c in found if c.criterion is Criterion.EVIDENCE_COMPLETE)


def test_a_new_case_on_the_same_study_counts_what_came_late(sqlite_instance: Instance) -> None:
    """The way to a new statement: the applicant withdraws and applies again."""
    instance = sqlite_instance
    walk = _without_readings(instance)
    maker = walk.product.preparer
    late = instance.client.upload(walk.study["id"], maker, "activity-data", LATE)
    walk.step(maker, "surrender-application", reason="A reading came late.")
    application = {
        "study_id": walk.study["id"],
        "verification_body_id": instance.organisations["zhujiang"],
        "certification_body_id": instance.organisations["tanbiao-gd"],
    }
    walk.case = instance.post("/v1/cases", maker, application)
    walk.agree()
    walk.verify()
    assert standings(walk, maker)[late] == "in-statement"
    assert _completeness_of_evidence(walk) is Outcome.MET


def test_a_statement_says_what_was_examined(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    answer = walk.try_step(
        VERIFIER,
        "issue-statement",
        number="VS",
        opinion="unmodified",
        assurance_level="limited",
        report_sha256=walk.report,
    )
    assert answer.status_code == 422
    assert [e["code"] for e in answer.json()["errors"]] == ["member-missing"]
    assert "evidence_sha256" in answer.json()["errors"][0]["pointer"]
