"""Shows a certification body the labels of other bodies that it has recognised, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.credential.credential import parse_label
from labels.label import LabelledProduct
from labels.label_status import ReasonClass
from labels.recognition_moves import RecognitionMove, open_moves, reasons_of
from lca_db.records.recognition.values import Recognition
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork

PAGE_SIZE = 50
_SCOPE = Scope.everything("view recognitions")


@dataclass(frozen=True, kw_only=True)
class RecognitionMoveOffer:
    """A move open to the body now, with the reasons it can give."""

    move: RecognitionMove
    reasons: tuple[ReasonClass, ...]


@dataclass(frozen=True, kw_only=True)
class RecognitionSummary:
    """A recognition in a list.

    Attributes:
        product: As the label says.
        home_body: Name of the body that issued the label, by language.
        home_region: Where that body is.
        is_over: Its last moment has passed, whatever its state.
        offers: What the body can do to it.
    """

    recognition: Recognition
    product: LabelledProduct
    home_body: Mapping[str, str]
    home_region: str
    is_over: bool
    offers: tuple[RecognitionMoveOffer, ...]


def list_recognitions(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Recognition]:
    """The signed recognitions of the actor's body, newest first.

    Raises:
        NotAllowed: ``role-missing``.
    """
    require(actor, Action.RECOGNISE)
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        return uow.recognitions.list_of_body(actor.organisation_id, after=after, limit=limit)


def view_recognitions(
    context: Context, actor: Actor, after: str | None = None
) -> Page[RecognitionSummary]:
    """The same with what their labels say and what can be done to them.

    Raises:
        NotAllowed: ``role-missing``.
    """
    now = context.now()

    def summary(recognition: Recognition) -> RecognitionSummary:
        facts = parse_label(recognition.label_credential).facts
        return RecognitionSummary(
            recognition=recognition,
            product=facts.product,
            home_body=facts.certification_body.name,
            home_region=facts.certification_body.region,
            is_over=recognition.valid_until <= now,
            offers=tuple(
                RecognitionMoveOffer(move=move, reasons=reasons_of(move))
                for move in open_moves(recognition.standing)
                if recognition.valid_until > now
            ),
        )

    return list_recognitions(context, actor, after=after).map(summary)
