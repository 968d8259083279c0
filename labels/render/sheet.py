"""What the style sheets of printed documents share: fonts, the page counter, safe strings."""

from __future__ import annotations

from labels.locale import Translator


def paper_fonts(language: str) -> str:
    """The font families of a document in that language, as CSS takes them."""
    return f"'Noto Sans CJK {'HK' if language == 'zh-Hant' else 'SC'}', 'DejaVu Sans', sans-serif"


def page_counter(reader: Translator) -> str:
    """The CSS content for "page n of m": only the layout knows the numbers."""
    words = reader.text("certificate.page", page="\0page\0", pages="\0pages\0").split("\0")
    return " ".join(
        f"counter({part})" if part in {"page", "pages"} else css_string(part) for part in words
    )


def css_string(text: str) -> str:
    """A CSS string that cannot end early: everything but letters, digits and spaces escaped."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
