"""``tanbiao label verify`` and ``tanbiao register verify`` against a served instance.

The commands judge for a script: 0 is a yes, 2 a right signature whose status is not of this hour,
1 a no.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.clients.guarded_http import MAX_BYTES
from api.context import system_clock
from api.workflows.publish_checkpoint import publish_checkpoint
from labels.access import Scope
from labels.credential.document import JsonObject, canonical_bytes, instant_text
from labels.credential.keys import Purpose, Signer
from labels.register.entry import parse_entry
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import Template
from tests.support.served_label import ServedLabel, a_served_label

COMMAND = CliRunner()
LARGE = 600


@pytest.fixture(scope="module")
def found(
    tmp_path_factory: pytest.TempPathFactory, sqlite_instance_template: Template
) -> Iterator[ServedLabel]:
    with a_served_label(tmp_path_factory.mktemp("demo"), sqlite_instance_template) as served:
        yield served


def verify_label(found: ServedLabel, source: str | Path, *more: str) -> Result:
    return COMMAND.invoke(
        app,
        ["label", "verify", str(source), "--trust-list", str(found.trust_list), *more],
    )


def at_address(found: ServedLabel, address: str, *more: str) -> Result:
    return verify_label(found, address, "--allow-private", *more)


@pytest.mark.parametrize(
    "shown",
    [
        "{0}",
        "{0}?lang=en",
        "{0}/?lang=zh-Hant#check",
        "{capitals}",
        "{small}",
    ],
)
def test_an_address_is_taken_as_scanned_or_as_copied_from_a_browser(
    found: ServedLabel, shown: str
) -> None:
    address = shown.format(found.address, capitals=found.label["url"], small=found.address.lower())
    run = at_address(found, address)
    assert run.exit_code == 0, run.output
    assert run.stdout.startswith("Valid\n")
    assert found.label["number"] in run.stdout


def test_an_address_where_nothing_is_says_so_and_is_no_verdict(found: ServedLabel) -> None:
    run = at_address(found, f"{found.client.base_url}/L/{'A' * 26}")
    assert run.exit_code == 1
    assert "partner-answer-refused" in run.stderr
    assert "404" in run.stderr
    assert "Not a label credential" not in run.output


def test_a_true_credential_lends_its_truth_to_no_other_address(found: ServedLabel) -> None:
    run = at_address(found, found.address.replace("127.0.0.1", "localhost"))
    assert run.exit_code == 1
    assert found.label["url"] in run.stderr


def test_a_source_that_is_neither_file_nor_address_is_refused(found: ServedLabel) -> None:
    run = verify_label(found, "no-such-file.json")
    assert run.exit_code == 1
    assert "no-such-file.json: No such file" in run.stderr


def test_a_right_signature_without_a_status_of_this_hour_ends_with_two(
    found: ServedLabel, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = verify_label(found, found.credential)
    assert without.exit_code == 2
    assert without.stdout.startswith("Signature valid, but the status could not be confirmed\n")
    status_list = ("--status-list", str(found.folder / "status-list.json"))
    assert verify_label(found, found.credential, *status_list).exit_code == 0
    later = system_clock() + timedelta(hours=2)
    monkeypatch.setattr("api.commands.label.system_clock", lambda: later)
    assert verify_label(found, found.credential, *status_list).exit_code == 2


def test_one_changed_digit_ends_with_one(found: ServedLabel, tmp_path: Path) -> None:
    document = json.loads(found.credential.read_bytes())
    value = document["credentialSubject"]["footprint"]["value"]
    forged = tmp_path / "forged.json"
    forged.write_bytes(found.credential.read_bytes().replace(f'"{value}"'.encode(), b'"1.00"', 1))
    run = verify_label(found, forged)
    assert run.exit_code == 1
    assert run.stdout.startswith("Not genuine")


def test_the_verdict_as_json_tells_offline_how_good_the_data_are(found: ServedLabel) -> None:
    run = verify_label(found, found.credential, "--json")
    assert run.exit_code == 2
    verdict = json.loads(run.stdout)
    assert verdict["state"] == "cannot-be-confirmed"
    said = json.loads(found.credential.read_bytes())["credentialSubject"]["footprint"]
    quality, interval = verdict["footprint"]["data_quality"], verdict["footprint"]["interval"]
    assert quality == {
        "rating": said["dataQuality"]["rating"],
        "rated_share": said["dataQuality"]["ratedShare"],
    }
    assert (interval["lower_kg_co2e"], interval["upper_kg_co2e"]) == (
        said["interval"]["lowerKgCo2e"],
        said["interval"]["upperKgCo2e"],
    )
    assert verdict["footprint"]["electricity"] is None
    words = verify_label(found, found.credential).stdout
    assert "Data quality rating: " in words
    assert " of 5 (1 is best); " in words
    assert "Uncertainty: Between " in words
    assert "Biogenic carbon in the product: Not stated" in words


def test_a_better_rating_ends_with_one_and_is_not_repeated(
    found: ServedLabel, tmp_path: Path
) -> None:
    said = json.loads(found.credential.read_bytes())["credentialSubject"]["footprint"]
    rating = f'"rating":"{said["dataQuality"]["rating"]}"'.encode()
    forged = tmp_path / "forged.json"
    forged.write_bytes(found.credential.read_bytes().replace(rating, b'"rating":"1.000"', 1))
    run = verify_label(found, forged, "--json")
    assert run.exit_code == 1
    verdict = json.loads(run.stdout)
    assert (verdict["state"], verdict["footprint"]) == ("tampered", None)


def verify_register(found: ServedLabel) -> Result:
    return COMMAND.invoke(
        app,
        [
            *("register", "verify", "--url", found.client.base_url),
            *("--trust-list", str(found.trust_list), "--allow-private"),
        ],
    )


def _grown(found: ServedLabel, size: int) -> int:
    """Appends copies of the newest entry until there are ``size``; how many bytes they have."""
    with UnitOfWork(found.context.engine, Scope.everything("test")) as uow:
        newest = parse_entry(uow.register.list_entries()[-1])
        for _ in range(size - uow.register.size()):
            uow.register.append(lambda index: replace(newest, index=index))
        uow.commit()
    publish_checkpoint(found.context)
    with UnitOfWork(found.context.engine, Scope.everything("test"), read_only=True) as uow:
        return sum(len(entry) + 1 for entry in uow.register.list_entries())


def test_a_register_larger_than_one_answer_is_read_to_its_signed_size(found: ServedLabel) -> None:
    assert _grown(found, LARGE) > MAX_BYTES
    run = verify_register(found)
    assert run.exit_code == 0, run.output
    assert f": {LARGE} entries, root " in run.stdout


def test_a_register_whose_entries_are_long_is_read_in_smaller_pages(
    found: ServedLabel, monkeypatch: pytest.MonkeyPatch
) -> None:
    _grown(found, LARGE)
    monkeypatch.setattr("api.commands.register.PAGE", LARGE)
    run = verify_register(found)
    assert run.exit_code == 0, run.output
    assert f": {LARGE} entries, root " in run.stdout


def test_a_head_of_another_key_is_refused_before_anything_is_read(
    found: ServedLabel, tmp_path: Path
) -> None:
    listed = json.loads(found.trust_list.read_bytes())
    keys = listed["issuers"][0]["keys"]
    label, checkpoint = (
        next(k for k in keys if k["purpose"] == purpose) for purpose in ("label", "checkpoint")
    )
    label["multikey"], checkpoint["multikey"] = checkpoint["multikey"], label["multikey"]
    forged = tmp_path / "trust-list.json"
    forged.write_bytes(canonical_bytes(listed))
    run = verify_register(replace(found, folder=tmp_path))
    assert run.exit_code == 1
    assert "checkpoint-not-signed" in run.stderr
    assert "entries, root" not in run.output


def with_checkpoint_keys(
    found: ServedLabel, folder: Path, change: Callable[[JsonObject], list[JsonObject]]
) -> ServedLabel:
    """The same verifier with the body's checkpoint key in its list exchanged for others."""
    listed = json.loads(found.trust_list.read_bytes())
    issuer = listed["issuers"][0]
    (checkpoint,) = (key for key in issuer["keys"] if key["purpose"] == "checkpoint")
    issuer["keys"] = [k for k in issuer["keys"] if k is not checkpoint] + change(checkpoint)
    (folder / "trust-list.json").write_text(json.dumps(listed), encoding="utf-8")
    return replace(found, folder=folder)


