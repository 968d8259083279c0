"""Recognition: what was pinned, what stands, and what was seen once is never forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from labels.credential.verdict import NOTHING_REMEMBERED, Remembered, StatusSighting
from labels.recognition import RecognitionStanding, RecognitionState, SuspensionCause
from lca_db.errors import Conflict, NotFound
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import LABEL_URL, a_foreign_recognition, a_recognition
from tests.database.world import SERVICE, found
from tests.support.cases import NOW

LATER = NOW + timedelta(hours=1)
URL = "https://hk.example/status/1"
REVOKED = RecognitionStanding(RecognitionState.REVOKED)
SUSPENDED = RecognitionStanding(RecognitionState.SUSPENDED, SuspensionCause.HOME)


def test_the_trust_list_pinned_last_holds(database: Engine) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        assert uow.recognitions.trust_list() is None
        uow.recognitions.pin_trust_list(b"first", "per_1", NOW, replaces=None)
        uow.recognitions.pin_trust_list(b"second", "per_1", NOW, replaces=b"first")
        uow.commit()
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.recognitions.trust_list() == b"second"


def test_a_trust_list_compared_with_one_that_is_gone_is_not_pinned(database: Engine) -> None:
    """Whoever was slower compares again: what it would replace is not what it looked at."""
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.pin_trust_list(b"first", "per_1", NOW, replaces=None)
        uow.commit()
    for replaces in (None, b"another"):
        with pytest.raises(Conflict, match="conflict"), UnitOfWork(database, SERVICE) as uow:
            uow.recognitions.pin_trust_list(b"second", "per_1", NOW, replaces=replaces)


def test_an_arrangement_proposed_is_not_one_that_is_signed(database: Engine) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.put_arrangement("gd-hk", b"proposed", is_signed=False, at=NOW)
        assert uow.recognitions.list_arrangements() == ()
        uow.recognitions.put_arrangement("gd-hk", b"signed", is_signed=True, at=NOW)
        uow.recognitions.put_arrangement("gd-hk", b"another", is_signed=True, at=NOW)
        uow.commit()
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.recognitions.list_arrangements() == (b"signed",)
        assert uow.recognitions.list_arrangements(is_signed=False) == (b"proposed",)


def test_a_recognition_is_stored_before_it_is_signed_and_signed_once(database: Engine) -> None:
    found(database)
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.add(a_recognition())
        assert uow.recognitions.list_live(NOW).items == ()
        uow.recognitions.sign("rec_1", b"signed")
        uow.commit()
    signed = replace(a_recognition(), credential=b"signed")
    with UnitOfWork(database, SERVICE) as uow:
        assert uow.recognitions.get("rec_1") == signed
        assert uow.recognitions.list_live(NOW).items == (signed,)
        assert uow.recognitions.list_of_body(signed.body_id).items == (signed,)
        assert uow.recognitions.list_of_body("org_other").items == ()
        with pytest.raises(Conflict, match="conflict"):
            uow.recognitions.sign("rec_1", b"other")
        with pytest.raises(NotFound):
            uow.recognitions.get("rec_2")


def test_a_prepared_recognition_that_is_discarded_is_never_signed_nor_a_signed_one_discarded(
    database: Engine,
) -> None:
    found(database)
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.add(a_recognition())
        assert uow.recognitions.list_prepared(LATER).items == (a_recognition(),)
        uow.recognitions.discard(a_recognition(), LATER)
        assert uow.recognitions.list_prepared(LATER).items == ()
        with pytest.raises(Conflict, match="conflict"):
            uow.recognitions.sign("rec_1", b"signed")
        uow.recognitions.add(a_recognition("rec_2"))
        uow.recognitions.sign("rec_2", b"signed")
        with pytest.raises(Conflict, match="conflict"):
            uow.recognitions.discard(a_recognition("rec_2"), LATER)
        uow.commit()


def test_a_label_has_one_recognition_that_is_not_revoked(database: Engine) -> None:
    found(database)
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.add(a_recognition())
        uow.commit()
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.add(a_recognition("rec_2"))
    with UnitOfWork(database, SERVICE) as uow:
        first = uow.recognitions.get("rec_1")
        revoked = uow.recognitions.change(first, REVOKED, LATER)
        uow.recognitions.add(a_recognition("rec_0"))
        assert uow.recognitions.get("rec_1") == revoked
        assert uow.recognitions.get("rec_0") == a_recognition("rec_0")
        assert uow.recognitions.list_of_body(revoked.body_id).items == ()  # neither is signed


def test_a_standing_changes_only_from_what_was_seen(database: Engine) -> None:
    found(database)
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.add(a_recognition())
        uow.commit()
    with UnitOfWork(database, SERVICE) as uow:
        seen = uow.recognitions.get("rec_1")
        changed = uow.recognitions.change(seen, SUSPENDED, LATER, home_seen_at=LATER)
        uow.commit()
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.recognitions.get("rec_1") == changed
    assert (changed.standing, changed.state_version, changed.home_seen_at) == (SUSPENDED, 2, LATER)
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.change(seen, REVOKED, LATER)


def test_a_revoked_recognition_stays_revoked(database: Engine) -> None:
    found(database)
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.add(a_recognition())
        revoked = uow.recognitions.change(uow.recognitions.get("rec_1"), REVOKED, LATER)
        uow.commit()
    with pytest.raises(Conflict, match="recognition_moves"), UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.change(revoked, SUSPENDED, LATER)


def test_threat_05_what_a_verifier_has_seen_only_grows(database: Engine) -> None:
    old, new = StatusSighting(URL, 4, "aa" * 32), StatusSighting(URL, 7, "bb" * 32)
    withdrawn = frozenset({"https://hk.example/l/1"})
    with UnitOfWork(database, SERVICE) as uow:
        assert uow.recognitions.remembered() == NOTHING_REMEMBERED
        uow.recognitions.remember(Remembered({URL: new}, withdrawn), NOW)
        uow.recognitions.remember(Remembered({URL: old}, frozenset()), LATER)
        uow.recognitions.remember(Remembered({}, withdrawn), LATER)
        uow.commit()
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.recognitions.remembered() == Remembered({URL: new}, withdrawn)


def test_where_a_label_is_recognised_is_what_was_seen_last(database: Engine) -> None:
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.put_foreign(a_foreign_recognition("valid", hours=1))
        uow.recognitions.put_foreign(a_foreign_recognition("suspended", hours=2))
        uow.recognitions.put_foreign(a_foreign_recognition("valid", hours=0))
        uow.recognitions.put_foreign(a_foreign_recognition("suspended", hours=3))  # as before
        uow.commit()
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        assert uow.recognitions.list_foreign(LABEL_URL) == (
            a_foreign_recognition("suspended", hours=2),
        )
        assert uow.recognitions.list_foreign("HTTPS://GD.EXAMPLE/L/OTHER") == ()


def test_a_confirmation_only_moves_forward_and_keeps_since_when_it_is_so(database: Engine) -> None:
    first = a_foreign_recognition("valid", hours=1)
    with UnitOfWork(database, SERVICE) as uow:
        uow.recognitions.put_foreign(first)
        uow.recognitions.confirm_foreign(first.credential_id, NOW + timedelta(hours=9))
        uow.recognitions.confirm_foreign(first.credential_id, NOW + timedelta(hours=3))
        uow.recognitions.confirm_foreign("https://hk.example/recognitions/2", LATER)
        uow.commit()
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        (known,) = uow.recognitions.list_foreign(LABEL_URL)
    assert known == replace(first, confirmed_at=NOW + timedelta(hours=9))
