"""The home body hears of every recognition of its label, however long it was not to be reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from api.jobs.sweeps import sweep
from api.workflows import recognise_label as workflow
from api.workflows.publish_status_list import publish_status_list
from api.workflows.recognise_label import recognise_label
from api.workflows.tell_home import FIRST_WAIT, LONGEST_WAIT, tell_home, wait_after
from labels.access import Scope
from labels.credential.keys import Signer
from labels.errors import NotAllowed
from labels.recognition import RecognitionState, sign_recognition
from lca_db.errors import Conflict
from lca_db.records.recognition.values import Recognition
from lca_db.unit_of_work import UnitOfWork
from tests.support.two_bodies import TwoBodies

STATEMENTS = "/v1/recognition-statements"
RECOGNISED_IN = "Hong Kong: recognised by"


class _KilledError(BaseException):
    """As a kill ends a process: nothing behind it runs."""


def test_a_home_body_that_was_down_is_told_when_it_is_there_again(bodies: TwoBodies) -> None:
    bodies.agree()
    bodies.line.cut.add(STATEMENTS)
    recognised = bodies.recognise()
    assert recognised["state"] == "recognised", "the recognition stands whether home hears or not"
    assert RECOGNISED_IN not in bodies.page()
    bodies.line.cut.clear()
    sweep(bodies.context)
    assert bodies.line.posts == [STATEMENTS], "not asked again before the first wait is over"
    assert RECOGNISED_IN not in bodies.page()
    bodies.wait(FIRST_WAIT)
    sweep(bodies.context)
    assert RECOGNISED_IN in bodies.page()
    assert bodies.notices() == ()
    bodies.wait(FIRST_WAIT / 2)
    sweep(bodies.context)
    assert bodies.line.posts == [STATEMENTS] * 2, "told once, not at every sweep"


def test_a_home_body_that_refuses_is_asked_again(bodies: TwoBodies) -> None:
    """As one that has not pinned the sender's keys yet."""
    bodies.agree(home_knows=False)
    bodies.recognise()
    (notice,) = bodies.notices()
    assert notice.attempts == 1
    assert RECOGNISED_IN not in bodies.page()
    bodies.home_pins()
    bodies.wait(FIRST_WAIT)
    assert tell_home(bodies.context) == 1
    assert RECOGNISED_IN in bodies.page()


def test_a_suspension_while_home_is_silent_is_the_one_it_hears_of(bodies: TwoBodies) -> None:
    """A later change takes the place of what was not told, and is tried at once."""
    bodies.agree()
    bodies.line.cut.add(STATEMENTS)
    bodies.recognise()
    bodies.suspend_at_home()
    bodies.line.cut.clear()
    sweep(bodies.context)
    assert bodies.notices() == ()
    assert bodies.line.posts == [STATEMENTS] * 2
    with bodies.home.context.engine.connect() as connection:
        told = connection.execute(text("SELECT verdict FROM foreign_recognition")).scalars()
        assert list(told) == ["suspended"]


def test_a_process_killed_before_it_told_anybody_leaves_the_notice(bodies: TwoBodies) -> None:
    """What the notice is about is published before it is sent: home reads the status list."""
    bodies.agree()

    def die(*_: object) -> None:
        raise _KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "tell_home", die)
        with pytest.raises(_KilledError):
            recognise_label(bodies.context, bodies.certifier(), bodies.home.label["url"])
    sweep(bodies.context)
    assert RECOGNISED_IN in bodies.page()
    assert bodies.notices() == ()


def test_a_process_killed_before_it_signed_leaves_what_is_to_be_signed(bodies: TwoBodies) -> None:
    """Else the label could be recognised neither by it nor again."""
    bodies.agree()

    def die(*_: object) -> None:
        raise _KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "sign_recognition", die)
        with pytest.raises(_KilledError):
            recognise_label(bodies.context, bodies.certifier(), bodies.home.label["url"])
    sweep(bodies.context)
    assert RECOGNISED_IN not in bodies.page(), "whoever is at it now is left alone"
    bodies.wait(workflow.INTERRUPTED_AFTER + timedelta(seconds=1))
    sweep(bodies.context)
    assert RECOGNISED_IN in bodies.page()
    sweep(bodies.context)
    assert bodies.line.posts == [STATEMENTS]


