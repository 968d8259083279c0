"""A process is killed between a label's change and its publication; the next sweep publishes."""

from __future__ import annotations

import pytest

from api.jobs.sweeps import sweep
from api.workflows import change_label_status as workflow
from labels.label_status import LabelMove, ReasonClass
from tests.support.instance import Instance
from tests.support.walk import CERTIFIER


class _KilledError(BaseException):
    """As a kill ends a process: nothing behind it runs."""


def changed_and_killed(instance: Instance) -> None:
    """A suspension whose process dies after its commit, before anything is published."""

    def die(_: object) -> None:
        raise _KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "publish_status_list", die)
        with pytest.raises(_KilledError):
            workflow.change_label_status(
                instance.context,
                instance.actor(CERTIFIER),
                instance.label["id"],
                LabelMove.SUSPEND,
                seen_state_version=instance.label["state_version"],
                reason=ReasonClass.MISSED_SURVEILLANCE,
            )


def test_a_suspension_that_was_not_published_is_published_by_the_next_sweep(
    issued_instance: Instance,
) -> None:
    path = f"/L/{issued_instance.label['url'].rpartition('/')[2]}"
    changed_and_killed(issued_instance)
    assert "Suspended" not in issued_instance.send("GET", f"{path}?lang=en").text
    head = issued_instance.send("GET", "/register/checkpoint").text.split("\n")[1]
    sweep(issued_instance.context)
    assert "Suspended" in issued_instance.send("GET", f"{path}?lang=en").text
    after = issued_instance.send("GET", "/register/checkpoint").text.split("\n")[1]
    assert int(after) == int(head) + 1
    credential = issued_instance.send("GET", f"{path}/credential").content
    verdict = issued_instance.verdict_on(credential)
    assert verdict["state"] == "suspended"
