"""What products and files are called: wider than the names of those who answer for them.

A product is called ``铝型材 100×50 mm``, ``10kΩ`` or ``α-Al2O3``. Rules (security threat 30):

* Nothing hidden, no heaped marks, a letter or a number, as for every name; no ``<`` and ``>``, and
  no sign that is a letter in a circle or a square.
* Every word of letters is of one alphabet, but for units and quantities as ``kΩ`` and ``μm``.
* Greek or Cyrillic words stand beside Latin ones only where they cannot be read as Latin: one
  letter as it is used in formulae, or a word with a letter that no Latin one is like.
* Words of another alphabet stand beside Chinese, Japanese and Korean writing only.

A file is not refused for its name: what a product's name cannot have becomes ``_``.
"""

from __future__ import annotations

import re
import unicodedata

from labels.errors import LabelError
from labels.name_skeletons import CONFUSABLE
from labels.names import MAX_NAME, alphabet, shown_name

_MARKUP = frozenset("<>＜＞﹤﹥`｀$＄|｜")  # of pages, shells and formulae
_READ_APART = frozenset({"LATIN", "GREEK", "CYRILLIC"})  # whose look-alikes are known
_IN_FORMULAE = frozenset("αβγδεζηθκλμξπστφχψωΓΔΘΛΞΠΣΦΨΩ")
_UNITS = re.compile(
    r"[kMGTmμ]?Ω(c?m)?|μ(m|g|s|A|F|H|J|L|l|M|N|V|W|S|T|Pa|Sv|mol)|cosφ|tanδ|Δ[TtPp]"
)


def checked_product_name(text: str, place: str = "/name") -> str:
    """The name in NFC without outer blanks, when it reads as what it says.

    Raises:
        LabelError: ``text-missing``, ``text-too-long``, ``name-character-refused``,
            ``text-marks-heaped`` or ``name-mixed-scripts``.
    """
    name = shown_name(text, place)
    for character in name:
        if character in _MARKUP or _is_drawn_letter(character):
            raise LabelError("name-character-refused", place, character=f"U+{ord(character):04X}")
    alphabets = {alphabet(character) for character in name} - {""}
    if len(alphabets) > 1 and (
        not alphabets <= _READ_APART or any(map(_misleads, _words_of(name)))
    ):
        raise LabelError("name-mixed-scripts", place, scripts=", ".join(sorted(alphabets)))
    return name


def checked_file_name(sent: str, place: str = "/file") -> str:
    """The name a file came with, as text for people; never used as a path, hence no slashes.

    Raises:
        LabelError: ``text-too-long``.
    """
    if len(sent) > MAX_NAME:
        raise LabelError("text-too-long", place, limit=str(MAX_NAME))
    name = sent.replace("/", "_").replace("\\", "_")
    while True:
        try:
            return checked_product_name(name, place)
        except LabelError as refused:
            if refused.code == "text-too-long":
                raise
            if refused.code == "text-missing":
                return "file"
            name = _without(unicodedata.normalize("NFC", name), refused)


def _without(name: str, refused: LabelError) -> str:
    """The name with ``_`` for what was refused: one character, or all letters that are foreign."""
    character = refused.parameters.get("character")
    if character is not None:
        return name.replace(chr(int(character.removeprefix("U+"), 16)), "_")
    return "".join("_" if alphabet(letter) not in {"", "LATIN"} else letter for letter in name)


def _is_drawn_letter(character: str) -> bool:
    """Whether a sign is a letter with something around it; ``℃`` and ``㎜`` are units."""
    return unicodedata.category(character) == "So" and "LETTER" in unicodedata.name(character)


def _words_of(name: str) -> list[str]:
    """Runs of letters with their marks, without Chinese, Japanese and Korean writing."""
    spaced = (
        letter if alphabet(letter) or unicodedata.category(letter)[0] == "M" else " "
        for letter in name
    )
    return "".join(spaced).split()


def _misleads(word: str) -> bool:
    """Whether a word of a name in two alphabets could be read in the other one."""
    letters = [letter for letter in unicodedata.normalize("NFD", word) if alphabet(letter)]
    alphabets = {alphabet(letter) for letter in letters}
    if len(alphabets) > 1:
        return _UNITS.fullmatch(word) is None
    if alphabets <= {"LATIN"} or (len(word) == 1 and word in _IN_FORMULAE):
        return False
    return all(letter in CONFUSABLE for letter in letters)
