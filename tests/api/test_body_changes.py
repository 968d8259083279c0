"""What an administrator enters of a body: told by the register, kept in a history, checked."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from labels.access import Scope
from labels.register.entry import RegisterEntry, parse_entry
from lca_db.records.organisations.values import BodyEvent
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import Instance
from tests.support.walk import ADMINISTRATOR

SCOPE: dict[str, Any] = {
    "kind": "verification-body",
    "accreditation": "SPECIMEN-VB-0001",
    "categories": ["cpc-415", "cpc-464", "cpc-471"],
    "scope_from": "2020-01-01",
    "scope_until": "2031-01-01",
}


def enter(instance: Instance, organisation: str = "zhujiang", **changes: object) -> httpx2.Response:
    """The answer to what the administrator enters of a body."""
    path = f"/v1/organisations/{instance.organisations[organisation]}/body"
    return instance.send("PUT", path, ADMINISTRATOR, {**SCOPE, **changes})


def told(instance: Instance) -> list[RegisterEntry]:
    """What the public register says of bodies."""
    lines = instance.send("GET", "/register/entries").content.splitlines()
    entries = [parse_entry(line) for line in lines]
    return [entry for entry in entries if entry.kind.value.startswith("body-")]


def history(instance: Instance, organisation: str = "zhujiang") -> tuple[BodyEvent, ...]:
    with UnitOfWork(instance.context.engine, Scope.everything("test"), read_only=True) as uow:
        return uow.organisations.list_body_events(instance.organisations[organisation])


def test_the_register_says_that_a_body_was_listed_suspended_reinstated_and_withdrawn(
    sqlite_instance: Instance,
) -> None:
    for changes in (
        {"accreditation": "SPECIMEN-VB-0002"},
        {"is_suspended": True},
        {"is_suspended": True, "categories": ["cpc-415"]},  # its standing is the same
        {},
        {"scope_until": "2021-01-01"},
    ):
        assert enter(sqlite_instance, **changes).status_code == 204
    entries = told(sqlite_instance)
    body = sqlite_instance.organisations["zhujiang"]
    lost = {"body": body, "reasonClass": "body-scope-lost"}
    assert [(entry.kind.value, entry.members) for entry in entries] == [
        ("body-listed", {"body": body, "region": "CN-GD"}),
        ("body-suspended", lost),
        ("body-reinstated", {"body": body}),
        ("body-withdrawn", lost),
    ]
    head = sqlite_instance.send("GET", "/register/checkpoint").text.splitlines()
    assert int(head[1]) == entries[-1].index + 1, "signed at once"


def test_who_entered_what_and_when_is_kept(sqlite_instance: Instance) -> None:
    for changes in ({"is_suspended": True}, {"is_suspended": True}, {"categories": ["cpc-464"]}):
        assert enter(sqlite_instance, **changes).status_code == 204
    first, second = history(sqlite_instance)  # the same again is no change
    assert (first.number, second.number) == (1, 2)
    assert (first.entered.body.is_suspended, second.entered.body.is_suspended) == (True, False)
    assert second.entered.body.categories == ("cpc-464",)
    assert second.entered.accreditation == "SPECIMEN-VB-0001"
    assert first.at <= second.at
    with sqlite_instance.context.engine.connect() as connection:
        administrators = connection.execute(
            text("SELECT person_id FROM account WHERE roles = '[\"administrator\"]'")
        ).scalars()
        assert {first.person_id, second.person_id} <= set(administrators)


@pytest.mark.parametrize(
    ("organisation", "changes", "code", "pointer"),
    [
        ("haiju", {"kind": "certification-body"}, "body-not-of-kind", "/kind"),
        ("zhujiang", {"kind": "certification-body"}, "body-not-of-kind", "/kind"),
        ("zhujiang", {"scope_until": "2019-12-31"}, "body-dates-reversed", "/scope_until"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place_and_changes_nothing(
    sqlite_instance: Instance, organisation: str, changes: dict[str, str], code: str, pointer: str
) -> None:
    with sqlite_instance.context.engine.connect() as connection:
        before = connection.execute(text("SELECT * FROM body")).all()
    refused = enter(sqlite_instance, organisation, **changes)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["errors"][0]["pointer"] == pointer
    with sqlite_instance.context.engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM body")).all() == before
    assert told(sqlite_instance) == []
    assert history(sqlite_instance, organisation) == ()
