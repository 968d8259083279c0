"""A body suspends, reinstates and revokes its own recognition; the page at home follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.demo.recognition import HK_ADMIN, HK_CERTIFIER
from api.workflows.change_recognition_status import change_recognition_status
from api.workflows.recognise_label import refresh_recognitions
from labels.access import Scope
from labels.label_status import ReasonClass
from labels.recognition_moves import RecognitionMove
from labels.register.entry import parse_entry
from lca_db.errors import NotFound
from lca_db.unit_of_work import UnitOfWork
from tests.support.two_bodies import TwoBodies

RECOGNISED_IN = "Hong Kong: recognised by"
SUSPEND = {"move": "suspend", "reason": "under-investigation"}
REINSTATE = {"move": "reinstate"}
REVOKE = {"move": "revoke", "reason": "false-data"}


def changed(
    bodies: TwoBodies, recognition: Any, move: dict[str, str], person: str = HK_CERTIFIER
) -> Any:
    """The answer to a move by somebody who saw the recognition."""
    sent = {**move, "seen_state_version": recognition["state_version"]}
    return bodies.http.post(
        f"/v1/recognitions/{recognition['id']}/status",
        json=sent,
        headers={"Authorization": f"Bearer {bodies.seeded.keys[person]}"},
    )


def logged(bodies: TwoBodies) -> list[tuple[str, str]]:
    """What the register of the recognising body says of the changes: kind and reason."""
    with UnitOfWork(bodies.context.engine, Scope.everything("test"), read_only=True) as uow:
        entries = [parse_entry(body) for body in uow.register.list_entries()]
    return [
        (entry.kind.value, entry.members["reasonClass"])
        for entry in entries
        if entry.kind.value.startswith("recognition-")
    ]


def test_a_suspension_of_its_own_is_published_told_and_lifted(bodies: TwoBodies) -> None:
    bodies.agree()
    recognition = bodies.recognise()
    assert RECOGNISED_IN in bodies.page()
    suspended = changed(bodies, recognition, SUSPEND).json()
    assert (suspended["state"], suspended["cause"]) == ("suspended", "own")
    assert RECOGNISED_IN not in bodies.page()
    assert refresh_recognitions(bodies.context, bodies.certifier()) == (), "home does not lift it"
    lifted = changed(bodies, suspended, REINSTATE).json()
    assert (lifted["state"], lifted["cause"]) == ("recognised", "none")
    assert RECOGNISED_IN in bodies.page()
    assert bodies.notices() == ()
    assert logged(bodies) == [
        ("recognition-suspended", "under-investigation"),
        ("recognition-reinstated", "under-investigation"),
    ]


def test_a_revocation_of_its_own_is_for_ever_and_the_label_can_be_recognised_anew(
    bodies: TwoBodies,
) -> None:
    bodies.agree()
    revoked = changed(bodies, bodies.recognise(), REVOKE).json()
    assert revoked["state"] == "revoked"
    assert RECOGNISED_IN not in bodies.page()
    for move in (SUSPEND, REINSTATE, REVOKE):
        refused = changed(bodies, revoked, move)
        assert (refused.status_code, refused.json()["code"]) == (409, "recognition-state-wrong")
    assert logged(bodies) == [("recognition-revoked", "false-data")]
    assert bodies.recognise()["id"] != revoked["id"]
    assert RECOGNISED_IN in bodies.page()


def test_a_suspension_is_not_lifted_while_home_has_its_own(bodies: TwoBodies) -> None:
    bodies.agree()
    suspended = changed(bodies, bodies.recognise(), SUSPEND).json()
    bodies.suspend_at_home()
    refused = changed(bodies, suspended, REINSTATE)
    assert (refused.status_code, refused.json()["code"]) == (409, "recognition-home-not-valid")
    assert logged(bodies) == [("recognition-suspended", "under-investigation")]


LOST: tuple[tuple[dict[str, Any], str], ...] = (
    ({"is_suspended": True}, "body-suspended"),
    ({"scope_until": "2021-01-01"}, "body-scope-missing"),
    ({"categories": ["cpc-415"]}, "body-scope-missing"),
)


@pytest.mark.story("C11")
@pytest.mark.parametrize(("lost", "code"), LOST)
def test_a_body_that_lost_its_accreditation_recognises_nothing(
    bodies: TwoBodies, lost: dict[str, Any], code: str
) -> None:
    bodies.agree()
    bodies.enter_body(**lost)
    refused = bodies.http.post(
        "/v1/recognitions",
        json={"label_url": bodies.home.label["url"]},
        headers={"Authorization": f"Bearer {bodies.seeded.keys[HK_CERTIFIER]}"},
    )
    assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert RECOGNISED_IN not in bodies.page()
    bodies.enter_body()
    assert bodies.recognise()["state"] == "recognised"


@pytest.mark.story("C11")
@pytest.mark.parametrize(("lost", "code"), LOST)
def test_a_body_that_lost_its_accreditation_suspends_and_does_not_lift(
    bodies: TwoBodies, lost: dict[str, Any], code: str
) -> None:
    bodies.agree()
    recognition = bodies.recognise()
    bodies.enter_body(**lost)
    suspended = changed(bodies, recognition, SUSPEND).json()
    assert suspended["state"] == "suspended"
    refused = changed(bodies, suspended, REINSTATE)
    assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert RECOGNISED_IN not in bodies.page()
    bodies.enter_body()
    assert changed(bodies, suspended, REINSTATE).json()["state"] == "recognised"


@pytest.mark.story("C11")
def test_a_suspension_from_home_stays_while_the_recognising_body_is_suspended(
    bodies: TwoBodies,
) -> None:
    bodies.agree()
    recognition = bodies.recognise()
    bodies.suspend_at_home()
    (followed,) = refresh_recognitions(bodies.context, bodies.certifier())
    assert followed.standing.state.value == "suspended"
    bodies.enter_body(is_suspended=True)
    bodies.reinstate_at_home()
    assert refresh_recognitions(bodies.context, bodies.certifier()) == ()
    assert RECOGNISED_IN not in bodies.page()
    bodies.enter_body()
    (lifted,) = refresh_recognitions(bodies.context, bodies.certifier())
    assert (lifted.id, lifted.standing.state.value) == (recognition["id"], "recognised")
    assert RECOGNISED_IN in bodies.page()


@pytest.mark.parametrize(
    ("move", "person", "seen", "status", "code"),
    [
        (SUSPEND, HK_ADMIN, 1, 403, "role-missing"),
        (SUSPEND, HK_CERTIFIER, 2, 409, "conflict"),
        (REINSTATE, HK_CERTIFIER, 1, 409, "recognition-state-wrong"),
        ({"move": "suspend"}, HK_CERTIFIER, 1, 422, "label-reason-not-allowed"),
        ({**REVOKE, "reason": "new-version"}, HK_CERTIFIER, 1, 422, "label-reason-not-allowed"),
    ],
)
def test_what_is_not_allowed_changes_nothing(
    bodies: TwoBodies, move: dict[str, str], person: str, seen: int, status: int, code: str
) -> None:
    bodies.agree()
    recognition = bodies.recognise()
    refused = changed(bodies, {**recognition, "state_version": seen}, move, person)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert logged(bodies) == []
    assert RECOGNISED_IN in bodies.page()


def test_the_recognition_of_another_body_is_the_same_as_none(bodies: TwoBodies) -> None:
    bodies.agree()
    recognition = bodies.recognise()
    stranger = replace(bodies.certifier(), organisation_id="org_another_certification_body")
    for move in (RecognitionMove.SUSPEND, RecognitionMove.REVOKE):
        with pytest.raises(NotFound):
            change_recognition_status(
                bodies.context,
                stranger,
                recognition["id"],
                move,
                seen_state_version=recognition["state_version"],
                reason=ReasonClass.FALSE_DATA,
            )
    assert logged(bodies) == []
