"""Names of organisations and products that cannot pass for another's (security threat 30).

Rules:

* NFC; letters, marks, numbers, punctuation and plain blanks only: no control, format, surrogate or
  private-use characters, no symbols but ``+`` and ``°``.
* One alphabet besides Chinese, Japanese and Korean writing: ``Mіdea`` with a Cyrillic letter
  survives every normal form, so mixing alphabets is refused.
* A register keeps the skeleton (compatibility form, case-folded, without blanks and punctuation)
  unique, and shows the registration number beside the name. Simplified and traditional forms of
  one name have two skeletons: a map of them is later work.
"""

from __future__ import annotations

import unicodedata

from footprint.errors import BomError
from footprint.texts import check_characters
from labels.errors import LabelError

MAX_NAME = 500
_SYMBOLS = frozenset("+°")
_MIXABLE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "KANGXI"})
_COMMON = frozenset({"MICRO", "FEMININE", "MASCULINE", "FULLWIDTH", "HALFWIDTH", "MODIFIER"})


def checked_name(text: str, place: str = "/name") -> str:
    """The name in NFC without outer blanks, when it is one that can be told apart.

    Raises:
        LabelError: ``text-missing``, ``text-too-long``, ``name-character-refused``,
            ``text-marks-heaped`` or ``name-mixed-scripts``.
    """
    name = unicodedata.normalize("NFC", text).strip(" \u3000")
    if not name:
        raise LabelError("text-missing", place)
    if len(name) > MAX_NAME:
        raise LabelError("text-too-long", place, limit=str(MAX_NAME))
    check_shown(name, place)
    for character in name:
        if not _is_allowed(character):
            raise LabelError("name-character-refused", place, character=f"U+{ord(character):04X}")
    alphabets = sorted({_alphabet(character) for character in name} - {""})
    if len(alphabets) > 1:
        raise LabelError("name-mixed-scripts", place, scripts=", ".join(alphabets))
    return name


def check_shown(text: str, place: str, *, is_note: bool = False) -> None:
    """Nothing when every character can be shown where it stands, as in a bill of materials.

    Raises:
        LabelError: ``name-character-refused`` or ``text-marks-heaped``.
    """
    try:
        check_characters(text, place, is_note=is_note)
    except BomError as error:
        raise LabelError(error.code, place, **error.parameters) from None


def name_skeleton(name: str) -> str:
    """What two names have in common when a reader would take one for the other."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(
        c for c in folded if unicodedata.category(c)[0] in "LMN" and not _is_variation(c)
    )


def _is_variation(character: str) -> bool:
    """Whether it only chooses how the letter before it is drawn."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_allowed(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LMNP" or category == "Zs" or character in _SYMBOLS


def _alphabet(character: str) -> str:
    """The alphabet a letter belongs to; "" for other characters and for CJK writing."""
    if unicodedata.category(character)[0] != "L":
        return ""
    script = unicodedata.name(character, "UNNAMED").split(" ")[0].split("-")[0]
    return "" if script in _MIXABLE | _COMMON else script
