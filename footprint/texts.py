"""Free texts as people may write them: shown as they are, hiding nothing.

* Texts hold no control or format character: such a text reads differently from what it says. Nor
  do they heap marks on a letter, which are drawn over whatever stands above and below.
"""

from __future__ import annotations

import re
import unicodedata

from footprint.errors import BomError

MAX_NAME = 500
MAX_NOTE = 2_000
MAX_MARKS = 3  # on one letter: pointed Hebrew and stacked Tibetan need three, Vietnamese two
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d\u180f\U00016fe4"
)  # drawn as nothing
_PLAIN = re.compile(r"[ -~\u4e00-\u9fff\u3001-\u3003\u3008-\u3011\uff01-\uff5e]*")
"""What most texts are of, and what nothing below is said of: ASCII, ideographs, their stops."""
_MARKS = frozenset({"Mn", "Me"})  # drawn on the letter before them, without a width of their own


def check_text(text: str, place: str, *, most: int = MAX_NAME, is_note: bool = False) -> None:
    """Nothing when the text can be shown as it is; a note may be empty and have line breaks.

    Raises:
        BomError: ``name-length``, or as :func:`check_characters` does.
    """
    is_plain = _PLAIN.fullmatch(text) is not None
    is_seen = is_note or (not text.isspace() and text != "" if is_plain else _any_is_seen(text))
    if len(text) > most or not is_seen:
        raise BomError("name-length", place, limit=str(most))
    if not is_plain:
        check_characters(text, place, is_note=is_note)


def check_characters(text: str, place: str, *, is_note: bool = False) -> None:
    """Nothing when every character can be shown where it stands: the rule of every free text.

    Raises:
        BomError: ``name-character-refused`` or ``text-marks-heaped``.
    """
    if _PLAIN.fullmatch(text):
        return
    marks = 0
    for before, character in zip(" " + text, text, strict=False):
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        is_hidden = category in _REFUSED or character in _UNSEEN
        is_hidden = is_hidden or (_is_variation(character) and not _has_variants(before))
        if is_hidden and not (is_note and character in "\n\r\t"):
            code_point = f"U+{ord(character):04X}"
            raise BomError("name-character-refused", place, character=code_point)
        if marks > MAX_MARKS:
            code_point = f"U+{ord(character):04X}"
            raise BomError("text-marks-heaped", place, character=code_point, limit=str(MAX_MARKS))


def _is_variation(character: str) -> bool:
    """Whether it only chooses how the character before it is drawn."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _has_variants(character: str) -> bool:
    """Signs and ideographs are drawn in several ways (Unicode 15, StandardizedVariants)."""
    is_ideograph = unicodedata.name(character, "").startswith("CJK")
    return is_ideograph or unicodedata.category(character)[0] in "SPN"


def _any_is_seen(text: str) -> bool:
    return any(_is_seen(character) for character in text)


def _is_seen(character: str) -> bool:
    """Whether it is drawn without another: no blank, and no mark that needs a letter."""
    return unicodedata.category(character)[0] in "LNPS"
