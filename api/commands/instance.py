"""The instance a command only reads: there already, and not asked for its keys."""

from __future__ import annotations

from api.context import Context, open_context
from api.settings import Settings
from lca_db.engine import lacks_file
from lca_db.errors import StorageError
from lca_db.revisions import check_current


def existing_instance(settings: Settings | None = None) -> Context:
    """The instance that the settings describe, with a database of this version and without keys.

    Raises:
        StorageError: ``schema-missing`` where there is none, before a file is made for it; what
            ``check_current`` and the opening of a database raise.
    """
    settings = settings or Settings()
    if lacks_file(settings.resolved_database_url):
        raise StorageError("schema-missing")
    context = open_context(settings, has_keys=False)
    check_current(context.engine)
    return context
