"""Simultaneous writers: of four at once exactly one succeeds, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from labels.access import Actor
from labels.case import CaseState
from labels.certification import apply
from labels.label_status import LabelMove, LabelState, change_status
from lca_db.errors import Conflict, StorageError
from lca_db.records.certification.tables import LabelRow
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import an_entry, issue, prepare
from tests.database.world import (
    CERTIFYING,
    OWN,
    SERVICE,
    a_prepared_label,
    a_stored_study,
    an_application,
    case_in,
    found,
)
from tests.support.cases import CERTIFIER, NOW, to_decide, to_mark_issued

THREADS = 4
ROUNDS = 5


def at_once(work: Callable[[int], object]) -> list[object]:
    """What four threads that start together get: a value, or an error of ours."""
    barrier = threading.Barrier(THREADS)
    results: list[object] = [None] * THREADS

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work(number)
        except StorageError as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def conflicts(results: list[object]) -> list[Conflict]:
    return [result for result in results if isinstance(result, Conflict)]


def test_threat_09_four_decisions_at_once_make_one_decision_and_one_label(
    database: Engine,
) -> None:
    """Everybody decides on what they saw and prepares the label in the same unit of work."""
    found(database)
    case = case_in(database, CaseState.TECHNICALLY_REVIEWED)

    def decide(number: int) -> str:
        after, event = apply(case, to_decide(case), CERTIFIER, NOW + timedelta(hours=number + 1))
        with UnitOfWork(database, CERTIFYING) as uow:
            uow.cases.save(case, after, event)
            sequence = uow.labels.next_sequence(2026)
            uow.labels.add(a_prepared_label(f"lbl_{number}", sequence))
            uow.commit()
        return f"lbl_{number}"

    results = at_once(decide)
    assert len(conflicts(results)) == THREADS - 1, results
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        labels = uow.labels.list_(state=LabelState.PREPARED).items
        decisions = [e for e in uow.cases.list_events("cse_1") if e.kind == "decision-taken"]
        assert [label.number for label in labels] == ["TB-2026-000001"]
        assert len(decisions) == 1
        assert uow.cases.get("cse_1").state is CaseState.DECIDED_GRANTED


def test_threat_09_four_labels_prepared_for_one_case_are_one_label(database: Engine) -> None:
    """Without any look at the case, the index alone keeps the second label out."""
    found(database)
    case_in(database, CaseState.DECIDED_GRANTED)

    def prepare_one(number: int) -> str:
        with UnitOfWork(database, CERTIFYING) as uow:
            uow.labels.add(a_prepared_label(f"lbl_{number}", number + 1))
            uow.commit()
        return f"lbl_{number}"

    results = at_once(prepare_one)
    assert len(conflicts(results)) == THREADS - 1, results
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.labels.find_of_case("cse_1") is not None
    with database.connect() as connection:
        count = select(func.count()).select_from(LabelRow)
        assert connection.execute(count).scalar_one() == 1


def test_four_activations_at_once_are_one_with_one_register_entry(database: Engine) -> None:
    found(database)
    prepare(database)

    def activate(number: int) -> int:
        with UnitOfWork(database, CERTIFYING) as uow:
            case, label = uow.cases.get("cse_1"), uow.labels.get("lbl_1").label
            actor = Actor.service("issue")
            active, event = change_status(
                label, LabelMove.ACTIVATE, actor, NOW, seen_state_version=label.state_version
            )
            issued, case_event = apply(
                case, to_mark_issued(case), CERTIFIER, NOW + timedelta(hours=1)
            )
            uow.labels.activate(label, active, event, b'{"signed": true}')
            uow.cases.save(case, issued, case_event)
            uow.register.append(an_entry)
            uow.commit()
        return number

    def activate_or_state(number: int) -> object:
        try:
            return activate(number)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  the state machine may see it first
            return type(error).__name__

    results = at_once(activate_or_state)
    assert sum(isinstance(result, int) for result in results) == 1, results
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.register.size() == 1
        assert uow.cases.get("cse_1").state is CaseState.ISSUED


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_register_entries_of_four_writers_have_no_gap(database: Engine, round_number: int) -> None:
    def append(number: int) -> int:
        with UnitOfWork(database, SERVICE) as uow:
            entry = uow.register.append(an_entry)
            if number != round_number % THREADS:  # one of them rolls back
                uow.commit()
        return entry.index

    at_once(append)
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.register.size() == THREADS - 1
        assert len(uow.register.list_entries()) == THREADS - 1


def test_numbers_of_four_writers_are_all_different(database: Engine) -> None:
    def number(_: int) -> int:
        with UnitOfWork(database, CERTIFYING) as uow:
            sequence = uow.labels.next_sequence(2026)
            uow.commit()
        return sequence

    assert sorted(int(str(result)) for result in at_once(number)) == [1, 2, 3, 4]


def test_study_versions_of_four_writers_are_all_different(database: Engine) -> None:
    found(database)

    def submit(number: int) -> int:
        with UnitOfWork(database, OWN) as uow:
            version = uow.studies.next_version("prd_1")
            uow.studies.add(a_stored_study(f"stu_{number + 2}", version=version))
            uow.commit()
        return version

    assert sorted(int(str(result)) for result in at_once(submit)) == [2, 3, 4, 5]


def test_four_applications_for_one_study_are_one_case(database: Engine) -> None:
    found(database)

    def apply_for(number: int) -> str:
        case, event = an_application(f"cse_{number}")
        with UnitOfWork(database, OWN) as uow:
            uow.cases.add(case, event)
            uow.commit()
        return case.id

    results = at_once(apply_for)
    assert len(conflicts(results)) == THREADS - 1, results


def test_four_moves_of_a_label_at_once_are_one(database: Engine) -> None:
    found(database)
    issue(database)
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        label = uow.labels.get("lbl_1").label

    ended_at = NOW + timedelta(days=400)
    service = Actor.service("expire")

    def expire(number: int) -> int:
        after, event = change_status(
            label, LabelMove.EXPIRE, service, ended_at, seen_state_version=label.state_version
        )
        with UnitOfWork(database, SERVICE) as uow:
            uow.labels.change(label, after, event)
            uow.commit()
        return number

    results = at_once(expire)
    assert len(conflicts(results)) == THREADS - 1, results
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert [event.move for event in uow.labels.list_events("lbl_1")] == ["activate", "expire"]


def test_four_refused_attempts_at_once_are_four_events(database: Engine) -> None:
    found(database)
    case = case_in(database, CaseState.APPLICATION_SUBMITTED)
    _, first = an_application()
    refused = replace(
        first, kind="attempt-refused", from_state=case.state, details={"code": "role-missing"}
    )

    def record(number: int) -> int:
        with UnitOfWork(database, OWN) as uow:
            uow.cases.add_event(refused)
            uow.commit()
        return number

    assert sorted(int(str(result)) for result in at_once(record)) == [0, 1, 2, 3]
    with UnitOfWork(database, OWN, read_only=True) as uow:
        assert len(uow.cases.list_events("cse_1")) == 1 + THREADS
