"""Codes of the trade as people write them: with dots and hyphens, behind the name of their system.

A customs form of the mainland holds eight or ten digits (``7403.11.00``, ``7403110000``), of which
the first six are the subheading of the Harmonized System that datasets carry.
"""

from __future__ import annotations

import re

SUBHEADING_DIGITS, HEADING_DIGITS = 6, 4
_CAS = r"\d{2,7}-\d{2}-\d"
_CUSTOMS = r"\d{4}\.\d{2}(?:\.?\d{2}){0,2}|\d{4}\.\d{4}(?:\.?\d{2})?"
_WRITTEN = re.compile(rf"(?<![\d.-])(?:{_CAS}|{_CUSTOMS})(?![\d-])", re.ASCII)
_ON_A_FORM = re.compile(r"(?<!\d)\d{8}(?:\d{2})?(?!\d)", re.ASCII)
_SYSTEM = re.compile(
    r"(?:(?<![a-z0-9])(?:hs|hts|cpc|cas)(?:[ -]?(?:code|no|codigo|号|编码))?"
    r"|海关编码|商品编码|税号|税则号列?)[ .:#]*(?=\d)",
    re.ASCII,
)

_IN_A_LINE = re.compile(rf"(?<![\w.-])(?:{_CAS}|{_CUSTOMS}|\d{{8}}(?:\d{{2}})?)(?![\w-])", re.ASCII)
_BEHIND_ITS_SYSTEM = re.compile(rf"(?:{_SYSTEM.pattern})(\d[\d.-]{{3,}})", re.ASCII)


def codes_in(folded_text: str) -> tuple[str, ...]:
    """The digits of each code in a line of a bill, as they begin in the datasets."""
    written = [found[0] for found in _IN_A_LINE.finditer(folded_text)]
    written += [found[1] for found in _BEHIND_ITS_SYSTEM.finditer(folded_text)]
    return tuple(dict.fromkeys(beginning(code) for code in written))


def joined(text: str) -> str:
    """The text with each code in it written as digits alone: ``7606.11`` is ``760611``."""
    return _WRITTEN.sub(lambda found: _digits(found[0]), text)


def asked(folded_text: str) -> str:
    """A folded question, its codes as digits, without their systems, cut to what datasets carry."""
    cut = _ON_A_FORM.sub(lambda found: _subheading(found[0]), _SYSTEM.sub(" ", folded_text))
    return _WRITTEN.sub(lambda found: beginning(found[0]), cut)


def beginning(code: str) -> str:
    """The digits that a code which is looked for begins with; all of them where it is a CAS's."""
    return _digits(code) if "-" in code else _subheading(_digits(code))


def _subheading(digits: str) -> str:
    return digits[:SUBHEADING_DIGITS] if _ON_A_FORM.fullmatch(digits) else digits


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written, flags=re.ASCII)
