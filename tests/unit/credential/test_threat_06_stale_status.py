"""Threat 6: a stale cache says valid while the body has withdrawn and cannot be reached."""

from __future__ import annotations

from datetime import timedelta

import pytest

from labels.credential.status_list import LONGEST_VALIDITY, TTL_MILLISECONDS
from tests.unit.credential.builders import NOW, a_signed_label, a_status_list, judged

CACHED = a_status_list(made_at=NOW)


def test_a_status_list_lives_an_hour_at_most_and_a_cache_keeps_it_a_minute() -> None:
    assert timedelta(hours=1) == LONGEST_VALIDITY
    assert TTL_MILLISECONDS == 60_000


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(0), "valid"),
        (timedelta(minutes=59), "valid"),
        (timedelta(hours=1), "valid"),
        (timedelta(hours=1, seconds=1), "cannot-be-confirmed"),
        (timedelta(days=30), "cannot-be-confirmed"),
    ],
)
def test_a_cached_list_confirms_for_an_hour_and_not_a_second_longer(
    age: timedelta, state: str
) -> None:
    verdict = judged(a_signed_label(), status_list=CACHED, at=NOW + age)
    assert verdict.state == state
    assert verdict.status_as_of == NOW


def test_a_partner_that_is_down_leaves_the_label_unconfirmed() -> None:
    verdict = judged(a_signed_label(), offline=True, at=NOW + timedelta(hours=1, seconds=1))
    assert verdict.state == "cannot-be-confirmed"
    assert not verdict.is_valid
    assert verdict.is_signature_valid


def test_a_list_made_in_the_future_confirms_nothing() -> None:
    ahead = a_status_list(made_at=NOW + timedelta(seconds=121))
    verdict = judged(a_signed_label(), status_list=ahead)
    assert verdict.state == "cannot-be-confirmed"


def test_a_list_from_a_clock_two_minutes_ahead_is_tolerated() -> None:
    ahead = a_status_list(made_at=NOW + timedelta(seconds=120))
    assert judged(a_signed_label(), status_list=ahead).is_valid
