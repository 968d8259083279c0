"""Files given out under a name, by the JSON API and by the pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from lca_db.inventory.exports.forms import XLSX_TYPE
from lca_db.inventory.exports.workbook import workbook

_SHEET_NAME = 31  # characters at most, by Excel
FILE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, as an attachment of the type it was kept with",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""How the OpenAPI document describes an answer that is a file."""


def attachment(file_name: str) -> str:
    """The Content-Disposition of a file to be saved (RFC 6266, RFC 8187)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "_" for c in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def workbook_download(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], file_name: str
) -> Response:
    """A table as an Excel workbook of one sheet; no cell of it is a formula."""
    content = b"".join(workbook(((title[:_SHEET_NAME], chain((columns,), rows)),)))
    return download(content, XLSX_TYPE, file_name)


def download(content: bytes, media_type: str, file_name: str) -> Response:
    """A file to be saved, never shown inside our origin."""
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": attachment(file_name),
            "Cache-Control": "private, no-store",
        },
    )
