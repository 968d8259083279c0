"""What an instance does by itself: jobs, status lists, expiries, recognitions, clearing out.

``serve`` runs this beside the requests; ``TANBIAO_BACKGROUND=off`` leaves it out (tests, one-off
tools). Jobs run here on SQLite only: on PostgreSQL they belong to ``tanbiao worker``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from api.context import Context
from api.workflows.change_label_status import expire_overdue_labels
from api.workflows.clear_out import clear_out
from api.workflows.follow_foreign_recognitions import follow_foreign_recognitions
from api.workflows.issue_label import finish_interrupted_issues
from api.workflows.publish_body_changes import publish_body_changes
from api.workflows.publish_checkpoint import publish_checkpoint
from api.workflows.publish_interrupted import publish_interrupted
from api.workflows.publish_status_list import refresh_status_list
from api.workflows.recognise_label import (
    finish_interrupted_recognitions,
    refresh_recognitions,
)
from api.workflows.tell_home import tell_home
from labels.access import Actor
from lca_db.engine import is_sqlite

SWEEP_SECONDS = 20.0
_LOG = structlog.get_logger("tanbiao.sweeps")


def sweep(context: Context) -> None:
    """One round; a part that fails is logged and the others go on."""
    if context.keyring is None:
        return
    parts: tuple[Callable[[], object], ...] = (
        lambda: finish_interrupted_issues(context),
        lambda: expire_overdue_labels(context),
        lambda: follow_foreign_recognitions(context),
        lambda: publish_interrupted(context),
        lambda: refresh_status_list(context),
        lambda: publish_checkpoint(context),
        lambda: finish_interrupted_recognitions(context),
        lambda: refresh_recognitions(context, Actor.service("refresh-recognitions")),
        lambda: tell_home(context),
        lambda: publish_body_changes(context),
        lambda: clear_out(context),
    )
    for part in parts:
        try:
            part()
        except Exception:  # noqa: BLE001  one broken part must not stop the status list
            _LOG.warning("sweep failed", exc_info=True)


@contextmanager
def background(context: Context) -> Iterator[None]:
    """Runs the sweeps, and the jobs on SQLite, while the block lasts."""
    if not context.settings.is_background_on:
        yield
        return
    stopping = threading.Event()

    def rounds() -> None:
        sweep(context)
        while not stopping.wait(SWEEP_SECONDS):
            sweep(context)

    thread = threading.Thread(target=rounds, name="sweeps", daemon=True)
    thread.start()
    try:
        if is_sqlite(context.engine):
            from api.jobs.runner import JobRunner  # noqa: PLC0415  DBOS only where jobs run

            with JobRunner(context).running():
                yield
        else:
            yield
    finally:
        stopping.set()
        thread.join(timeout=10)
