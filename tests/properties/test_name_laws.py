"""Laws of names (threat 30): what passes can be shown, kept and told apart, whatever was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labels.errors import LabelError
from labels.name_skeletons import name_skeleton, name_skeletons
from labels.names import MAX_NAME, checked_name

CODES = {
    "text-missing",
    "text-too-long",
    "text-marks-heaped",
    "name-character-refused",
    "name-mixed-scripts",
}
HIDDEN = st.characters(categories=["Cc", "Cf", "Cs", "Co"])
LATIN = st.text(st.characters(min_codepoint=0x61, max_codepoint=0x7A), min_size=1, max_size=8)
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)
OTHER_ALPHABETS = st.sampled_from(["а", "е", "о", "р", "с", "і", "α", "ο", "ν", "ԁ", "հ", "א", "ا"])


def name_or_code(text: str) -> tuple[str, str]:
    try:
        return checked_name(text), ""
    except LabelError as refused:
        return "", refused.code


@given(st.text(max_size=60))
@example("ﬁ")
@example("Å")
@example("x" * (MAX_NAME + 1))
def test_any_text_is_a_name_that_can_be_shown_or_a_refusal(text: str) -> None:
    name, code = name_or_code(text)
    if code:
        assert code in CODES
        return
    assert name == unicodedata.normalize("NFC", name)
    assert not {unicodedata.category(c) for c in name} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert 0 < len(name) <= MAX_NAME
    assert checked_name(name) == name


@given(LATIN, HIDDEN, st.integers(0, 8))
def test_hidden_character_anywhere_in_a_name_is_refused(
    name: str, hidden: str, position: int
) -> None:
    """Also at its end, where a reader sees nothing and a comparison sees another name."""
    assert name_or_code(name[:position] + hidden + name[position:])[1] == "name-character-refused"


@given(LATIN, OTHER_ALPHABETS, st.integers(0, 8))
def test_letter_of_another_alphabet_in_a_latin_name_is_refused(
    name: str, letter: str, position: int
) -> None:
    mixed = name[:position] + letter + name[position:]
    assert name_or_code(mixed)[1] == "name-mixed-scripts"


@given(CHINESE, LATIN)
def test_chinese_goes_with_one_alphabet(chinese: str, latin: str) -> None:
    assert name_or_code(f"{chinese} {latin}")[1] == ""
    assert name_or_code(f"{chinese}{latin}и")[1] == "name-mixed-scripts"


@given(LATIN, st.sampled_from([" ", "-", ".", ",", "·", "（", "）"]), st.booleans())
def test_case_blanks_and_punctuation_make_no_other_name(
    name: str, between: str, is_upper: bool
) -> None:
    changed = between.join(name.upper() if is_upper else name)
    assert name_skeleton(changed) == name_skeleton(name)
    assert name_skeletons(changed) & name_skeletons(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＴＡＮＢＩＡＯ", "Tanbiao"), ("Café", "Cafe\u0301"), ("ﬁne", "FINE"), ("①号", "1号")],
)
def test_compatible_forms_are_one_name(one: str, other: str) -> None:
    assert name_skeleton(one) == name_skeleton(other)
