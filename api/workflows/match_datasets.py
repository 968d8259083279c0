"""Suggests the datasets that lines of a bill of materials may be, with reasons and confidence.

Nothing is linked: a person confirms. What one's own organisation confirmed before decides; what
another did is never seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from api.context import Context
from api.security.policy import Action, require
from api.views import LineMatches
from api.workflows.calculate_footprint import current_release
from labels.access import Actor, Scope
from lca_db.inventory.dataset_matching import match_line
from lca_db.inventory.matching.confidence import FITS_FROM
from lca_db.inventory.matching.text_key import text_sha256
from lca_db.inventory.matching.values import Question
from lca_db.unit_of_work import UnitOfWork


def match_datasets(
    context: Context, actor: Actor, questions: Sequence[Question], *, limit: int = 5
) -> tuple[LineMatches, ...]:
    """For each line the most likely datasets of the current release, the best first.

    Raises:
        NotAllowed: ``role-missing``.
        InventoryError: ``release-missing``.
    """
    require(actor, Action.MATCH_DATASETS)
    own = Scope(organisation_id=actor.organisation_id, is_test=actor.is_test)
    return _matched(context, own, actor.organisation_id, questions, limit)


def match_without_history(
    context: Context, questions: Sequence[Question], *, limit: int = 5
) -> tuple[LineMatches, ...]:
    """The same for the operator of the instance, who belongs to no enterprise."""
    return _matched(context, Scope.everything("match datasets"), "", questions, limit)


def _matched(
    context: Context,
    scope: Scope,
    organisation_id: str,
    questions: Sequence[Question],
    limit: int,
) -> tuple[LineMatches, ...]:
    release = current_release(context)
    answers = []
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        before = (
            uow.matches.confirmed_for(organisation_id, [text_sha256(q.text) for q in questions])
            if organisation_id
            else {}
        )
        for question in questions:
            kept = before.get(text_sha256(question.text))
            found = match_line(
                uow.inventory,
                release.id,
                question,
                confirmed=() if kept is None else (kept.dataset_id,),
                limit=limit,
            )
            answers.append(
                LineMatches(
                    question=question,
                    suggestions=found,
                    fits=bool(found) and found[0].confidence >= FITS_FROM,
                    confirmed_match_id="" if kept is None else kept.id,
                )
            )
    return tuple(answers)
