"""Threat 9: several certifiers press at once. Of four at once one succeeds; there is one label."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from api.workflows.decide_certification import decide_certification
from api.workflows.issue_label import issue_label
from labels.access import Scope
from labels.case import CaseState, Seen
from labels.credential.keys import Purpose
from labels.errors import LabelError
from labels.register.audit import verify_register
from lca_db.errors import StorageError
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import Instance
from tests.support.walk import CERTIFIER, REASON, a_granted_case, a_reviewed_case

THREADS = 4
ROUNDS = 2
_EVERYTHING = Scope.everything("test")


def at_once(work: Callable[[], object]) -> list[object]:
    """What four threads that start together get: a value, or the refusal."""
    barrier = threading.Barrier(THREADS)
    results: list[object] = [None] * THREADS

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work()
        except (LabelError, StorageError) as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def refusals(results: list[object]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_threat_09_four_decisions_at_once_are_one_decision(
    instance: Instance, round_number: int
) -> None:
    walk = a_reviewed_case(instance)
    seen = Seen(**walk.seen())
    certifier = instance.actor(CERTIFIER)

    def decide() -> object:
        return decide_certification(
            instance.context, certifier, walk.case["id"], seen=seen, is_granted=True, reason=REASON
        )

    results = at_once(decide)
    assert len(refusals(results)) == THREADS - 1, results
    with UnitOfWork(instance.context.engine, _EVERYTHING, read_only=True) as uow:
        events = [event.kind for event in uow.cases.list_events(walk.case["id"])]
        assert events.count("decision-taken") == 1
        assert uow.cases.get(walk.case["id"]).state is CaseState.DECIDED_GRANTED


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_threat_09_four_issues_at_once_are_one_label(instance: Instance, round_number: int) -> None:
    walk = a_granted_case(instance)
    certifier = instance.actor(CERTIFIER)
    context = instance.context
    results = at_once(lambda: issue_label(context, certifier, walk.case["id"]))
    assert len(refusals(results)) == THREADS - 1, results
    with UnitOfWork(context.engine, _EVERYTHING, read_only=True) as uow:
        (label,) = uow.labels.list_().items
        assert label.full_number == "TB-2026-000001:001"
        assert uow.cases.get(walk.case["id"]).label_id == label.id
        entries = uow.register.list_entries()
        head = uow.register.latest_checkpoint()
        assert len(uow.jobs.list_().items) == 1
    assert sum(b'"label-issued"' in entry for entry in entries) == 1
    assert head is not None
    report = verify_register(
        entries,
        head.note,
        origin=context.register_origin,
        key=context.signer(Purpose.CHECKPOINT).public_key,
    )
    assert report.is_sound, report


def test_threat_09_a_second_issue_over_the_api_is_a_conflict(instance: Instance) -> None:
    walk = a_granted_case(instance)
    walk.issue()
    again = instance.send("POST", f"{walk.path}/label", CERTIFIER)
    assert again.status_code == 409
    assert again.json()["code"] == "label-issued-already"
    assert len(instance.get("/v1/labels", CERTIFIER)) == 1