def _prepared_and_killed(bodies: TwoBodies) -> str:
    """The id of a recognition that was never signed because its process was killed."""
    bodies.agree()

    def die(*_: object) -> None:
        raise _KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "sign_recognition", die)
        with pytest.raises(_KilledError):
            recognise_label(bodies.context, bodies.certifier(), bodies.home.label["url"])
    bodies.wait(workflow.INTERRUPTED_AFTER + timedelta(seconds=1))
    with bodies.context.engine.connect() as connection:
        return str(connection.execute(text("SELECT id FROM recognition")).scalar_one())


def _is_discarded(bodies: TwoBodies, recognition_id: str) -> bool:
    """Never signed, told to nobody, and no longer in the way of another one."""
    found = _row(bodies, recognition_id)
    assert found.credential is None
    assert bodies.notices() == ()
    return found.standing.state is RecognitionState.REVOKED


def test_what_a_body_suspended_meanwhile_had_prepared_is_discarded_and_made_anew(
    bodies: TwoBodies,
) -> None:
    prepared = _prepared_and_killed(bodies)
    bodies.enter_body(is_suspended=True)
    assert workflow.finish_interrupted_recognitions(bodies.context) == 0
    assert _is_discarded(bodies, prepared)
    bodies.enter_body()
    sweep(bodies.context)
    assert RECOGNISED_IN not in bodies.page(), "what was prepared before comes back by itself never"
    assert bodies.recognise()["id"] != prepared
    assert RECOGNISED_IN in bodies.page()


def test_what_was_refused_to_a_certifier_is_not_signed_later(bodies: TwoBodies) -> None:
    """The body is suspended between preparing and signing, and reinstated afterwards."""
    bodies.agree()
    signing = sign_recognition

    def suspended_meanwhile(unsigned: bytes, signer: Signer) -> bytes:
        bodies.enter_body(is_suspended=True)
        return signing(unsigned, signer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "sign_recognition", suspended_meanwhile)
        with pytest.raises(NotAllowed, match="body-suspended"):
            recognise_label(bodies.context, bodies.certifier(), bodies.home.label["url"])
    bodies.enter_body()
    bodies.wait(workflow.INTERRUPTED_AFTER + timedelta(seconds=1))
    sweep(bodies.context)
    assert RECOGNISED_IN not in bodies.page()
    bodies.recognise()
    assert RECOGNISED_IN in bodies.page()


def test_a_recognition_that_is_being_made_is_told_from_one_that_is_there(
    bodies: TwoBodies,
) -> None:
    _prepared_and_killed(bodies)
    with pytest.raises(Conflict, match="recognition-pending"):
        recognise_label(bodies.context, bodies.certifier(), bodies.home.label["url"])
    assert workflow.finish_interrupted_recognitions(bodies.context) == 1
    with pytest.raises(Conflict, match="label-recognised-already"):
        recognise_label(bodies.context, bodies.certifier(), bodies.home.label["url"])


def test_what_was_prepared_on_an_earlier_day_is_discarded(bodies: TwoBodies) -> None:
    """Signed today it would say that it had been made yesterday, with the status of then."""
    prepared = _prepared_and_killed(bodies)
    bodies.wait(timedelta(days=1))
    assert workflow.finish_interrupted_recognitions(bodies.context) == 0
    assert _is_discarded(bodies, prepared)


def test_what_was_prepared_of_a_label_suspended_at_home_since_is_discarded(
    bodies: TwoBodies,
) -> None:
    prepared = _prepared_and_killed(bodies)
    bodies.suspend_at_home()
    assert workflow.finish_interrupted_recognitions(bodies.context) == 0
    assert _is_discarded(bodies, prepared)


def test_what_was_prepared_waits_for_a_home_that_cannot_be_asked(bodies: TwoBodies) -> None:
    prepared = _prepared_and_killed(bodies)
    bodies.line.cut.add("/status/")
    assert workflow.finish_interrupted_recognitions(bodies.context) == 0
    assert not _is_discarded(bodies, prepared)
    bodies.line.cut.clear()
    assert workflow.finish_interrupted_recognitions(bodies.context) == 1
    assert _row(bodies, prepared).credential is not None


def test_a_recognition_that_has_ended_is_told_to_nobody(bodies: TwoBodies) -> None:
    bodies.agree()
    bodies.line.cut.add(STATEMENTS)
    bodies.recognise()
    (notice,) = bodies.notices()
    bodies.line.cut.clear()
    bodies.wait(notice.recognition.valid_until - bodies.context.now() + timedelta(seconds=1))
    assert tell_home(bodies.context) == 0
    assert bodies.notices() == ()
    assert bodies.line.posts == [STATEMENTS]


def test_the_waits_double_up_to_the_longest() -> None:
    waits = [wait_after(attempts) for attempts in range(12)]
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits == sorted(waits)
    assert waits[-1] == wait_after(10_000) == LONGEST_WAIT


