"""Threat 36: whoever owns the database rewrites history, consistently and with the right key."""

from __future__ import annotations

from labels.register.audit import RegisterReport, verify_register
from labels.register.checkpoint import Checkpoint
from labels.register.entry import EntryKind
from labels.register.tree import consistency_proof, is_consistent, leaf_hash
from tests.unit.register.builders import (
    KEY,
    ORIGIN,
    a_checkpoint,
    a_register,
    a_signed_checkpoint,
    an_entry,
)

HONEST = [
    *a_register(4),
    an_entry(4, EntryKind.LABEL_WITHDRAWN, reason_class="false-data").to_bytes(),
    *(an_entry(index).to_bytes() for index in range(5, 9)),
]
REWRITTEN = [*HONEST[:4], an_entry(4).to_bytes(), *HONEST[5:]]


def audited(entries: list[bytes], *earlier: Checkpoint) -> RegisterReport:
    return verify_register(
        entries, a_signed_checkpoint(entries), origin=ORIGIN, key=KEY, earlier=earlier
    )


def test_a_withdrawal_removed_from_the_whole_chain_passes_the_local_check() -> None:
    assert audited(REWRITTEN).is_sound  # which is why a register alone proves nothing


def test_it_fails_against_a_checkpoint_a_partner_has_kept() -> None:
    report = audited(REWRITTEN, a_checkpoint(HONEST[:7]))
    assert [finding.code for finding in report.findings] == ["register-history-rewritten"]
    assert audited(HONEST, a_checkpoint(HONEST[:7])).is_sound


def test_it_fails_for_a_partner_that_kept_only_the_checkpoint() -> None:
    kept, claimed = a_checkpoint(HONEST[:7]), a_checkpoint(REWRITTEN)
    proof = consistency_proof([leaf_hash(data) for data in REWRITTEN], kept.size)
    assert not is_consistent(kept.size, kept.root, claimed.size, claimed.root, proof)
    honest = a_checkpoint(HONEST)
    good = consistency_proof([leaf_hash(data) for data in HONEST], kept.size)
    assert is_consistent(kept.size, kept.root, honest.size, honest.root, good)


def test_a_register_cut_short_fails_against_a_kept_checkpoint() -> None:
    report = audited(HONEST[:5], a_checkpoint(HONEST[:7]))
    assert [finding.code for finding in report.findings] == ["register-history-rewritten"]


def test_a_checkpoint_from_before_the_change_does_not_show_it() -> None:
    assert audited(REWRITTEN, a_checkpoint(HONEST[:4])).is_sound


def test_a_kept_checkpoint_of_another_register_is_no_witness_for_this_one() -> None:
    report = audited(HONEST, a_checkpoint(HONEST[:7], "hk.example/register"))
    assert not report.is_sound
