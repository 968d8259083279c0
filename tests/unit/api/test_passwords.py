"""Passwords: argon2id, salted, and no quicker to guess for an account that is not there."""

from __future__ import annotations

import time
from statistics import median

import pytest

from api.security.passwords import MIN_LENGTH, is_password, password_hash

PASSWORD = "correct horse battery staple"
STORED = password_hash(PASSWORD)


def test_right_password_is_recognised_and_any_other_is_not() -> None:
    assert is_password(STORED, PASSWORD)
    for wrong in ("", PASSWORD.upper(), PASSWORD + "x", PASSWORD[:-1]):
        assert not is_password(STORED, wrong)


def test_hash_is_argon2id_and_salted_and_holds_no_password() -> None:
    again = password_hash(PASSWORD)
    assert STORED.startswith("$argon2id$")
    assert again != STORED
    assert PASSWORD not in STORED
    assert is_password(again, PASSWORD)


def test_no_password_opens_an_account_that_is_not_there() -> None:
    for guess in (PASSWORD, "no account has this password"):
        assert not is_password(None, guess)


@pytest.mark.parametrize(
    "damaged",
    ["", "x", "$argon2id$v=19$", STORED[:-4] + "AAAA", "$2b$12$abc"],
    ids=["empty", "word", "cut", "changed", "bcrypt"],
)
def test_damaged_hash_opens_nothing_and_ends_nothing(damaged: str) -> None:
    assert not is_password(damaged, PASSWORD)


def test_password_in_chinese_is_a_password() -> None:
    stored = password_hash("正确的马电池订书钉一二三四五")
    assert is_password(stored, "正确的马电池订书钉一二三四五")
    assert not is_password(stored, "正確的馬電池訂書釘一二三四五")


def test_guess_of_a_megabyte_costs_no_more_than_a_guess() -> None:
    start = time.process_time()
    assert not is_password(STORED, "x" * 10_000_000)
    assert time.process_time() - start < 30


def test_unknown_account_takes_as_long_as_a_wrong_password() -> None:
    """Threat 25: else the time of the answer tells which accounts there are."""

    def seconds(stored: str | None) -> float:
        start = time.process_time()
        is_password(stored, "a wrong guess")
        return time.process_time() - start

    seconds(None)  # the hash nobody has is made once
    known = median(seconds(STORED) for _ in range(3))
    unknown = median(seconds(None) for _ in range(3))
    assert 0.2 < unknown / known < 5  # a missing comparison is a thousandth


def test_least_length_is_what_the_guidance_asks_for() -> None:
    """NIST SP 800-63B asks for eight at least; ours are typed by people who decide."""
    assert MIN_LENGTH >= 12
