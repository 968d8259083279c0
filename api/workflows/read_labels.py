"""Reads labels and their private history, for their parties only."""

from __future__ import annotations

from dataclasses import dataclass

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.label_status import Label, LabelEvent
from lca_db.records.certification.values import LabelArtefact, LabelRecord
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork


def list_labels(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[Label]:
    """Labels of one's organisation or body, newest first."""
    require(actor, Action.READ_LABELS)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.labels.list_(after=after, limit=limit)


@dataclass(frozen=True)
class LabelView:
    """A label with its history and rendered files."""

    record: LabelRecord
    events: tuple[LabelEvent, ...]
    artefacts: tuple[LabelArtefact, ...]


def read_label(context: Context, actor: Actor, label_id: str) -> LabelView:
    """One label, or :class:`NotFound` for anybody who is no party."""
    require(actor, Action.READ_LABELS)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return LabelView(
            uow.labels.get_shown(label_id),
            uow.labels.list_events(label_id),
            uow.labels.list_artefacts(label_id),
        )
