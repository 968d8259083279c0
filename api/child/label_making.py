"""Has the files printed of one label made in the spawned child, each part with its own outcome.

One child makes all parts, since to start it costs as much as a part. Where it dies over one part,
what it made before is kept and the parts after it get a child of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.child.label_pack import LabelPart, label_request, read_line
from api.child.process import ChildFailed, ChildTask, run_in_child
from footprint.errors import FootprintError

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
                yield waiting.pop(0), read_line(line)
        if waiting:
            yield waiting.pop(0), died or ChildFailed(f"{ChildTask.RENDER_LABEL}: no answer")
