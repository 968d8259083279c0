"""``tanbiao key``: fingerprints and proofs of possession, before a partner's keys are pinned."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.demo.instance import environment_of
from labels.credential.keys import Purpose, Signer
from tests.support.instance import Instance

COMMAND = CliRunner()


def key(*arguments: str | Path) -> Result:
    return COMMAND.invoke(app, ["key", *map(str, arguments)])


@pytest.fixture
def trust_list(sqlite_instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The list the instance publishes; the commands run as that instance's administrator."""
    for name in [name for name in os.environ if name.startswith("TANBIAO_")]:
        monkeypatch.delenv(name)
    for name, value in environment_of(sqlite_instance.settings).items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "trust-list.json"
    path.write_bytes(sqlite_instance.send("GET", "/v1/trust-list").content)
    return path


def test_both_sides_read_the_same_fingerprints(trust_list: Path) -> None:
    own, listed = key("list"), key("list", "--trust-list", trust_list)
    assert own.exit_code == listed.exit_code == 0
    assert own.stdout == listed.stdout
    prints = [line.split() for line in own.stdout.splitlines() if line.startswith("  ")]
    assert len(prints) == len({tuple(p) for p in prints}) == 5
    assert all(len(groups) == 16 and {len(g) for g in groups} == {4} for groups in prints)


def test_who_holds_the_keys_answers_the_challenge(trust_list: Path, tmp_path: Path) -> None:
    challenge = key("challenge").stdout.strip()
    assert challenge != key("challenge").stdout.strip()
    answer = tmp_path / "answer.json"
    answer.write_text(key("prove", challenge).stdout, encoding="utf-8")
    checked = key("check", answer, "--trust-list", trust_list, "--challenge", challenge)
    assert checked.exit_code == 0, checked.output
    assert checked.stdout.count("✓") == 5


@pytest.mark.parametrize("fault", ["another challenge", "a swapped proof", "a missing proof"])
def test_an_answer_that_shows_nothing_is_refused(
    fault: str, trust_list: Path, tmp_path: Path
) -> None:
    challenge = key("challenge").stdout.strip()
    proofs = json.loads(key("prove", challenge).stdout)
    one, other = list(proofs)[:2]
    if fault == "another challenge":
        challenge = key("challenge").stdout.strip()
    elif fault == "a swapped proof":
        proofs[one], proofs[other] = proofs[other], proofs[one]
    else:
        del proofs[one]
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(proofs), encoding="utf-8")
    checked = key("check", answer, "--trust-list", trust_list, "--challenge", challenge)
    assert checked.exit_code == 1
    assert "key-possession-unproven" in checked.stderr


FORGED = "did:web:forged.example"


@pytest.fixture
def answered(trust_list: Path, tmp_path: Path) -> list[str]:
    """A check of the true body's answer against its list with a second, forged issuer slipped in.

    The forged issuer holds the private half of its key; it signed nothing.
    """
    listed = json.loads(trust_list.read_bytes())
    true = listed["issuers"][0]
    public = Signer.from_seed(f"{FORGED}#label", Purpose.LABEL, secrets.token_bytes(32)).public_key
    slipped_in = {**true["keys"][0], "kid": f"{FORGED}#label", "multikey": public.multikey}
    hosts = {"did": FORGED, "hosts": ["forged.example"]}
    listed["issuers"].append({**true, **hosts, "keys": [slipped_in]})
    trust_list.write_text(json.dumps(listed), encoding="utf-8")
    challenge = key("challenge").stdout.strip()
    answer = tmp_path / "answer.json"
    answer.write_text(key("prove", challenge).stdout, encoding="utf-8")
    return ["check", str(answer), "--trust-list", str(trust_list), "--challenge", challenge]


def test_an_answer_of_one_body_shows_nothing_for_a_list_of_two(answered: list[str]) -> None:
    checked = key(*answered)
    assert checked.exit_code == 1, checked.output
    assert "key-possession-unproven" in checked.stderr
    assert FORGED in checked.stderr


def test_one_body_of_a_list_is_checked_by_its_name_and_the_others_are_said_to_be_unchecked(
    answered: list[str], trust_list: Path
) -> None:
    true = json.loads(trust_list.read_bytes())["issuers"][0]["did"]
    checked = key(*answered, "--issuer", true)
    assert checked.exit_code == 0, checked.output
    assert checked.stdout.count("✓") == 5
    assert f"{FORGED}: on the list, not checked" in checked.stdout
    assert key(*answered, "--issuer", FORGED).exit_code == 1
    nobody = key(*answered, "--issuer", "did:web:nobody.example")
    assert nobody.exit_code == 1
    assert "issuer-unknown" in nobody.stderr


@pytest.mark.parametrize("challenge", ["00", "not hexadecimal"])
def test_a_challenge_that_could_be_guessed_is_not_signed(challenge: str, trust_list: Path) -> None:
    assert trust_list.exists()
    assert key("prove", challenge).exit_code in {1, 2}
