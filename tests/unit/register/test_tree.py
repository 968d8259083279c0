"""The Merkle tree against the reference tree of Certificate Transparency, and all small trees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

import pytest

from labels.register.tree import (
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_hash,
)


class InclusionCase(TypedDict):
    index: int
    size: int
    proof: list[str]


class ConsistencyCase(TypedDict):
    old: int
    new: int
    proof: list[str]


class Vector(TypedDict):
    leaves: list[str]
    roots: list[str]
    inclusion: list[InclusionCase]
    consistency: list[ConsistencyCase]


VECTOR: Vector = json.loads(
    (Path(__file__).parent / "vectors" / "rfc6962.json").read_text(encoding="utf-8")
)
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in VECTOR["leaves"]]
ROOTS = [bytes.fromhex(text) for text in VECTOR["roots"]]
SMALL = [leaf_hash(bytes([number])) for number in range(17)]


def from_hex(proof: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in proof]


def test_the_root_of_every_size_of_the_reference_tree_is_reproduced() -> None:
    assert [root_hash(LEAVES[:size]) for size in range(9)] == ROOTS


def test_the_hashes_of_leaves_and_nodes_differ_in_their_first_byte() -> None:
    # google/trillian, merkle/rfc6962/rfc6962_test.go
    assert leaf_hash(b"abcdefg").hex() == (
        "6b43f785b72386e132b275bc918c25dbc687ab8427836bef6ce4509b64f4f54d"
    )
    assert node_hash(b"abcd", b"efgh").hex() == (
        "41561b1297f692dad705e28ece8bf47060fba1abeeebda0aa67c43570a36bf79"
    )


@pytest.mark.parametrize("case", VECTOR["inclusion"])
def test_the_inclusion_proofs_of_the_reference_tree_are_reproduced(case: InclusionCase) -> None:
    index, size, proof = case["index"], case["size"], from_hex(case["proof"])
    assert inclusion_proof(LEAVES[:size], index) == proof
    assert is_included(LEAVES[index], index, size, proof, ROOTS[size])


@pytest.mark.parametrize("case", VECTOR["consistency"])
def test_the_consistency_proofs_of_the_reference_tree_are_reproduced(
    case: ConsistencyCase,
) -> None:
    old, new, proof = case["old"], case["new"], from_hex(case["proof"])
    assert consistency_proof(LEAVES[:new], old) == proof
    assert is_consistent(old, ROOTS[old], new, ROOTS[new], proof)


@pytest.mark.parametrize("size", range(1, 18))
def test_every_leaf_of_a_small_tree_is_shown_and_no_other(size: int) -> None:
    leaves = SMALL[:size]
    root = root_hash(leaves)
    for index in range(size):
        proof = inclusion_proof(leaves, index)
        assert is_included(leaves[index], index, size, proof, root)
        assert not is_included(leaf_hash(b"other"), index, size, proof, root)
        for wrong in set(range(size)) - {index}:
            assert not is_included(leaves[index], wrong, size, proof, root)
        assert not is_included(leaves[index], index, size, [*proof, root], root)
        assert not proof or not is_included(leaves[index], index, size, proof[:-1], root)


@pytest.mark.parametrize("size", range(18))
def test_every_prefix_of_a_small_tree_is_consistent_and_no_other_tree_is(size: int) -> None:
    leaves = SMALL[:size]
    root = root_hash(leaves)
    for old in range(size + 1):
        old_root = root_hash(leaves[:old])
        proof = consistency_proof(leaves, old)
        assert is_consistent(old, old_root, size, root, proof)
        other = root_hash([*leaves[: max(old - 1, 0)], leaf_hash(b"rewritten")])
        assert not is_consistent(old, other, size, root, proof)
        assert not is_consistent(old, old_root, size, leaf_hash(b"rewritten"), proof) or old == 0
        assert not is_consistent(old, old_root, size, root, [*proof, root])
        assert not proof or not is_consistent(old, old_root, size, root, proof[:-1])


def test_the_proof_of_a_smaller_tree_shows_nothing_about_a_larger_one() -> None:
    """A log that signs a size it has not, over the root of what it has."""
    proof = consistency_proof(LEAVES[:4], 1)
    assert is_consistent(1, ROOTS[1], 4, ROOTS[4], proof)
    assert not is_consistent(1, ROOTS[1], 8, ROOTS[4], proof)
    audit_path = inclusion_proof(LEAVES[:4], 1)
    assert is_included(LEAVES[1], 1, 4, audit_path, ROOTS[4])
    assert not is_included(LEAVES[1], 1, 8, audit_path, ROOTS[4])


def test_a_tree_never_shrinks() -> None:
    assert not is_consistent(8, ROOTS[8], 4, ROOTS[4], [])
    assert not is_consistent(-1, ROOTS[1], 4, ROOTS[4], [])


def test_a_proof_of_what_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(SMALL, 17)
    with pytest.raises(IndexError):
        inclusion_proof([], 0)
    with pytest.raises(IndexError):
        consistency_proof(SMALL, 18)
