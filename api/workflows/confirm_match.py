"""Keeps which dataset a text stands for in one's own organisation; matching then goes by it."""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from api.workflows.calculate_footprint import current_release
from footprint.errors import LinkError
from footprint.quantities import conversion_factor
from labels.access import Actor, Scope
from lca_db.errors import NotFound
from lca_db.inventory.dataset_matching import match_line
from lca_db.inventory.matching.text_key import text_sha256
from lca_db.inventory.matching.values import Question
from lca_db.records.matches.values import ConfirmedMatch
from lca_db.unit_of_work import UnitOfWork

_MOST_NEAREST = 3


def confirm_match(
    context: Context,
    actor: Actor,
    question: Question,
    dataset_id: str,
    once: Once[ConfirmedMatch] | None = None,
) -> ConfirmedMatch:
    """The choice as it is kept, in the place of an earlier one for the same text.

    Raises:
        NotAllowed: ``role-missing``.
        LinkError: ``dataset-unknown`` at ``/dataset_id``.
        QuantityError: ``unit-wrong-dimension`` where the dataset is counted in something else.
    """
    require(actor, Action.CONFIRM_MATCH)
    release, now = current_release(context), context.now()
    match = ConfirmedMatch(
        id=context.ids("mtc"),
        organisation_id=actor.organisation_id,
        text=question.text,
        text_sha256=text_sha256(question.text),
        unit=question.unit,
        dataset_id=dataset_id,
        confirmed_by=actor.person_id,
        confirmed_at=now,
        is_test=actor.is_test,
    )
    own = Scope(organisation_id=actor.organisation_id, is_test=actor.is_test)
    with UnitOfWork(context.engine, own) as uow:
        claim(once, uow, now)
        _check(uow, release.id, question, dataset_id)
        kept = uow.matches.confirm(match)
        keep(once, uow, kept)
        uow.commit()
    return kept


def _check(uow: UnitOfWork, release_id: str, question: Question, dataset_id: str) -> None:
    try:
        entry = uow.inventory.get_dataset(release_id, dataset_id)
    except NotFound:
        found = match_line(uow.inventory, release_id, question, limit=_MOST_NEAREST)
        nearest = ", ".join(suggestion.candidate.dataset_id for suggestion in found)
        raise LinkError(
            "dataset-unknown", "/dataset_id", dataset=dataset_id[:80], nearest=nearest or "-"
        ) from None
    if question.unit:
        conversion_factor(question.unit, entry.unit)
