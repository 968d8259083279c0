"""A product keeps its label number: the next label is the next version, and takes over."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from api.context import Context
from api.schemas.bom import BomIn
from api.workflows import issue_label as issuing
from api.workflows.open_case import Application, open_case
from api.workflows.submit_bom import submit_bom
from labels.access import Actor, Scope
from labels.scheme import register_day
from lca_db.errors import Conflict, StorageError
from lca_db.records.certification.values import LabelRecord
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import ALUMINIUM, LFP, Instance, a_bom_file
from tests.support.walk import (
    CERTIFIER,
    VERIFIER,
    Walk,
    a_granted_case,
    an_application,
    an_issued_label,
    set_suspended,
)

ROUNDS = 8


def a_changed_bill(amount: str = "2") -> dict[str, Any]:
    """The demonstration's aluminium profile with another amount in one line."""
    changed = a_bom_file(ALUMINIUM)
    line = next(line for line in changed["lines"] if "amount" in line)
    line["amount"] = amount
    return changed


def a_second_version(instance: Instance) -> dict[str, Any]:
    """The label of a changed bill of a product that has one."""
    study = instance.post("/v1/footprints", ALUMINIUM.preparer, a_changed_bill())
    return granted(instance, study).issue()


def granted(instance: Instance, study: dict[str, Any]) -> Walk:
    """A study already stored, taken to its grant."""
    case = apply_for(instance, study["id"])
    client = instance.client
    client.upload(study["id"], ALUMINIUM.preparer, "activity-data", b"SPECIMEN second readings")
    report = client.upload(study["id"], VERIFIER, "verification-report", b"SPECIMEN second report")
    walk = Walk(instance, ALUMINIUM, study, case, report)
    walk.agree()
    walk.verify()
    walk.review()
    walk.decide()
    return walk


def apply_for(instance: Instance, study_id: str, *, status: int = 201) -> dict[str, Any]:
    bodies = instance.organisations
    application = {
        "study_id": study_id,
        "verification_body_id": bodies["zhujiang"],
        "certification_body_id": bodies["tanbiao-gd"],
    }
    found: dict[str, Any] = instance.post(
        "/v1/cases", ALUMINIUM.preparer, application, status=status
    )
    return found


def page_of(instance: Instance, label: dict[str, Any]) -> str:
    return str(instance.send("GET", f"/L/{serial_of(label)}?lang=en").text)


def serial_of(label: dict[str, Any]) -> str:
    return str(label["url"]).rpartition("/")[2]


def verdict_of(instance: Instance, label: dict[str, Any]) -> str:
    credential = instance.send("GET", f"/L/{serial_of(label)}/credential").content
    return str(instance.verdict_on(credential)["state"])


def test_the_next_label_of_a_product_is_the_next_version_and_ends_the_one_before(
    instance: Instance,
) -> None:
    first = an_issued_label(instance)
    second = a_second_version(instance)
    assert first["number"].endswith(":001")
    assert second["number"] == first["number"].replace(":001", ":002")
    assert second["url"] != first["url"]
    assert instance.get(f"/v1/labels/{first['id']}", CERTIFIER)["state"] == "superseded"
    assert instance.get(f"/v1/labels/{second['id']}", CERTIFIER)["state"] == "active"
    assert (verdict_of(instance, first), verdict_of(instance, second)) == ("superseded", "valid")
    old_page = page_of(instance, first)
    assert "This version was replaced on" in old_page
    assert f'href="/L/{serial_of(second)}"' in old_page
    assert "This version was replaced on" not in page_of(instance, second)
    assert _entries(instance)[-2:] == [
        ("label-superseded", first["number"], second["number"]),
        ("label-issued", second["number"], None),
    ]


def test_the_page_of_a_version_lists_the_versions_before_it(sqlite_instance: Instance) -> None:
    first = an_issued_label(sqlite_instance)
    second = a_second_version(sqlite_instance)
    page = page_of(sqlite_instance, second)
    value = f"{int(first['value']):,}"
    assert f'<a href="/L/{serial_of(first)}">Version 1: {value} kg CO₂e</a>' in page
    assert "A reduction against the version before is not stated." in page
    old_page = page_of(sqlite_instance, first)
    assert "Earlier versions" not in old_page
    assert "This is the first version" in old_page


def _entries(instance: Instance) -> list[tuple[str, str, str | None]]:
    """(kind, label, successor) of what the public register says of labels."""
    found = [json.loads(body) for body in _register(instance)]
    return [
        (e["kind"], e["labelNumber"], e.get("successorNumber")) for e in found if "labelNumber" in e
    ]


