"""What differs between two JSON values is told by place, lists by the name of their members."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.comparison import differences

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def told(before: object, after: object) -> list[tuple[str, str, str]]:
    return [(d.place, d.before, d.after) for d in differences(before, after)]


@given(VALUES)
def test_a_value_does_not_differ_from_itself(value: object) -> None:
    assert told(value, value) == []


@given(VALUES, VALUES)
def test_values_that_differ_are_told_to(before: object, after: object) -> None:
    assert (told(before, after) == []) == (before == after and _is_same(before, after))


def _is_same(before: object, after: object) -> bool:
    """Equal for Python; True is 1 there, and here as well."""
    return before == after


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 2}, [("/a", "1", "2")]),
        ({"a": 1}, {}, [("/a", "1", "")]),
        ({}, {"a/b": 1}, [("/a~1b", "", "1")]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [("/a/1", "2", "3")]),
        (
            {"lines": [{"ref": "x", "amount": "1"}, {"ref": "y", "amount": "2"}]},
            {"lines": [{"ref": "new"}, {"ref": "x", "amount": "1"}, {"ref": "y", "amount": "3"}]},
            [("/lines/y/amount", "2", "3"), ("/lines/new", "", "{'ref': 'new'}")],
        ),
        (
            [{"provider": "p", "amount": 1}, {"provider": "p", "amount": 2}],
            [{"provider": "p", "amount": 1}, {"provider": "p", "amount": 5}],
            [("/p (2)/amount", "2", "5")],
        ),
        ("x" * 500, "y", [("", "x" * 119 + "…", "y")]),
    ],
)
def test_a_difference_has_its_place_and_both_values(
    before: object, after: object, expected: list[tuple[str, str, str]]
) -> None:
    assert told(before, after) == expected
