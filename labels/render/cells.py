"""Cells of tables that people open in a spreadsheet: none of them begins a formula.

A text that a spreadsheet would calculate gets an apostrophe in front, and so does a text that
already begins with one before such a sign: :func:`unguarded` gives every text again.
"""

from __future__ import annotations

import re
from datetime import date, datetime

BYTE_ORDER_MARK = "\ufeff"
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "\N{MINUS SIGN}")
_GUARD = "'"


def guarded_cell(cell: object) -> str:
    """The cell's text, with an apostrophe in front where a spreadsheet would calculate it."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    text = str(cell)
    if text.lstrip(_GUARD).startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return _GUARD + text
    return text


def unguarded(text: str) -> str:
    """The text of a guarded cell."""
    is_guarded = text.startswith(_GUARD) and text.lstrip(_GUARD).startswith(_FORMULA_STARTS)
    return text[1:] if is_guarded else text
