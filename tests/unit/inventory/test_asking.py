"""What a question asks for: a name, what it stands for in the trade, a code, a year."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footprint.inventory import ReviewStatus
from lca_db.inventory.asking import asked_for, name_keys, standing
from lca_db.inventory.trade_codes import beginning, joined
from tests.database.world import a_dataset

STEEL = a_dataset("steel-cn", "钢（代用）", "Steel", "SUS304")


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("7403.11", "740311"),
        ("7403.11.00", "740311"),
        ("74031100", "740311"),
        ("7403110000", "740311"),
        ("740311", "740311"),
        ("7403", "7403"),
        ("9003-56-9", "9003569"),
        ("1234567-89-0", "1234567890"),
    ],
)
def test_a_code_is_looked_for_by_its_digits(written: str, digits: str) -> None:
    assert beginning(written) == digits
    assert asked_for(written).ways[0] == (digits,)


@pytest.mark.parametrize("text", ["HS 7604", "hs:7604", "HS code 7604", "税号：7604", "HS7604"])
def test_the_name_of_a_system_before_its_code_asks_for_nothing(text: str) -> None:
    assert asked_for(text).ways[0] == ("7604",)


@pytest.mark.parametrize("text", ["0.5 mm", "NCM 523", "1220*2440", "2024", "DWG-20431-A", "12.34"])
def test_figures_that_are_no_code_stay_as_they_are(text: str) -> None:
    assert joined(text) == text
    assert all(part.lower() in text.lower() for part in asked_for(text).ways[0])


def test_a_year_must_be_there_and_is_no_part_of_the_name() -> None:
    asked = asked_for("steel 2024")
    assert (asked.name, asked.ways[0]) == ("steel", ("steel", "2024"))
    assert all("2024" in way for way in asked.ways)
    assert asked_for("2024").name == "2024"


def test_a_trade_word_is_looked_for_by_the_names_it_stands_for() -> None:
    asked = asked_for("鋁擠型")
    assert "铝 型 材" in asked.trade_names
    assert ("铝型", "型材") in asked.ways
    assert asked_for("鋁擠型 xyzzy").trade_names == ()


@pytest.mark.parametrize("text", ["", " ?! ", "%_*"])
def test_what_says_nothing_asks_for_nothing(text: str) -> None:
    assert asked_for(text).ways == ()


def test_every_name_is_kept_whole_with_and_without_what_stands_in_brackets() -> None:
    keys = name_keys(STEEL)
    for key in ("/ steel cn /", "/ 钢 /", "/ 钢 代 用 /", "/ steel /", "/ sus 304 /"):
        assert key in keys


def test_china_comes_before_the_world_and_that_before_other_places() -> None:
    places = ["CN", "GLO", "DE"]
    ranks = [standing(replace(STEEL, location=place), 2026) for place in places]
    assert ranks == sorted(set(ranks))


def test_official_figures_come_before_reviewed_ones_and_those_before_drafts() -> None:
    statuses = (ReviewStatus.OFFICIAL, ReviewStatus.REVIEWED, ReviewStatus.DRAFT)
    ranks = [standing(replace(STEEL, review_status=status), 2026) for status in statuses]
    assert ranks == sorted(set(ranks))


def test_the_newer_comes_first_and_what_lies_ahead_or_has_no_year_last() -> None:
    years = ["2024", "2019-2023", "1975", "2050"]
    ranks = [standing(replace(STEEL, year=year), 2026) for year in years]
    assert ranks == sorted(set(ranks))
    assert standing(replace(STEEL, year="not stated"), 2026) == ranks[-1]
