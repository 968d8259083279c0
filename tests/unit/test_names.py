"""Threat 30: a company or product name that passes for another's."""

from __future__ import annotations

import pytest

from labels.errors import LabelError
from labels.names import checked_name, name_skeleton


@pytest.mark.parametrize(
    "name",
    [
        "TCL集团",
        "南沙示范电池有限公司 (Nansha)",
        "Fábrica de Baterias, Lda.",
        "6063-T5",
        "日本カタカナ",
    ],
)
def test_an_ordinary_name_passes_unchanged(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Mіdea", "name-mixed-scripts"),  # the i is Cyrillic
        ("Tanbiαo", "name-mixed-scripts"),  # the a is Greek
        ("Mi\u200bdea", "name-character-refused"),
        ("Midea\u202e", "name-character-refused"),
        ("Midea\x00", "name-character-refused"),
        ("Midea\ud800", "name-character-refused"),
        ("<script>", "name-character-refused"),
        ("=cmd|x", "name-character-refused"),
        ("Z" + "\u0301" * 400, "text-marks-heaped"),
        (" \u3000 ", "text-missing"),
        ("x" * 501, "text-too-long"),
    ],
)
def test_a_name_is_refused_when_it_could_mislead(name: str, code: str) -> None:
    with pytest.raises(LabelError) as caught:
        checked_name(name)
    assert caught.value.code == code


def test_a_name_is_kept_in_one_normal_form() -> None:
    assert checked_name("Fa\u0301brica") == "F\u00e1brica"


def test_two_names_a_reader_takes_for_one_have_the_same_skeleton() -> None:
    assert name_skeleton("Ｔanbiao Ltd.") == name_skeleton("TANBIAO, ltd") == "tanbiaoltd"
    assert name_skeleton("Tanbiao") != name_skeleton("Tanbia0")
