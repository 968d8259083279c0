"""Threat 25: guessing passwords, and accounts that are there before anybody made them."""

from __future__ import annotations

import re
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.cli import app as command_line
from api.context import open_context
from api.demo.world import DEMO_PASSWORD, GUANGDONG_PEOPLE
from api.main import create_app
from api.problems import Problem
from api.settings import Settings
from api.workflows.sign_in import ATTEMPTS_PER_ACCOUNT, ATTEMPTS_PER_ADDRESS, sign_in
from labels.access import Scope
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import BASE_URL, Instance

EMAIL = f"{GUANGDONG_PEOPLE[0].email}"
IN_A_WINDOW = datetime(2026, 11, 21, 2, 1, tzinfo=UTC)
THREADS, GUESSES = 8, 25


def guess(instance: Instance, email: str, password: str) -> httpx2.Response:
    return instance.http.post(
        "/sign-in",
        data={"email": email, "password": password},
        headers={"Origin": BASE_URL},
        follow_redirects=False,
    )


def test_threat_25_of_many_guesses_at_once_a_handful_is_looked_at(instance: Instance) -> None:
    """Counted before the password is compared, so that none slips through beside another."""
    instance.context.clock = lambda: IN_A_WINDOW
    found: Counter[int] = Counter()

    def go_on(number: int) -> None:
        for attempt in range(GUESSES):
            try:
                sign_in(instance.context, EMAIL, f"guess-{attempt}", f"203.0.113.{number}")
            except Problem as problem:
                found[problem.status] += 1

    threads = [threading.Thread(target=go_on, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(found.values()) == THREADS * GUESSES
    assert found[401] <= ATTEMPTS_PER_ACCOUNT <= 10
    assert found[429] == THREADS * GUESSES - found[401]


def test_threat_25_many_accounts_from_one_address_are_as_few(sqlite_instance: Instance) -> None:
    sqlite_instance.context.clock = lambda: IN_A_WINDOW
    statuses = Counter(
        guess(sqlite_instance, f"nobody.{number}@specimen.example", "x" * 20).status_code
        for number in range(40)
    )
    assert statuses[401] <= ATTEMPTS_PER_ADDRESS
    assert statuses[429] >= 40 - ATTEMPTS_PER_ADDRESS


def test_threat_25_the_right_password_waits_too_and_then_opens(sqlite_instance: Instance) -> None:
    sqlite_instance.context.clock = lambda: IN_A_WINDOW
    for _ in range(ATTEMPTS_PER_ACCOUNT):
        assert guess(sqlite_instance, EMAIL, "wrong password").status_code == 401
    locked = guess(sqlite_instance, EMAIL, DEMO_PASSWORD)
    assert locked.status_code == 429
    assert 0 < int(locked.headers["Retry-After"]) <= 15 * 60
    later = IN_A_WINDOW.replace(minute=16)
    sqlite_instance.context.clock = lambda: later
    assert guess(sqlite_instance, EMAIL, DEMO_PASSWORD).status_code == 303


def test_threat_25_nobody_learns_which_accounts_there_are(sqlite_instance: Instance) -> None:
    sqlite_instance.context.clock = lambda: IN_A_WINDOW
    known = guess(sqlite_instance, EMAIL, "wrong password")
    unknown = guess(sqlite_instance, "nobody@specimen.example", "wrong password")
    assert known.status_code == unknown.status_code == 401
    blind = [
        a.text.replace(e, "E") for a, e in ((known, EMAIL), (unknown, "nobody@specimen.example"))
    ]
    assert blind[0] == blind[1]


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A new installation that is no demonstration, as ``tanbiao init`` makes it."""
    monkeypatch.setenv("TANBIAO_DATA_DIR", str(tmp_path / "new"))
    monkeypatch.setenv("TANBIAO_IS_BACKGROUND_ON", "false")
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(tmp_path / "brightway"))
    return Settings()


def accounts(settings: Settings) -> int:
    context = open_context(settings)
    with UnitOfWork(context.engine, Scope.everything("test"), read_only=True) as uow:
        found = uow.organisations.count_accounts()
    context.engine.dispose()
    return found


def test_threat_25_a_new_installation_has_nobody_and_its_link_works_once(fresh: Settings) -> None:
    made = CliRunner().invoke(command_line, ["init"])
    assert made.exit_code == 0, made.output
    assert accounts(fresh) == 0
    link = re.search(r"http://\S+/invitation\?token=\S+", made.output)
    assert link is not None, made.output
    token = link[0].rpartition("=")[2]
    database = (fresh.data_dir / "tanbiao.db").read_bytes()
    assert token.encode() not in database, "only the hash of a link is stored"
    form = {
        "token": token,
        "name": "李雷 Li Lei",
        "email": "li.lei@specimen.example",
        "password": "a long enough sentence",
    }
    with TestClient(create_app(fresh), base_url=BASE_URL) as http:
        nameless = http.post(
            "/invitation", data=form, headers={"Origin": BASE_URL}, follow_redirects=False
        )
        assert nameless.status_code == 422
        assert "identity-missing" in nameless.text
        form |= {
            "identity_kind": "passport",
            "identity_issuer": "CN",
            "identity_number": "E12345678",
        }
        first = http.post(
            "/invitation", data=form, headers={"Origin": BASE_URL}, follow_redirects=False
        )
        assert first.status_code == 303, first.text
        again = http.post(
            "/invitation",
            data={**form, "email": "other@specimen.example"},
            headers={"Origin": BASE_URL},
            follow_redirects=False,
        )
        assert again.status_code in {404, 409, 422}, again.text
    assert accounts(fresh) == 1
    refused = CliRunner().invoke(command_line, ["init"])
    assert refused.exit_code == 1
    assert "invitation" not in refused.stdout


def test_threat_25_an_account_of_ones_own_buys_no_more_guesses(instance: Instance) -> None:
    """Between guesses the attacker signs in rightly, from the same address."""
    instance.context.clock = lambda: IN_A_WINDOW
    looked_at = 0
    for number in range(3 * ATTEMPTS_PER_ADDRESS):
        guessed = guess(instance, f"nobody.{number}@specimen.example", "x" * 20)
        looked_at += guessed.status_code == 401
        guess(instance, EMAIL, DEMO_PASSWORD)
    assert looked_at <= ATTEMPTS_PER_ADDRESS


def test_threat_25_colleagues_behind_one_address_sign_in_as_often_as_they_like(
    instance: Instance,
) -> None:
    instance.context.clock = lambda: IN_A_WINDOW
    statuses = {
        guess(instance, EMAIL, DEMO_PASSWORD).status_code for _ in range(ATTEMPTS_PER_ADDRESS + 2)
    }
    assert statuses == {303}


@pytest.mark.parametrize("token", ["", "nobody-has-this-link", "\N{SNOWMAN}"])
def test_threat_25_a_link_nobody_has_costs_no_hashing(
    sqlite_instance: Instance, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """argon2 takes megabytes and a tenth of a second; nobody without a link makes us spend it."""
    hashed: list[str] = []
    real = PasswordHasher.hash

    def counted(hasher: PasswordHasher, password: str) -> str:
        hashed.append(password)
        return real(hasher, password)

    monkeypatch.setattr(PasswordHasher, "hash", counted)
    form = {"token": token, "name": "Li Lei", "email": "x@specimen.example", "password": "p" * 20}
    answer = sqlite_instance.http.post(
        "/invitation", data=form, headers={"Origin": BASE_URL}, follow_redirects=False
    )
    assert answer.status_code == 404, answer.text
    assert hashed == []
