"""Alembic's way into the database, for ``lca_db/schema.py`` and for the ``alembic`` command.

The product migrates through ``lca_db.schema``, which hands in its connection. A developer who
writes a migration calls ``alembic revision --autogenerate`` with TANBIAO_DATABASE_URL set.
"""

from __future__ import annotations

import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool
from sqlmodel.sql.sqltypes import AutoString

from lca_db.search_index import is_search_object
from lca_db.tables import METADATA


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Column types in a migration: ours by name, SQLModel's string as SQLAlchemy's."""
    if kind != "type":
        return False
    if isinstance(item, AutoString):
        return "sa.String()"
    if type(item).__module__ == "lca_db.types":
        autogen.imports.add("from lca_db import types")
        return f"types.{type(item).__name__}()"
    return False


def include_object(_item: Any, name: str | None, _kind: str, _reflected: bool, _other: Any) -> bool:
    """Everything but the search index, which is made after every migration."""
    return not is_search_object(name)


def run(connection: Connection) -> None:
    """Runs what was asked for on a connection."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        render_item=render_item,
        include_object=include_object,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(os.environ["TANBIAO_DATABASE_URL"], poolclass=NullPool)
    with engine.connect() as own:
        run(own)
