"""Whole numbers on the wire: written in digits, in JSON, in a form or in an address."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

_WHOLE = re.compile(r"[0-9]{1,15}")


def _whole(value: object) -> object:
    """Digits only: pydantic takes true, 1_0, -0.0, blanks and other scripts' digits as well."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number or (isinstance(value, str) and _WHOLE.fullmatch(value)):
        return value
    raise ValueError("a whole number is written in digits")


WholeNumber = Annotated[int, BeforeValidator(_whole)]
