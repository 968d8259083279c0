"""Text fields of foreign files: bounded, without control characters, blanks at the ends dropped."""

from __future__ import annotations

import unicodedata

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import ImportLimits

_KEPT = frozenset("\n\t")


def clean_text(value: object, limits: ImportLimits, place: str) -> str:
    """The text of a field, "" for None; NFC, control characters and lone surrogates dropped.

    Raises:
        ImportRefused: ``import-text-too-long``, ``import-text-expected``.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ImportRefused("import-text-expected", place, value=str(value)[:40])
    if len(value) > limits.text_characters:
        raise ImportRefused("import-text-too-long", place, most=str(limits.text_characters))
    if value.isascii() and value.isprintable():  # most fields of most files
        return value.strip()
    kept = "".join(c for c in value if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", kept).strip()
