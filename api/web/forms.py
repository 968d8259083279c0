"""What a form sent: its fields as text, its one file, and the key that makes sending it twice safe.

Fields are checked by the same wire models as JSON (``api/schemas``); a field left empty counts as
not sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.idempotency import Once
from api.problems import Problem

MOST_FIELDS = 50
LARGEST_FIELD_BYTES = 20_000_000  # a previewed bill of materials comes back in one field
FRAME_FIELDS = frozenset({"csrf_token", "once"})
Value = TypeVar("Value")


@dataclass(frozen=True)
class SentFile:
    """An uploaded file."""

    name: str
    media_type: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """The hash it will be kept under."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class SentForm:
    """The fields of a form without those of the frame.

    Attributes:
        path: Where it was sent to.
        once_key: The key the page gave the form, "" where it gave none.
    """

    path: str
    fields: dict[str, str]
    file: SentFile | None = None
    once_key: str = ""

    def text(self, name: str) -> str:
        """A field, "" where it was not sent."""
        return self.fields.get(name, "")

    def needed_file(self) -> SentFile:
        """The file.

        Raises:
            Problem: 422 ``file-missing``.
        """
        if self.file is None:
            raise Problem(422, "file-missing", "/file")
        return self.file

    def once(self, path_of: Callable[[Value], str], status: int = 303) -> Once[Value] | None:
        """Sent twice, done once: the second answer leads where the first one led."""
        if not self.once_key:
            return None
        file_sha256 = hashlib.sha256(self.file.content).hexdigest() if self.file else ""
        content = json.dumps([sorted(self.fields.items()), file_sha256], ensure_ascii=False)
        return Once(
            key=self.once_key,
            route=f"POST {self.path}",
            request_sha256=hashlib.sha256(content.encode()).hexdigest(),
            status=status,
            render=lambda value: path_of(value).encode(),
        )


async def sent_form(request: Request) -> SentForm:
    """The form of a request; read whole, because the guard limits its size.

    Raises:
        Problem: 400 ``form-malformed``.
    """
    try:
        return await _read_form(request)
    except HTTPException:
        raise Problem(400, "form-malformed") from None


async def _read_form(request: Request) -> SentForm:
    fields: dict[str, str] = {}
    file: SentFile | None = None
    async with request.form(
        max_files=1, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD_BYTES
    ) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    content = await value.read()
                    media_type = (value.content_type or "").partition(";")[0].strip().lower()
                    file = SentFile(value.filename, media_type, content)
            elif value.strip():
                fields[name] = value.replace("\r\n", "\n")
    once_key = fields.get("once", "")[:60]
    kept = {name: value for name, value in fields.items() if name not in FRAME_FIELDS}
    return SentForm(request.url.path, kept, file, once_key)


FormSent = Annotated[SentForm, Depends(sent_form)]
