"""Carbon accounts and ratings: append-only books, consents that end, readings that stay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from labels.accounts.books import Ledger, Posting, reversal
from labels.accounts.product_book import product_book
from labels.ratings.model import rating_model
from labels.ratings.rating import rate
from lca_db.errors import Conflict, NotFound, StorageError
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import (
    IN_A_YEAR,
    a_bank_table,
    a_consent,
    a_posting,
    a_reading,
    an_indicator,
)
from tests.database.world import BANK, BANKING, OTHERS, OWN, a_product, found
from tests.support.cases import MAKER, NOW, TODAY

YESTERDAY = TODAY - timedelta(days=1)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def engine(database: Engine) -> Engine:
    found(database)
    return database


def post(engine: Engine, posting: Posting) -> None:
    with UnitOfWork(engine, OWN) as uow:
        uow.accounts.lock(MAKER)
        uow.accounts.add_posting(posting)
        uow.commit()


def ledger(engine: Engine) -> Ledger:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        return uow.accounts.ledger(MAKER)


def test_postings_come_back_as_they_were_and_balance(engine: Engine) -> None:
    post(engine, a_posting())
    post(engine, a_posting("pst_2", YESTERDAY, YESTERDAY))
    assert ledger(engine).postings == (a_posting(), a_posting("pst_2", YESTERDAY, YESTERDAY))
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        balances = uow.accounts.balances(product_book(MAKER))
    assert balances == {"sold": 187_200_000, "label:TB-2026-000001": -187_200_000}
    assert sum(balances.values()) == 0


def test_an_amount_beyond_what_a_float_holds_is_exact(engine: Engine) -> None:
    post(engine, replace(a_posting(), amount_mg=2**63 - 1))
    assert ledger(engine).postings[0].amount_mg == 2**63 - 1


@pytest.mark.parametrize(
    ("first", "last"),
    [(TODAY, TODAY), (YESTERDAY, TODAY), (YESTERDAY, TODAY + timedelta(days=9))],
)
def test_overlapping_periods_of_a_product_are_refused_whatever_the_label(
    engine: Engine, first: object, last: object
) -> None:
    post(engine, a_posting())
    overlapping = replace(a_posting("pst_2"), period_from=first, period_to=last)  # type: ignore[arg-type]
    next_version = replace(overlapping, label_number="TB-2026-000001:002")
    of_another_body = replace(overlapping, label_number="TB-2026-000002:001")
    for posting in (overlapping, next_version, of_another_body):
        with pytest.raises(Conflict, match="posting_period"):
            post(engine, posting)
    with UnitOfWork(engine, OWN) as uow:
        uow.products.add(a_product("prd_2"))
        uow.commit()
    post(engine, replace(of_another_body, product_id="prd_2"))


def test_a_posting_names_the_product_of_its_label_and_one_of_the_enterprise(
    engine: Engine,
) -> None:
    nameless = replace(a_posting(), product_id=None)
    with pytest.raises(StorageError, match="rule-violated"):
        post(engine, nameless)
    with pytest.raises(Conflict, match="reference-missing"):
        post(engine, replace(a_posting(), product_id="prd_of_nobody"))


def test_a_reversal_mirrors_its_posting_and_happens_once(engine: Engine) -> None:
    post(engine, a_posting())
    taken_back = reversal(
        ledger(engine),
        "pst_1",
        reversal_id="pst_2",
        reason="typing",
        posted_by="per_preparer",
        at=NOW,
    )
    for wrong in (
        replace(taken_back, amount_mg=1),
        replace(taken_back, debit=taken_back.credit, credit=taken_back.debit),
    ):
        with pytest.raises(Conflict, match="posting_reversal"):
            post(engine, wrong)
    with pytest.raises(Conflict, match=r"reference-missing|posting_reversal"):
        post(engine, replace(taken_back, reverses="pst_none"))
    post(engine, taken_back)
    with pytest.raises(Conflict, match="conflict"):
        post(engine, replace(taken_back, id="pst_3"))
    assert ledger(engine).standing() == ()
    post(engine, a_posting("pst_4"))  # the period is free again


def test_two_declarations_at_once_wait_for_each_other(engine: Engine) -> None:
    """Read the ledger, then post: without the lock both would see an empty book."""
    results: list[str] = []
    barrier = threading.Barrier(2)

    def declare(posting_id: str) -> None:
        barrier.wait()
        try:
            with UnitOfWork(engine, OWN) as uow:
                uow.accounts.lock(MAKER)
                if uow.accounts.ledger(MAKER).postings:
                    results.append("seen")
                    return
                uow.accounts.add_posting(a_posting(posting_id))
                uow.commit()
            results.append("posted")
        except Conflict as error:
            results.append(error.code)

    threads = [threading.Thread(target=declare, args=(f"pst_{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["posted", "seen"]


def test_indicators_and_ratings_come_back_as_they_were(engine: Engine) -> None:
    indicators = (an_indicator("ind_1", "0.9"), an_indicator("ind_2", "0.6"))
    rating = rate(MAKER, indicators, rating_model("reference", TODAY), LATER)
    with UnitOfWork(engine, OWN) as uow:
        assert uow.ratings.list_ratings(MAKER).items == ()
        for indicator in indicators:
            uow.ratings.add_indicator(MAKER, indicator, "per_preparer")
        uow.ratings.add_rating("rat_0", rate(MAKER, (), rating_model("reference", TODAY), NOW))
        uow.ratings.add_rating("rat_1", rating)
        uow.commit()
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.ratings.list_indicators(MAKER) == indicators
        stored, older = uow.ratings.list_ratings(MAKER).items
        assert stored.rating == rating
        assert (stored.sha256, stored.body) == (rating.sha256(), rating.canonical_bytes())
        assert (older.id, older.rating.score, older.rating.grade) == ("rat_0", None, "not-rated")


@pytest.fixture
def rated(engine: Engine) -> Engine:
    with UnitOfWork(engine, OWN) as uow:
        uow.ratings.add_indicator(MAKER, an_indicator(), "per_preparer")
        rating = rate(MAKER, (an_indicator(),), rating_model("reference", TODAY), NOW)
        uow.ratings.add_rating("rat_1", rating)
        uow.ratings.give_consent(a_consent())
        uow.commit()
    return engine


def test_a_bank_reads_under_a_consent_in_force_and_not_otherwise(rated: Engine) -> None:
    with UnitOfWork(rated, BANKING, read_only=True) as uow:
        assert uow.ratings.list_consents() == (a_consent(),)
        assert uow.ratings.indicators_under_consent("cns_1", NOW) == (an_indicator(),)
        assert uow.ratings.list_ratings(MAKER).items == ()  # by its own id alone it gets nothing
        for at in (NOW - timedelta(seconds=1), IN_A_YEAR):
            with pytest.raises(NotFound):
                uow.ratings.indicators_under_consent("cns_1", at)


def test_a_consent_taken_back_ends_the_reading(rated: Engine) -> None:
    with UnitOfWork(rated, OWN) as uow:
        uow.ratings.revoke_consent("cns_1", LATER)
        uow.ratings.revoke_consent("cns_1", IN_A_YEAR)  # stays as it was
        uow.commit()
    with UnitOfWork(rated, BANKING, read_only=True) as uow:
        assert uow.ratings.list_consents() == (replace(a_consent(), revoked_at=LATER),)
        assert uow.ratings.indicators_under_consent("cns_1", NOW) == (an_indicator(),)
        with pytest.raises(NotFound):
            uow.ratings.indicators_under_consent("cns_1", LATER)


def test_a_bank_cannot_give_itself_consent_or_take_it_back(rated: Engine) -> None:
    attempts: tuple[Callable[[UnitOfWork], None], ...] = (
        lambda uow: uow.ratings.give_consent(a_consent("cns_2")),
        lambda uow: uow.ratings.revoke_consent("cns_1", LATER),
    )
    for attempt in attempts:
        with (
            pytest.raises(StorageError, match=r"scope-violated|not-found"),
            UnitOfWork(rated, BANKING) as uow,
        ):
            attempt(uow)


def test_each_reading_allowed_or_refused_is_seen_by_the_enterprise(rated: Engine) -> None:
    with UnitOfWork(rated, BANKING) as uow:
        uow.ratings.add_reading("rdg_1", a_reading())
        uow.ratings.add_reading("rdg_2", a_reading(consent_id=None))
        assert uow.ratings.list_readings(MAKER).items == ()
        uow.commit()
    with UnitOfWork(rated, OWN, read_only=True) as uow:
        readings = uow.ratings.list_readings(MAKER).items
    assert readings == (a_reading(consent_id=None), a_reading())


def test_a_reading_cannot_lean_on_a_consent_of_others(rated: Engine) -> None:
    with pytest.raises(Conflict, match="reference-missing"), UnitOfWork(rated, BANKING) as uow:
        uow.ratings.add_reading("rdg_1", replace(a_reading(), enterprise_id="org_other"))


def test_the_banks_own_table_of_the_day_is_the_one_set_last(engine: Engine) -> None:
    with UnitOfWork(engine, BANKING) as uow:
        uow.ratings.set_bank_table(a_bank_table("1"), "per_other", NOW)
        uow.ratings.set_bank_table(a_bank_table("2"), "per_other", LATER)
        uow.commit()
    with UnitOfWork(engine, BANKING) as uow:
        assert uow.ratings.bank_table(BANK, TODAY) == a_bank_table("2")
        assert uow.ratings.bank_table(BANK, YESTERDAY) is None
        with pytest.raises(Conflict, match="conflict"):
            uow.ratings.set_bank_table(a_bank_table("2"), "per_other", LATER)
    with UnitOfWork(engine, OTHERS, read_only=True) as uow:
        assert uow.ratings.bank_table(BANK, TODAY) is None
