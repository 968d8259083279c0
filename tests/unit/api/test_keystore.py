"""Signing keys on disk: encrypted, for their owner's eyes only, never in a log or an error."""

from __future__ import annotations

import logging
import os
import re
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.keystore import (
    Keyring,
    create_keyring,
    identity_salt,
    load_keyring,
    salt_fingerprint,
    write_private,
)
from labels.credential.keys import Purpose
from labels.errors import CredentialError

URL = "https://label.example.org"


@dataclass(frozen=True)
class Made:
    """A keyring, and where its files lie."""

    keyring: Keyring
    home: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Made once: stretching the passphrase takes its time, as it should."""
    home = tmp_path_factory.mktemp("made")
    write_private(home / "passphrase", b"a passphrase kept elsewhere\n")
    return Made(create_keyring(home / "keys", home / "passphrase", URL, 2026), home)


@pytest.fixture
def keyring(made: Made) -> Keyring:
    return made.keyring


@pytest.fixture
def folder(made: Made, tmp_path: Path) -> Path:
    """A copy of the key files, modes and all."""
    return Path(shutil.copytree(made.home / "keys", tmp_path / "keys"))


@pytest.fixture
def passphrase_file(made: Made, tmp_path: Path) -> Path:
    return Path(shutil.copy(made.home / "passphrase", tmp_path / "passphrase"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def code_of(folder: Path, passphrase_file: Path, url: str = URL) -> str:
    with pytest.raises(CredentialError) as refused:
        load_keyring(folder, passphrase_file, url)
    return refused.value.code


def test_there_is_one_key_a_purpose_named_after_the_body_and_the_year(keyring: Keyring) -> None:
    assert set(keyring.signers) == set(Purpose)
    assert keyring.did == "did:web:label.example.org"
    assert {s.kid for s in keyring.signers.values()} == {
        f"{keyring.did}#{purpose}-2026" for purpose in Purpose
    }
    publics = {signer.public_key.multikey for signer in keyring.signers.values()}
    assert len(publics) == len(Purpose)


def test_files_are_for_their_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    """And so is the passphrase that a demonstration draws beside them."""
    keys = tmp_path / "keys"
    before = os.umask(0)
    try:
        create_keyring(keys, keys / "passphrase", URL, 2026)
    finally:
        os.umask(before)
    assert mode(keys) == 0o700
    assert {mode(path) for path in keys.iterdir()} == {0o600}
    assert len((keys / "passphrase").read_bytes()) >= 32


def test_keys_are_read_back_as_they_were(
    keyring: Keyring, folder: Path, passphrase_file: Path
) -> None:
    again = load_keyring(folder, passphrase_file, URL)
    message = b"a label"
    for purpose in Purpose:
        signature = again.signer(purpose).sign(purpose, message)
        keyring.signer(purpose).public_key.verify(signature, message)


def test_second_creation_keeps_what_is_there(folder: Path, passphrase_file: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    create_keyring(folder, passphrase_file, URL, 2027)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_lost_salt_is_not_replaced_beside_keys_that_are_there(
    folder: Path, passphrase_file: Path
) -> None:
    (folder / "identity.salt").unlink()
    next(folder.glob("*.pem")).unlink()
    with pytest.raises(CredentialError, match="identity-salt-missing"):
        create_keyring(folder, passphrase_file, URL, 2027)
    assert not (folder / "identity.salt").exists()
    with pytest.raises(CredentialError, match="identity-salt-missing"):
        identity_salt(folder)


def test_lost_keys_and_salt_are_not_replaced_where_people_are_known(
    tmp_path: Path, passphrase_file: Path
) -> None:
    with pytest.raises(CredentialError, match="identity-salt-missing"):
        create_keyring(tmp_path / "new", passphrase_file, URL, 2027, known_salts={"ab" * 32})
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 17])
def test_a_salt_that_is_not_whole_is_neither_used_nor_passed_over(
    folder: Path, passphrase_file: Path, content: bytes
) -> None:
    """As a full disk or a careless copy leaves it."""
    path = folder / "identity.salt"
    path.unlink()
    write_private(path, content)
    with pytest.raises(CredentialError, match="identity-salt-malformed"):
        identity_salt(folder)
    with pytest.raises(CredentialError, match="identity-salt-malformed"):
        create_keyring(folder, passphrase_file, URL, 2027)


def test_a_salt_that_people_are_not_known_under_is_refused(
    folder: Path, passphrase_file: Path
) -> None:
    own = {salt_fingerprint(identity_salt(folder))}
    assert identity_salt(folder, own) == identity_salt(folder)
    (folder / "identity.salt").unlink()
    write_private(folder / "identity.salt", b"x" * 16)
    with pytest.raises(CredentialError, match="identity-salt-foreign"):
        identity_salt(folder, own)
    with pytest.raises(CredentialError, match="identity-salt-foreign"):
        create_keyring(folder, passphrase_file, URL, 2027, known_salts=own)


def test_a_private_file_that_could_not_be_written_whole_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        write_private(tmp_path / "secret", b"x" * 16)
    assert list(tmp_path.iterdir()) == []


def test_private_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, b"first")
    with pytest.raises(FileExistsError):
        write_private(path, b"second")
    assert path.read_bytes() == b"first"


def test_private_file_is_not_written_through_a_link(tmp_path: Path) -> None:
    """Somebody who may write into the folder could have it put elsewhere."""
    link = tmp_path / "secret"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_private(link, b"seed")
    assert not (tmp_path / "elsewhere").exists()


def test_wrong_passphrase_opens_nothing(folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    write_private(wrong, b"another passphrase altogether")
    assert code_of(folder, wrong) == "key-passphrase-wrong"


def test_short_passphrase_is_refused(folder: Path, tmp_path: Path) -> None:
    short = tmp_path / "short"
    write_private(short, b"")
    assert code_of(folder, short) == "key-passphrase-short"


@pytest.mark.parametrize("readable", [0o640, 0o604, 0o660, 0o601])
def test_key_others_can_read_is_refused(folder: Path, passphrase_file: Path, readable: int) -> None:
    next(folder.glob("*.pem")).chmod(readable)
    assert code_of(folder, passphrase_file) == "key-file-readable-by-others"


def test_passphrase_others_can_read_is_refused(folder: Path, passphrase_file: Path) -> None:
    passphrase_file.chmod(0o644)
    assert code_of(folder, passphrase_file) == "key-file-readable-by-others"


def test_missing_key_or_passphrase_is_named(
    folder: Path, passphrase_file: Path, tmp_path: Path
) -> None:
    assert code_of(folder, tmp_path / "none") == "keys-missing"
    next(folder.glob("*.pem")).unlink()
    assert code_of(folder, passphrase_file) == "keys-missing"


def test_keys_made_for_another_address_are_refused(folder: Path, passphrase_file: Path) -> None:
    assert code_of(folder, passphrase_file, "https://other.example.org") == "key-not-of-issuer"


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----", b"x" * 100_000])
def test_damaged_key_file_is_refused(folder: Path, passphrase_file: Path, content: bytes) -> None:
    next(folder.glob("*.pem")).write_bytes(content)
    assert code_of(folder, passphrase_file) == "key-file-malformed"


def test_seed_is_in_no_file_no_text_and_no_log(
    tmp_path: Path,
    passphrase_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Threat 26: the seeds drawn are looked for wherever a key leaves a trace."""
    seeds: list[bytes] = []

    def drawn(count: int) -> bytes:
        seeds.append(os.urandom(count))
        return seeds[-1]

    monkeypatch.setattr("secrets.token_bytes", drawn)
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "keys"
    keyring = create_keyring(folder, passphrase_file, URL, 2026)
    seeds = [seed for seed in seeds if len(seed) == 32]
    assert len(seeds) == len(Purpose)
    shown = repr(keyring) + str(keyring) + "".join(map(repr, keyring.signers.values()))
    shown += caplog.text + keyring.did_document().decode()
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    for seed in seeds:
        assert seed not in written
        assert seed.hex() not in shown.lower() + written.hex()
        assert repr(seed) not in shown


def test_public_document_shows_public_keys_only(keyring: Keyring) -> None:
    document = keyring.did_document().decode()
    assert "PRIVATE" not in document
    assert len(re.findall(r'"publicKeyMultibase"', document)) == len(Purpose)
