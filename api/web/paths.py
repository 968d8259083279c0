"""Parts of addresses, checked before anything is looked up; files given out under a name."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import Query
from fastapi.responses import Response
from pydantic import AfterValidator

from api.problems import Problem

_ID = re.compile(r"[a-z]{2,4}_[0-9a-z]{26}")
_DATASET_ID = re.compile(r"[a-z0-9]+(-[a-z0-9.]+)*")
LONGEST_DATASET_ID = 120


def _is_id(text: str) -> str:
    """The id itself; anything else leads nowhere, as an id that does not exist."""
    if not _ID.fullmatch(text):
        raise Problem(404, "not-found")
    return text


def _is_dataset_id(text: str) -> str:
    if len(text) > LONGEST_DATASET_ID or not _DATASET_ID.fullmatch(text):
        raise Problem(404, "not-found")
    return text


PathId = Annotated[str, AfterValidator(_is_id)]
DatasetId = Annotated[str, AfterValidator(_is_dataset_id)]
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
