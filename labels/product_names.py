"""What products and files are called: wider than the names of those who answer for them.

A product is called ``铝型材 100×50 mm``, ``10kΩ``, ``铜箔 <6μm`` or ``α-Al2O3``. Rules (security
threat 30):

* Nothing hidden, no heaped marks, a letter or a number, as for every name; nothing that opens a tag
  of a page, a formula or a word of a shell, and no sign that is a letter in a circle or a square.
* Every word of letters is of one alphabet, but for one letter of formulae at its edge, as in
  ``kΩ``, ``μm``, ``γAl`` and ``CuKα``, and never so that the word can be read as a Latin one.
* Greek or Cyrillic words stand beside Latin and Chinese ones only where they cannot be read as
  Latin: one letter as it is used in formulae, or a word with a letter that no Latin one is like.
* Words of another alphabet stand beside Chinese, Japanese and Korean writing only; never those of
  the scripts whose capitals are Latin ones (Lisu, Cherokee, Coptic).

A file is not refused for its name: what a product's name cannot have becomes ``_``. What follows
its last full stop says what kind of file it is and is no word of the name.
"""

from __future__ import annotations

import re
import unicodedata

from labels.alphabets import alphabet, is_cjk
from labels.errors import LabelError
from labels.name_skeletons import CONFUSABLE
from labels.names import MAX_NAME, alphabets_of, character_refused, shown_name

_MARKUP = re.compile(
    r"[<＜﹤](?=[A-Za-zＡ-Ｚａ-ｚ/／!！?？])|[`｀]|[$＄](?=[{(])|^[=＝]"
)  # opens a tag of a page, a word of a shell or template, a formula
_READ_APART = frozenset({"LATIN", "GREEK", "CYRILLIC"})  # whose look-alikes are known
_LIKE_LATIN = frozenset({"LISU", "CHEROKEE", "COPTIC"})
_ALONE = frozenset("αβγδεζηθκλμξπστφχψωΓΔΘΛΞΠΣΦΨΩ")  # letters of formulae
_AT_EDGE = frozenset("αβγδεζηθκλμνξπρστφχψωΔΣΦΩ")
_LONGEST_UNIT = 3  # letters after μ: mol
_OHMS = re.compile(r"[kMGTmnp]?Ωc?m")
_EXTENSION = re.compile(r"(?P<stem>.*[^.])(?P<extension>\.[A-Za-z0-9]{1,8})", re.DOTALL)
_CODE_POINT = re.compile(r"U\+([0-9A-F]{4,6})")
_MICRO = str.maketrans("µ", "μ")


def checked_product_name(text: str, place: str = "/name") -> str:
    """The name in NFC without outer blanks, when it reads as what it says.

    Raises:
        LabelError: ``text-missing``, ``text-too-long``, ``name-character-refused``,
            ``text-marks-heaped`` or ``name-mixed-scripts``.
    """
    name = shown_name(text, place)
    markup = _MARKUP.search(name)
    if markup:
        raise character_refused(markup[0], place)
    for character in name:
        if _is_drawn_letter(character) or alphabet(character) in _LIKE_LATIN:
            raise character_refused(character, place)
    words = _words_of(name)
    alphabets = alphabets_of("".join(words))
    if len(alphabets) + any(map(is_cjk, name)) > 1:
        misleading = next(filter(_misleads, words), "")
        if misleading or (len(alphabets) > 1 and not alphabets <= _READ_APART):
            raise LabelError(
                "name-mixed-scripts",
                place,
                word=misleading or name,
                scripts=", ".join(sorted(alphabets)),
            )
    return name


def checked_file_name(sent: str, place: str = "/file") -> str:
    """The name a file came with, as text for people; never used as a path, hence no slashes.

    Raises:
        LabelError: ``text-too-long``.
    """
    if len(sent) > MAX_NAME:
        raise LabelError("text-too-long", place, limit=str(MAX_NAME))
    name = sent.replace("/", "_").replace("\\", "_").strip()
    parts = _EXTENSION.fullmatch(name)
    stem, extension = (parts["stem"], parts["extension"]) if parts else (name, "")
    while True:
        try:
            return checked_product_name(stem, place) + extension
        except LabelError as refused:
            if refused.code == "text-too-long":
                raise
            if refused.code == "text-missing":
                return "file" + extension
            stem = _without(unicodedata.normalize("NFC", stem), refused)


def _without(name: str, refused: LabelError) -> str:
    """The name with ``_`` for what was refused: one character, or all letters that are foreign."""
    character = refused.parameters.get("character")
    if character is not None:
        return name.replace(chr(int(_CODE_POINT.findall(character)[-1], 16)), "_")
    return "".join("_" if alphabet(letter) not in {"", "LATIN"} else letter for letter in name)


def _is_drawn_letter(character: str) -> bool:
    """Whether a sign is a letter with something around it; ``℃`` and ``㎜`` are units."""
    return unicodedata.category(character) == "So" and "LETTER" in unicodedata.name(character)


def _words_of(name: str) -> list[str]:
    """Runs of letters with their marks, without Chinese, Japanese and Korean writing."""
    spaced = (
        letter if alphabet(letter) or unicodedata.category(letter)[0] == "M" else " "
        for letter in name.translate(_MICRO)
    )
    return "".join(spaced).split()


def _misleads(word: str) -> bool:
    """Whether a word of a name in two writings could be read in the other one."""
    letters = [letter for letter in unicodedata.normalize("NFD", word) if alphabet(letter)]
    alphabets = alphabets_of("".join(letters))
    if alphabets == {"LATIN", "GREEK"}:
        return not (_OHMS.fullmatch(word) or _has_a_formula_letter(letters))
    if len(alphabets) > 1:
        return True
    if alphabets <= {"LATIN"} or (len(word) == 1 and word in _ALONE):
        return False
    return all(letter in CONFUSABLE for letter in letters)


def _has_a_formula_letter(letters: list[str]) -> bool:
    """Whether a Latin word has one Greek letter, at its edge, and does not read as Latin by it."""
    greek = [at for at, letter in enumerate(letters) if alphabet(letter) == "GREEK"]
    if len(greek) > 1 or greek[0] not in {0, len(letters) - 1}:
        return False
    letter, beside = letters[greek[0]], letters[1 if greek[0] == 0 else -2]
    if letter not in _AT_EDGE:
        return False
    if letter == "μ":
        return beside.isupper() or len(letters) <= 1 + _LONGEST_UNIT
    return letter not in CONFUSABLE or beside.isupper()
