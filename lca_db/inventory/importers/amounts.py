"""Numbers as foreign files write them: decimals, floats in text, JSON numbers; no expressions."""

from __future__ import annotations

import re
from decimal import Decimal

from lca_db.inventory.importers.errors import ImportRefused

_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?"
)
_SHOWN = 40


def read_amount(value: object, place: str) -> Decimal:
    """A finite number, exactly as written; a float as the shortest text that gives it again.

    Raises:
        ImportRefused: ``import-number-malformed`` for anything else, a truth value included.
    """
    text = repr(value) if isinstance(value, float) else str(value)
    is_number = isinstance(value, str | int | float | Decimal) and not isinstance(value, bool)
    if not is_number or not _NUMBER.fullmatch(text.strip()):
        raise ImportRefused("import-number-malformed", place, value=text[:_SHOWN])
    return Decimal(text.strip())
