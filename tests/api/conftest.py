"""Fixtures of the API tests."""

from tests.support.database import postgres_server, postgres_template, sqlite_template
from tests.support.instance import (
    instance,
    issued_instance,
    issued_template,
    postgres_instance,
    postgres_instance_template,
    sqlite_instance,
    sqlite_instance_template,
)
from tests.support.two_bodies import bodies

__all__ = [
    "bodies",
    "instance",
    "issued_instance",
    "issued_template",
    "postgres_instance",
    "postgres_instance_template",
    "postgres_server",
    "postgres_template",
    "sqlite_instance",
    "sqlite_instance_template",
    "sqlite_template",
]
