"""The language of a foreign name: BCP 47 tags as files write them, and names that carry none."""

from __future__ import annotations

import re

_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def language_of_tag(tag: str) -> str:
    """A tag as this product writes it: ``zh-TW`` is ``zh-Hant``, other Chinese ``zh-Hans``.

    Every other language loses script and country (``pt-BR`` is ``pt``); "" and what is no tag
    count as English, the default of the formats that have tags.
    """
    if not _TAG.fullmatch(tag):
        return "en"
    first, *rest = re.split("[-_]", tag.lower())
    if first != "zh":
        return first
    return "zh-Hant" if _TRADITIONAL.intersection(rest) and "hans" not in rest else "zh-Hans"


def language_of_text(text: str) -> str:
    """The language to file a name under whose format has no tags: Chinese letters or none."""
    return "zh-Hans" if _CHINESE.search(text) else "en"
