"""Threat 8: the bill of materials changes after somebody approved it.

Every step names the bill and the result it was taken on; another one is a conflict. A changed bill
is a new study of its own; the old one can be changed by nobody.
"""

from __future__ import annotations

import pytest
from sqlalchemy import text

from lca_db.errors import StorageError
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
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


def test_threat_08_a_changed_bill_is_another_study_and_the_case_keeps_its_own(
    sqlite_instance: Instance,
) -> None:
    walk = a_granted_case(sqlite_instance)
    changed = a_bom_file()
    line = next(line for line in changed["lines"] if "amount" in line)
    line["amount"] = "1"
    newer = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, changed)
    assert newer["version"] == 2
    assert newer["product_id"] == walk.study["product_id"]
    label = walk.issue()
    assert label["study_id"] == walk.study["id"]
    assert label["value"] == walk.study["result"]["certified_value"]
    assert newer["result"]["certified_value"] != label["value"]


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
