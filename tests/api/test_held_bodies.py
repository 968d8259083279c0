"""A body that is being suspended grants and issues nothing: who acts for it waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from api.workflows.decide_certification import decide_certification
from api.workflows.issue_label import issue_label
from labels.access import BodyKind, Scope
from labels.case import Case, CaseState, Seen
from labels.errors import NotAllowed
from lca_db.records.certification.values import LabelRecord
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import Instance
from tests.support.walk import CERTIFIER, REASON, a_granted_case, a_reviewed_case

_EVERYTHING = Scope.everything("test")
LONG_ENOUGH_SECONDS = 1.0  # less than anybody waits for a row (lock_timeout)


def refused_after(instance: Instance, act: Callable[[], object]) -> NotAllowed | None:
    """What somebody is answered who acts for the certification body just while it is suspended."""
    body_id = instance.organisations["tanbiao-gd"]
    answers: list[NotAllowed | None] = []

    def run() -> None:
        try:
            act()
        except NotAllowed as error:
            answers.append(error)
        else:
            answers.append(None)

    acting = threading.Thread(target=run)
    with UnitOfWork(instance.context.engine, _EVERYTHING) as uow:
        entered = uow.organisations.hold_body(body_id)
        assert entered is not None
        assert entered.body.kind is BodyKind.CERTIFICATION
        suspended = replace(entered.body, is_suspended=True)
        uow.organisations.set_body(suspended, entered.accreditation, entered.contact)
        acting.start()
        acting.join(LONG_ENOUGH_SECONDS)
        assert not answers, "answered before it was known whether the body may act"
        uow.commit()
    acting.join(60)
    (answer,) = answers
    return answer


def test_a_decision_waits_for_the_suspension_of_its_body_and_is_refused(
    instance: Instance,
) -> None:
    walk = a_reviewed_case(instance)
    seen, certifier = Seen(**walk.seen()), instance.actor(CERTIFIER)

    def decide() -> Case:
        return decide_certification(
            instance.context, certifier, walk.case["id"], seen=seen, is_granted=True, reason=REASON
        )

    refused = refused_after(instance, decide)
    assert refused is not None
    assert refused.code == "body-suspended"
    with UnitOfWork(instance.context.engine, _EVERYTHING, read_only=True) as uow:
        assert uow.cases.get(walk.case["id"]).state is CaseState.TECHNICALLY_REVIEWED


def test_an_issue_waits_for_the_suspension_of_its_body_and_takes_no_number(
    instance: Instance,
) -> None:
    walk = a_granted_case(instance)

    def issue() -> LabelRecord:
        return issue_label(instance.context, instance.actor(CERTIFIER), walk.case["id"])

    refused = refused_after(instance, issue)
    assert refused is not None
    assert refused.code == "body-suspended"
    with UnitOfWork(instance.context.engine, _EVERYTHING, read_only=True) as uow:
        assert uow.labels.find_of_case(walk.case["id"]) is None
