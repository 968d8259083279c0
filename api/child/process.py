"""The one spawned child: work that must not run in the serving process, under hard limits.

PDF rendering, the parsing of spreadsheets and foreign inventories, the solving of snapshots and
what else needs Brightway run in ``python -m api.child.process TASK``: input on standard input,
result on standard output, a refusal as one JSON line with exit status 3. Memory, processor time
and files are limited before the task is imported, and the child gives way to the requests.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from api.child.progress import Told, listening, telling
from api.child.refusals import refusal_of, refused
from footprint.errors import FootprintError
from labels.errors import LabelError

MEMORY_BYTES = 2_000_000_000
CPU_SECONDS = 60
WALL_SECONDS = 90
NICENESS = 10
REFUSED = 3


class ChildTask(StrEnum):
    """What the child can do."""

    READ_WORKBOOK = "read-workbook"
    READ_CSV = "read-csv"
    RENDER_LABEL = "render-label"
    RENDER_REPORT = "render-report"
    WRITE_DATAPACKAGE = "write-datapackage"
    READ_INVENTORY = "read-inventory"
    CHECK_SNAPSHOT = "check-snapshot"
    SAMPLE_SNAPSHOT = "sample-snapshot"


class ChildFailed(Exception):
    """The child died or ran out of its limits.

    Attributes:
        output: What it had given out before.
    """

    def __init__(self, what: str, output: bytes = b"") -> None:
        super().__init__(what)
        self.output = output


@dataclass(frozen=True)
class ChildLimits:
    """What one run may use."""

    memory_bytes: int = MEMORY_BYTES
    cpu_seconds: int = CPU_SECONDS
    wall_seconds: int = WALL_SECONDS


def run_in_child(
    task: ChildTask, content: bytes, limits: ChildLimits | None = None, told: Told | None = None
) -> bytes:
    """The task's result; where it tells how far it is, ``told`` hears of it in another thread.

    Raises:
        FootprintError: What the task refused, with its code and place.
        ChildFailed: The child crashed, hung or used more than its limits.
    """
    limits = limits or ChildLimits()
    command = [
        sys.executable,
        "-m",
        "api.child.process",
        task.value,
        str(limits.memory_bytes),
        str(limits.cpu_seconds),
    ]
    try:
        with listening(told) as pipes:
            done = subprocess.run(  # noqa: S603  our own module, no shell, nothing from outside
                [*command, *map(str, pipes)],
                input=content,
                capture_output=True,
                timeout=limits.wall_seconds,
                check=False,
                pass_fds=pipes,
            )
    except subprocess.TimeoutExpired as error:
        raise ChildFailed(task.value, error.stdout or b"") from error
    if done.returncode == REFUSED:
        raise refused(json.loads(done.stdout))
    if done.returncode != 0:
        said = done.stderr[-2000:].decode(errors="replace")
        raise ChildFailed(f"{task.value}: {said}", done.stdout)
    return done.stdout


def _read_workbook(content: bytes) -> bytes:
    from api.intake.rows import read_workbook  # noqa: PLC0415  after the limits are set

    sheets = [{"name": s.name, "rows": s.rows} for s in read_workbook(content)]
    return json.dumps(sheets, ensure_ascii=False).encode()


def _read_csv(content: bytes) -> bytes:
    from api.intake.rows import read_csv  # noqa: PLC0415  after the limits are set

    sheet = read_csv(content)
    return json.dumps([{"name": sheet.name, "rows": sheet.rows}], ensure_ascii=False).encode()


def _render_label(content: bytes) -> Iterable[bytes]:
    from api.child.label_rendering import render_label_parts  # noqa: PLC0415  likewise

    return render_label_parts(content)


def _render_report(content: bytes) -> bytes:
    from api.child.study_report import render_report  # noqa: PLC0415  after the limits are set

    return render_report(content)


def _write_datapackage(content: bytes) -> bytes:
    from api.solving import datapackage_of  # noqa: PLC0415  after the limits are set
    from lca_db.inventory.snapshots import snapshot_of  # noqa: PLC0415  likewise

    return b"".join(datapackage_of(snapshot_of(content)))


def _read_inventory(content: bytes, tell: Told) -> bytes:
    from api.child.inventory import read_inventory  # noqa: PLC0415  after the limits are set

    return read_inventory(content, tell)


def _check_snapshot(content: bytes) -> bytes:
    from api.child.inventory import check_snapshot  # noqa: PLC0415  after the limits are set

    return check_snapshot(content)


def _sample_snapshot(content: bytes) -> bytes:
    from api.child.sampling import sample_snapshot  # noqa: PLC0415  after the limits are set

    return sample_snapshot(content)


_TASKS: dict[ChildTask, Callable[[bytes], bytes | Iterable[bytes]]] = {
    ChildTask.READ_WORKBOOK: _read_workbook,
    ChildTask.READ_CSV: _read_csv,
    ChildTask.RENDER_LABEL: _render_label,
    ChildTask.RENDER_REPORT: _render_report,
    ChildTask.WRITE_DATAPACKAGE: _write_datapackage,
    ChildTask.CHECK_SNAPSHOT: _check_snapshot,
    ChildTask.SAMPLE_SNAPSHOT: _sample_snapshot,
}
_TELLING: dict[ChildTask, Callable[[bytes, Told], bytes]] = {
    ChildTask.READ_INVENTORY: _read_inventory,
}


def main(arguments: list[str]) -> int:
    """Runs one task on standard input under the limits given."""
    task, memory_bytes, cpu_seconds = ChildTask(arguments[0]), int(arguments[1]), int(arguments[2])
    tell = telling(int(arguments[3]) if len(arguments) > 3 else None)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)
    try:
        content = sys.stdin.buffer.read()
        answer = _TELLING[task](content, tell) if task in _TELLING else _TASKS[task](content)
        for part in (answer,) if isinstance(answer, bytes) else answer:
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()  # what is made is kept where the next part ends the child
    except (FootprintError, LabelError) as error:
        sys.stdout.buffer.write(json.dumps(refusal_of(error)).encode())
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
