"""Publishes what a killed process had changed but not yet shown.

A change of a label is committed first and published after: status list, head of the register,
pages. Whoever is killed between the two leaves pages behind the label; they come last, so a label
whose pages are up to date has everything published.
"""

from __future__ import annotations

from api.context import Context
from api.workflows.by_itself import by_itself
from api.workflows.publish_checkpoint import publish_checkpoint
from api.workflows.publish_label_pages import publish_label_pages
from api.workflows.publish_status_list import publish_status_list
from labels.access import Scope
from labels.label_status import Label
from lca_db.unit_of_work import UnitOfWork


def publish_interrupted(context: Context, page_size: int = 100) -> int:
    """Status list, checkpoint and pages of every label that is behind; how many were.

    Args:
        context: The instance.
        page_size: How many are read at a time; all of them are tried.
    """
    behind = _behind(context, page_size, is_test=False) + _behind(context, page_size, is_test=True)
    if behind:
        publish_status_list(context)
        publish_checkpoint(context)
    for label in behind:
        with by_itself("publish pages", label.id):
            publish_label_pages(context, label.serial)
    return len(behind)


def _behind(context: Context, page_size: int, *, is_test: bool) -> list[Label]:
    behind: list[Label] = []
    after: str | None = None
    scope = Scope.everything("publish interrupted changes", is_test=is_test)
    while True:
        with UnitOfWork(context.engine, scope, read_only=True) as uow:
            page = uow.labels.list_behind(after=after, limit=page_size)
        behind += page.items
        after = page.next_after
        if after is None:
            return behind
