"""Databases for the benchmarks, and the page that a whole run of them writes."""

from __future__ import annotations

import pytest

from tests.benchmarks import page
from tests.support.database import (
    postgres_database,
    postgres_server,
    postgres_template,
    sqlite_database,
    sqlite_template,
)
from tests.support.instance import (
    postgres_instance,
    postgres_instance_template,
    sqlite_instance,
    sqlite_instance_template,
)

__all__ = [
    "postgres_database",
    "postgres_instance",
    "postgres_instance_template",
    "postgres_server",
    "postgres_template",
    "sqlite_database",
    "sqlite_instance",
    "sqlite_instance_template",
    "sqlite_template",
]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Writes the page where nothing was left out, by a failure or by the arguments."""
    is_whole = not session.config.getoption("keyword") and session.config.args == [
        "tests/benchmarks"
    ]
    if exitstatus == pytest.ExitCode.OK and is_whole and page.GROWTH:
        page.write()
        print(f"\nwritten: {page.PAGE}")
