"""Checkpoints against the examples of C2SP and of Go, and what a note may not be."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from labels.credential.keys import PublicKey, Purpose, Signer
from labels.errors import CredentialError
from labels.register.checkpoint import (
    Checkpoint,
    key_hash,
    open_checkpoint,
    open_note,
    sign_checkpoint,
    sign_note,
    verifier_key,
)
from labels.register.tree import root_hash
from tests.unit.credential.builders import GUANGDONG, HONG_KONG

ORIGIN = "gd.example/register"
CHECKPOINT = Checkpoint(ORIGIN, 5, root_hash([]))
SIGNER = GUANGDONG.signer(Purpose.CHECKPOINT)

# golang.org/x/mod/sumdb/note, package documentation: a key, a text and its signed note.
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_NOTE = (
    GO_TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNX"
    "gKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# c2sp.org/signed-note, "Example"
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONn"
    "cAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def test_the_note_of_the_go_reference_is_reproduced() -> None:
    signer = Signer.from_seed("did:web:x.example#1", Purpose.CHECKPOINT, GO_SEED)
    assert sign_note(GO_TEXT, "PeterNeumann", signer).decode() == GO_NOTE
    assert key_hash("PeterNeumann", signer.public_key).hex() == "c74f20a3"
    assert verifier_key("PeterNeumann", signer.public_key) == (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    )
    assert open_note(GO_NOTE.encode(), "PeterNeumann", signer.public_key) == GO_TEXT


def test_the_example_of_the_signed_note_specification_opens() -> None:
    name, _, encoded = C2SP_KEY.split("+", 2)
    key = PublicKey(base64.b64decode(encoded)[1:])
    assert verifier_key(name, key) == C2SP_KEY
    assert open_note(C2SP_NOTE.encode(), name, key) == "This is an example message.\n"


def test_a_checkpoint_is_three_lines_and_a_signature() -> None:
    lines = sign_checkpoint(CHECKPOINT, SIGNER).decode().split("\n")
    assert lines[:4] == [ORIGIN, "5", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert lines[5:] == [""]


def opened(note: bytes) -> Checkpoint:
    return open_checkpoint(note, origin=ORIGIN, key=SIGNER.public_key)


def test_a_checkpoint_opens_under_its_key() -> None:
    assert opened(sign_checkpoint(CHECKPOINT, SIGNER)) == CHECKPOINT


def test_a_witness_may_add_its_signature() -> None:
    note = sign_checkpoint(CHECKPOINT, SIGNER)
    witness = HONG_KONG.signer(Purpose.CHECKPOINT)
    line = sign_note(CHECKPOINT.text, "hk.example/witness", witness).decode().split("\n")[4]
    assert opened(note + f"{line}\n".encode()) == CHECKPOINT
    text, _, own = note.decode().partition("\n\n")
    assert opened(f"{text}\n\n{line}\n{own}".encode()) == CHECKPOINT


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda note: note.replace(b"\n5\n", b"\n6\n"), "signature-wrong"),
        (lambda note: note.replace(b"47DE", b"47DF"), "signature-wrong"),
        (lambda note: note.replace(b"\n5\n", b"\n05\n"), "signature-wrong"),
        (lambda note: note.replace(ORIGIN.encode(), b"hk.example/register"), "checkpoint-not-signed"),  # noqa: E501
        (lambda note: note[:-1], "checkpoint-malformed"),
        (lambda note: note + b"\n", "checkpoint-malformed"),
        (lambda note: note.replace("—".encode(), b"--"), "checkpoint-malformed"),
        (lambda note: note.partition(b"\n\n")[0] + b"\n\n", "checkpoint-malformed"),
        (lambda note: note + b"\xff", "checkpoint-malformed"),
        (lambda note: note * 1000, "checkpoint-malformed"),
        (lambda note: b"", "checkpoint-malformed"),
    ],
)  # fmt: skip
def test_a_changed_note_does_not_open(change, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CredentialError) as refused:
        opened(change(sign_checkpoint(CHECKPOINT, SIGNER)))
    assert refused.value.code == code


def test_every_byte_of_a_checkpoint_is_covered() -> None:
    note = sign_checkpoint(CHECKPOINT, SIGNER)
    for position in range(len(note)):
        flipped = bytearray(note)
        flipped[position] ^= 1
        with pytest.raises(CredentialError):
            opened(bytes(flipped))


def test_the_key_of_another_register_does_not_open_it() -> None:
    note = sign_checkpoint(CHECKPOINT, HONG_KONG.signer(Purpose.CHECKPOINT))
    with pytest.raises(CredentialError, match="checkpoint-not-signed"):
        opened(note)


def test_a_checkpoint_of_another_register_under_our_name_is_refused() -> None:
    other = replace(CHECKPOINT, origin="hk.example/register")
    with pytest.raises(CredentialError, match="checkpoint-of-another"):
        opened(sign_note(other.text, ORIGIN, SIGNER))


def test_a_note_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(CredentialError, match="checkpoint-malformed"):
        opened(sign_note("something else\n", ORIGIN, SIGNER))


def test_only_a_checkpoint_key_signs_one() -> None:
    with pytest.raises(CredentialError, match="key-wrong-purpose"):
        sign_checkpoint(CHECKPOINT, GUANGDONG.signer(Purpose.LABEL))


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 0, bytes(32)), ("a b", 0, bytes(32)), ("a+b", 0, bytes(32)), ("a\nb", 0, bytes(32)),
     ("a", -1, bytes(32)), ("a", 0, bytes(31))],
)  # fmt: skip
def test_a_checkpoint_that_would_read_as_another_is_not_made(
    origin: str, size: int, root: bytes
) -> None:
    with pytest.raises(CredentialError, match="checkpoint-malformed"):
        Checkpoint(origin, size, root)
