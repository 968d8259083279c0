"""Tamper-evidence as laws: no change to a signed document is valid, and no bytes ever raise."""

from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from labels.arrangement import verify_arrangement
from labels.credential.credential import parse_label
from labels.credential.document import JsonObject, canonical_bytes, parse_document
from labels.credential.keys import Passphrase, Purpose, Signer
from labels.credential.proof import sign
from labels.credential.status_list import decode_bits, encode_bits, parse_status_list, status_bits
from labels.credential.trust_list import parse_trust_list
from labels.credential.verdict import CheckName, Remembered
from labels.errors import CredentialError, LabelError
from labels.recognition import parse_recognition
from labels.register.audit import verify_register
from labels.register.checkpoint import open_checkpoint
from labels.register.entry import parse_entry
from labels.register.tree import (
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    root_hash,
)
from tests.unit.credential.builders import (
    GUANGDONG,
    NOW,
    a_signed_label,
    a_status_list,
    a_trust_list,
    an_unsigned_label,
    dumped,
    judged,
    loaded,
)
from tests.unit.register.builders import ORIGIN, a_register, a_signed_checkpoint

LABEL = a_signed_label()
STATUS_LIST = a_status_list()
TRUST_LIST = a_trust_list()
REGISTER = a_register(5)
CHECKPOINT = a_signed_checkpoint(REGISTER)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=20,
)


def is_valid(data: bytes) -> bool:
    return judged(data, status_list=STATUS_LIST, trust_list=TRUST_LIST).is_valid


def test_the_unchanged_label_is_valid() -> None:
    assert is_valid(LABEL)


@settings(max_examples=300)
@given(st.integers(0, len(LABEL) - 1), st.integers(1, 255))
def test_no_label_with_one_byte_changed_is_valid(position: int, difference: int) -> None:
    changed = bytearray(LABEL)
    changed[position] ^= difference
    assert not is_valid(bytes(changed))


@settings(max_examples=200)
@given(
    st.integers(0, len(LABEL)),
    st.integers(0, len(LABEL)),
    st.binary(max_size=12),
)
def test_no_label_with_a_piece_cut_or_inserted_is_valid(
    start: int, end: int, inserted: bytes
) -> None:
    start, end = min(start, end), max(start, end)
    changed = LABEL[:start] + inserted + LABEL[end:]
    assert changed == LABEL or not is_valid(changed)