def _register(instance: Instance) -> list[str]:
    scope = Scope.everything("test")
    with UnitOfWork(instance.context.engine, scope, read_only=True) as uow:
        return [body.decode() for body in uow.register.list_entries()]


def test_a_withdrawn_label_keeps_its_number_for_the_product_and_stays_withdrawn(
    sqlite_instance: Instance,
) -> None:
    first = an_issued_label(sqlite_instance)
    sqlite_instance.post(
        f"/v1/labels/{first['id']}/status",
        CERTIFIER,
        {
            "move": "withdraw",
            "seen_state_version": first["state_version"],
            "reason": "false-data",
            "note": "test",
        },
        status=200,
    )
    second = a_second_version(sqlite_instance)
    assert second["number"].endswith(":002")
    assert sqlite_instance.get(f"/v1/labels/{first['id']}", CERTIFIER)["state"] == "withdrawn"
    assert verdict_of(sqlite_instance, first) == "withdrawn"


def test_only_the_newest_version_of_a_study_is_certified(sqlite_instance: Instance) -> None:
    first = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_changed_bill("1"))
    sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_changed_bill("2"))
    problem = apply_for(sqlite_instance, first["id"], status=409)
    assert problem["code"] == "study-not-newest"


def test_a_product_is_in_one_case_at_a_time(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    again = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file(ALUMINIUM))
    assert again["voided_case_ids"] == []
    assert sqlite_instance.get(walk.path, VERIFIER)["state"] == "application-submitted"
    problem = apply_for(sqlite_instance, again["id"], status=409)
    assert problem["code"] == "case-under-way"


def test_no_statement_brings_an_ended_version_back_beside_its_successor(
    instance: Instance,
) -> None:
    a_granted_case(instance).issue()
    a_second_version(instance)
    with pytest.raises(StorageError), instance.context.engine.begin() as connection:
        connection.execute(text("UPDATE label SET state = 'active' WHERE version = 1"))


