"""The instance a command works on, and its connections closed when the command is done with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from api.context import Context, open_context
from api.settings import Settings
from lca_db.engine import lacks_file, open_engine
from lca_db.errors import StorageError
from lca_db.revisions import check_current


@contextmanager
def opened_instance(settings: Settings, *, has_keys: bool = True) -> Iterator[Context]:
    """The instance that the settings describe; what ``open_context`` raises is raised here."""
    context = open_context(settings, has_keys=has_keys)
    try:
        yield context
    finally:
        context.engine.dispose()


@contextmanager
def existing_instance(settings: Settings | None = None) -> Iterator[Context]:
    """The same for a command that only reads: with a database of this version, without keys.

    Raises:
        StorageError: ``schema-missing`` where there is none, before a file is made for it; what
            ``check_current`` and the opening of a database raise.
    """
    settings = settings or Settings()
    if lacks_file(settings.resolved_database_url):
        raise StorageError("schema-missing")
    with opened_instance(settings, has_keys=False) as context:
        check_current(context.engine)
        yield context


@contextmanager
def opened_database(settings: Settings) -> Iterator[Engine]:
    """The database alone, of whatever version."""
    engine = open_engine(settings.resolved_database_url)
    try:
        yield engine
    finally:
        engine.dispose()
