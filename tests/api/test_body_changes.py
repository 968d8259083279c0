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
from tests.support.walk import ADMINISTRATOR, REVIEWER, an_application

SCOPE: dict[str, Any] = {
    "kind": "verification-body",
    "accreditation": "SPECIMEN-VB-0001",
    "categories": ["cpc-415", "cpc-464", "cpc-471"],
    "scope_from": "2020-01-01",
    "scope_until": "2031-01-01",
    "is_suspended": False,
    "affiliates": [],
    "contact": "",
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


def scope_members(instance: Instance, **changes: str) -> dict[str, str]:
    """What an entry says of the scope that ``enter`` enters."""
    return {
        "body": instance.organisations["zhujiang"],
        "region": "CN-GD",
        "categories": "cpc-415 cpc-464 cpc-471",
        "scopeFrom": "2020-01-01",
        "scopeUntil": "2031-01-01",
        **changes,
    }


@pytest.mark.story("C11")
def test_the_register_says_on_which_days_and_for_what_a_body_may_act(instance: Instance) -> None:
    """From its first entry on; a body that may act later only is neither listed nor reinstated."""
    before = len(told(instance))
    for changes in (
        {"accreditation": "SPECIMEN-VB-0002"},
        {"is_suspended": True},
        {"is_suspended": True, "categories": ["cpc-415"]},  # its standing is the same
        {"scope_from": "2030-01-01"},
        {},
        {"categories": ["cpc-471", "cpc-415"]},
        {"is_suspended": True},
        {},
        {"scope_until": "2021-01-01"},
        {},
    ):
        assert enter(instance, **changes).status_code == 204
    entries = told(instance)[before:]
    scope = scope_members(instance)
    lost = {"body": scope["body"], "reasonClass": "body-scope-lost"}
    assert [(entry.kind.value, entry.members) for entry in entries] == [
        ("body-listed", scope),
        ("body-suspended", lost),
        ("body-announced", {**scope, "scopeFrom": "2030-01-01"}),
        ("body-listed", scope),
        ("body-listed", {**scope, "categories": "cpc-415 cpc-471"}),
        ("body-suspended", lost),
        ("body-reinstated", scope),
        ("body-withdrawn", lost),
        ("body-listed", scope),
    ]
    head = instance.send("GET", "/register/checkpoint").text.splitlines()
    assert int(head[1]) == entries[-1].index + 1, "signed at once"


def test_the_bodies_of_the_demonstration_are_listed_before_anything_is_issued(
    instance: Instance,
) -> None:
    """With the same words as its other bodies, and a line in their history."""
    days = {"scopeFrom": "2026-01-01", "scopeUntil": "2031-10-31"}
    assert [(entry.kind.value, entry.members) for entry in told(instance)] == [
        ("body-listed", scope_members(instance, **days, body=instance.organisations[key]))
        for key in ("zhujiang", "tanbiao-gd")
    ]
    (entered,) = history(instance)
    assert entered.person_id == instance.actor(ADMINISTRATOR).person_id


def test_who_entered_what_and_when_is_kept(sqlite_instance: Instance) -> None:
    for changes in ({"is_suspended": True}, {"is_suspended": True}, {"categories": ["cpc-464"]}):
        assert enter(sqlite_instance, **changes).status_code == 204
    _, first, second = history(sqlite_instance)  # the same again is no change
    assert (first.number, second.number) == (2, 3)
    assert (first.entered.body.is_suspended, second.entered.body.is_suspended) == (True, False)
    assert second.entered.body.categories == ("cpc-464",)
    assert second.entered.accreditation == "SPECIMEN-VB-0001"
    assert first.at <= second.at
    administrator = sqlite_instance.actor(ADMINISTRATOR).person_id
    assert {first.person_id, second.person_id} == {administrator}


def test_everybody_reads_what_a_body_is_accredited_for_and_how_it_stands_today(
    instance: Instance,
) -> None:
    path = f"/v1/organisations/{instance.organisations['zhujiang']}/body"
    for changes, standing in (
        ({}, "in-force"),
        ({"is_suspended": True}, "suspended"),
        ({"scope_from": "2030-01-01"}, "not-yet"),
        ({"scope_until": "2021-01-01"}, "over"),
        ({"contact": "+852 2123 4567"}, "in-force"),
    ):
        assert enter(instance, **changes).status_code == 204
        read = instance.get(path)
        assert read["standing"] == standing
        assert read["entered"] == {**SCOPE, **changes}
        entered = len(history(instance))
        again = instance.send("PUT", path, ADMINISTRATOR, read["entered"])
        assert again.status_code == 204, "what is read can be sent back, and changes nothing"
        assert len(history(instance)) == entered
    assert instance.get(f"/v1/organisations/{instance.organisations['haiju']}/body", status=404)


def test_what_a_request_leaves_out_stays_as_it_is(instance: Instance) -> None:
    """Else correcting an accreditation would lift a suspension and take a contact back."""
    path = f"/v1/organisations/{instance.organisations['zhujiang']}/body"
    optional: dict[str, Any] = {
        "is_suspended": True,
        "affiliates": [instance.organisations["haiju"]],
        "contact": "complaints@body.example",
    }
    needed = {name: said for name, said in SCOPE.items() if name not in optional}
    assert enter(instance, **optional).status_code == 204
    changed = needed | {"accreditation": "SPECIMEN-VB-0002"}
    assert instance.send("PUT", path, ADMINISTRATOR, changed).status_code == 204
    assert instance.get(path)["entered"] == changed | optional
    cleared = {"is_suspended": False, "affiliates": [], "contact": None}
    for name, said in cleared.items():
        assert instance.send("PUT", path, ADMINISTRATOR, changed | {name: said}).status_code == 204
        optional[name] = said if said is not None else ""
        assert instance.get(path)["entered"] == changed | optional
    undecided = changed | {"is_suspended": None}
    assert instance.send("PUT", path, ADMINISTRATOR, undecided).status_code == 422


def test_a_body_first_entered_without_a_word_of_suspension_is_in_force(instance: Instance) -> None:
    organisation = {
        "kind": "verification-body",
        "names": {"en": "Lingnan Verification (fictional)"},
        "legal_id": "SPECIMEN-77",
        "region": "CN-GD",
    }
    added = instance.post("/v1/organisations", ADMINISTRATOR, organisation)
    path = f"/v1/organisations/{added['id']}/body"
    needed = {
        name: said
        for name, said in SCOPE.items()
        if name not in {"is_suspended", "affiliates", "contact"}
    }
    assert instance.send("PUT", path, ADMINISTRATOR, needed).status_code == 204
    read = instance.get(path)
    assert (read["standing"], read["entered"]) == ("in-force", SCOPE)


def test_an_administrator_reads_who_entered_what_and_nobody_else_does(instance: Instance) -> None:
    assert enter(instance, is_suspended=True).status_code == 204
    path = f"/v1/organisations/{instance.organisations['zhujiang']}/body/history"
    newest, first = instance.get(path, ADMINISTRATOR)
    assert (newest["number"], first["number"]) == (2, 1)
    assert newest["entered"] == {**SCOPE, "is_suspended": True}
    assert newest["person"] == first["person"] == "系统管理员 Administrator"
    assert newest["at"] > first["at"]
    for person in ("wu.verifier", "zhao.certifier", "he.nanling", "guan.authority"):
        assert instance.send("GET", path, person).status_code == 403
    assert instance.send("GET", path).status_code == 401


@pytest.mark.parametrize(
    ("organisation", "changes", "code", "pointer"),
    [
        ("haiju", {"kind": "certification-body"}, "body-not-of-kind", "/kind"),
        ("zhujiang", {"kind": "certification-body"}, "body-not-of-kind", "/kind"),
        ("zhujiang", {"affiliates": ["org_" + "0" * 26]}, "affiliate-unknown", "/affiliates"),
        ("zhujiang", {"contact": "a\u202eb@body.example"}, "name-character-refused", "/contact"),
        ("zhujiang", {"scope_until": "2019-12-31"}, "body-dates-reversed", "/scope_until"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place_and_changes_nothing(
    sqlite_instance: Instance, organisation: str, changes: dict[str, str], code: str, pointer: str
) -> None:
    def kept() -> tuple[object, ...]:
        with sqlite_instance.context.engine.connect() as connection:
            rows = connection.execute(text("SELECT * FROM body")).all()
        return rows, told(sqlite_instance), history(sqlite_instance, organisation)

    before = kept()
    refused = enter(sqlite_instance, organisation, **changes)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert kept() == before


def test_a_body_of_the_applicants_group_is_refused_without_naming_an_id(
    instance: Instance,
) -> None:
    walk = an_application(instance)
    body, maker = instance.organisations["zhujiang"], instance.organisations["nanling"]
    assert enter(instance, affiliates=[maker]).status_code == 204
    walk.step(REVIEWER, "review-application", is_accepted=True)
    refused = walk.try_step(
        REVIEWER, "conclude-agreement", number="SPECIMEN-AG", document_sha256=walk.agreement()
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "body-affiliated")
    assert "verification-body" in refused.text
    assert body not in refused.text, "an id is no name"


def test_who_saw_an_older_entry_of_a_body_does_not_overwrite_the_newer_one(
    sqlite_instance: Instance,
) -> None:
    seen = len(history(sqlite_instance))
    changed = enter(sqlite_instance, scope_until="2032-01-01", seen=seen)
    assert changed.status_code == 204, changed.text
    refused = enter(sqlite_instance, scope_until="2033-01-01", seen=seen)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert history(sqlite_instance)[-1].entered.body.scope_until.year == 2032
    for odd in (-1, "one", True, 1.5):
        assert enter(sqlite_instance, scope_until="2033-01-01", seen=odd).status_code == 422
    assert enter(sqlite_instance, scope_until="2033-01-01", seen=seen + 1).status_code == 204
    assert enter(sqlite_instance, scope_until="2034-01-01").status_code == 204