def paths(value: object, so_far: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where every leaf of a JSON document stands."""
    if isinstance(value, dict):
        return [path for name, child in value.items() for path in paths(child, (*so_far, name))]
    if isinstance(value, list):
        return [p for index, child in enumerate(value) for p in paths(child, (*so_far, index))]
    return [so_far]


LEAVES = paths(loaded(LABEL))


@settings(max_examples=300)
@given(st.sampled_from(LEAVES), json_values)
def test_no_label_with_one_member_replaced_is_valid(
    path: tuple[str | int, ...], value: object
) -> None:
    document = json.loads(LABEL)
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    if parent[path[-1]] == value:
        return
    parent[path[-1]] = value
    data = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert not is_valid(data.encode("utf-8", "surrogatepass"))


@settings(max_examples=100)
@given(st.sampled_from(LEAVES), st.text(max_size=30))
def test_no_member_can_be_changed_before_signing_by_another_key(
    path: tuple[str | int, ...], text: str
) -> None:
    """Whatever an attacker writes and signs with a key of their own is not valid."""
    document = loaded(an_unsigned_label())
    parent: object = document
    for step in path[:-1]:
        parent = parent[step] if isinstance(parent, dict | list) else None  # type: ignore[index]
    if isinstance(parent, dict):
        parent[str(path[-1])] = text
    kid = GUANGDONG.signer(Purpose.LABEL).kid
    attacker = Signer.from_seed(kid, Purpose.LABEL, bytes(range(32)))
    try:
        forged = sign(dumped(document), attacker, Purpose.LABEL)
    except (CredentialError, ValueError):
        return
    assert not is_valid(forged)


@settings(max_examples=400)
@given(st.binary(max_size=300) | json_values.map(lambda v: json.dumps(v).encode()))
def test_random_bytes_get_a_verdict_with_every_check(data: bytes) -> None:
    verdict = judged(data, status_list=data, trust_list=TRUST_LIST)
    assert verdict.state == "malformed"
    assert [check.name for check in verdict.checks] == list(CheckName)


@settings(max_examples=400)
@given(st.binary(max_size=300) | json_values.map(lambda v: json.dumps(v).encode()))
def test_no_reader_raises_anything_but_its_own_errors(data: bytes) -> None:
    readers = (
        parse_document,
        parse_label,
        parse_status_list,
        parse_trust_list,
        parse_recognition,
        parse_entry,
        Remembered.from_bytes,
        lambda d: verify_arrangement(d, trust_list=TRUST_LIST, at=NOW),
        lambda d: open_checkpoint(d, origin=ORIGIN, key=GUANGDONG.key(Purpose.CHECKPOINT).key),
        lambda d: Signer.from_encrypted_pem(d, Passphrase(b"a long passphrase")),
        lambda d: decode_bits(d.decode("latin-1")),
    )
    for read in readers:
        with suppress(LabelError):
            read(data)


@settings(max_examples=150)
@given(st.integers(0, len(STATUS_LIST) - 1), st.integers(1, 255))
def test_no_status_list_with_one_byte_changed_confirms_a_label(
    position: int, difference: int
) -> None:
    changed = bytearray(STATUS_LIST)
    changed[position] ^= difference
    verdict = judged(LABEL, status_list=bytes(changed), trust_list=TRUST_LIST)
    assert verdict.state == "cannot-be-confirmed"


@settings(max_examples=100)
@given(
    st.sets(st.integers(0, 65_535), max_size=40),
    st.sets(st.integers(0, 65_535), max_size=40),
)
def test_a_bitstring_reads_back_whatever_is_set(revoked: set[int], suspended: set[int]) -> None:
    bits = status_bits(revoked=revoked, suspended=suspended)
    assert decode_bits(encode_bits(bits)) == bits
    assert sum(byte.bit_count() for byte in bits) == len(revoked) + len(suspended)


json_safe = st.recursive(  # at most six leaves: never deeper than a document may be
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=12), json_safe, max_size=5))
def test_canonical_bytes_read_back_to_the_same_document(document: JsonObject) -> None:
    assert parse_document(canonical_bytes(document)) == document


@given(st.integers(0, 4), st.integers(0, 10_000), st.integers(1, 255))
def test_no_register_with_one_byte_changed_is_sound(
    entry: int, position: int, difference: int
) -> None:
    changed = bytearray(REGISTER[entry])
    changed[position % len(changed)] ^= difference
    entries = [*REGISTER[:entry], bytes(changed), *REGISTER[entry + 1 :]]
    key = GUANGDONG.key(Purpose.CHECKPOINT).key
    assert verify_register(REGISTER, CHECKPOINT, origin=ORIGIN, key=key).is_sound
    assert not verify_register(entries, CHECKPOINT, origin=ORIGIN, key=key).is_sound


@given(st.integers(1, 200), st.data())
def test_proofs_hold_for_every_size_and_break_when_anything_changes(
    size: int, data: st.DataObject
) -> None:
    leaves = [leaf_hash(number.to_bytes(2)) for number in range(size)]
    root = root_hash(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index)
    assert is_included(leaves[index], index, size, proof, root)
    old = data.draw(st.integers(1, size))
    chain = consistency_proof(leaves, old)
    old_root = root_hash(leaves[:old])
    assert is_consistent(old, old_root, size, root, chain)
    for whole in (proof, chain):
        if whole:
            place = data.draw(st.integers(0, len(whole) - 1))
            broken = [*whole]
            broken[place] = leaf_hash(broken[place])
            if whole is proof:
                assert not is_included(leaves[index], index, size, broken, root)
            else:
                assert not is_consistent(old, old_root, size, root, broken)
