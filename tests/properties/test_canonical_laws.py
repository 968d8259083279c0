"""The quick RFC 8785 bytes are those of the slow ones, whatever the value; so is the refusal."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from footprint.canonical import canonical_json
from footprint.inventory import InventorySnapshot, process_body
from lca_db.inventory.reference_files import load_reference

ASCII_NAMES = st.text(alphabet=st.characters(max_codepoint=127), max_size=8)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)


def values_of(leaves: st.SearchStrategy[Any], names: st.SearchStrategy[str]) -> Any:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=5),
        max_leaves=20,
    )


class Word(StrEnum):
    ONE = "one"


@given(values_of(LEAVES, st.text(st.characters(exclude_categories=["Cs"]), max_size=8)))
@example({"\ue000": 1, "\U00010000": 2})  # one order by code point, the other by UTF-16
@example({"a": 1e-7, "b": 1.0, "c": 1e21, "d": -0.0})
@example(['\x00\x1f\x7f"\\/\b\f\n\r\t\u2028é'])
@example({"word": Word.ONE, "pair": (1, True)})
def test_bytes_are_those_of_rfc8785(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(values_of(st.text(st.characters(exclude_categories=["Cs"])), ASCII_NAMES))
def test_bytes_of_mere_text_are_those_of_rfc8785(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), float("nan"), float("inf"), "\ud800", {"a": "\udfff"}, {1: "a"}, {1, 2}, b""],
)
def test_what_has_no_canonical_bytes_is_refused_as_there(value: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        rfc8785.dumps(value)
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_json(value)


def test_half_a_surrogate_pair_in_a_name_is_refused_in_the_same_words() -> None:
    """rfc8785 itself stumbles over it while it sorts the names."""
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_json({"a\ud800": 1})


def test_bytes_of_the_shipped_inventory_are_those_of_rfc8785() -> None:
    snapshot = load_reference()[0]
    bodies: Any = [process_body(process) for process in snapshot.processes]
    assert snapshot.canonical_bytes() == rfc8785.dumps(bodies)
    assert InventorySnapshot.of(()).canonical_bytes() == b"[]"