def a_newer_one(checkpoint: JsonObject) -> JsonObject:
    kid = f"{checkpoint['kid']}-next"
    signer = Signer.from_seed(kid, Purpose.CHECKPOINT, secrets.token_bytes(32))
    return {**checkpoint, "kid": kid, "multikey": signer.public_key.multikey}


def test_a_list_without_a_checkpoint_key_of_the_body_is_said_to_lack_it(
    found: ServedLabel, tmp_path: Path
) -> None:
    run = verify_register(with_checkpoint_keys(found, tmp_path, lambda _: []))
    assert run.exit_code == 2, run.output
    assert "no checkpoint key" in run.stderr


def test_of_several_checkpoint_keys_the_one_that_signed_is_used(
    found: ServedLabel, tmp_path: Path
) -> None:
    both = with_checkpoint_keys(found, tmp_path, lambda key: [a_newer_one(key), key])
    run = verify_register(both)
    assert run.exit_code == 0, run.output


def test_a_head_of_a_key_no_longer_in_force_is_refused_beside_a_key_that_is(
    found: ServedLabel, tmp_path: Path
) -> None:
    def retired(key: JsonObject) -> list[JsonObject]:
        end = instant_text(system_clock() - timedelta(seconds=1))
        start = instant_text(system_clock() - timedelta(days=1))
        old = {**key, "state": "retired", "validFrom": start, "validTo": end}
        return [old, a_newer_one(key)]

    run = verify_register(with_checkpoint_keys(found, tmp_path, retired))
    assert run.exit_code == 1, run.output
    assert "key-expired" in run.stderr
    assert "entries, root" not in run.output
