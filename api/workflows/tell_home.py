"""Tells home bodies how this body's recognitions of their labels stand, until they have heard it.

A change of a recognition and the notice of it are one transaction. Whoever is told reads this
body's status list, so what changed is published before the first attempt. A home body that is
down, or does not believe us yet, is asked again by the sweep at growing intervals, until it has
taken the statement or the recognition has ended.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import structlog

from api.clients.guarded_http import PartnerUnreachable
from api.context import Context
from api.workflows.by_itself import by_itself
from api.workflows.publish_checkpoint import publish_checkpoint
from api.workflows.publish_status_list import publish_status_list
from labels.access import Scope
from lca_db.records.recognition.values import HomeNotice
from lca_db.unit_of_work import UnitOfWork

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=12)
TAKEN = 202
_SCOPE = Scope.everything("tell home")
_LOG = structlog.get_logger("tanbiao.recognition")


def tell_home(context: Context, recognition_id: str | None = None) -> int:
    """Sends what is due; how many statements their home bodies took.

    Args:
        context: The instance.
        recognition_id: Only this one, for whoever waits for it; None for all that are due.
    """
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        due = uow.recognitions.list_due_notices(context.now(), recognition_id)
    if any(notice.attempts == 0 for notice in due):
        publish_status_list(context)
        publish_checkpoint(context)
    silent: set[str] = set()
    taken = 0
    for notice in due:
        home = _home_of(notice)
        is_over = notice.recognition.valid_until <= context.now()
        is_taken = False
        if not is_over and home not in silent:
            with by_itself("tell home", notice.recognition.id):
                try:
                    is_taken = _is_taken(context, home, notice)
                except PartnerUnreachable as error:
                    silent.add(home)  # its other notices wait as well: a round must not take hours
                    _LOG.warning("home body not reached", home=home, code=error.code)
        with by_itself("settle notice", notice.recognition.id):
            _settle(context, notice, is_done=is_taken or is_over)
        taken += is_taken
    return taken


def _settle(context: Context, notice: HomeNotice, *, is_done: bool) -> None:
    with UnitOfWork(context.engine, _SCOPE) as uow:
        if is_done:
            uow.recognitions.drop_notice(notice)
        else:
            uow.recognitions.postpone_notice(notice, context.now() + wait_after(notice.attempts))
        uow.commit()


def wait_after(attempts: int) -> timedelta:
    """How long to wait after an attempt in vain that had so many before it."""
    doublings = min(attempts, 16)  # far beyond the longest wait already
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _home_of(notice: HomeNotice) -> str:
    """Scheme and host of the label's address, which is printed in capitals."""
    parts = urlsplit(notice.recognition.label_url.lower())
    return f"{parts.scheme}://{parts.netloc}"


def _is_taken(context: Context, home: str, notice: HomeNotice) -> bool:
    """Whether the home body took the statement, or :class:`PartnerUnreachable`."""
    recognition = notice.recognition
    answer = context.partners.post(
        f"{home}/v1/recognition-statements", recognition.credential or b""
    )
    if answer.status != TAKEN:
        _LOG.warning("home body refused", recognition=recognition.id, status=answer.status)
    return answer.status == TAKEN
