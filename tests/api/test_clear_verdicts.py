"""Whatever is wrong with a label, each door says so clearly: API, command line, public page.

One situation each: valid, suspended, withdrawn, expired, tampered with, signed by an unknown key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import rfc8785
from sqlalchemy import text
from typer.testing import CliRunner, Result

from api.cli import app as command_line
from api.commands import label as label_command
from api.demo.instance import free_port
from api.jobs.sweeps import sweep
from api.workflows.publish_label_pages import publish_label_pages
from tests.api.test_threat_03_forged_credential import (
    a_stranger,
    judged,
    signed_by,
    the_credential,
)
from tests.support.instance import BASE_URL, Instance
from tests.support.two_bodies import served
from tests.support.walk import CERTIFIER

TEN_YEARS = timedelta(days=3653)
GENUINE, NOT_GENUINE = "Signature checked: genuine", "Signature checked: not genuine"


def change(instance: Instance, move: str, reason: str) -> bytes:
    """The label after its body moved it; its credential stays as it is."""
    body = {"move": move, "seen_state_version": 2, "reason": reason}
    path = f"/v1/labels/{instance.label['id']}/status"
    instance.post(path, CERTIFIER, body, status=200)
    return the_credential(instance)


def as_it_is(instance: Instance) -> bytes:
    return the_credential(instance)


def suspended(instance: Instance) -> bytes:
    return change(instance, "suspend", "missed-surveillance")


def withdrawn(instance: Instance) -> bytes:
    return change(instance, "withdraw", "false-data")


def expired(instance: Instance) -> bytes:
    """Ten years on; the sweep has noticed."""
    before = instance.context.clock

    def later() -> datetime:
        return before() + TEN_YEARS

    instance.context.clock = later
    sweep(instance.context)
    return the_credential(instance)


def tampered(instance: Instance) -> bytes:
    """A better figure under the same signature, as somebody with the database would write it."""
    value = f'"value":"{instance.label["value"]}"'.encode()
    content = the_credential(instance)
    assert value in content
    return replaced(instance, content.replace(value, b'"value":"1.00"', 1))


def of_an_unknown_key(instance: Instance) -> bytes:
    document = json.loads(the_credential(instance))
    forged = signed_by(instance, document, a_stranger(document["issuer"]))
    return replaced(instance, rfc8785.dumps(forged))


def replaced(instance: Instance, credential: bytes) -> bytes:
    """Other bytes where the credential was."""
    store(instance, "credential", ":bytes", {"bytes": credential})
    return credential


def store(instance: Instance, column: str, value: str, parameters: Mapping[str, object]) -> None:
    """Writes to the label past every guard, and publishes its page anew."""
    guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'label'"
    changed = text(f"UPDATE label SET {column} = {value}, state_version = state_version + 1")
    with instance.context.engine.begin() as connection:
        for guard in connection.execute(text(guards)).scalars().all():
            connection.execute(text(f"DROP TRIGGER {guard}"))
        connection.execute(changed, parameters)
    publish_label_pages(instance.context, _serial(instance))


def _serial(instance: Instance) -> str:
    return str(instance.label["url"].rpartition("/")[2])


@dataclass(frozen=True)
class Situation:
    """What happened to the label, and what each door has to say.

    Attributes:
        state: The verdict of the API.
        words: What the command prints.
        status: Its exit status: 0 valid, 2 genuine but not valid, 1 not genuine.
        page: What the public page shows.
    """

    make: Callable[[Instance], bytes]
    state: str
    words: str
    status: int
    page: tuple[str, ...]


SITUATIONS = {
    "valid": Situation(as_it_is, "valid", "Valid", 0, (GENUINE, "This label is valid until")),
    "suspended": Situation(
        suspended, "suspended", "Genuine, but suspended", 2, (GENUINE, "do not rely on its figure")
    ),
    "withdrawn": Situation(
        withdrawn, "withdrawn", "Genuine, but withdrawn", 2, (GENUINE, "was withdrawn on")
    ),
    "expired": Situation(expired, "expired", "Genuine, but expired", 2, (GENUINE, "expired on")),
    "tampered": Situation(
        tampered,
        "tampered",
        "Not genuine: content and signature do not agree",
        1,
        (NOT_GENUINE, "Do not rely on this label"),
    ),
    "unknown key": Situation(
        of_an_unknown_key,
        "unknown-issuer",
        "Not accepted: the signing key is not on your trust list",
        1,
        (NOT_GENUINE, "Do not rely on it"),
    ),
}


@pytest.fixture(params=SITUATIONS)
def situation(request: pytest.FixtureRequest) -> Situation:
    return SITUATIONS[request.param]


def test_the_api_answers_a_state(issued_instance: Instance, situation: Situation) -> None:
    credential = situation.make(issued_instance)
    verdict = judged(issued_instance, json.loads(credential))  # answered with 200
    assert verdict["state"] == situation.state
    is_genuine = situation.status != 1
    assert verdict["is_signature_valid"] is is_genuine
    assert (verdict["value"] is not None) is is_genuine, "a forgery is not repeated"


def test_the_public_page_shows_it(issued_instance: Instance, situation: Situation) -> None:
    situation.make(issued_instance)
    answer = issued_instance.send("GET", f"/L/{_serial(issued_instance)}?lang=en")
    assert answer.status_code == 200
    for words in situation.page:
        assert words in answer.text
    if situation.state != "valid":
        assert "This label is valid until" not in answer.text


def test_the_public_page_believes_no_facts_that_were_not_signed(
    issued_instance: Instance,
) -> None:
    """The credential is as it was; what the page would say of it is not."""
    quoted = f'"{issued_instance.label["value"]}"'
    store(issued_instance, "facts", "replace(facts, :old, :new)", {"old": quoted, "new": '"1.00"'})
    page = issued_instance.send("GET", f"/L/{_serial(issued_instance)}?lang=en").text
    assert NOT_GENUINE in page
    assert "The signature does not fit what is said here" in page
    assert "This label is valid until" not in page


def verify(*arguments: object) -> Result:
    return CliRunner().invoke(command_line, ["label", "verify", *map(str, arguments)])


def test_the_command_prints_it(
    issued_instance: Instance,
    situation: Situation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From files alone: the credential, a trust list that was pinned, a status list of today."""
    (tmp_path / "credential.json").write_bytes(situation.make(issued_instance))
    for name, path in (("trust", "/v1/trust-list"), ("status", "/status/labels")):
        content = issued_instance.send("GET", path).content
        (tmp_path / f"{name}.json").write_bytes(content)
    monkeypatch.setattr(label_command, "system_clock", issued_instance.context.now)
    done = verify(
        *(tmp_path / "credential.json", "--trust-list", tmp_path / "trust.json"),
        *("--status-list", tmp_path / "status.json"),
    )
    assert done.exit_code == situation.status, done.output
    assert done.output.splitlines()[0] == situation.words
    assert isinstance(done.exception, SystemExit | None), "no traceback"
    is_genuine = situation.status != 1
    assert (issued_instance.label["number"] in done.output) is is_genuine


