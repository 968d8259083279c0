"""Fixtures of the page tests."""

from tests.support.instance import (
    issued_instance,
    issued_template,
    sqlite_instance,
    sqlite_instance_template,
)

__all__ = [
    "issued_instance",
    "issued_template",
    "sqlite_instance",
    "sqlite_instance_template",
]
