"""The files printed of one label: their parts, and what the spawned child is asked and answers.

One child makes all parts, since to start it costs as much as a part. It answers one line for each:
the files, or why they are refused. Where it dies over one part, what it made before is kept and the
parts after it get a child of their own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from api.child.process import ChildFailed, ChildTask, refusal_of, refused, run_in_child
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
        return certificate if self is LabelPart.CERTIFICATE else MEDIA_TYPES.keys() - certificate


PartMade = dict[str, bytes] | FootprintError | ChildFailed


def make_label_parts(
    credential: bytes, parts: Sequence[LabelPart]
) -> Iterator[tuple[LabelPart, PartMade]]:
    """Each part with its files by name, or with why it could not be made."""
    waiting = list(parts)
    while waiting:
        died: ChildFailed | None = None
        try:
            answer = run_in_child(ChildTask.RENDER_LABEL, label_request(credential, waiting))
        except ChildFailed as error:
            answer, died = error.output, error
        for line in answer.splitlines(keepends=True):
            if line.endswith(b"\n"):  # the last one may be cut
                yield waiting.pop(0), _read_line(line)
        if waiting:
            yield waiting.pop(0), died or ChildFailed(f"{ChildTask.RENDER_LABEL}: no answer")


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


def _read_line(line: bytes) -> PartMade:
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