@pytest.fixture
def pinned(issued_instance: Instance, tmp_path: Path) -> Path:
    """The trust list as somebody pinned it."""
    path = tmp_path / "trust.json"
    path.write_bytes(issued_instance.send("GET", "/v1/trust-list").content)
    return path


def test_the_command_without_a_file_says_so(tmp_path: Path, pinned: Path) -> None:
    done = verify(tmp_path / "nothing.json", "--trust-list", pinned)
    assert done.exit_code == 1
    assert "No such file" in done.output
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b"<html>404</html>"])
def test_the_command_calls_what_is_no_label_no_label(
    content: bytes, tmp_path: Path, pinned: Path
) -> None:
    (tmp_path / "credential.json").write_bytes(content)
    done = verify(tmp_path / "credential.json", "--trust-list", pinned)
    assert done.exit_code == 1
    assert done.output.splitlines()[0] == "Not a label credential"


def test_the_command_believes_no_address_that_the_credential_does_not_name(
    issued_instance: Instance, pinned: Path
) -> None:
    port = free_port(0)
    path = issued_instance.label["url"][len(BASE_URL) :]
    with served(issued_instance.app, port):
        elsewhere = verify(
            *(f"http://127.0.0.1:{port}{path}", "--trust-list", pinned, "--allow-private")
        )
        other = verify(
            *(f"http://127.0.0.1:{port}/L/{'A' * 26}", "--trust-list", pinned, "--allow-private")
        )
    assert "belongs to another label" in elsewhere.output
    assert elsewhere.exit_code == 1
    assert other.exit_code == 1
    gone = verify(f"http://127.0.0.1:{port}{path}", "--trust-list", pinned, "--allow-private")
    assert gone.exit_code == 1
    assert "[partner-unreachable]" in gone.output
