"""A record that cannot be dealt with keeps none behind it from its turn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.context import Context
from api.workflows import change_label_status as expiring
from api.workflows.publish_interrupted import publish_interrupted
from labels.access import Actor
from labels.label_status import Label
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import an_issued_label


class _BrokenError(Exception):
    """As a record nobody can deal with."""


def test_every_label_has_its_turn_whatever_the_size_of_a_page(issued_instance: Instance) -> None:
    newer = an_issued_label(issued_instance, ALUMINIUM)
    context = issued_instance.context
    change = expiring.change_label_status

    def change_older(
        context: Context, actor: Actor, label_id: str, *rest: Any, **named: Any
    ) -> Label:
        if label_id == newer["id"]:
            raise _BrokenError
        return change(context, actor, label_id, *rest, **named)

    before = context.clock
    context.clock = lambda: before() + timedelta(days=3000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expiring, "publish_label_pages", lambda *_: None)  # killed before
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(expiring, "change_label_status", change_older)
            assert expiring.expire_overdue_labels(context, page_size=1) == 1, "the older one"
        assert expiring.expire_overdue_labels(context, page_size=1) == 1, "the newer one"
    assert publish_interrupted(context, page_size=1) == 2
    assert publish_interrupted(context, page_size=1) == 0
