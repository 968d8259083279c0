"""The revisions of the schema this version knows, without loading Alembic: for every start."""

from __future__ import annotations

from sqlalchemy import Engine, inspect, text

from lca_db.errors import StorageError
from lca_db.guards import faults

REVISIONS = ("0001",)
"""In order; a test holds it to the migrations there are."""


def stored_revision(engine: Engine) -> str | None:
    """The revision the database has; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)


def check_current(engine: Engine) -> None:
    """Refuses to go on with another schema, or without its guards.

    Raises:
        StorageError: ``schema-missing`` for an empty database, ``schema-outdated`` for an older
            one, ``schema-unknown`` for a newer or foreign one, ``guards-damaged``.
    """
    revision = stored_revision(engine)
    if revision is None:
        raise StorageError("schema-missing")
    if revision not in REVISIONS:
        raise StorageError("schema-unknown", revision=revision)
    if revision != REVISIONS[-1]:
        raise StorageError("schema-outdated", revision=revision, newest=REVISIONS[-1])
    with engine.connect() as connection:
        damaged = faults(connection)
    if damaged:
        raise StorageError("guards-damaged", guards=", ".join(damaged))
