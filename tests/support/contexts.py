"""The surroundings of an instance whose keys are open already: stretching a passphrase is slow."""

from __future__ import annotations

from api.clients.guarded_http import GuardedClient
from api.context import Context
from api.keystore import Keyring
from api.settings import Settings
from lca_db.engine import open_engine
from lca_db.files import FileStore


def a_context(settings: Settings, keyring: Keyring | None) -> Context:
    """As :func:`api.context.open_context` makes it, but for the keys."""
    return Context(
        settings=settings,
        engine=open_engine(settings.resolved_database_url),
        files=FileStore(settings.data_dir / "files"),
        keyring=keyring,
        partners=GuardedClient(allow_private=settings.allow_private_partners),
    )
