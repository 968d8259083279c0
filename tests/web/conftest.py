"""Fixtures of the page tests."""

from tests.support.browser import chromium, site
from tests.support.instance import (
    issued_instance,
    issued_template,
    sqlite_instance,
    sqlite_instance_template,
)

__all__ = [
    "chromium",
    "issued_instance",
    "issued_template",
    "site",
    "sqlite_instance",
    "sqlite_instance_template",
]
