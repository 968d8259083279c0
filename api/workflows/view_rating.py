"""Shows an enterprise its rating: indicators, drivers, consents, and what banks have read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, OrganisationKind, Scope
from labels.label import LocalText
from labels.ratings.consent import Consent, ConsentPurpose, RatingReading, latest_expiry
from labels.ratings.indicator import Indicator, counting_by_kind
from labels.ratings.model import RatingModel, rating_model
from labels.ratings.rating import Rating, rate
from labels.scheme import register_day
from lca_db.unit_of_work import UnitOfWork

MODEL = "reference"


@dataclass(frozen=True, kw_only=True)
class ConsentView:
    """A consent with the names of both sides, and whether it holds now."""

    consent: Consent
    bank: LocalText
    enterprise: LocalText
    is_in_force: bool


@dataclass(frozen=True, kw_only=True)
class ReadingView:
    """A reading a bank made or tried."""

    reading: RatingReading
    bank: LocalText
    person: str


@dataclass(frozen=True, kw_only=True)
class Bank:
    """A bank a consent may name."""

    id: str
    names: LocalText


@dataclass(frozen=True, kw_only=True)
class RatingView:
    """An enterprise's rating as the enterprise sees it.

    Attributes:
        rating: As of now, from what has been reported; looking at it stores nothing.
        indicators: Everything reported, newest first.
        counting: Ids of those that count now, one of each kind.
        latest_expiry: The last day a consent given today can hold.
    """

    model: RatingModel
    rating: Rating
    indicators: tuple[Indicator, ...]
    counting: frozenset[str]
    consents: tuple[ConsentView, ...]
    readings: tuple[ReadingView, ...]
    banks: tuple[Bank, ...]
    purposes: tuple[str, ...]
    today: date
    latest_expiry: date


def view_rating(context: Context, actor: Actor) -> RatingView:
    """The rating of the actor's organisation.

    Raises:
        NotAllowed: ``role-missing``.
    """
    require(actor, Action.GIVE_CONSENT)
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        indicators = uow.ratings.list_indicators(actor.organisation_id)
        consents = uow.ratings.list_consents()
        readings = uow.ratings.list_readings(actor.organisation_id).items
        banks = tuple(
            Bank(id=o.id, names=o.names)
            for o in uow.organisations.list_of_kind(OrganisationKind.BANK)
        )
        names: Mapping[str, LocalText] = {
            id_: uow.organisations.get(id_).names
            for id_ in {
                actor.organisation_id,
                *(c.bank_id for c in consents),
                *(r.bank_id for r in readings),
            }
        }
        people = uow.organisations.person_names({r.person_id for r in readings})
    model = rating_model(MODEL, register_day(now))
    return RatingView(
        model=model,
        rating=rate(actor.organisation_id, indicators, model, now),
        indicators=tuple(reversed(indicators)),
        counting=frozenset(i.id for i in counting_by_kind(indicators, model, now).values()),
        consents=tuple(
            ConsentView(
                consent=c,
                bank=names[c.bank_id],
                enterprise=names[actor.organisation_id],
                is_in_force=c.is_in_force(now),
            )
            for c in consents
        ),
        readings=tuple(
            ReadingView(reading=r, bank=names[r.bank_id], person=people.get(r.person_id, ""))
            for r in readings
        ),
        banks=banks,
        purposes=tuple(p.value for p in ConsentPurpose),
        today=register_day(now),
        latest_expiry=latest_expiry(register_day(now)),
    )
