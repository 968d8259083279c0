"""What every table has in common: the metadata, the naming of constraints, STRICT on SQLite.

No ``from __future__ import annotations`` here nor in any ``tables.py``: SQLModel reads the
annotations themselves. A row is the database's shape of a thing and nothing else: it is never
handed out of ``lca_db`` (values are), and it does not validate (architecture, decision 4).
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlmodel import SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Row(SQLModel):
    """Base of all tables."""

    metadata = METADATA


def table_args(*items: Any) -> tuple[Any, ...]:
    """Constraints and indexes of a table, which is STRICT on SQLite."""
    return (*items, {"sqlite_strict": True})


def check(name: str, rule: str) -> CheckConstraint:
    """A rule each row keeps, in SQL that both databases read alike."""
    return CheckConstraint(rule, name=name)


def one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """The column holds one of the words."""
    words = ", ".join(f"'{value!s}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def unique(*columns: str) -> UniqueConstraint:
    """No two rows with the same values."""
    return UniqueConstraint(*columns)


def refers(columns: str | tuple[str, ...], target: str | tuple[str, ...]) -> ForeignKeyConstraint:
    """A reference to another table's row (``"organisation_id"``, ``"organisation.id"``)."""
    own = (columns,) if isinstance(columns, str) else columns
    others = (target,) if isinstance(target, str) else target
    return ForeignKeyConstraint(own, others)


def index(name: str, *columns: str) -> Index:
    """An index for look-ups."""
    return Index(name, *columns)


def unique_where(name: str, columns: tuple[str, ...], condition: str) -> Index:
    """No two rows with the same values among those that meet the condition."""
    return Index(
        name,
        *columns,
        unique=True,
        sqlite_where=text(condition),
        postgresql_where=text(condition),
    )
