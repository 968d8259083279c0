"""Text files as Windows programs write them: which encoding, decided by rules and never by chance.

Rules, the first that fits:

1. A byte order mark says it (UTF-8, UTF-16).
2. UTF-8, where every byte fits.
3. GB18030 or Big5, where most of the Chinese characters it gives are everyday ones: a French or
   Portuguese text read so gives rare ones.
4. Windows-1252, which SimaPro writes in Europe; its five empty places are read as ISO 8859-1.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from lca_db.inventory.importers.errors import ImportRefused

# encoding -> first and last lead byte of its everyday characters, least trail byte
_EVERYDAY = {"gb18030": (0xB0, 0xD7, 0xA1), "big5hkscs": (0xA4, 0xC6, 0x40)}
_PUNCTUATION = frozenset({0xA1, 0xA2, 0xA3})
_LEAST_SHARE = 0.5
_SAMPLE = 200_000
_HAN = ("\u3400", "\u9fff")


def decode(content: bytes) -> str:
    """The text of a file.

    Raises:
        ImportRefused: ``import-format-unexpected`` for a file that is no text.
    """
    text = _decoded(content)
    if "\0" in text:
        raise ImportRefused("import-format-unexpected", "", expected="CSV")
    return text


def language_of(text: str) -> str:
    """The language a name is filed under where its format does not say: Chinese where it is so."""
    return "zh-Hans" if any(_HAN[0] <= c <= _HAN[1] for c in text) else "en"


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text, without their ends; only CR and LF end one."""
    start = 0
    for position in _ends(text):
        yield text[start:position].rstrip("\r")
        start = position + 1
    if start < len(text):
        yield text[start:].rstrip("\r")


def _ends(text: str) -> Iterator[int]:
    end = "\n" if "\n" in text else "\r"
    position = text.find(end)
    while position >= 0:
        yield position
        position = text.find(end, position + 1)


def _decoded(content: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    readings = []
    for encoding in _EVERYDAY:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((_everyday_share(text, encoding), text))
    share, text = max(readings, key=lambda reading: reading[0], default=(0.0, ""))
    if share >= _LEAST_SHARE:
        return text
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _everyday_share(text: str, encoding: str) -> float:
    """Which share of the characters beyond ASCII are everyday Chinese ones, punctuation left out.

    Both standards put the everyday characters into one block of lead bytes: GB 2312 level 1
    (and its trail bytes from A1), Big5 level 1. A text read in the wrong one lands elsewhere.
    """
    first, last, least_trail = _EVERYDAY[encoding]
    counted = common = 0
    for character in text[:_SAMPLE]:
        if character < "\x80":
            continue
        code = character.encode(encoding, errors="replace")
        if code[0] in _PUNCTUATION and len(code) == 2:
            continue
        counted += 1
        common += len(code) == 2 and first <= code[0] <= last and code[1] >= least_trail
    return common / counted if counted else 0.0
