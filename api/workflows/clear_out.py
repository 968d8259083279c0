"""Clears out what has served its time: answers, counted attempts, exports, leftovers of writes."""

from __future__ import annotations

from datetime import timedelta

from api.context import Context
from api.workflows.export_release import kept_exports
from api.workflows.invite_person import LINK_LASTS
from api.workflows.sign_in import WINDOW
from labels.access import Scope
from lca_db.unit_of_work import UnitOfWork

ANSWERS_KEPT = timedelta(hours=24)
ATTEMPTS_KEPT = max(LINK_LASTS, WINDOW) + timedelta(hours=1)
LEFTOVERS_KEPT = timedelta(hours=24)  # no write takes so long
EXPORTS_KEPT = timedelta(days=30)  # since they were last asked for; they can be made again
_SCOPE = Scope.everything("clear out")


def clear_out(context: Context) -> None:
    """Forgets kept answers, windows of attempts, exports nobody asks for, unfinished files."""
    now = context.now()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.idempotency.prune(now - ANSWERS_KEPT)
        uow.sign_in.prune_attempts(now - ATTEMPTS_KEPT)
        uow.commit()
    unfinished_since = (now - LEFTOVERS_KEPT).timestamp()
    context.files.remove_leftovers(unfinished_since)
    kept_exports(context).sweep((now - EXPORTS_KEPT).timestamp(), unfinished_since)
