"""What two writings of one text have in common."""

from __future__ import annotations

import hashlib

from lca_db.inventory.matching.atoms import atoms


def text_sha256(text: str) -> str:
    """A hash of the text that script, width, case and blanks do not change."""
    return hashlib.sha256(atoms(text).key.encode()).hexdigest()
