"""``tanbiao inventory review``: two people, each by an own account, and nobody does it alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.demo.instance import environment_of
from api.demo.world import DEMO_PASSWORD, GUANGDONG_PEOPLE
from tests.api.test_dataset_reviews import COBALT, refrozen, review, step
from tests.api.test_threat_07_one_person import PASSPORT, SAME_PASSPORT, joined
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import REVIEWER, VERIFIER

EMAILS = {person.key: person.email for person in GUANGDONG_PEOPLE}
COMMENT = "Compared with the source. 已与来源核对。"


@pytest.fixture
def here(sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """The instance that the commands work on."""
    for name, value in environment_of(sqlite_instance.settings).items():
        monkeypatch.setenv(name, value)
    return sqlite_instance


def run(command: str, person: str, *arguments: str, password: str = DEMO_PASSWORD) -> Result:
    signed = ("--as", EMAILS.get(person, person), "--password", password)
    return CliRunner().invoke(app, ["inventory", "review", command, *arguments, *signed])


def shown(person: str) -> dict[str, Any]:
    told = run("show", person, COBALT, "--json")
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def seen(person: str) -> str:
    (line,) = (each for each in run("show", person, COBALT).stdout.splitlines() if "seen: " in each)
    return line.removeprefix("seen: ")


def proposed(person: str) -> Result:
    evidence = shown(person)["evidence"][0]
    return run(
        "propose", person, COBALT, "--status", "reviewed", "--seen", seen(person),
        "--evidence", evidence, "--comment", COMMENT,
    )  # fmt: skip


def answered(command: str, person: str, **options: str) -> Result:
    given = {"seen": seen(person), "comment": COMMENT} | options
    return run(command, person, COBALT, *(f"--{name}={text}" for name, text in given.items()))


def test_one_proposes_another_agrees_and_the_next_release_says_so(here: Instance) -> None:
    waiting = run("list", REVIEWER, "--waits-for", "proposal", "--can-act", "--limit", "200")
    assert f"{COBALT}\tdraft\tpropose\t" in waiting.stdout
    first = proposed(REVIEWER)
    assert first.exit_code == 0, first.output
    assert first.stdout == f"{COBALT}: draft, proposed reviewed (in the release: draft)\n"
    assert f"{COBALT}\tdraft\town proposal\t" in run("list", REVIEWER).stdout
    (entry,) = json.loads(run("list", VERIFIER, "--json").stdout)
    assert entry["moves"] == ["confirm", "decline", "withdraw"]
    second = answered("confirm", VERIFIER)
    assert second.stdout == f"{COBALT}: reviewed (in the release: draft)\n"
    events = review(here)["events"]
    assert [(e["move"], e["person_id"]) for e in events] == [
        ("confirm", here.actor(VERIFIER).person_id),
        ("propose", here.actor(REVIEWER).person_id),
    ]
    refrozen(here)
    assert here.get(f"/v1/datasets/{COBALT}")["review_status"] == "reviewed"
    history = run("show", VERIFIER, COBALT).stdout
    assert history.count(COMMENT) == 2


@pytest.mark.parametrize("move", ["confirm", "decline"])
def test_nobody_answers_an_own_proposal_by_another_door(here: Instance, move: str) -> None:
    step(here, REVIEWER, "propose")  # over the API
    alone = answered(move, REVIEWER)
    assert alone.exit_code == 1
    assert "[review-own-proposal]" in alone.stderr
    newest = review(here)["events"][0]
    assert (newest["move"], newest["details"]["step"]) == ("attempt-refused", move)
    declined = answered("decline", VERIFIER)
    assert declined.stdout == f"{COBALT}: draft (in the release: draft)\n"


def test_two_accounts_of_one_human_are_one_person_here_too(here: Instance) -> None:
    first = joined(here, "zhujiang", "verifier", PASSPORT)
    second = joined(here, "tanbiao-gd", "reviewer", SAME_PASSPORT)
    assert (first.id == second.id, first.person_id == second.person_id) == (False, True)
    assert proposed(first.email).exit_code == 0
    refused = answered("confirm", second.email)
    assert (refused.exit_code, "[review-own-proposal]" in refused.stderr) == (1, True)
    assert answered("confirm", REVIEWER).exit_code == 0


def test_a_withdrawal_needs_one_person_and_what_was_seen(here: Instance) -> None:
    stale = seen(REVIEWER)
    assert proposed(REVIEWER).exit_code == 0
    late = answered("withdraw", VERIFIER, seen=stale)
    assert (late.exit_code, "[review-version-stale]" in late.stderr) == (1, True)
    other = f"1:{'0' * 64}"
    changed = answered("withdraw", VERIFIER, seen=other)
    assert (changed.exit_code, "[review-content-changed]" in changed.stderr) == (1, True)
    silent = answered("withdraw", VERIFIER, comment=" ")
    assert (silent.exit_code, "[text-missing]" in silent.stderr) == (1, True)
    assert answered("withdraw", VERIFIER).exit_code == 0
    assert answered("withdraw", VERIFIER, seen="0").exit_code == 2


def test_a_wrong_password_and_a_maker_review_nothing(here: Instance) -> None:
    wrong = run("show", REVIEWER, COBALT, password="not this one")
    assert (wrong.exit_code, "[sign-in-refused]" in wrong.stderr) == (1, True)
    maker = run("list", ALUMINIUM.preparer)
    assert (maker.exit_code, "[role-missing]" in maker.stderr) == (1, True)
    assert review(here)["events"] == []
