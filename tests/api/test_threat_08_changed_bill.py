"""Threat 8: the bill of materials changes after somebody approved it.

Every step names the bill and the result it was taken on; another one is a conflict. A changed bill
is a new study of its own and makes the case void; the old one can be changed by nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import httpx2
import pytest
from sqlalchemy import text

from lca_db.errors import StorageError
from tests.api.test_label_versions import a_changed_bill
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import (
    CERTIFIER,
    REASON,
    REVIEWER,
    VERIFIER,
    Walk,
    a_granted_case,
    an_application,
)

OTHER = "0" * 64


def outdated(walk: Walk, member: str) -> dict[str, object]:
    return {**walk.seen(), member: 1 if member == "case_version" else OTHER}


@pytest.mark.parametrize("member", ["bom_sha256", "result_sha256", "case_version"])
def test_threat_08_every_step_on_something_else_is_a_conflict(
    sqlite_instance: Instance, member: str
) -> None:
    walk = an_application(sqlite_instance)
    walk.step(REVIEWER, "review-application", is_accepted=True)
    agreement = {"number": "AG", "document_sha256": walk.agreement()}
    _refused_then_taken(walk, REVIEWER, "conclude-agreement", member, **agreement)
    _refused_then_taken(walk, VERIFIER, "start-verification", member)
    statement = {
        "number": "VS",
        "opinion": "unmodified",
        "assurance_level": "limited",
        "report_sha256": walk.report,
        "evidence_sha256": walk.filed(),
    }
    _refused_then_taken(walk, VERIFIER, "issue-statement", member, **statement)
    review = {"is_grant_recommended": True, "note": "Complete."}
    _refused_then_taken(walk, REVIEWER, "complete-technical-review", member, **review)
    decision = {"seen": outdated(walk, member), "is_granted": True, "reason": REASON}
    answer = sqlite_instance.send("POST", f"{walk.path}/decision", CERTIFIER, decision)
    assert answer.status_code == 409, answer.text
    walk.decide()


def _refused_then_taken(
    walk: Walk, person: str, action: str, member: str, **members: object
) -> None:
    state = walk.instance.get(walk.path, VERIFIER)["state"]
    body = {"action": action, **members, "seen": outdated(walk, member)}
    answer = walk.instance.send("POST", f"{walk.path}/steps", person, body)
    assert answer.status_code == 409, (action, answer.text)
    assert walk.instance.get(walk.path, VERIFIER)["state"] == state
    walk.step(person, action, **members)


def _agree(walk: Walk) -> httpx2.Response:
    return walk.try_step(
        REVIEWER, "conclude-agreement", number="AG", document_sha256=walk.agreement()
    )


def _state(walk: Walk) -> httpx2.Response:
    return walk.try_step(
        VERIFIER,
        "issue-statement",
        number="VS",
        opinion="unmodified",
        assurance_level="limited",
        report_sha256=walk.report,
        evidence_sha256=walk.filed(),
    )


def _review(walk: Walk) -> httpx2.Response:
    members = {"is_grant_recommended": True, "note": "Complete."}
    return walk.try_step(REVIEWER, "complete-technical-review", **members)


# The state a case is in, and the step that is taken next.
STEPS: tuple[tuple[str, Callable[[Walk], httpx2.Response]], ...] = (
    (
        "application-submitted",
        lambda walk: walk.try_step(REVIEWER, "review-application", is_accepted=True),
    ),
    ("application-reviewed", _agree),
    ("agreement-concluded", lambda walk: walk.try_step(VERIFIER, "start-verification")),
    ("in-verification", _state),
    ("statement-issued", _review),
    ("technically-reviewed", lambda walk: walk.try_decide()),
    ("decided-granted", lambda walk: walk.instance.send("POST", f"{walk.path}/label", CERTIFIER)),
)


@pytest.mark.parametrize("number", range(len(STEPS)), ids=[state for state, _ in STEPS])
def test_threat_08_a_changed_bill_ends_the_case_and_every_approval_with_it(
    sqlite_instance: Instance, number: int
) -> None:
    walk = an_application(sqlite_instance)
    for (_, take), (reached, _) in pairwise(STEPS[: number + 1]):
        assert take(walk).status_code == 200
        assert sqlite_instance.get(walk.path, VERIFIER)["state"] == reached
    newer = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_changed_bill())
    assert newer["voided_case_ids"] == [walk.case["id"]]
    answer = STEPS[number][1](walk)
    assert answer.status_code == 409, answer.text
    assert sqlite_instance.get(walk.path, VERIFIER)["state"] == "void"
    last = sqlite_instance.get(f"{walk.path}/events", VERIFIER)[-1]
    assert (last["kind"], last["details"]["new_study"]) == ("case-voided", newer["id"])
    assert sqlite_instance.get("/v1/labels", CERTIFIER) == []


def test_threat_08_a_changed_bill_leaves_the_label_that_was_issued_as_it_is(
    sqlite_instance: Instance,
) -> None:
    walk = a_granted_case(sqlite_instance)
    label = walk.issue()
    newer = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_changed_bill())
    assert newer["version"] == 2
    assert newer["product_id"] == walk.study["product_id"]
    assert newer["voided_case_ids"] == []
    stored = sqlite_instance.get(f"/v1/labels/{label['id']}", CERTIFIER)
    assert (stored["study_id"], stored["state"]) == (walk.study["id"], "active")
    assert stored["value"] == walk.study["result"]["certified_value"]
    assert newer["result"]["certified_value"] != stored["value"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bom SET content = content",
        "DELETE FROM bom",
        "UPDATE study SET result_sha256 = bom_sha256",
        "DELETE FROM evidence",
        "UPDATE case_event SET at = at",
        "DELETE FROM case_event",
    ],
)
def test_threat_08_what_was_approved_cannot_be_changed_by_sql(
    instance: Instance, statement: str
) -> None:
    an_application(instance)
    with pytest.raises(StorageError), instance.context.engine.begin() as connection:
        connection.execute(text(statement))
