"""Identifiers: prefixed, sortable by time, impossible to guess."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.ids import id_source, identifier

SHAPE = re.compile(r"std_[0-9a-hjkmnp-tv-z]{26}")
times = st.datetimes(datetime(2020, 1, 1), datetime(2300, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
bits = st.integers(0, 2**80 - 1)
START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@given(times, bits)
def test_identifier_has_one_shape(at: datetime, random_bits: int) -> None:
    assert SHAPE.fullmatch(identifier("std", at, random_bits))


@given(times, bits, times, bits)
def test_identifiers_sort_as_their_times_do(a: datetime, x: int, b: datetime, y: int) -> None:
    first, second = identifier("std", a, x), identifier("std", b, y)
    if abs(a - b) >= timedelta(milliseconds=2):
        assert (first < second) == (a < b)


@given(times, bits, bits)
def test_identifiers_differ_where_their_bits_do(at: datetime, x: int, y: int) -> None:
    assert (identifier("std", at, x) == identifier("std", at, y)) == (x == y)


def test_more_than_eighty_bits_never_reach_into_the_time() -> None:
    assert identifier("std", START, 2**200 - 1) == identifier("std", START, 2**80 - 1)


def test_source_never_gives_one_twice_in_the_same_moment() -> None:
    fresh = id_source(lambda: START)
    made = [fresh("std") for _ in range(2_000)]
    assert len(set(made)) == 2_000
    assert len({name[:14] for name in made}) == 1  # the time
    assert len({name[14:] for name in made}) == 2_000
