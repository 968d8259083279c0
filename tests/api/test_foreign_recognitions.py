"""What the page says of another body's recognition stays true without that body saying so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from api.demo.recognition import GD_ADMIN, HK_ADMIN, HK_CERTIFIER, arrangement_draft
from api.jobs.sweeps import sweep
from api.workflows import follow_foreign_recognitions as workflow
from api.workflows.follow_foreign_recognitions import follow_foreign_recognitions
from api.workflows.publish_status_list import publish_status_list
from api.workflows.publish_trust_list import publish_trust_list
from labels.scheme import register_day
from tests.support.instance import BASE_URL
from tests.support.two_bodies import TwoBodies

STATEMENTS = "/v1/recognition-statements"
RECOGNISED_IN = "Hong Kong: recognised by"
CONDITION = "Conditions: A specimen without legal effect."


class _KilledError(BaseException):
    """As a kill ends a process: nothing behind it runs."""


def agree_for(bodies: TwoBodies, days: int, name: str = "") -> datetime:
    """Both sign an arrangement that ends so many days from now, and hold it; its last moment."""
    home, away = bodies.home.client, bodies.client
    bodies.home_pins()
    away.send("PUT", "/v1/trust-list", HK_ADMIN, home.fetch(f"{BASE_URL}/v1/trust-list").content)
    last = bodies.home.context.now() + timedelta(days=days)
    draft = arrangement_draft(bodies.home.context.did, bodies.context.did)
    draft["toOn"] = register_day(last).isoformat()
    draft["id"] = name or draft["id"]
    proposed = home.send("POST", "/v1/arrangements", GD_ADMIN, json.dumps(draft).encode())
    signed = away.send("POST", "/v1/arrangements/countersigned", HK_ADMIN, proposed)
    home.send("POST", "/v1/arrangements/accepted", GD_ADMIN, signed)
    return last


def test_a_label_is_recognised_anew_under_a_renewed_arrangement(bodies: TwoBodies) -> None:
    """The earlier recognition ended with its arrangement; nothing was revoked."""
    agree_for(bodies, 3)
    first = bodies.recognise()
    bodies.wait(timedelta(days=4))
    wait_at_home(bodies, timedelta(days=4))
    publish_status_list(bodies.home.context)
    agree_for(bodies, 3, "specimen-gd-hk-2027")
    second = bodies.recognise()
    assert second["id"] != first["id"]
    assert RECOGNISED_IN in bodies.page()
    told = {
        found["id"]: found["state"] for found in bodies.client.get("/v1/recognitions", HK_CERTIFIER)
    }
    assert told == {first["id"]: "recognised", second["id"]: "recognised"}


def wait_at_home(bodies: TwoBodies, duration: timedelta) -> None:
    """Guangdong's clock is put on; Hong Kong's stays."""
    before = bodies.home.context.clock
    bodies.home.context.clock = lambda: before() + duration


def change_unheard(
    bodies: TwoBodies, recognition_id: str, move: str, reason: str | None, seen: int
) -> None:
    """Hong Kong changes its recognition, and the message to Guangdong is lost."""
    bodies.line.cut.add(STATEMENTS)
    sent = {"move": move, "seen_state_version": seen, "reason": reason}
    path = f"/v1/recognitions/{recognition_id}/status"
    bodies.client.post(path, HK_CERTIFIER, sent, expected=200)


def test_a_recognition_ends_on_the_page_on_the_day_it_names(bodies: TwoBodies) -> None:
    """Also when the trust list has gone stale by then; the conditions stay what they were."""
    last = agree_for(bodies, days=17)
    bodies.recognise()
    assert RECOGNISED_IN in bodies.page()
    wait_at_home(bodies, timedelta(days=16))
    sweep(bodies.home.context)
    assert RECOGNISED_IN in bodies.page(), "its last day has not begun"
    wait_at_home(bodies, timedelta(days=6))
    sweep(bodies.home.context)
    day = f"{register_day(last).day} {last:%B} {last.year}"
    page = bodies.page()
    assert RECOGNISED_IN not in page
    assert "has ended; it was valid until " + day in page
    assert CONDITION in page
    assert follow_foreign_recognitions(bodies.home.context) == 0, "shown once"


def test_the_page_made_later_for_another_reason_says_that_it_ended(bodies: TwoBodies) -> None:
    agree_for(bodies, days=17)
    bodies.recognise()
    wait_at_home(bodies, timedelta(days=22))
    bodies.suspend_at_home()
    assert RECOGNISED_IN not in bodies.page()
    assert "has ended; it was valid until" in bodies.page()
    assert CONDITION in bodies.page()


def test_a_change_nobody_told_is_seen_by_the_sweep(bodies: TwoBodies) -> None:
    bodies.agree()
    recognition_id = bodies.recognise()["id"]
    for seen, move, reason, words in (
        (1, "suspend", "under-investigation", "suspended; known here since"),
        (2, "reinstate", None, RECOGNISED_IN),
        (3, "revoke", "false-data", "revoked; known here since"),
    ):
        change_unheard(bodies, recognition_id, move, reason, seen)
        assert words not in bodies.page()
        sweep(bodies.home.context)
        assert words in bodies.page()
    assert "has ended" not in bodies.page()


def test_a_body_that_does_not_answer_leaves_what_was_known(bodies: TwoBodies) -> None:
    bodies.agree()
    bodies.recognise()
    wait_at_home(bodies, timedelta(hours=3))  # its status list is too old to confirm anything
    assert follow_foreign_recognitions(bodies.home.context) == 0
    assert RECOGNISED_IN in bodies.page()


def written(at: datetime) -> str:
    """A day as the page writes it in English."""
    on = register_day(at)
    return f"{on.day} {on:%B} {on.year}"


def test_the_page_names_the_day_on_which_a_recognition_was_last_confirmed(
    bodies: TwoBodies,
) -> None:
    """It moves while the other body answers, and stays while it does not."""
    bodies.agree()
    bodies.recognise()
    first = bodies.home.context.now()
    assert f"Status last confirmed on {written(first)}" in bodies.page()
    wait_at_home(bodies, timedelta(days=2))
    assert follow_foreign_recognitions(bodies.home.context) == 0, "its list is two days old"
    bodies.suspend_at_home()  # the page is made anew, and nobody could be asked meanwhile
    assert f"Status last confirmed on {written(first)}" in bodies.page()
    bodies.wait(timedelta(days=2))
    publish_status_list(bodies.context)
    assert follow_foreign_recognitions(bodies.home.context) == 1
    now = bodies.home.context.now()
    assert f"Status last confirmed on {written(now)}" in bodies.page()
    assert f"since {written(first)}" in bodies.page(), "recognised as long as before"
    assert follow_foreign_recognitions(bodies.home.context) == 0


def test_a_suspension_that_was_long_unknown_is_dated_by_when_it_was_learned(
    bodies: TwoBodies,
) -> None:
    """The day it came about stands in no statement, so the page does not claim one."""
    bodies.agree()
    recognition_id = bodies.recognise()["id"]
    change_unheard(bodies, recognition_id, "suspend", "under-investigation", seen=1)
    for wait in (wait_at_home, TwoBodies.wait):
        wait(bodies, timedelta(days=3))
    publish_status_list(bodies.context)
    sweep(bodies.home.context)
    learned = written(bodies.home.context.now())
    assert f"suspended; known here since {learned}" in bodies.page()
    assert f"Status last confirmed on {learned}" in bodies.page()


def test_a_recognition_by_a_body_no_longer_listed_cannot_be_confirmed(bodies: TwoBodies) -> None:
    bodies.agree()
    bodies.recognise()
    listed = publish_trust_list(bodies.home.context)
    alone = replace(
        listed,
        issuers=listed.issuers[:1],
        sequence=listed.sequence + 1,
        issued_at=listed.issued_at + timedelta(seconds=1),  # lists name whole seconds
    )
    bodies.home.client.send("PUT", "/v1/trust-list", GD_ADMIN, alone.to_bytes())
    sweep(bodies.home.context)
    assert RECOGNISED_IN not in bodies.page()
    assert "cannot be confirmed since" in bodies.page()


def test_what_a_killed_process_had_not_shown_is_shown(bodies: TwoBodies) -> None:
    bodies.agree()
    recognition_id = bodies.recognise()["id"]
    change_unheard(bodies, recognition_id, "suspend", "under-investigation", seen=1)

    def die(*_: object) -> None:
        raise _KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "publish_label_pages", die)
        with pytest.raises(_KilledError):
            follow_foreign_recognitions(bodies.home.context)
    assert RECOGNISED_IN in bodies.page()
    assert follow_foreign_recognitions(bodies.home.context) == 1
    assert "suspended; known here since" in bodies.page()
