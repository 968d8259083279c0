"""The public register, its checkpoints, and status lists with their slots."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from labels.label_status import LabelMove, LabelState, ReasonClass, change_status
from labels.recognition import RecognitionStanding, RecognitionState, SuspensionCause
from labels.register.entry import parse_entry
from labels.register.tree import leaf_hash, root_hash
from lca_db.errors import Conflict, NotFound, StorageError
from lca_db.records.register import repository
from lca_db.records.register.values import StatusStanding, StoredCheckpoint, StoredStatusList
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import LABEL_URL, LIST_URL, a_recognition, an_entry, issue
from tests.database.world import CERTIFYING, SERVICE, found
from tests.support.cases import CATEGORY, CERTIFIER, CERTIFYING_BODY, NOW


def test_entries_follow_each_other_from_nought(database: Engine) -> None:
    for _ in range(3):
        with UnitOfWork(database, SERVICE) as uow:
            uow.register.append(an_entry)
            uow.register.append(an_entry)
            uow.commit()
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        bodies = uow.register.list_entries()
        assert [parse_entry(body).index for body in bodies] == list(range(6))
        assert uow.register.size() == 6
        assert uow.register.entry(4) == an_entry(4).to_bytes()
        assert uow.register.list_entries(2, 4) == bodies[2:4]
        leaves = uow.register.list_leaves()
        assert root_hash(leaves) == root_hash([leaf_hash(body) for body in bodies])
        assert uow.register.entries_of_label(LABEL_URL) == tuple(enumerate(bodies))
        assert uow.register.entries_of_label("HTTPS://GD.EXAMPLE/L/OTHER") == ()
        with pytest.raises(NotFound):
            uow.register.entry(6)


def test_an_entry_rolled_back_leaves_no_gap(database: Engine) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        uow.register.append(an_entry)
    with UnitOfWork(database, SERVICE) as uow:
        assert uow.register.append(an_entry).index == 0
        uow.commit()


def test_an_entry_for_another_index_is_refused(database: Engine) -> None:
    with (
        pytest.raises(StorageError, match="register-index-wrong"),
        UnitOfWork(database, SERVICE) as uow,
    ):
        uow.register.append(lambda index: an_entry(index + 1))


def test_the_latest_checkpoint_is_the_largest(database: Engine) -> None:
    def checkpoint(size: int) -> StoredCheckpoint:
        return StoredCheckpoint(size=size, root_sha256=f"{size:064x}", note=b"note", signed_at=NOW)

    with UnitOfWork(database, SERVICE) as uow:
        assert uow.register.latest_checkpoint() is None
        for size in (3, 10, 4):
            uow.register.add_checkpoint(checkpoint(size))
        uow.register.add_checkpoint(replace(checkpoint(4), note=b"again"))
        uow.commit()
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.register.latest_checkpoint() == checkpoint(10)
        assert uow.register.checkpoint(4) == checkpoint(4)
        with pytest.raises(NotFound):
            uow.register.checkpoint(5)


def test_slots_are_drawn_and_never_given_twice(database: Engine) -> None:
    draw = Random(7).randrange
    with UnitOfWork(database, SERVICE) as uow:
        slots = [uow.register.take_slot(LIST_URL, f"lbl_{n}", draw) for n in range(200)]
        assert len(set(slots)) == 200
        assert slots != sorted(slots)
        assert all(0 <= slot < repository.SLOTS for slot in slots)
        other = uow.register.take_slot("https://gd.example/status/2", "lbl_x", lambda _: slots[0])
        assert other == slots[0]


def test_a_draw_that_is_always_taken_ends_at_a_free_slot(database: Engine) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        slots = [uow.register.take_slot(LIST_URL, f"lbl_{n}", lambda _: 0) for n in range(3)]
    assert slots == [0, 1, 2]


def test_a_credential_has_one_slot(database: Engine) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        uow.register.take_slot(LIST_URL, "lbl_1", lambda _: 5)
        with pytest.raises(Conflict, match="conflict"):
            uow.register.take_slot(LIST_URL, "lbl_1", lambda _: 6)


def test_a_full_list_is_said_so(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "SLOTS", 2)
    with UnitOfWork(database, SERVICE) as uow:
        for n in range(2):
            uow.register.take_slot(LIST_URL, f"lbl_{n}", lambda _: 0)
        with pytest.raises(StorageError, match="status-list-full"):
            uow.register.take_slot(LIST_URL, "lbl_2", lambda _: 0)


def standing(engine: Engine) -> StatusStanding:
    with UnitOfWork(engine, SERVICE, read_only=True) as uow:
        return uow.register.status_standing(LIST_URL)


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ((), ((), ())),
        ((LabelMove.SUSPEND,), ((), (17,))),
        ((LabelMove.SUSPEND, LabelMove.REINSTATE), ((), ())),
        ((LabelMove.WITHDRAW,), ((17,), ())),
        ((LabelMove.SUSPEND, LabelMove.WITHDRAW), ((17,), ())),
    ],
)
def test_a_list_says_how_its_labels_stand(
    database: Engine,
    moves: tuple[LabelMove, ...],
    expected: tuple[tuple[int, ...], tuple[int, ...]],
) -> None:
    found(database)
    issue(database)
    for move in moves:
        reason = None if move is LabelMove.REINSTATE else ReasonClass.MARK_MISUSE
        with UnitOfWork(database, CERTIFYING) as uow:
            label = uow.labels.get("lbl_1").label
            after, event = change_status(
                label,
                move,
                CERTIFIER,
                NOW + timedelta(days=1),
                seen_state_version=label.state_version,
                reason=reason,
                body=CERTIFYING_BODY,
                category=CATEGORY,
            )
            uow.labels.change(label, after, event)
            uow.commit()
    revoked, suspended = expected
    assert standing(database) == StatusStanding(revoked=revoked, suspended=suspended)


def test_a_list_says_how_its_recognitions_stand(database: Engine) -> None:
    found(database)
    recognised = RecognitionStanding(RecognitionState.RECOGNISED)
    states = [
        (recognised, ((), ())),
        (RecognitionStanding(RecognitionState.SUSPENDED, SuspensionCause.HOME), ((), (9,))),
        (recognised, ((), ())),
        (RecognitionStanding(RecognitionState.REVOKED), ((9,), ())),
    ]
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.add(a_recognition())
        uow.register.take_slot(LIST_URL, "rec_1", lambda _: 9)
        uow.commit()
    for state, (revoked, suspended) in states:
        with UnitOfWork(database, SERVICE) as uow:
            uow.recognitions.change(uow.recognitions.get("rec_1"), state, NOW)
            uow.commit()
        assert standing(database) == StatusStanding(revoked=revoked, suspended=suspended)


def test_a_prepared_label_is_neither_revoked_nor_suspended(database: Engine) -> None:
    assert LabelState.PREPARED.value not in {s.value for s in repository._REVOKED_LABEL}
    assert standing(database) == StatusStanding(revoked=(), suspended=())


def test_threat_05_lists_of_an_address_are_numbered_once_and_the_newest_is_served(
    database: Engine,
) -> None:
    def signed(sequence: int) -> StoredStatusList:
        return StoredStatusList(
            url=LIST_URL,
            sequence=sequence,
            content=b"%d" % sequence,
            valid_from=NOW,
            valid_until=NOW + timedelta(hours=1),
        )

    with UnitOfWork(database, SERVICE) as uow:
        assert uow.register.latest_status_list(LIST_URL) is None
        for expected in (1, 2):
            sequence = uow.register.next_list_sequence(LIST_URL)
            assert sequence == expected
            uow.register.add_status_list(signed(sequence))
        assert uow.register.next_list_sequence("https://gd.example/status/2") == 1
        uow.commit()
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(database, SERVICE) as uow:
        uow.register.add_status_list(signed(2))
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.register.latest_status_list(LIST_URL) == signed(2)
