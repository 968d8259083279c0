"""Identity documents: one human is one person here, whatever number of accounts they have.

The number of a document is never stored. Kept is its scrypt hash under the instance's own salt,
which lies with the keys and not in the database: a stolen database cannot be tried against the few
numbers there are.
"""

from __future__ import annotations

import hashlib

from api.context import Context
from api.keystore import identity_salt, salt_fingerprint
from labels.access import Scope
from labels.identity_document import IdentityDocument
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("salt of identity documents")
_COST, _BLOCK, _LANES = 2**14, 8, 1


def identity_hash(context: Context, document: IdentityDocument) -> str:
    """What is stored of an identity document: kind, issuer and number in one hash.

    Raises:
        CredentialError: As :func:`checked_salt`.
    """
    salt = checked_salt(context)
    digest = hashlib.scrypt(
        document.canonical.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, maxmem=2**26, dklen=32
    )
    return digest.hex()


def checked_salt(context: Context) -> bytes:
    """The salt of the instance, which is the one its people are known under.

    Raises:
        CredentialError: ``identity-salt-missing``, ``identity-salt-malformed``,
            ``identity-salt-foreign`` or ``key-file-readable-by-others``.
    """
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        known = uow.organisations.identity_salts()
    return identity_salt(context.settings.resolved_key_dir, known)


def salt_sha256(context: Context) -> str:
    """By what the salt of the instance is known again."""
    return salt_fingerprint(identity_salt(context.settings.resolved_key_dir))
