"""Identity documents: one human is one person here, whatever number of accounts they have.

The number of a document is never stored. Kept is its scrypt hash under the instance's own salt,
which lies with the keys and not in the database: a stolen database cannot be tried against the few
numbers there are.
"""

from __future__ import annotations

import hashlib

from api.context import Context
from api.keystore import identity_salt
from labels.identity_document import IdentityDocument

_COST, _BLOCK, _LANES = 2**14, 8, 1


def identity_hash(context: Context, document: IdentityDocument) -> str:
    """What is stored of an identity document: kind, issuer and number in one hash.

    Raises:
        CredentialError: ``identity-salt-missing``.
    """
    salt = identity_salt(context.settings.resolved_key_dir)
    digest = hashlib.scrypt(
        document.canonical.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, maxmem=2**26, dklen=32
    )
    return digest.hex()
