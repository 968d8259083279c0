"""Auditing a register from its files alone."""

from __future__ import annotations

import pytest

from labels.credential.keys import Purpose
from labels.errors import CredentialError
from labels.register.audit import RegisterReport, entry_under, verify_register
from labels.register.checkpoint import Checkpoint, sign_checkpoint
from labels.register.tree import inclusion_proof, leaf_hash
from tests.unit.credential.builders import HONG_KONG
from tests.unit.register.builders import (
    KEY,
    ORIGIN,
    a_checkpoint,
    a_register,
    a_signed_checkpoint,
    an_entry,
)


def audited(
    entries: list[bytes], checkpoint: bytes | None = None, *earlier: Checkpoint
) -> RegisterReport:
    signed = checkpoint if checkpoint is not None else a_signed_checkpoint(entries)
    return verify_register(entries, signed, origin=ORIGIN, key=KEY, earlier=earlier)


def codes(report: RegisterReport) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.index) for finding in report.findings]


@pytest.mark.parametrize("size", [0, 1, 2, 7, 64])
def test_a_register_as_published_is_sound(size: int) -> None:
    entries = a_register(size)
    report = audited(entries)
    assert report.is_sound
    assert report.size == size == len(report.entries)
    assert report.root == a_checkpoint(entries).root.hex()


def test_a_missing_entry_is_found_with_its_index() -> None:
    entries = a_register(6)
    report = audited([*entries[:2], *entries[3:]], a_signed_checkpoint(entries))
    assert codes(report) == [
        ("register-index-gap", 2),
        ("register-index-gap", 3),
        ("register-index-gap", 4),
        ("register-size-differs", None),
    ]


def test_a_changed_entry_is_found_by_the_root() -> None:
    entries = a_register(6)
    forged = an_entry(3, credential_sha256="f" * 64).to_bytes()
    report = audited([*entries[:3], forged, *entries[4:]], a_signed_checkpoint(entries))
    assert codes(report) == [("register-root-differs", None)]


def test_two_entries_exchanged_are_found() -> None:
    entries = a_register(4)
    entries[1], entries[2] = entries[2], entries[1]
    found = codes(audited(entries))
    assert ("register-index-gap", 1) in found
    assert ("register-time-backwards", 2) in found


def test_a_reformatted_entry_is_found() -> None:
    entries = a_register(3)
    entries[1] = entries[1].replace(b",", b", ")
    assert ("document-not-canonical", 1) in codes(audited(entries))


def test_an_entry_of_another_register_is_found() -> None:
    entries = [*a_register(1), an_entry(1, origin="hk.example/register").to_bytes()]
    assert codes(audited(entries)) == [("register-entry-of-another", 1)]


def test_a_checkpoint_of_another_key_is_not_believed() -> None:
    entries = a_register(3)
    signer = HONG_KONG.signer(Purpose.CHECKPOINT)
    report = audited(entries, sign_checkpoint(a_checkpoint(entries), signer))
    assert codes(report) == [("checkpoint-not-signed", None)]
    assert report.checkpoint is None


@pytest.mark.parametrize("junk", [b"", b"\xff", b"[]", b"{}", b"\0" * 10_000])
def test_junk_gets_a_report_and_no_exception(junk: bytes) -> None:
    report = audited([junk, *a_register(2)], junk)
    assert not report.is_sound


def test_a_report_names_a_hundred_findings_at_most() -> None:
    assert len(audited([b"{}"] * 500).findings) == 100


def test_an_entry_is_believed_under_a_checkpoint_that_a_proof_leads_to() -> None:
    entries = a_register(9)
    leaves = [leaf_hash(data) for data in entries]
    proof = inclusion_proof(leaves, 5)
    assert entry_under(entries[5], proof, a_checkpoint(entries)) == an_entry(5)
    for wrong in (
        (entries[4], proof, a_checkpoint(entries)),
        (entries[5], proof[:-1], a_checkpoint(entries)),
        (entries[5], proof, a_checkpoint(entries[:8])),
        (entries[5], proof, a_checkpoint(entries, "hk.example/register")),
    ):
        with pytest.raises(CredentialError, match="register-proof-wrong"):
            entry_under(*wrong)