def test_a_version_that_was_prepared_and_never_shown_is_not_given_again(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while the second label was issued; then the bill changes, so it is never finished."""
    first = an_issued_label(sqlite_instance)
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_changed_bill("2"))
    walk = granted(sqlite_instance, study)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "activate", _killed)
        with pytest.raises(_KilledError):
            issuing.issue_label(
                sqlite_instance.context, sqlite_instance.actor(CERTIFIER), walk.case["id"]
            )
    newer = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_changed_bill("3"))
    assert newer["voided_case_ids"] == [walk.case["id"]]
    monkeypatch.setattr(issuing, "INTERRUPTED_AFTER", timedelta(seconds=-5))
    issuing.finish_interrupted_issues(sqlite_instance.context)
    third = granted(sqlite_instance, newer).issue()
    assert third["number"] == first["number"].replace(":001", ":003")
    assert sqlite_instance.get(f"/v1/labels/{first['id']}", CERTIFIER)["state"] == "superseded"


@pytest.mark.parametrize("is_lifted", [False, True])
def test_an_interrupted_label_of_a_body_suspended_meanwhile_is_never_shown(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch, *, is_lifted: bool
) -> None:
    """Nor is it issued with the days of long ago once the suspension is lifted."""
    walk = a_granted_case(sqlite_instance)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "activate", _killed)
        with pytest.raises(_KilledError):
            issuing.issue_label(
                sqlite_instance.context, sqlite_instance.actor(CERTIFIER), walk.case["id"]
            )
    monkeypatch.setattr(issuing, "INTERRUPTED_AFTER", timedelta(seconds=-5))
    set_suspended(sqlite_instance, is_suspended=True)
    assert issuing.finish_interrupted_issues(sqlite_instance.context) == 1
    assert _states(sqlite_instance) == ["void"]
    assert issuing.finish_interrupted_issues(sqlite_instance.context) == 0
    assert_never_shown(sqlite_instance)
    if is_lifted:
        set_suspended(sqlite_instance, is_suspended=False)
        assert walk.issue()["number"].endswith("000001:002")
        assert _states(sqlite_instance) == ["void", "active"]


def assert_never_shown(instance: Instance) -> None:
    """Neither in a list nor by its id, to maker and certifier alike."""
    with instance.context.engine.connect() as connection:
        label_id = connection.execute(text("SELECT id FROM label")).scalar_one()
    for person in (ALUMINIUM.preparer, CERTIFIER):
        assert instance.get("/v1/labels", person) == []
        assert instance.send("GET", f"/v1/labels/{label_id}", person).status_code == 404


@pytest.mark.parametrize("is_by_the_sweep", [True, False])
def test_an_interrupted_label_is_never_issued_on_a_later_day_than_it_says(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch, *, is_by_the_sweep: bool
) -> None:
    context = sqlite_instance.context
    walk = a_granted_case(sqlite_instance)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "activate", _killed)
        with pytest.raises(_KilledError):
            issuing.issue_label(context, sqlite_instance.actor(CERTIFIER), walk.case["id"])
    later = context.now() + timedelta(days=40)
    monkeypatch.setattr(context, "clock", lambda: later)
    if is_by_the_sweep:
        assert issuing.finish_interrupted_issues(context) == 1
        assert _states(sqlite_instance) == ["void"]
    label = issuing.issue_label(context, sqlite_instance.actor(CERTIFIER), walk.case["id"]).label
    assert label.issued_on == register_day(later)
    assert label.full_number.endswith(":002")
    assert _states(sqlite_instance) == ["void", "active"]


def test_a_label_that_cannot_be_finished_keeps_no_other_from_its_turn(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "activate", _killed)
        for product in (ALUMINIUM, LFP):
            walk = a_granted_case(sqlite_instance, product)
            with pytest.raises(_KilledError):
                issuing.issue_label(
                    sqlite_instance.context, sqlite_instance.actor(CERTIFIER), walk.case["id"]
                )
    activate = issuing.activate
    tried: list[str] = []

    def first_fails(context: Context, record: LabelRecord, actor: Actor) -> LabelRecord:
        tried.append(record.label.id)
        if len(tried) == 1:
            raise RuntimeError("whatever is broken about this one")
        return activate(context, record, actor)

    monkeypatch.setattr(issuing, "activate", first_fails)
    monkeypatch.setattr(issuing, "INTERRUPTED_AFTER", timedelta(seconds=-5))
    monkeypatch.setattr(issuing, "PAGE_OF_INTERRUPTED", 1)
    assert issuing.finish_interrupted_issues(sqlite_instance.context) == 1
    assert sorted(_states(sqlite_instance)) == ["active", "prepared"]


def _states(instance: Instance) -> list[str]:
    """Of every label there is, in the order of their numbers."""
    statement = text("SELECT state FROM label ORDER BY number")
    with instance.context.engine.connect() as connection:
        return list(connection.execute(statement).scalars())


class _KilledError(BaseException):
    """As a kill ends a process: nothing behind it runs."""


def _killed(*_: object) -> None:
    raise _KilledError


def test_the_newest_bill_says_what_the_product_is(instance: Instance) -> None:
    wrong = a_bom_file(ALUMINIUM)
    wrong["product"] |= {"category": "cpc-46420", "name": {"en": "Wrong name"}}
    instance.post("/v1/footprints", ALUMINIUM.preparer, wrong)
    study = instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file(ALUMINIUM))
    product = instance.get(f"/v1/products/{study['product_id']}", ALUMINIUM.preparer)
    right = a_bom_file(ALUMINIUM)["product"]
    assert (product["category"], product["name"]) == (right["category"], right["name"])
    assert granted(instance, study).issue()["number"].endswith(":001")


def test_an_application_and_a_changed_bill_at_once_leave_no_case_on_an_old_bill(
    instance: Instance,
) -> None:
    bodies = instance.organisations
    maker = instance.actor(ALUMINIUM.preparer)
    for number in range(ROUNDS):
        model = {"model": f"NL-{number}"}
        bill = a_bom_file(ALUMINIUM)
        bill["product"] |= model
        first = instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
        application = Application(
            study_id=first["id"],
            verification_body_id=bodies["zhujiang"],
            certification_body_id=bodies["tanbiao-gd"],
            scheme_id="tanbiao-reference",
        )
        changed = a_changed_bill("3")
        changed["product"] |= model
        document = BomIn.model_validate(changed)
        with ThreadPoolExecutor(2) as threads:
            ready = Barrier(2)
            applying = threads.submit(_at, ready, open_case, instance.context, maker, application)
            changing = threads.submit(_at, ready, submit_bom, instance.context, maker, document)
        assert changing.exception() is None
        refused = applying.exception()
        assert refused is None or isinstance(refused, Conflict)
        with UnitOfWork(instance.context.engine, Scope.of(maker), read_only=True) as uow:
            under_way = uow.studies.list_cases_under_way(first["product_id"])
        assert under_way == ()


def _at(ready: Barrier, work: Callable[..., object], *arguments: object) -> object:
    ready.wait()
    return work(*arguments)
