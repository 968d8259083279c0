"""The files printed of one label: their parts, and what the spawned child is asked and answers.

It answers one line for each part asked for: the files, or why they are refused.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum

from api.child.refusals import refusal_of, refused
from footprint.errors import FootprintError
from labels.errors import LabelError

CERTIFICATE = "certificate.pdf"
MEDIA_TYPES = {
    CERTIFICATE: "application/pdf",
    "label.svg": "image/svg+xml",
    "label.png": "image/png",
    "label-one-colour.svg": "image/svg+xml",
    "label-smallest.svg": "image/svg+xml",
    "qr.png": "image/png",
}


class LabelPart(StrEnum):
    """What is made, and may fail, by itself."""

    MARKS = "marks"
    CERTIFICATE = "certificate"

    @property
    def kinds(self) -> frozenset[str]:
        """The names of its files."""
        certificate = frozenset({CERTIFICATE})
        if self is LabelPart.CERTIFICATE:
            return certificate
        return frozenset(MEDIA_TYPES) - certificate


def label_request(credential: bytes, parts: Sequence[LabelPart]) -> bytes:
    """What the child is asked."""
    return json.dumps({"parts": parts, "credential": _text(credential)}).encode()


def read_request(request: bytes) -> tuple[list[LabelPart], bytes]:
    """As the child reads it."""
    asked = json.loads(request)
    return [LabelPart(part) for part in asked["parts"]], _bytes(asked["credential"])


def made_line(files: Mapping[str, bytes]) -> bytes:
    """The files of one part, for the pipe."""
    return _line({"files": {name: _text(content) for name, content in files.items()}})


def refused_line(error: FootprintError | LabelError) -> bytes:
    """Why one part cannot be made, for the pipe."""
    return _line({"refusal": refusal_of(error)})


def read_line(line: bytes) -> dict[str, bytes] | FootprintError:
    """What was answered of one part, as the parent reads it."""
    answered = json.loads(line)
    if "refusal" in answered:
        return refused(answered["refusal"])
    return {name: _bytes(text) for name, text in answered["files"].items()}


def _line(body: object) -> bytes:
    return json.dumps(body).encode() + b"\n"


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
