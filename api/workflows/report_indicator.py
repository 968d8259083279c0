"""Takes in one rating indicator with its evidence; a correction is a later report."""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.ratings.model import rating_model
from labels.ratings.rating import Indicator, checked_indicator
from lca_db.unit_of_work import UnitOfWork


def report_indicator(
    context: Context, actor: Actor, indicator: Indicator, once: Once[Indicator] | None = None
) -> Indicator:
    """The stored indicator; what the model does not know is refused at the door.

    Raises:
        SchemeError: ``indicator-unknown``, or a value its curve cannot read.
    """
    require(actor, Action.REPORT_INDICATOR)
    checked = checked_indicator(indicator, rating_model("reference"))
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        uow.ratings.add_indicator(actor.organisation_id, checked, actor.person_id)
        keep(once, uow, checked)
        uow.commit()
    return checked
