"""Which alphabet a character is of, and which letters are those of official writings.

The alphabet is the script of its Unicode name; digits of other scripts count as letters of theirs,
for they are drawn like letters of ours. Chinese, Japanese and Korean writing goes with any one
alphabet, and so do signs that are letters to Unicode alone (``µ``, ``ª``, ``º``, ``ʼ``).
"""

from __future__ import annotations

import unicodedata

_CJK = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC", "KANGXI"})
_COMMON = frozenset({"MICRO", "FEMININE", "MASCULINE", "MODIFIER"})
_WITHOUT_MARK = frozenset("ÆæØøÐðÞþßẞŁłĐđĦħŊŋŒœŦŧƏə")  # of official Latin alphabets
_GREEK = frozenset("αβγδεζηθικλμνξοπρσςτυφχψω")


def script_of(character: str) -> str:
    """The first word of its name in Unicode, which for letters and marks is the script."""
    return unicodedata.name(character, "UNNAMED").split(" ")[0].split("-")[0]


def alphabet(character: str) -> str:
    """The alphabet a letter or digit belongs to; "" for other characters and for CJK writing."""
    category = unicodedata.category(character)
    if category == "Nd":
        plain = unicodedata.normalize("NFKC", character)
        return "" if plain.isascii() else script_of(character)
    if category[0] != "L":
        return ""
    if is_cjk(character):
        return ""
    script = script_of(_plain_width(character))
    return "" if script in _COMMON else script


def is_cjk(character: str) -> bool:
    """Whether it is a Chinese, Japanese or Korean character; Hangul in whole syllables only."""
    plain = _plain_width(character)
    script = script_of(plain)
    return script in _CJK and (script != "HANGUL" or "가" <= plain <= "힣")


def is_official(letter: str) -> bool:
    """Whether a letter is of an alphabet that firms and people are registered in.

    Those are Latin, modern Greek and Cyrillic, with their marks; not the phonetic, historic and
    mathematical letters, which are drawn like them.
    """
    if is_cjk(letter) or not alphabet(letter):
        return True
    base = unicodedata.normalize("NFD", _plain_width(letter))[0]
    match alphabet(letter):
        case "LATIN":
            return (base.isascii() and base.isalpha()) or base in _WITHOUT_MARK or base == "ı"
        case "GREEK":
            return base.lower() in _GREEK
        case "CYRILLIC":
            return "\u0400" <= base <= "\u045f" or "\u0490" <= base <= "\u04f9"
        case _:
            return False


def _plain_width(character: str) -> str:
    """A wide Latin letter is a Latin one, narrow Katakana is Katakana."""
    if unicodedata.name(character, "").startswith(("FULLWIDTH", "HALFWIDTH")):
        return unicodedata.normalize("NFKC", character)
    return character
