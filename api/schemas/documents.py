"""Documents an organisation keeps, on the wire."""

from __future__ import annotations

from datetime import datetime

from api.schemas.footprints import Out
from lca_db.records.documents.values import Document


class DocumentOut(Out):
    """A document of one's organisation; its hash is what steps, volumes and indicators name."""

    id: str
    sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    added_at: datetime

    @classmethod
    def from_core(cls, document: Document) -> DocumentOut:
        """From the value."""
        return cls(
            id=document.id,
            sha256=document.sha256,
            file_name=document.file_name,
            media_type=document.media_type,
            size_bytes=document.size_bytes,
            added_at=document.added_at,
        )
