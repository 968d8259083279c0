"""Fixtures of the database tests."""

from tests.support.database import (
    database,
    empty_database,
    postgres_database,
    postgres_server,
    postgres_template,
    sqlite_database,
    sqlite_template,
)

__all__ = [
    "database",
    "empty_database",
    "postgres_database",
    "postgres_server",
    "postgres_template",
    "sqlite_database",
    "sqlite_template",
]
