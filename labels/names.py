"""Names of organisations and products that cannot pass for another's (security threat 30).

Rules:

* NFC; letters, marks, numbers, punctuation and plain blanks only: no control, format, surrogate or
  private-use characters, no symbols but ``+`` and ``°``.
* One alphabet besides Chinese, Japanese and Korean writing: ``Mіdea`` with a Cyrillic letter
  survives every normal form, so mixing alphabets is refused.
* A name has a letter or a number: blanks and marks alone are none.
* A register keeps the skeleton unique (compatibility form, case-folded, without blanks, punctuation
  and modifier letters, letters of two alphabets that are drawn alike made one), and shows the
  registration number beside the name. Simplified and traditional forms of one name have two
  skeletons: a map of them is later work.
"""

from __future__ import annotations

import unicodedata

from footprint.errors import BomError
from footprint.texts import check_characters
from labels.errors import LabelError

MAX_NAME = 500
_BLANKS = "".join(c for c in map(chr, range(0x3001)) if unicodedata.category(c) == "Zs")
# Drawn alike: small Latin letters, and Katakana (left) for Chinese characters.
_ALIKE = str.maketrans(
    "\u0251\u0131\u0261\u0237エカロトニハタオチヒノーェヵ", "aigj工力口卜二八夕才千匕丿一工力"
)
_SALTILLO = "\ua78c"  # a letter drawn as an apostrophe
_REPETITION = "々"  # the one modifier letter that is read as a word
_SYMBOLS = frozenset("+°")
_MIXABLE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "KANGXI"})
_COMMON = frozenset({"MICRO", "FEMININE", "MASCULINE", "FULLWIDTH", "HALFWIDTH", "MODIFIER"})


def checked_name(text: str, place: str = "/name") -> str:
    """The name in NFC without outer blanks, when it is one that can be told apart.

    Raises:
        LabelError: ``text-missing``, ``text-too-long``, ``name-character-refused``,
            ``text-marks-heaped`` or ``name-mixed-scripts``.
    """
    name = unicodedata.normalize("NFC", text).strip(_BLANKS)
    if not name:
        raise LabelError("text-missing", place)
    if len(name) > MAX_NAME:
        raise LabelError("text-too-long", place, limit=str(MAX_NAME))
    check_shown(name, place)
    if not any(unicodedata.category(character)[0] in "LN" for character in name):
        raise LabelError("text-missing", place)
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
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_ALIKE)
    kept, script = [], ""
    for character in folded:
        category = unicodedata.category(character)
        if category[0] == "M":
            if _is_mark_of(character, script):
                kept.append(character)
        elif category[0] in "LN" and not _is_apostrophe(character, category):
            kept.append(character)
            script = _script(character)
    return "".join(kept)


def _is_mark_of(character: str, script: str) -> bool:
    """Whether a mark is drawn on a letter of that script; variation selectors have none."""
    return _script(character) in {"COMBINING", script}


def _is_apostrophe(character: str, category: str) -> bool:
    """Whether a letter is drawn as a sign beside other letters."""
    return character == _SALTILLO or (category == "Lm" and character != _REPETITION)


def _is_allowed(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LMNP" or category == "Zs" or character in _SYMBOLS


def _alphabet(character: str) -> str:
    """The alphabet a letter belongs to; "" for other characters and for CJK writing."""
    if unicodedata.category(character)[0] != "L":
        return ""
    script = _script(character)
    return "" if script in _MIXABLE | _COMMON else script


def _script(character: str) -> str:
    """The first word of its name in Unicode, which for letters and marks is the script."""
    return unicodedata.name(character, "UNNAMED").split(" ")[0].split("-")[0]
