"""Takes in one rating indicator with its evidence; a correction is a later report.

An enterprise reports of itself, unverified. What speaks against an enterprise (false data, an
unremedied nonconformity) and what counts as verified comes from the regulator alone.
"""

from __future__ import annotations

from dataclasses import replace

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from api.workflows.keep_document import kept_document
from labels.access import Actor, Role, Scope
from labels.errors import NotAllowed
from labels.ratings.indicator import Indicator, checked_indicator
from labels.ratings.model import rating_model
from labels.scheme import register_day
from lca_db.unit_of_work import UnitOfWork

NOT_SELF_REPORTED = frozenset({"false-data", "unremedied-major-nonconformity"})


def report_indicator(
    context: Context,
    actor: Actor,
    indicator: Indicator,
    once: Once[Indicator] | None = None,
    *,
    enterprise_id: str | None = None,
) -> Indicator:
    """The stored indicator; what the model does not know is refused at the door.

    Args:
        context: The instance.
        actor: The enterprise itself, or the regulator.
        indicator: What is reported.
        once: Idempotency key, where one was sent.
        enterprise_id: Whom the regulator reports about; None for one's own enterprise.

    Raises:
        NotAllowed: ``indicator-not-self-reported``, or another enterprise's.
        SchemeError: ``indicator-unknown``, or a value its curve cannot read.
        LabelError: ``document-unknown`` where neither who reports nor the enterprise keeps it.
    """
    require(actor, Action.REPORT_INDICATOR)
    is_regulator = actor.has_role(Role.REGULATOR)
    subject = enterprise_id or actor.organisation_id
    if not is_regulator and subject != actor.organisation_id:
        raise NotAllowed("enterprise-not-own")
    if not is_regulator and indicator.kind in NOT_SELF_REPORTED:
        raise NotAllowed("indicator-not-self-reported", "/kind", kind=indicator.kind)
    now = context.now()
    checked = checked_indicator(
        replace(indicator, is_verified=is_regulator), rating_model("reference", register_day(now))
    )
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        kept_document(
            context,
            uow,
            checked.evidence_sha256,
            "/evidence_sha256",
            actor.organisation_id,
            subject,
        )
        uow.ratings.add_indicator(subject, checked, actor.person_id)
        keep(once, uow, checked)
        uow.commit()
    return checked
