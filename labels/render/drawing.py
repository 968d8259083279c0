"""SVG by presentation attributes: escaped elements, text that fits, and the stage bar.

Rules:

* No inline ``style`` (the pages' Content-Security-Policy forbids it), no ``var()`` (WeasyPrint
  cannot read it), nothing loaded from elsewhere. A class name beside each colour lets the page's
  style sheet switch to the dark scheme.
* Text widths are estimated on the wide side from Noto Sans CJK, so that fitted text stays inside
  with any reader's font.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

FONTS_SC = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei','DejaVu Sans',sans-serif"
FONTS_HK = "'Noto Sans CJK HK','PingFang HK','Microsoft JhengHei','DejaVu Sans',sans-serif"

# Advance in em, rounded up, of the Latin letters of Noto Sans CJK.
_ADVANCES_EM = {
    letter: advance
    for advance, letters in {
        0.25: " ",
        0.30: "',.:;Iijl|ÌÍÎÏìíîï",
        0.35: "!()-[]f{}",
        0.40: "/\\rt",
        0.50: '"*?sxz',
        0.55: "JLYcvyÝçý",
        0.60: "#$+0123456789<=>EFSTVX^_aegk~ÈÉÊËàáâãäåèéêë",
        0.70: "&BDGÞ",
        0.75: "HNOQUÐÑÒÓÔÕÖØÙÚÛÜ",
        0.85: "Mw",
        0.95: "W%@mæÆ",
    }.items()
    for letter in letters
}
_OTHER_LATIN_EM = 0.65
_OTHER_SMALL_EM = 0.9  # small letters of other alphabets
_OTHER_EM = 1.2  # other writing, signs that Chinese fonts draw as wide as a character
_AS_WIDE_AS_CHINESE = frozenset("\u00b7\u00a7\u00b6\u2014\u2018\u2019\u201c\u201d\u2026")
_BOLD = 1.07
Number = float | int | Decimal


def number(value: Number) -> str:
    """A coordinate: at most two decimals, no exponent, no trailing zeros."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def element(name: str, content: str = "", **attributes: str | Number | None) -> str:
    """An SVG element; ``content`` is markup, attribute values are escaped, None is left out.

    Attribute names are written with ``_`` for ``-`` and a trailing ``_`` where Python reserves
    the word: ``font_size``, ``class_``.
    """
    parts = [name]
    for key, value in attributes.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else number(value)
        parts.append(f"{key.rstrip('_').replace('_', '-')}={quoteattr(text)}")
    head = " ".join(parts)
    return f"<{head}>{content}</{name}>" if content else f"<{head}/>"


def text(
    content: str,
    x: Number,
    y: Number,
    size: Number,
    *,
    fill: str,
    class_: str | None = None,
    weight: str | None = None,
    anchor: str | None = None,
    family: str | None = None,
    language: str | None = None,
) -> str:
    """A line of text with its baseline at ``y``."""
    return element(
        "text",
        escape(content),
        x=x,
        y=y,
        font_size=size,
        fill=fill,
        class_=class_,
        font_weight=weight,
        text_anchor=anchor,
        font_family=family,
        lang=language,
    )


def text_width(content: str, size: float, *, is_bold: bool = False) -> float:
    """Estimated advance of a line, in the unit of ``size``; rather too wide than too narrow."""
    ems = sum(_advance_em(c) for c in content)
    return ems * size * (_BOLD if is_bold else 1.0)


@lru_cache(maxsize=4096)
def _advance_em(character: str) -> float:
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1.0
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0.0
    letter = unicodedata.normalize("NFD", character)[0]  # a mark widens no letter
    if letter in _ADVANCES_EM:
        return _ADVANCES_EM[letter]
    if character in _AS_WIDE_AS_CHINESE:
        return 1.0
    if character < "\u0250":
        return _OTHER_LATIN_EM
    return _OTHER_SMALL_EM if unicodedata.category(character) == "Ll" else _OTHER_EM


def fitting_size(
    content: str, width: float, largest: float, smallest: float, *, is_bold: bool = False
) -> float:
    """The largest size from ``largest`` down to ``smallest`` at which the line fits ``width``."""
    natural = text_width(content, 1.0, is_bold=is_bold)
    return max(smallest, min(largest, width / natural if natural else largest))


def shortened(content: str, width: float, size: float, *, is_bold: bool = False) -> str:
    """The line itself, or as much of it as fits ``width`` with an ellipsis."""
    if text_width(content, size, is_bold=is_bold) <= width * 1.0001:
        return content
    kept = content
    while kept and (
        text_width(kept + "…", size, is_bold=is_bold) > width
        or unicodedata.category(content[len(kept) : len(kept) + 1] or " ")[0] == "M"
    ):  # a letter keeps its marks
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(content: str, width: float, size: float, *, is_bold: bool = False) -> tuple[str, str]:
    """The line over two where it does not fit one: broken at a blank, or between Chinese letters.

    A word wider than the line is broken within. The second part is as long as it is, and "" where
    one line holds all.
    """
    if text_width(content, size, is_bold=is_bold) <= width:
        return content, ""
    fitting = [
        n
        for n in range(1, len(content))
        if text_width(content[:n].rstrip(), size, is_bold=is_bold) <= width
    ]
    at_words = [n for n in fitting if _may_break(content[n - 1], content[n])]
    within = [n for n in fitting if unicodedata.category(content[n])[0] != "M"]
    cut = (at_words or within or [len(content)])[-1]
    return content[:cut].rstrip(), content[cut:].lstrip()


def _may_break(before: str, after: str) -> bool:
    """Behind a blank, or between wide letters that open or close no bracket."""
    if before == " ":
        return True
    is_wide = all(unicodedata.category(c) == "Lo" for c in (before, after))
    return is_wide or (unicodedata.category(before) in {"Po", "Pe"} and after != " ")


def hatch(pattern_id: str, colour: str, class_: str | None = None, step: float = 6) -> str:
    """A definition of diagonal lines, for what is stated but not counted."""
    line = element("path", d=f"M0 {number(step)}L{number(step)} 0", stroke=colour,
                   stroke_width=1, class_=class_)  # fmt: skip
    return element("pattern", line, id=pattern_id, width=step, height=step,
                   patternUnits="userSpaceOnUse")  # fmt: skip