def test_every_recognition_is_followed_whatever_the_size_of_a_page(bodies: TwoBodies) -> None:
    """Five recognitions in pages of two; their homes cannot be asked, and each says so."""
    bodies.agree()
    bodies.recognise()
    with bodies.context.engine.begin() as connection:
        columns = connection.execute(text("SELECT * FROM recognition")).one()._fields
        told = {"id": ":id", "label_sha256": ":sha256", "label_credential": ":credential"}
        copied = ", ".join(told.get(name, name) for name in columns)
        for number in range(4):
            connection.execute(
                text(f"INSERT INTO recognition SELECT {copied} FROM recognition LIMIT 1"),
                {"id": f"rcg_{number}", "sha256": f"{number}" * 64, "credential": b"{}"},
            )
    changed = workflow.refresh_recognitions(bodies.context, bodies.certifier(), page_size=2)
    assert {found.id for found in changed} == {f"rcg_{number}" for number in range(4)}
    assert not any(found.standing.is_confirmed for found in changed)


def _with_a_broken_one_before(bodies: TwoBodies, *, is_signed: bool) -> str:
    """A recognition before the real one whose number no register takes; the id of the real one."""
    with bodies.context.engine.begin() as connection:
        row = connection.execute(text("SELECT * FROM recognition")).one()
        told = {"id": "'rcg_0'", "label_sha256": f"'{'0' * 64}'", "label_number": "'broken'"}
        columns = ", ".join(told.get(name, name) for name in row._fields)
        connection.execute(text(f"INSERT INTO recognition SELECT {columns} FROM recognition"))
        if not is_signed:
            connection.execute(text("UPDATE recognition SET credential = NULL"))
    assert row.id > "rcg_0"
    return str(row.id)


def _row(bodies: TwoBodies, recognition_id: str) -> Recognition:
    with UnitOfWork(bodies.context.engine, Scope.everything("test"), read_only=True) as uow:
        return uow.recognitions.get(recognition_id)


def test_a_recognition_that_cannot_be_followed_keeps_no_other_from_it(bodies: TwoBodies) -> None:
    """And home, which publishes one list for both, is asked for it once."""
    bodies.agree()
    bodies.recognise()
    real = _with_a_broken_one_before(bodies, is_signed=True)
    bodies.suspend_at_home()
    bodies.line.gets.clear()
    (changed,) = workflow.refresh_recognitions(bodies.context, bodies.certifier())
    assert (changed.id, changed.standing.state) == (real, RecognitionState.SUSPENDED)
    assert _row(bodies, "rcg_0").standing.state is RecognitionState.RECOGNISED
    assert [path for path in bodies.line.gets if path.startswith("/status/")] == ["/status/labels"]


def test_a_recognition_that_cannot_be_finished_keeps_no_other_from_it(bodies: TwoBodies) -> None:
    bodies.agree()

    def die(*_: object) -> None:
        raise _KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "sign_recognition", die)
        with pytest.raises(_KilledError):
            recognise_label(bodies.context, bodies.certifier(), bodies.home.label["url"])
    real = _with_a_broken_one_before(bodies, is_signed=False)
    bodies.wait(workflow.INTERRUPTED_AFTER + timedelta(seconds=1))
    assert workflow.finish_interrupted_recognitions(bodies.context) == 1
    assert _row(bodies, real).credential is not None
    assert _row(bodies, "rcg_0").credential is None


def test_a_status_confirmed_again_is_written_down_and_changes_nothing_else(
    bodies: TwoBodies,
) -> None:
    bodies.agree()
    recognition_id = bodies.recognise()["id"]
    before = _row(bodies, recognition_id)
    assert before.home_seen_at is not None
    bodies.home.context.clock = lambda: datetime.now(UTC) + timedelta(minutes=1)
    publish_status_list(bodies.home.context)
    bodies.wait(timedelta(minutes=1))
    assert workflow.refresh_recognitions(bodies.context, bodies.certifier()) == ()
    after = _row(bodies, recognition_id)
    assert after.home_seen_at is not None
    assert after.home_seen_at > before.home_seen_at
    assert replace(after, home_seen_at=before.home_seen_at) == before
    bodies.wait(timedelta(hours=2))  # the list is too old now: nothing is confirmed by it
    workflow.refresh_recognitions(bodies.context, bodies.certifier())
    unsure = _row(bodies, recognition_id)
    assert not unsure.standing.is_confirmed
    assert unsure.home_seen_at == after.home_seen_at
