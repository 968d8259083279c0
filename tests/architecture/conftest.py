"""Fixtures of the tests of documentation: the README is tried on a real instance."""

from tests.support.database import postgres_server, postgres_template, sqlite_template
from tests.support.instance import sqlite_instance_template

__all__ = ["postgres_server", "postgres_template", "sqlite_instance_template", "sqlite_template"]
