"""JSON with decimals as exact numbers: an amount keeps its digits, trailing zeros included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal


def exact_json(value: object) -> bytes:
    """UTF-8 bytes of plain values, mappings and lists; members in the order they have."""
    return (_text(value) + "\n").encode()


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)  # a finite decimal's text is a JSON number
    if isinstance(value, Mapping):
        members = (f"{json.dumps(str(k), ensure_ascii=False)}:{_text(v)}" for k, v in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
