"""Identity documents: one human is one person here, whatever number of accounts they have.

The number of a document is never stored. Kept is its scrypt hash under the instance's own salt,
which lies with the keys and not in the database: a stolen database cannot be tried against the few
numbers there are.
"""

from __future__ import annotations

import hashlib
import unicodedata

from api.context import Context
from api.keystore import identity_salt
from api.problems import Problem

SHORTEST = 5  # characters that count
_COST, _BLOCK, _LANES = 2**14, 8, 1


def identity_hash(context: Context, reference: str) -> str:
    """What is stored of an identity document.

    Args:
        context: The instance.
        reference: Kind and number as written on it; case, blanks and hyphens do not matter.

    Raises:
        Problem: 422 ``identity-too-short``.
        CredentialError: ``keys-missing``.
    """
    folded = unicodedata.normalize("NFKC", reference).casefold()
    counting = "".join(c for c in folded if c.isalnum())
    if len(counting) < SHORTEST:
        raise Problem(
            422,
            "identity-too-short",
            "/identity_reference",
            parameters={"length": str(SHORTEST)},
        )
    salt = identity_salt(context.settings.resolved_key_dir)
    digest = hashlib.scrypt(
        counting.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, maxmem=2**26, dklen=32
    )
    return digest.hex()
