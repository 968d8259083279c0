"""Threat 30: a company or product name that passes for another's."""

from __future__ import annotations

import pytest

from footprint.errors import BomError
from labels.case import checked_text
from labels.errors import LabelError
from labels.name_skeletons import name_skeleton, name_skeletons
from labels.names import check_shown, checked_name
from tests.unit.footprint.test_lines import a_material_line

UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d\u180f\U00016fe4"


@pytest.mark.parametrize(
    "name",
    [
        "TCL集团",
        "南沙示范电池有限公司 (Nansha)",
        "Fábrica de Baterias, Lda.",
        "6063-T5",
        "日本カタカナ",
        "R&D (Nansha) O'Brien, Lda. · C+",
        "㈱東芝",
        "株式会社カナ々ー",
        "삼성전자",
        "Việt Nam Ærø Łódź",
        "Ελλάς",
        "АвтоВАЗ",
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
        ("\u00a0", "text-missing"),
        ("\u2003", "text-missing"),
        ("-", "text-missing"),
        ("\u0301", "text-missing"),
        ("\u02bc\u02bc", "text-missing"),
        ("\u02bc+", "text-missing"),
        ("\uff2d\u0456dea", "name-mixed-scripts"),  # a wide M, a Cyrillic i
        ("\ua4d0\ua4ec\ua4d3 \ua4da\ua4f3", "name-character-refused"),  # BYD CO in Lisu
        ("\u13a2\u13df\u13de", "name-character-refused"),  # TCL in Cherokee
        ("\u2c9e\u2ca2\u2ca2\u2c9e", "name-character-refused"),  # OPPO in Coptic
        ("H\u01c0sense", "name-character-refused"),
        ("H\u0196sense", "name-character-refused"),
        ("\ua7b4YD", "name-character-refused"),
        ("M\u1d0fde", "name-character-refused"),
        ("\u037f\u0391\u03f9", "name-character-refused"),
        ("\u03fa\u0391\u039d", "name-character-refused"),
        ("第\u3127汽车", "name-character-refused"),  # Bopomofo
        ("T\u0c66y\u0c66ta", "name-mixed-scripts"),  # Telugu zeros
        ("T\u3147y\u3147ta", "name-mixed-scripts"),  # Hangul letters
        ("\ufe0f", "name-character-refused"),
        ("\U000e0101", "name-character-refused"),
        ("Midea\ufe0f", "name-character-refused"),
        ("Midea\U000e0101", "name-character-refused"),
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


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_letter_that_is_drawn_as_nothing_is_refused(unseen: str) -> None:
    for refusing in (
        lambda: checked_name(f"Midea{unseen}"),
        lambda: checked_text(f"Seen.{unseen}", "/note", is_note=True),
        lambda: a_material_line(name=f"Steel{unseen}"),
        lambda: a_material_line(note=f"Steel{unseen}"),
    ):
        with pytest.raises((LabelError, BomError)) as caught:
            refusing()
        assert str(caught.value).startswith("name-character-refused")


def test_blanks_of_every_width_around_a_name_are_taken_off() -> None:
    assert checked_name("\u00a0\u2003Midea\u3000") == "Midea"


def test_an_ideograph_and_a_sign_may_be_drawn_in_another_way() -> None:
    assert checked_name("辻\U000e0100商店") == "辻\U000e0100商店"
    check_shown("done \u2714\ufe0f", "/note", is_note=True)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("X", "X\ufe0f"),
        ("辻商店", "辻\U000e0100商店"),
        ("广东工业", "广东エ业"),
        ("力口卜二八夕", "カロトニハタ"),
        ("统一", "统ー"),
        ("工力", "ェヵ"),
        ("Tanbiao", "T\u0251nbiao"),
        ("Tanbiao", "Tanb\u0131ao"),
        ("OBrien", "O\u02bcBrien"),
        ("OBrien", "O\ua78cBrien"),
        ("OBrien", "O\ua78bBrien"),
        ("Tanbiao", "Tan\u17d2biao"),
        ("Tanbiao", "Tan\u2d7fbiao"),
        ("Tanbiao", "Tan\U0001bc9dbiao"),
    ],
)
def test_what_is_drawn_alike_has_one_skeleton(name: str, other: str) -> None:
    assert name_skeleton(name) == name_skeleton(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Fabrica", "Fábrica"), ("佐木", "佐々木"), ("កក", "ក្ក"), ("שלום", "שָׁלוֹם")],
)
def test_marks_and_letters_of_their_own_script_tell_names_apart(name: str, other: str) -> None:
    assert name_skeleton(name) != name_skeleton(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("CATEX 100", "\u0421\u0410\u0422\u0415\u0425 100"),  # Cyrillic
        ("catex 100", "\u0421\u0410\u0422\u0415\u0425 100"),
        ("BAT", "\u0392\u0391\u03a4"),  # Greek
        ("Vo", "\u03bd\u03bf"),
        ("\u0392\u03b1\u03c4", "BAT"),
        ("\u039d\u0399\u039a\u0397", "\u03bd\u03b9\u03ba\u03b7"),  # one name in both cases
        ("CCC", "\u03f9\u03f9\u03f9"),
        ("\u0451\u0441", "\u00ebc"),
        ("Mode", "M\u1d0fde"),
        ("Midea", "M\u026adea"),
        ("Illy", "lIly"),
        ("Al 100", "AI 1OO".replace("O", "0")),
        ("三木", "ミ木"),
        ("Toyota", "T〇y〇ta"),
        ("乂木", "メ木"),
    ],
)
def test_a_name_drawn_as_another_is_not_registered_beside_it(name: str, other: str) -> None:
    assert name_skeletons(name) & name_skeletons(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Mail", "Mall"), ("MAIL", "Mall"), ("C", "C+"), ("Нос", "Нож"), ("Tanbiao", "Tanbia0")],
)
def test_names_a_reader_tells_apart_are_registered_side_by_side(name: str, other: str) -> None:
    assert not name_skeletons(name) & name_skeletons(other)
