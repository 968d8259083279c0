"""Whoever names a document by its hash has that document stored: its own, or the study's."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx2
import pytest

from tests.support.instance import ALUMINIUM, LFP, Instance
from tests.support.walk import CERTIFIER, REVIEWER, VERIFIER, Walk, an_application

MAKER, OTHER_MAKER, AUTHORITY = ALUMINIUM.preparer, LFP.preparer, "guan.authority"
NOWHERE = "0" * 64
PERIOD = {"period_from": "2026-01-01", "period_to": "2026-01-31"}


def unknown(answer: httpx2.Response, place: str) -> None:
    """The refusal of a document that is not there for whoever named it."""
    assert answer.status_code == 422, answer.text
    body = answer.json()
    assert body["code"] == "document-unknown"
    assert body["errors"][0]["pointer"] == place
    assert "Upload the document first" in body["title"]


def sent(
    instance: Instance, person: str, content: bytes, once: str | None = None, **file: str
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {instance.seeded.keys[person]}", "Accept-Language": "en"}
    if once is not None:
        headers["Idempotency-Key"] = once
    part = (file.get("name", "record.csv"), content, file.get("media_type", "text/csv"))
    return instance.http.post("/v1/documents", headers=headers, files={"file": part})


def test_a_document_is_kept_under_its_hash_and_the_same_bytes_once(instance: Instance) -> None:
    first = sent(instance, MAKER, b"SPECIMEN", name="a.csv")
    assert first.status_code == 201, first.text
    assert first.json()["sha256"] == hashlib.sha256(b"SPECIMEN").hexdigest()
    assert instance.context.files.get(first.json()["sha256"]) == b"SPECIMEN"
    assert sent(instance, MAKER, b"SPECIMEN", name="b.csv").json() == first.json()
    theirs = sent(instance, OTHER_MAKER, b"SPECIMEN").json()
    assert theirs["id"] != first.json()["id"]


def test_an_upload_is_answered_again_under_its_key_and_refused_with_other_bytes(
    sqlite_instance: Instance,
) -> None:
    first = sent(sqlite_instance, MAKER, b"SPECIMEN", once="k")
    again = sent(sqlite_instance, MAKER, b"SPECIMEN", once="k")
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    other = sent(sqlite_instance, MAKER, b"SPECIMEN 2", once="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"", "text/csv", 422, "evidence-empty"),
        (b"x", "text/html", 415, "evidence-type-not-supported"),
    ],
)
def test_a_file_that_can_be_kept_by_nobody_is_refused(
    sqlite_instance: Instance, content: bytes, media_type: str, status: int, code: str
) -> None:
    answer = sent(sqlite_instance, MAKER, content, media_type=media_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("person", ["bai.bank", "admin", VERIFIER])
def test_who_names_no_documents_of_their_own_keeps_none(
    sqlite_instance: Instance, person: str
) -> None:
    assert sent(sqlite_instance, person, b"SPECIMEN").status_code == 403


def test_a_document_is_read_by_who_keeps_it_and_by_the_authority_as_a_file_to_be_saved(
    instance: Instance,
) -> None:
    kept = sent(instance, MAKER, b"<b>SPECIMEN</b>", name="销售 2026.csv").json()
    for person in (MAKER, AUTHORITY):
        answer = instance.send("GET", f"/v1/documents/{kept['id']}", person)
        assert answer.status_code == 200, answer.text
        assert answer.content == b"<b>SPECIMEN</b>"
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith('attachment; filename="')
        assert disposition.endswith("filename*=UTF-8''%E9%94%80%E5%94%AE%202026.csv")
        assert kept in instance.get("/v1/documents", person)


def test_another_organisations_document_is_like_one_that_is_not_there(instance: Instance) -> None:
    kept = sent(instance, MAKER, b"SPECIMEN").json()
    for person in (OTHER_MAKER, REVIEWER, CERTIFIER):
        theirs, nobodys = (
            instance.send("GET", f"/v1/documents/{document_id}", person)
            for document_id in (kept["id"], "doc_" + "0" * 26)
        )
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.text == nobodys.text
        assert instance.get("/v1/documents", person) == []
    refused = instance.send("GET", f"/v1/documents/{kept['id']}", "bai.bank")
    assert (refused.status_code, refused.json()["code"]) == (403, "role-missing")


def test_documents_are_listed_newest_first_page_by_page(sqlite_instance: Instance) -> None:
    kept = [sent(sqlite_instance, MAKER, f"SPECIMEN {n}".encode()).json() for n in range(3)]
    first = sqlite_instance.send("GET", "/v1/documents?limit=2", MAKER)
    assert first.json() == sorted(kept, key=lambda document: document["id"], reverse=True)[:2]
    rest = sqlite_instance.send("GET", first.links["next"]["url"], MAKER)
    assert [*first.json(), *rest.json()] == sqlite_instance.get("/v1/documents", MAKER)
    assert "next" not in rest.links


def test_the_agreement_is_read_by_the_parties_of_its_case_and_by_nobody_else(
    instance: Instance,
) -> None:
    walk = an_application(instance)
    path = f"{walk.path}/agreement"
    assert instance.send("GET", path, MAKER).status_code == 404
    walk.step(REVIEWER, "review-application", is_accepted=True)
    agreement = instance.client.keep(REVIEWER, "agreement", b"SPECIMEN agreement")
    assert agreed_with(walk, agreement).status_code == 200
    for person in (MAKER, VERIFIER, REVIEWER, CERTIFIER, AUTHORITY):
        answer = instance.send("GET", path, person)
        assert answer.content == b"SPECIMEN agreement", answer.text
        assert answer.headers["Content-Disposition"].startswith("attachment")
    outside = instance.send("GET", path, OTHER_MAKER)
    nowhere = instance.send("GET", f"/v1/cases/cas_{'0' * 26}/agreement", OTHER_MAKER)
    assert (outside.status_code, outside.text) == (404, nowhere.text)


@pytest.mark.parametrize("where", ["its study", "another study"])
def test_an_agreement_filed_behind_a_study_is_read_as_well(
    where: str, sqlite_instance: Instance
) -> None:
    walk = an_application(sqlite_instance)
    behind = walk if where == "its study" else an_application(sqlite_instance, LFP)
    filed = sqlite_instance.client.upload(
        behind.study["id"], REVIEWER, "activity-data", b"SPECIMEN agreement"
    )
    walk.step(REVIEWER, "review-application", is_accepted=True)
    assert agreed_with(walk, filed).status_code == 200
    answer = sqlite_instance.send("GET", f"{walk.path}/agreement", MAKER)
    assert answer.content == b"SPECIMEN agreement", answer.text


def agreed_with(walk: Walk, document_sha256: str) -> httpx2.Response:
    return walk.try_step(
        REVIEWER, "conclude-agreement", number="AG", document_sha256=document_sha256
    )


def test_an_agreement_is_a_document_of_the_body_or_of_the_study(instance: Instance) -> None:
    walk = an_application(instance)
    walk.step(REVIEWER, "review-application", is_accepted=True)
    makers = instance.client.keep(MAKER, "agreement", b"SPECIMEN of the maker")
    for foreign in (NOWHERE, makers):
        unknown(agreed_with(walk, foreign), "/document_sha256")
    taken = agreed_with(walk, walk.agreement())
    assert taken.status_code == 200, taken.text


def test_an_agreement_filed_behind_the_study_may_be_named(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    walk.step(REVIEWER, "review-application", is_accepted=True)
    assert agreed_with(walk, walk.report).status_code == 200


def stated_with(walk: Walk, report: str, *evidence: str) -> httpx2.Response:
    return walk.try_step(
        VERIFIER,
        "issue-statement",
        number="VS",
        opinion="unmodified",
        assurance_level="limited",
        report_sha256=report,
        evidence_sha256=list(evidence),
    )


def test_a_statement_names_documents_behind_its_own_study(instance: Instance) -> None:
    other = an_application(instance, LFP)
    foreign = instance.client.upload(other.study["id"], VERIFIER, "verification-report", b"LFP")
    walk = an_application(instance)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    for nothing in (NOWHERE, foreign, walk.agreement()):
        unknown(stated_with(walk, nothing), "/report_sha256")
        unknown(stated_with(walk, walk.report, walk.report, nothing), "/evidence_sha256/1")
    assert stated_with(walk, walk.report, *walk.filed()).status_code == 200


def test_a_document_whose_file_is_lost_cannot_be_named(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    sqlite_instance.context.files.path(walk.report).unlink()
    unknown(stated_with(walk, walk.report), "/report_sha256")


def test_an_answer_to_a_finding_names_documents_behind_the_study(
    sqlite_instance: Instance,
) -> None:
    walk = an_application(sqlite_instance)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    finding = {"severity": "minor", "text": "A reading is missing.", "due_on": "2030-01-01"}
    case = walk.step(VERIFIER, "open-finding", **finding)
    answer = {"finding_id": case["findings"][0]["id"], "text": "Here it is."}
    own = sqlite_instance.client.keep(MAKER, "meters", b"SPECIMEN not shown to the verifier")
    for nothing in (NOWHERE, own):
        refused = walk.try_step(MAKER, "answer-finding", **answer, evidence_sha256=[nothing])
        unknown(refused, "/evidence_sha256/0")
    shown = sqlite_instance.client.upload(walk.study["id"], MAKER, "activity-data", b"SPECIMEN")
    walk.step(MAKER, "answer-finding", **answer, evidence_sha256=[shown])


def test_who_may_not_conclude_is_refused_and_recorded_whatever_is_named(
    sqlite_instance: Instance,
) -> None:
    walk = an_application(sqlite_instance)
    walk.step(REVIEWER, "review-application", is_accepted=True)
    answer = walk.try_step(MAKER, "conclude-agreement", number="AG", document_sha256=NOWHERE)
    assert answer.status_code == 403, answer.text
    events = sqlite_instance.get(f"{walk.path}/events", MAKER)
    assert events[-1]["kind"] == "attempt-refused"


def a_volume(instance: Instance, evidence: str) -> dict[str, Any]:
    today = instance.label["issued_on"]
    return {
        "label_id": instance.label["id"],
        "amount": "1",
        "unit": "kWh",
        "period_from": today,
        "period_to": today,
        "evidence_sha256": evidence,
    }


def test_a_sales_record_is_a_document_of_the_enterprise(issued_instance: Instance) -> None:
    theirs = issued_instance.client.keep(MAKER, "sales", b"SPECIMEN of another")
    for nothing in (NOWHERE, theirs):
        body = a_volume(issued_instance, nothing)
        unknown(issued_instance.send("POST", "/v1/volumes", LFP.preparer, body), "/evidence_sha256")
    own = issued_instance.client.keep(LFP.preparer, "sales", b"SPECIMEN sales")
    issued_instance.post("/v1/volumes", LFP.preparer, a_volume(issued_instance, own))


def an_indicator(evidence: str) -> dict[str, Any]:
    kind = {"kind": "target-set", "value": "yes", "source": "SPECIMEN register"}
    return {**kind, **PERIOD, "evidence_sha256": evidence}


def test_an_indicator_rests_on_a_document_of_the_enterprise(instance: Instance) -> None:
    theirs = instance.client.keep(OTHER_MAKER, "register", b"SPECIMEN of another")
    for nothing in (NOWHERE, theirs):
        answer = instance.send("POST", "/v1/indicators", MAKER, an_indicator(nothing))
        unknown(answer, "/evidence_sha256")
    own = instance.client.keep(MAKER, "register", b"SPECIMEN register")
    stored = instance.post("/v1/indicators", MAKER, an_indicator(own))
    assert stored["evidence_sha256"] == own


def test_an_authority_names_its_own_document_or_one_of_the_enterprise(
    sqlite_instance: Instance,
) -> None:
    instance = sqlite_instance
    haiju = instance.organisations["haiju"]
    path = f"/v1/enterprises/{haiju}/indicators"
    elsewhere = instance.client.keep(MAKER, "register", b"SPECIMEN of another")
    unknown(instance.send("POST", path, AUTHORITY, an_indicator(elsewhere)), "/evidence_sha256")
    for person in (AUTHORITY, LFP.preparer):
        kept = instance.client.keep(person, "register", f"SPECIMEN {person}".encode())
        assert instance.post(path, AUTHORITY, an_indicator(kept))["is_verified"] is True


def test_a_certifier_names_no_document_of_a_maker_by_its_hash(sqlite_instance: Instance) -> None:
    """Knowing a hash is not having the document: same words as for a hash of nothing."""
    walk = an_application(sqlite_instance)
    walk.step(REVIEWER, "review-application", is_accepted=True)
    makers = sqlite_instance.client.keep(MAKER, "secret", b"SPECIMEN secret of the maker")
    answers = []
    for sha256 in (makers, NOWHERE):
        body = {"seen": walk.seen(), "action": "conclude-agreement", "number": "AG"}
        path = f"{walk.path}/steps"
        answer = sqlite_instance.send("POST", path, CERTIFIER, {**body, "document_sha256": sha256})
        answers.append(answer.text.replace(sha256, "HASH"))
    assert answers[0] == answers[1]
