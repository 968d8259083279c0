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


def publish_interrupted(context: Context) -> int:
    """Status list, checkpoint and pages of every label that is behind; how many were."""
    behind: list[Label] = []
    for is_test in (False, True):
        scope = Scope.everything("publish interrupted changes", is_test=is_test)
        with UnitOfWork(context.engine, scope, read_only=True) as uow:
            behind += uow.labels.list_behind()
    if behind:
        publish_status_list(context)
        publish_checkpoint(context)
    for label in behind:
        with by_itself("publish pages", label.id):
            publish_label_pages(context, label.serial)
    return len(behind)
