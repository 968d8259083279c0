"""Clears out what has served its time: kept answers, counted attempts, leftovers of writes."""

from __future__ import annotations

from datetime import timedelta

from api.context import Context
from api.workflows.invite_person import LINK_LASTS
from api.workflows.sign_in import WINDOW
from labels.access import Scope
from lca_db.unit_of_work import UnitOfWork

ANSWERS_KEPT = timedelta(hours=24)
ATTEMPTS_KEPT = max(LINK_LASTS, WINDOW) + timedelta(hours=1)
LEFTOVERS_KEPT = timedelta(hours=24)  # no write takes so long
_SCOPE = Scope.everything("clear out")


def clear_out(context: Context) -> None:
    """Forgets answers of idempotency keys, windows of attempts and files never finished."""
    now = context.now()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.idempotency.prune(now - ANSWERS_KEPT)
        uow.sign_in.prune_attempts(now - ATTEMPTS_KEPT)
        uow.commit()
    context.files.remove_leftovers((now - LEFTOVERS_KEPT).timestamp())
