"""Parts of addresses, checked before anything is looked up; files given out under a name."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query
from fastapi.responses import Response

PathId = Annotated[str, Path(pattern=r"^[a-z]{2,4}_[0-9a-z]{26}$")]
DatasetId = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9.]+)*$", max_length=120)]
After = Annotated[str | None, Query(max_length=60, pattern=r"^[a-z0-9_]+$")]
CSV = "text/csv; charset=utf-8"


def download(content: bytes, media_type: str, file_name: str) -> Response:
    """A file to be saved, never shown inside our origin (RFC 6266, RFC 8187)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "_" for c in file_name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": disposition, "Cache-Control": "private, no-store"},
    )
