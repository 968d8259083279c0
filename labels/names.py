"""Names of organisations and people that cannot pass for another's (security threat 30).

Rules:

* NFC; letters, marks, numbers, punctuation and plain blanks only: no control, format, surrogate or
  private-use characters, no symbols but ``+``, ``°`` and ``㈱``.
* One alphabet besides Chinese, Japanese and Korean writing: ``Mіdea`` with a Cyrillic letter
  survives every normal form, so mixing alphabets is refused.
* Of that alphabet the letters of official writings (:func:`labels.alphabets.is_official`).
* A name has a letter or a number: blanks, marks and apostrophes alone are none.
* A register keeps the skeletons unique (:mod:`labels.name_skeletons`), and shows the registration
  number beside the name.

What products and files are called follows a wider rule (:mod:`labels.product_names`).
"""

from __future__ import annotations

import unicodedata

from footprint.errors import BomError
from footprint.texts import check_characters
from labels.alphabets import alphabet, is_official
from labels.errors import LabelError
from labels.name_skeletons import name_skeleton

MAX_NAME = 500
_BLANKS = "".join(c for c in map(chr, range(0x3001)) if unicodedata.category(c) == "Zs")
_SYMBOLS = frozenset("+°㈱")


def checked_name(text: str, place: str = "/name") -> str:
    """The name in NFC without outer blanks, when it is one that can be told apart.

    Raises:
        LabelError: ``text-missing``, ``text-too-long``, ``name-character-refused``,
            ``text-marks-heaped`` or ``name-mixed-scripts``.
    """
    name = shown_name(text, place)
    for character in name:
        if not _is_allowed(character):
            raise character_refused(character, place)
    alphabets = alphabets_of(name)
    if len(alphabets) > 1:
        mixed = [word for word in name.split() if len(alphabets_of(word)) > 1]
        raise LabelError(
            "name-mixed-scripts",
            place,
            word=(mixed or [name])[0],
            scripts=", ".join(sorted(alphabets)),
        )
    for character in name:
        if not is_official(character):
            raise character_refused(character, place)
    return name


def alphabets_of(text: str) -> frozenset[str]:
    """The alphabets of its letters, Chinese, Japanese and Korean writing left out."""
    return frozenset(alphabet(character) for character in text) - {""}


def character_refused(character: str, place: str) -> LabelError:
    """That a character which can be seen may not stand there: itself and its code point."""
    named = f"{character} (U+{ord(character):04X})"
    return LabelError("name-character-refused", place, character=named)


def shown_name(text: str, place: str) -> str:
    """The text in NFC without outer blanks, when it shows all it holds and can be read.

    Raises:
        LabelError: ``text-missing``, ``text-too-long``, ``name-character-refused`` or
            ``text-marks-heaped``.
    """
    name = unicodedata.normalize("NFC", text).strip(_BLANKS)
    if not name:
        raise LabelError("text-missing", place)
    if len(name) > MAX_NAME:
        raise LabelError("text-too-long", place, limit=str(MAX_NAME))
    check_shown(name, place)
    is_readable = any(unicodedata.category(character)[0] in "LN" for character in name)
    if not is_readable or not name_skeleton(name).strip("+"):
        raise LabelError("text-missing", place)
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


def _is_allowed(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LMNP" or category == "Zs" or character in _SYMBOLS
