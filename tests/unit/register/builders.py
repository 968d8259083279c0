"""Registers for tests: entries, their bytes and checkpoints."""

from __future__ import annotations

from datetime import timedelta

from labels.credential.keys import Purpose
from labels.register.checkpoint import Checkpoint, sign_checkpoint
from labels.register.entry import EntryKind, RegisterEntry, register_entry
from labels.register.tree import leaf_hash, root_hash
from tests.unit.credential.builders import GUANGDONG, ISSUED, SERIAL

ORIGIN = "gd.example/register"
KEY = GUANGDONG.signer(Purpose.CHECKPOINT).public_key


def an_entry(
    index: int, kind: EntryKind = EntryKind.LABEL_ISSUED, *, origin: str = ORIGIN, **members: str
) -> RegisterEntry:
    named = {
        "label_url": f"HTTPS://GD.EXAMPLE/L/{SERIAL}",
        "label_number": f"TB-2026-{index:06d}:001",
        "credential_sha256": f"{index:064x}",
    }
    return register_entry(
        origin=origin,
        index=index,
        at=ISSUED + timedelta(seconds=index),
        kind=kind,
        issuer=GUANGDONG.did,
        **{**named, **members},
    )


def a_register(size: int) -> list[bytes]:
    return [an_entry(index).to_bytes() for index in range(size)]


def a_checkpoint(entries: list[bytes], origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, len(entries), root_hash(leaf_hash(data) for data in entries))


def a_signed_checkpoint(entries: list[bytes], origin: str = ORIGIN) -> bytes:
    return sign_checkpoint(a_checkpoint(entries, origin), GUANGDONG.signer(Purpose.CHECKPOINT))
