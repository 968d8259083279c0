"""Accounts out of use and back, and API keys of one's own, over the API and on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from api.cli import app as command_line
from api.demo.world import DEMO_PASSWORD, DemoPerson
from api.problems import Problem
from api.security.tokens import token_sha256
from api.workflows.disable_account import disable_account
from api.workflows.make_api_key import MOST_KEYS, make_api_key
from labels.access import Role, Scope
from lca_db.errors import NotFound
from lca_db.records.organisations.values import Account
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import BASE_URL, LFP, Instance
from tests.support.walk import VERIFIER, a_reviewed_case

ADMIN, MAKER = "admin", LFP.preparer


def account_of(instance: Instance, person: str) -> Account:
    with UnitOfWork(instance.context.engine, Scope.everything("test"), read_only=True) as uow:
        found = uow.organisations.find_account(instance.actor(person).account_id)
    assert found is not None
    return found


def turn(instance: Instance, person: str, how: str, *, status: int = 200) -> Any:
    account_id = instance.actor(person).account_id
    return instance.post(f"/v1/user-accounts/{account_id}/{how}", ADMIN, None, status=status)


def sign_in(instance: Instance, person: str) -> int:
    """At the instance's own browser, which keeps the session's cookie."""
    instance.http.cookies.clear()
    answer = instance.http.post(
        "/sign-in",
        data={"email": f"{person}@specimen.example", "password": DEMO_PASSWORD},
        headers={"Origin": BASE_URL},
        follow_redirects=False,
    )
    return int(answer.status_code)


def as_browser(instance: Instance, method: str, path: str, body: Any = None) -> Any:
    return instance.http.request(
        method, path, json=body, headers={"Origin": BASE_URL}, follow_redirects=False
    )


def test_a_disabled_account_opens_nothing_from_that_moment(instance: Instance) -> None:
    assert sign_in(instance, MAKER) == 303
    assert as_browser(instance, "GET", "/v1/studies").status_code == 200
    assert instance.get("/v1/studies", MAKER) == []
    disabled = turn(instance, MAKER, "disable")
    assert disabled["disabled_at"] is not None
    assert as_browser(instance, "GET", "/v1/studies").status_code == 401
    instance.http.cookies.clear()
    assert instance.get("/v1/studies", MAKER, status=401)["code"] == "sign-in-needed"
    assert sign_in(instance, MAKER) == 401


def test_an_account_enabled_again_starts_without_its_old_session_and_key(
    instance: Instance,
) -> None:
    sign_in(instance, MAKER)
    turn(instance, MAKER, "disable")
    assert turn(instance, MAKER, "enable")["disabled_at"] is None
    assert as_browser(instance, "GET", "/v1/studies").status_code == 401
    instance.http.cookies.clear()
    instance.get("/v1/studies", MAKER, status=401)
    assert sign_in(instance, MAKER) == 303
    assert as_browser(instance, "GET", "/v1/studies").status_code == 200


def test_what_a_disabled_person_did_stays_and_others_go_on(sqlite_instance: Instance) -> None:
    walk = a_reviewed_case(sqlite_instance)
    before = sqlite_instance.get(f"{walk.path}/events", "zhao.certifier")
    turn(sqlite_instance, VERIFIER, "disable")
    assert sqlite_instance.get(f"{walk.path}/events", "zhao.certifier") == before
    verifier = sqlite_instance.actor(VERIFIER).person_id
    assert verifier in {event["person_id"] for event in before}
    seen = sqlite_instance.get(walk.path, "zhao.certifier")["seen"]
    decision = {"seen": seen, "is_granted": True, "reason": "Met."}
    sqlite_instance.post(f"{walk.path}/decision", "zhao.certifier", decision, status=200)


def test_the_last_administrator_cannot_be_disabled(instance: Instance) -> None:
    assert turn(instance, ADMIN, "disable", status=409)["code"] == "administrator-last"
    second = DemoPerson(
        key="second.admin", name="Second", organisation="operator", role=Role.ADMINISTRATOR
    )
    with_second(instance, second)
    turn(instance, ADMIN, "disable")
    instance.get("/v1/user-accounts", ADMIN, status=401)


def with_second(instance: Instance, person: DemoPerson) -> Account:
    """One more account in an organisation that is there already."""
    context = instance.context
    account = Account(
        id=context.ids("acc"),
        person_id=instance.actor("bai.bank").person_id,
        organisation_id=instance.organisations[person.organisation],
        email=person.email,
        password_hash="nobody signs in with this",
        roles=frozenset({person.role}),
        created_at=context.now(),
    )
    with UnitOfWork(context.engine, Scope.everything("test")) as uow:
        uow.organisations.add_account(account)
        uow.commit()
    return account


def test_two_administrators_who_disable_each_other_at_once_leave_one(instance: Instance) -> None:
    second = with_second(
        instance,
        DemoPerson(
            key="second.admin", name="Second", organisation="operator", role=Role.ADMINISTRATOR
        ),
    )
    first = account_of(instance, ADMIN)
    barrier, found = threading.Barrier(2), Counter[str]()

    def disable(actor: Account, other: Account) -> None:
        barrier.wait()
        try:
            disable_account(instance.context, actor.actor(), other.id)
            found["done"] += 1
        except Problem as problem:
            found[problem.code] += 1

    threads = [
        threading.Thread(target=disable, args=pair) for pair in ((first, second), (second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {"done": 1, "administrator-last": 1}


def test_only_the_administrator_sees_and_disables_accounts(sqlite_instance: Instance) -> None:
    listed = sqlite_instance.get("/v1/user-accounts", ADMIN)
    assert {"person", "person_id", "email", "disabled_at"} <= listed[0].keys()
    assert "password" not in str(listed)
    account_id = sqlite_instance.actor("bai.bank").account_id
    for person in (MAKER, VERIFIER, "guan.authority"):
        sqlite_instance.get("/v1/user-accounts", person, status=403)
        path = f"/v1/user-accounts/{account_id}/disable"
        sqlite_instance.post(path, person, None, status=403)
    assert account_of(sqlite_instance, "bai.bank").disabled_at is None


def test_a_person_makes_uses_and_ends_a_key(instance: Instance) -> None:
    sign_in(instance, MAKER)
    answer = as_browser(instance, "POST", "/v1/api-keys", {"name": "ERP"})
    assert answer.status_code == 201, answer.text
    secret, key = answer.json()["secret"], answer.json()["key"]
    assert secret.startswith("tb_live_")
    assert secret.startswith(key["prefix"])
    assert len(key["prefix"]) < len(secret) // 3
    assert (key["name"], key["last_used_at"]) == ("ERP", None)
    headers = {"Authorization": f"Bearer {secret}"}
    assert instance.send("GET", "/v1/studies", headers=headers).status_code == 200
    (used,) = [k for k in instance.get("/v1/api-keys", MAKER) if k["id"] == key["id"]]
    assert used["last_used_at"] is not None
    assert secret not in str(instance.get("/v1/api-keys", MAKER))
    ended = instance.send("DELETE", f"/v1/api-keys/{key['id']}", MAKER)
    assert ended.status_code == 204
    assert instance.send("GET", "/v1/studies", headers=headers).status_code == 401
    assert instance.send("DELETE", f"/v1/api-keys/{key['id']}", MAKER).status_code == 404


def test_only_the_hash_of_a_key_is_stored(instance: Instance) -> None:
    made = make_api_key(instance.context, account_of(instance, MAKER), "ERP")
    with instance.context.engine.connect() as connection:
        row = connection.execute(
            text("SELECT * FROM api_key WHERE id = :id"), {"id": made.stored.id}
        ).one()
    assert row.key_sha256 == token_sha256(made.secret)
    assert made.secret not in str(tuple(row))
    assert made.secret not in repr(made)


def test_a_key_makes_no_keys_and_nobody_makes_one_for_another(sqlite_instance: Instance) -> None:
    """A stolen key must not outlive its revocation in keys it made."""
    refused = sqlite_instance.post("/v1/api-keys", MAKER, {"name": "x"}, status=403)
    assert refused["code"] == "api-key-not-enough"
    sign_in(sqlite_instance, ADMIN)
    both = sqlite_instance.send(
        "POST", "/v1/api-keys", MAKER, {"name": "x"}, headers={"Origin": BASE_URL}
    )
    assert both.status_code == 403
    for more in ("account_id", "person_id", "roles"):
        asked = {"name": "x", more: sqlite_instance.actor(MAKER).account_id}
        assert as_browser(sqlite_instance, "POST", "/v1/api-keys", asked).status_code == 422
    made = as_browser(sqlite_instance, "POST", "/v1/api-keys", {"name": "x"}).json()
    assert made["key"]["roles"] == ["administrator"]
    assert len(sqlite_instance.get("/v1/api-keys", MAKER)) == 1


def test_a_colleague_neither_sees_nor_ends_my_keys(sqlite_instance: Instance) -> None:
    mine = sqlite_instance.get("/v1/api-keys", "chen.reviewer")[0]
    assert mine not in sqlite_instance.get("/v1/api-keys", "zhao.certifier")
    answer = sqlite_instance.send("DELETE", f"/v1/api-keys/{mine['id']}", "zhao.certifier")
    assert answer.status_code == 404
    assert sqlite_instance.get("/v1/api-keys", "chen.reviewer")[0]["revoked_at"] is None


def test_a_disabled_account_makes_no_key_even_with_what_it_held_before(instance: Instance) -> None:
    before = account_of(instance, MAKER)
    turn(instance, MAKER, "disable")
    with pytest.raises(NotFound):
        make_api_key(instance.context, before, "late")


def test_there_is_an_end_to_keys(sqlite_instance: Instance) -> None:
    account = account_of(sqlite_instance, MAKER)
    for number in range(MOST_KEYS - 1):  # the demonstration made one
        make_api_key(sqlite_instance.context, account, f"key {number}")
    with pytest.raises(Problem) as refused:
        make_api_key(sqlite_instance.context, account, "one more")
    assert refused.value.code == "api-keys-too-many"


def test_the_command_line_makes_a_key_for_who_knows_the_password(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANBIAO_DATA_DIR", str(sqlite_instance.settings.data_dir))
    arguments = ["api-key", "make", f"{MAKER}@specimen.example", "--name", "nightly"]
    wrong = CliRunner().invoke(command_line, arguments, input="not the password\n")
    assert wrong.exit_code == 1
    assert "tb_live_" not in wrong.output
    made = CliRunner().invoke(command_line, arguments, input=f"{DEMO_PASSWORD}\n")
    assert made.exit_code == 0, made.output
    secret = made.stdout.split()[-1]
    answer = sqlite_instance.send(
        "GET", "/v1/api-keys", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.json()[0]["name"] == "nightly"
