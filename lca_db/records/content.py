"""Values of the core as canonical text and back: how cases, label facts and tables are kept.

Writing walks the frozen dataclasses (sets sorted, times in UTC, decimals as text) and gives RFC
8785 text, so that equal values are equal text. Reading is strict and runs the checks a value makes
at its construction: text that was tampered with does not become a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, cast

import rfc8785
from pydantic import TypeAdapter, ValidationError

from lca_db.errors import StorageError

Value = TypeVar("Value")


def text_of(value: object) -> str:
    """The canonical text of a value."""
    return rfc8785.dumps(plain(value)).decode()


def value_of(kind: type[Value], text: str) -> Value:
    """The value again.

    Raises:
        StorageError: ``record-damaged`` when the text is not that of such a value.
    """
    try:
        value: Value = _adapter(cast(Any, kind)).validate_json(text, strict=True)
    except ValidationError:
        raise StorageError("record-damaged", kind=kind.__name__) from None
    return value


@lru_cache(maxsize=64)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def plain(value: Any) -> Any:
    """The value in JSON's own types."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(plain(item) for item in value)
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    raise StorageError("value-not-storable", kind=type(value).__name__)
