"""Reads an enterprise's own ratings: the one of now, calculated and not kept, and those kept."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.ratings.model import rating_model
from labels.ratings.rating import Rating, rate
from labels.scheme import register_day
from lca_db.records.ratings.values import StoredRating
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork

MODEL = "reference"


def read_rating(context: Context, actor: Actor) -> Rating:
    """The rating of the actor's enterprise as of now; *not rated* when nothing was reported."""
    require(actor, Action.READ_RATING)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        indicators = uow.ratings.list_indicators(actor.organisation_id)
    now = context.now()
    model = rating_model(MODEL, register_day(now))
    return rate(actor.organisation_id, indicators, model, now)


def list_ratings(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[StoredRating]:
    """The ratings the actor's enterprise asked for, newest first."""
    require(actor, Action.READ_RATING)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.ratings.list_ratings(actor.organisation_id, after=after, limit=limit)
