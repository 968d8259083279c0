"""Makes the keys of an instance; lost ones are not replaced where people are known by them."""

from __future__ import annotations

from sqlalchemy import Engine

from api.keystore import create_keyring
from api.settings import Settings
from labels.access import Scope
from lca_db.unit_of_work import UnitOfWork


def create_keys(settings: Settings, engine: Engine, year: int) -> None:
    """Signing keys and the salt of identity documents; existing ones are kept.

    Args:
        settings: Of the instance, whose database has its schema.
        engine: Of its database.
        year: Which names new keys.

    Raises:
        CredentialError: ``identity-salt-missing`` where the salt was drawn once and is lost,
            ``identity-salt-malformed`` or ``identity-salt-foreign`` where it is not that one.
    """
    with UnitOfWork(engine, Scope.everything("create keys"), read_only=True) as uow:
        known_salts = uow.organisations.identity_salts()
    create_keyring(
        settings.resolved_key_dir,
        settings.resolved_passphrase_file,
        settings.public_base_url,
        year,
        known_salts=known_salts,
    )
