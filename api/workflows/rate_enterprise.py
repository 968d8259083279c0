"""Rates an enterprise by the dated reference model from what it has reported, and keeps the rating.

A bank reads only with the enterprise's unexpired consent; every attempt is logged and the
enterprise sees it. The indication of basis points comes from the bank's own table.
"""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from api.views import ConsentedRating
from labels.access import Actor, Scope
from labels.errors import NotAllowed
from labels.ratings.consent import ConsentPurpose, read_rating
from labels.ratings.indication import BankTable, checked_table, indicate
from labels.ratings.model import rating_model
from labels.ratings.rating import rate
from labels.scheme import register_day
from lca_db.errors import NotFound
from lca_db.records.ratings.values import StoredRating
from lca_db.unit_of_work import UnitOfWork

MODEL = "reference"


def rate_enterprise(
    context: Context, actor: Actor, once: Once[StoredRating] | None = None
) -> StoredRating:
    """The actor's own enterprise, rated now and kept; *not rated* when nothing was reported."""
    require(actor, Action.KEEP_RATING)
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        indicators = uow.ratings.list_indicators(actor.organisation_id)
        rating = rate(
            actor.organisation_id, indicators, rating_model(MODEL, register_day(now)), now
        )
        kept = uow.ratings.add_rating(context.ids("rtg"), rating)
        keep(once, uow, kept)
        uow.commit()
    return kept


def rate_for_bank(
    context: Context, actor: Actor, enterprise_id: str, purpose: ConsentPurpose
) -> ConsentedRating:
    """The rating of an enterprise that consented; of one that exists, the reading is always logged.

    Raises:
        NotAllowed: ``consent-missing``; the refused reading is in the log all the same.
    """
    require(actor, Action.READ_RATING_AS_BANK)
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        reading = read_rating(
            uow.ratings.list_consents(),
            enterprise_id=enterprise_id,
            purpose=purpose,
            actor=actor,
            at=now,
        )
        try:
            uow.organisations.get(enterprise_id)
        except NotFound:  # whether there is such an enterprise is told to nobody without consent
            raise NotAllowed("consent-missing", enterprise=enterprise_id) from None
        uow.ratings.add_reading(context.ids("rdg"), reading)
        uow.commit()  # the reading is logged, whatever comes of it
    if reading.consent_id is None:
        raise NotAllowed("consent-missing", enterprise=enterprise_id)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        indicators = uow.ratings.indicators_under_consent(reading.consent_id, now)
        table = uow.ratings.bank_table(actor.organisation_id, register_day(now))
    rating = rate(enterprise_id, indicators, rating_model(MODEL, register_day(now)), now)
    return ConsentedRating(rating, indicate(rating, table, register_day(now)) if table else None)


def set_bank_table(context: Context, actor: Actor, table: BankTable) -> BankTable:
    """The bank's own table, from which its indications are calculated.

    Raises:
        SchemeError: It is of another model, or leaves a grade of the model out.
    """
    require(actor, Action.SET_BANK_TABLE, organisations=(table.bank_id,))
    checked_table(table, rating_model(table.model_id, table.valid_from))
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        uow.ratings.set_bank_table(table, actor.person_id, context.now())
        uow.commit()
    return table
