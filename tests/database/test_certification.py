"""Cases and labels: stored as the state machines give them, changed only from what was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from labels.access import Actor
from labels.case import CaseState
from labels.case_commands import SurrenderApplication, VoidCase
from labels.certification import apply, refusal_event
from labels.errors import NotAllowed
from labels.label_status import LabelMove, LabelState, ReasonClass, change_status
from lca_db.errors import Conflict, NotFound, StorageError
from lca_db.transitions import case_moves, label_moves
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import a_page, an_artefact, issue, prepare
from tests.database.world import (
    CERTIFYING,
    OWN,
    SERVICE,
    STUDY_ID,
    VERIFYING,
    a_prepared_label,
    a_stored_study,
    an_application,
    case_in,
    found,
)
from tests.support.cases import (
    CATEGORY,
    CERTIFIER,
    CERTIFYING_BODY,
    MAKER,
    NOW,
    PREPARER,
    TODAY,
    VERIFIER,
    to_answer_finding,
    to_close_finding,
    to_decide,
    to_open_finding,
)

SERIAL = a_prepared_label().label.serial


@pytest.fixture
def engine(database: Engine) -> Engine:
    found(database)
    return database


@pytest.mark.parametrize(
    "state",
    [
        s
        for s in CaseState
        if s.value
        in ("application-submitted", "statement-issued", "technically-reviewed", "decided-granted")
    ],
)
def test_a_case_comes_back_as_it_was(engine: Engine, state: CaseState) -> None:
    case = case_in(engine, state)
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.cases.get("cse_1") == case
        assert uow.cases.find_open(case.study_id) == case
        assert uow.cases.list_(state=state).items == (case,)
        assert uow.cases.list_(state=CaseState.ISSUED).items == ()
        events = uow.cases.list_events("cse_1")
    assert [event.to_state for event in events][-1] is state
    assert [event.case_version for event in events] == list(range(1, case.version + 1))


def test_findings_and_their_answers_are_kept_whole(engine: Engine) -> None:
    case = case_in(engine, CaseState.IN_VERIFICATION)
    steps = (
        (to_open_finding, VERIFIER),
        (to_answer_finding, PREPARER),
        (to_close_finding, VERIFIER),
    )
    for make, actor in steps:
        after, event = apply(case, make(case), actor, NOW + timedelta(hours=1))
        with UnitOfWork(engine, SERVICE) as uow:
            uow.cases.save(case, after, event)
            uow.commit()
        case = after
    with UnitOfWork(engine, VERIFYING, read_only=True) as uow:
        stored = uow.cases.get("cse_1")
    assert stored == case
    assert stored.findings[0].closing_note == "Reading seen."
    assert stored.contributor_ids == {"per_preparer"}


def test_a_step_on_what_has_changed_is_a_conflict_and_leaves_no_event(engine: Engine) -> None:
    before = case_in(engine, CaseState.AGREEMENT_CONCLUDED)
    surrendered, event = apply(
        before, SurrenderApplication(seen=before.seen, reason="stop"), PREPARER, NOW
    )
    void, other = apply(before, VoidCase(seen=before.seen, new_study_id="stu_2"), PREPARER, NOW)
    with UnitOfWork(engine, OWN) as uow:
        uow.cases.save(before, surrendered, event)
        uow.commit()
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(engine, OWN) as uow:
        uow.cases.save(before, void, other)
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.cases.get("cse_1").state is CaseState.SURRENDERED
        assert uow.cases.list_events("cse_1")[-1].kind == "application-surrendered"
        assert uow.cases.find_open(before.study_id) is None


def test_a_refused_attempt_is_an_event_and_changes_nothing(engine: Engine) -> None:
    case = case_in(engine, CaseState.TECHNICALLY_REVIEWED)
    refused = refusal_event(
        case, to_decide(case), PREPARER, NOW + timedelta(days=1), NotAllowed("person-prepared-case")
    )
    with UnitOfWork(engine, OWN) as uow:
        uow.cases.add_event(refused)
        uow.commit()
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.cases.get("cse_1") == case
        assert uow.cases.list_events("cse_1")[-1] == refused


def test_an_event_of_no_case_or_of_no_legal_move_is_refused(engine: Engine) -> None:
    case_in(engine, CaseState.APPLICATION_SUBMITTED)
    _, event = an_application()
    with pytest.raises(NotFound), UnitOfWork(engine, OWN) as uow:
        uow.cases.add_event(replace(event, case_id="cse_none"))
    illegal = replace(event, from_state=CaseState.REFUSED, to_state=CaseState.ISSUED)
    with pytest.raises(Conflict, match="reference-missing"), UnitOfWork(engine, OWN) as uow:
        uow.cases.add_event(illegal)


def test_a_move_the_state_machine_does_not_know_is_refused(engine: Engine) -> None:
    case = case_in(engine, CaseState.APPLICATION_REVIEWED)
    _, event = an_application()
    jumped = replace(case, state=CaseState.IN_VERIFICATION, version=case.version + 1)
    with pytest.raises(Conflict, match="case_moves"), UnitOfWork(engine, OWN) as uow:
        uow.cases.save(case, jumped, event)


def test_threat_08_a_case_on_other_hashes_than_the_studys_is_refused(engine: Engine) -> None:
    case, event = an_application()
    with pytest.raises(Conflict, match="reference-missing"), UnitOfWork(engine, OWN) as uow:
        uow.cases.add(replace(case, bom_sha256="00" * 32), event)


def test_a_case_with_a_body_nobody_accredited_is_refused(engine: Engine) -> None:
    case, event = an_application()
    swapped = replace(
        case,
        verification_body_id=case.certification_body_id,
        certification_body_id=case.verification_body_id,
    )
    with pytest.raises(Conflict, match="case_begins"), UnitOfWork(engine, OWN) as uow:
        uow.cases.add(swapped, event)


def test_a_new_case_for_the_study_is_possible_after_the_first_was_void(engine: Engine) -> None:
    case = case_in(engine, CaseState.APPLICATION_SUBMITTED)
    void, event = apply(case, VoidCase(seen=case.seen, new_study_id="stu_2"), PREPARER, NOW)
    again, first = an_application("cse_2")
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(engine, OWN) as uow:
        uow.cases.add(again, first)
    with UnitOfWork(engine, OWN) as uow:
        uow.cases.save(case, void, event)
        uow.cases.add(again, first)
        uow.commit()


def test_a_label_is_stored_before_it_is_signed_and_not_shown(engine: Engine) -> None:
    prepare(engine)
    with UnitOfWork(engine, CERTIFYING, read_only=True) as uow:
        record = uow.labels.get("lbl_1")
        assert record == a_prepared_label()
        assert uow.labels.find_of_case("cse_1") == record
        assert uow.labels.find_by_serial(SERIAL) is None
        assert uow.labels.list_prepared(NOW).items == ()
        assert uow.labels.list_prepared(NOW + timedelta(minutes=1)).items == (record,)
        assert uow.labels.list_overdue(TODAY + timedelta(days=9999)).items == ()


def test_a_label_without_a_granted_case_is_refused(engine: Engine) -> None:
    case_in(engine, CaseState.TECHNICALLY_REVIEWED)
    with pytest.raises(Conflict, match="label_begins"), UnitOfWork(engine, CERTIFYING) as uow:
        uow.labels.add(a_prepared_label())


def test_a_label_issued_is_shown_with_the_bytes_that_were_signed(engine: Engine) -> None:
    issue(engine)
    with UnitOfWork(engine, SERVICE, read_only=True) as uow:
        record = uow.labels.find_by_serial(SERIAL)
        assert record is not None
        assert record.label.state is LabelState.ACTIVE
        assert record.credential == b'{"signed": true}'
        assert record.facts == a_prepared_label().facts
        assert uow.label_versions.newest_of_product(STUDY_ID, "cse_1") == record.label
        assert uow.label_versions.find_successor(record.label) is None
        assert [event.move for event in uow.labels.list_events("lbl_1")] == ["activate"]
        assert uow.labels.list_overdue(TODAY + timedelta(days=365)).items == ()
        assert uow.labels.list_overdue(TODAY + timedelta(days=366)).items == (record.label,)


def test_a_label_moves_with_its_reason_and_its_history(engine: Engine) -> None:
    issue(engine)
    moves = (
        (LabelMove.SUSPEND, ReasonClass.VALUE_DRIFT),
        (LabelMove.REINSTATE, None),
        (LabelMove.WITHDRAW, ReasonClass.FALSE_DATA),
    )
    for move, reason in moves:
        with UnitOfWork(engine, CERTIFYING) as uow:
            label = uow.labels.get("lbl_1").label
            after, event = change_status(
                label,
                move,
                CERTIFIER,
                NOW + timedelta(days=1),
                seen_state_version=label.state_version,
                reason=reason,
                note="private",
                body=CERTIFYING_BODY,
                category=CATEGORY,
            )
            uow.labels.change(label, after, event)
            uow.commit()
        with UnitOfWork(engine, OWN, read_only=True) as uow:
            assert uow.labels.get("lbl_1").label == after
            assert uow.labels.list_events("lbl_1")[-1] == event
    back = replace(after, state=LabelState.ACTIVE, state_version=after.state_version + 1)
    with pytest.raises(Conflict, match="label_moves"), UnitOfWork(engine, CERTIFYING) as uow:
        uow.labels.change(after, back, event)


def test_an_older_page_never_takes_the_place_of_a_newer_one(engine: Engine) -> None:
    issue(engine)
    with UnitOfWork(engine, SERVICE) as uow:
        assert uow.labels.put_page("lbl_1", a_page(state_version=3, content=b"suspended"))
        assert not uow.labels.put_page("lbl_1", a_page(state_version=2, content=b"active"))
        uow.commit()
    with UnitOfWork(engine, SERVICE, read_only=True) as uow:
        page = uow.labels.find_page(SERIAL, "en")
        assert page is not None
        assert (page.content, page.state_version) == (b"suspended", 3)
        assert uow.labels.find_page(SERIAL, "pt") is None


def test_a_label_without_a_page_of_its_present_state_is_behind(engine: Engine) -> None:
    issue(engine)  # its page is of state version 2
    with UnitOfWork(engine, CERTIFYING) as uow:
        label = uow.labels.get("lbl_1").label
        assert uow.labels.list_behind().items == ()
        after, event = change_status(
            label,
            LabelMove.SUSPEND,
            CERTIFIER,
            NOW,
            seen_state_version=2,
            reason=ReasonClass.VALUE_DRIFT,
        )
        uow.labels.change(label, after, event)
        assert uow.labels.list_behind().items == (after,)
        uow.labels.put_page("lbl_1", a_page(state_version=3))
        assert uow.labels.list_behind().items == ()


def test_a_file_made_again_is_the_same_file(engine: Engine) -> None:
    issue(engine)
    with UnitOfWork(engine, SERVICE) as uow:
        uow.labels.add_artefact("lbl_1", an_artefact())
        with pytest.raises(Conflict, match="artefact-differs"):
            uow.labels.add_artefact("lbl_1", an_artefact("99" * 32))
        assert uow.labels.list_artefacts("lbl_1") == (an_artefact(),)
        assert uow.labels.find_artefact(SERIAL, "certificate.pdf") == an_artefact()


def test_a_label_voided_leaves_its_case_free_for_another(engine: Engine) -> None:
    prepare(engine)
    label = a_prepared_label().label
    void, event = change_status(
        label, LabelMove.DISCARD, Actor.service("reconcile"), NOW, seen_state_version=1
    )
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(engine, CERTIFYING) as uow:
        uow.labels.add(a_prepared_label("lbl_2", 2))
    with UnitOfWork(engine, CERTIFYING) as uow:
        uow.labels.change(label, void, event)
        uow.labels.add(a_prepared_label("lbl_2", 2))
        uow.commit()
    with UnitOfWork(engine, CERTIFYING, read_only=True) as uow:
        second = uow.labels.find_of_case("cse_1")
        assert second is not None
        assert second.label.id == "lbl_2"
        assert uow.labels.find_by_serial(SERIAL) is None


def test_a_case_that_was_tampered_with_is_no_case(sqlite_database: Engine) -> None:
    """Plain SQL that changes the kept text in a way no step can is noticed when it is read."""
    found(sqlite_database)
    case_in(sqlite_database, CaseState.APPLICATION_SUBMITTED)
    with sqlite_database.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER guard_case_moves")
        connection.exec_driver_sql(
            """UPDATE certification_case SET body = replace(body, '"version":1', '"version":"x"')"""
        )
    with (
        pytest.raises(StorageError, match="record-damaged"),
        UnitOfWork(sqlite_database, OWN) as uow,
    ):
        uow.cases.get("cse_1")


def test_the_tables_of_moves_are_those_of_the_state_machines(database: Engine) -> None:
    with database.connect() as connection:
        cases = {tuple(row) for row in connection.execute(text("SELECT * FROM case_transition"))}
        labels = {tuple(row) for row in connection.execute(text("SELECT * FROM label_transition"))}
    assert cases == case_moves()
    assert labels == label_moves()
    assert ("decided-granted", "label-issued", "issued", "") in cases
    assert ("application-submitted", "decision-taken", "decided-granted", "certifier") not in cases


def test_studies_of_a_product_count_their_versions(engine: Engine) -> None:
    with UnitOfWork(engine, OWN) as uow:
        assert uow.studies.get("stu_1") == a_stored_study()
        uow.studies.add(a_stored_study("stu_2", version=2))
        with pytest.raises(NotFound):
            uow.studies.get("stu_3")
        uow.commit()
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(engine, OWN) as uow:
        uow.studies.add(a_stored_study("stu_3", version=2))
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert [s.version for s in uow.studies.list_(product_id="prd_1").items] == [2, 1]
        assert uow.studies.bom_of("stu_2") == b'{"a": "bill of materials"}'
        assert uow.products.get("prd_1").organisation_id == MAKER


def test_what_is_overdue_or_behind_is_read_in_pages_to_the_end(engine: Engine) -> None:
    """A hundred records that cannot be dealt with keep no other from its turn."""
    issue(engine)
    overdue_on = TODAY + timedelta(days=366)
    with UnitOfWork(engine, SERVICE, read_only=True) as uow:
        assert uow.labels.list_overdue(overdue_on, after="lbl_2").items != ()
        assert uow.labels.list_overdue(overdue_on, after="lbl_1").items == ()
        assert uow.labels.list_behind(after="lbl_1").items == ()
