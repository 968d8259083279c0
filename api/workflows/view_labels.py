"""Shows the labels an organisation holds or has issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.label import LabelFacts
from labels.label_status import Label, LabelState
from labels.scheme import register_day
from lca_db.unit_of_work import UnitOfWork

PAGE_SIZE = 50
SOON_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class LabelSummary:
    """A label in a list.

    Attributes:
        state: As of today: a live label past its last day counts as expired.
        ends_soon: It is live and its last day is near.
    """

    label: Label
    facts: LabelFacts
    state: LabelState
    ends_soon: bool


@dataclass(frozen=True, kw_only=True)
class LabelList:
    """A stretch of the list, newest first."""

    items: tuple[LabelSummary, ...]
    next_after: str | None


def view_labels(context: Context, actor: Actor, after: str | None = None) -> LabelList:
    """The labels of the actor's organisation.

    Raises:
        NotAllowed: ``role-missing``.
    """
    require(actor, Action.READ_LABELS)
    today = register_day(context.now())
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        page = uow.labels.list_(after=after, limit=PAGE_SIZE)
        items = tuple(
            _summary(label, uow.labels.get(label.id).facts, today) for label in page.items
        )
    return LabelList(items=items, next_after=page.next_after)


def _summary(label: Label, facts: LabelFacts, today: date) -> LabelSummary:
    state = label.state_on(today)
    days = (label.valid_until - today).days
    is_live = state in {LabelState.ACTIVE, LabelState.SUSPENDED}
    return LabelSummary(
        label=label, facts=facts, state=state, ends_soon=is_live and days <= SOON_DAYS
    )
