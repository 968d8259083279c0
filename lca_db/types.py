"""Column types that survive both SQLite and PostgreSQL.

Every table is STRICT on SQLite: TEXT, INTEGER and BLOB are the only types there, and a wrong type
is refused instead of stored. Decimals and floats have no column at all: an amount is an integer of
milligrams or text.
"""

# ruff: noqa: ARG002  the dialect is an argument SQLAlchemy passes to every column type
from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import TEXT as POSTGRESQL_TEXT
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

from footprint.canonical import canonical_json

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**63 - 1


class Plain(TypeDecorator[str]):
    """Text for people: names, notes, codes. Never with a NUL, which PostgreSQL refuses."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text itself; a lone surrogate has no encoding and is refused as well."""
        if value is not None and b"\x00" in value.encode():
            raise ValueError("text with a NUL character")
        return value


class Identifier(Plain):
    """An id, code or hash that is compared and ordered byte by byte on both databases."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text; on PostgreSQL with the C collation, so that keyset pages have one order."""
        if dialect.name == "postgresql":
            return POSTGRESQL_TEXT(collation="C")
        return Text()


class Sha256(Identifier):
    """A SHA-256 as 64 lower-case hexadecimal digits."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The hash itself, when it is one."""
        if value is not None and _SHA256.fullmatch(value) is None:
            raise ValueError("not a SHA-256")
        return value


class Count(TypeDecorator[int]):
    """A signed 64-bit integer; on SQLite INTEGER, which is the same."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """BIGINT on PostgreSQL, INTEGER on SQLite (STRICT knows no other)."""
        is_sqlite = dialect.name == "sqlite"
        return Integer() if is_sqlite else BigInteger()

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """The integer itself: no float, no truth value, nothing beyond 64 bits."""
        if value is None:
            return None
        if type(value) is not int or not -_LARGEST - 1 <= value <= _LARGEST:
            raise ValueError("not a 64-bit integer")
        return value


class Milligrams(Count):
    """A mass of CO2e in whole milligrams: the amounts of every ledger."""

    cache_ok = True


class Flag(TypeDecorator[bool]):
    """True or false, stored as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """1 or 0."""
        return None if value is None else int(bool(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """True or False."""
        return None if value is None else bool(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, to the microsecond; on SQLite text whose order is that of time."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """TIMESTAMP WITH TIME ZONE on PostgreSQL, TEXT on SQLite."""
        if dialect.name == "postgresql":
            return TIMESTAMP(timezone=True)
        return Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """The time in UTC; a time without zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone")
        moment = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return moment
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The aware time."""
        if value is None or isinstance(value, datetime):
            return None if value is None else value.astimezone(UTC)
        return datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A calendar day as text ``YYYY-MM-DD``, whose order is that of the days."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text compared byte by byte."""
        if dialect.name == "postgresql":
            return POSTGRESQL_TEXT(collation="C")
        return Text()

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """The day as text; a time of day is refused."""
        if isinstance(value, datetime):
            raise ValueError("a time where a day is kept")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """The day."""
        return None if value is None else date.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value as its canonical text (RFC 8785): equal values are equal text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Canonical text; None is the SQL NULL, never a JSON null."""
        if value is None:
            return None
        text = canonical_json(value).decode()
        if "\\u0000" in text:
            raise ValueError("text with a NUL character")
        return text

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value."""
        return None if value is None else json.loads(value)


class Octets(TypeDecorator[bytes]):
    """Exact bytes: what was hashed or signed is stored and served as it is."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        """Bytes, whatever the driver hands out."""
        return None if value is None else bytes(value)
