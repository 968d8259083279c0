"""Makes pages of labels anew that are older than what is entered of their certification body.

A page names where the public complains; what a body changes there reaches every label it has ever
issued, a hundred of them in one round.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from api.context import Context
from api.workflows.by_itself import by_itself
from api.workflows.publish_label_pages import publish_label_pages
from labels.access import BodyKind, Scope
from lca_db.unit_of_work import UnitOfWork

LONGEST_CHANGE = timedelta(seconds=5)  # a page begun in it may not have seen the change yet


def publish_body_changes(context: Context, limit: int = 100) -> int:
    """How many labels had their pages made anew.

    Args:
        context: The instance.
        limit: How many of each body at most, test labels apart.
    """
    published = 0
    for is_test in (False, True):
        scope = Scope.everything("publish body changes", is_test=is_test)
        for body_id, changed_at in _changes(context, scope):
            with UnitOfWork(context.engine, scope, read_only=True) as uow:
                older = uow.labels.list_rendered_before(body_id, changed_at + LONGEST_CHANGE, limit)
            for label in older:
                with by_itself("publish body change", label.id):
                    publish_label_pages(context, label.serial)
                    published += 1
    return published


def _changes(context: Context, scope: Scope) -> list[tuple[str, datetime]]:
    """Every certification body, and when what is entered of it last changed."""
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        bodies = uow.organisations.list_bodies(BodyKind.CERTIFICATION)
        events = [
            uow.organisations.list_body_events(each.body.organisation_id)[-1:] for each in bodies
        ]
    return [(event.entered.body.organisation_id, event.at) for (event,) in filter(None, events)]
