"""No free text hides a character or heaps marks: the next reader may be another body, or a bank."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import CERTIFIER, REVIEWER, VERIFIER, an_application

HIDDEN = {
    "a\u202eb\u200b": ("name-character-refused", "U+202E"),
    "Z" + "\u0301" * 4: ("text-marks-heaped", "U+0301"),
}


def an_indicator(instance: Instance, text: str) -> httpx2.Response:
    indicator = {
        "kind": "target-executed-share",
        "value": "0.5",
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "source": text,
        "evidence_sha256": instance.client.keep(ALUMINIUM.preparer, "register", b"SPECIMEN"),
    }
    return instance.send("POST", "/v1/indicators", ALUMINIUM.preparer, indicator)


def a_suspension(instance: Instance, text: str) -> httpx2.Response:
    change = {"move": "suspend", "seen_state_version": 2, "reason": "missed-surveillance"}
    path = f"/v1/labels/{instance.label['id']}/status"
    return instance.send("POST", path, CERTIFIER, {**change, "note": text})


def a_refused_application(instance: Instance, text: str) -> httpx2.Response:
    walk = an_application(instance, model=f"SPECIMEN-{len(text)}")
    return walk.try_step(REVIEWER, "review-application", is_accepted=False, reason=text)


def a_finding(instance: Instance, text: str) -> httpx2.Response:
    walk = an_application(instance, model=f"SPECIMEN-{len(text)}")
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    finding = {"severity": "minor", "text": "Missing.", "due_on": "2031-01-31", "place": text}
    return walk.try_step(VERIFIER, "open-finding", **finding)


TEXTS: dict[str, Callable[[Instance, str], httpx2.Response]] = {
    "/source": an_indicator,
    "/note": a_suspension,
    "/reason": a_refused_application,
    "/place": a_finding,
}


@pytest.mark.parametrize("place", TEXTS)
def test_a_text_that_hides_something_is_refused_at_its_place(
    issued_instance: Instance, place: str
) -> None:
    for text, (code, character) in HIDDEN.items():
        answer = TEXTS[place](issued_instance, text)
        assert answer.status_code == 422, answer.text
        (error,) = answer.json()["errors"]
        assert (error["code"], error["pointer"]) == (code, place)
        assert error["parameters"]["character"] == character
        assert character in error["detail"]


def test_a_note_of_several_lines_is_taken(issued_instance: Instance) -> None:
    answer = a_suspension(issued_instance, "No visit in 2026.\r\nNo answer either.")
    assert answer.status_code == 200, answer.text
