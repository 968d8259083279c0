"""Foreign inventories read, and snapshots checked and solved; both run in the spawned child.

A file that came over the network is read under the smaller limits of an upload and under those of
the child (security.md, threats 13 to 17); Brightway never loads in the serving process.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rfc8785

from api.child.progress import Told, nothing_told
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from lca_db.inventory.checks.run import Report, read_check_tables, read_report, run_checks
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.importing import import_file
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.options import options_of
from lca_db.inventory.snapshots import datasets_bytes, read_datasets

MOST_ANSWER_BYTES = 200_000_000


@dataclass(frozen=True)
class ReadInventory:
    """What the child made of a file: the report and the datasets, as they are stored."""

    report: bytes
    datasets: bytes

    def to_bytes(self) -> bytes:
        """For the pipe between child and parent: canonical JSON has no line break."""
        return self.report + b"\n" + self.datasets

    @classmethod
    def from_bytes(cls, data: bytes) -> ReadInventory:
        """As the parent reads it."""
        report, _, datasets = data.partition(b"\n")
        return cls(report, datasets)


def inventory_request(path: Path, file_name: str, options: Mapping[str, object]) -> bytes:
    """What the child is asked: a stored file, its name and the choices as plain JSON."""
    asked = {"path": str(path), "file_name": file_name, "options": dict(options)}
    return json.dumps(asked, ensure_ascii=False).encode()


def read_inventory(request: bytes, tell: Told = nothing_told) -> bytes:
    """The report and the datasets of a stored file.

    While it reads, ``tell`` hears how many processes came; how many there are is known at the end.

    Raises:
        ImportRefused: ``import-archive-too-large`` where the datasets are more than fit the pipe.
    """
    asked = json.loads(request)
    options = options_of(asked["options"], UPLOAD)

    def progress(phase: str, count: int) -> None:
        tell(count, count if phase == "linking" else 0)

    imported = import_file(Path(asked["path"]), options, progress, asked["file_name"])
    report: object = imported.report.to_json()
    found = ReadInventory(rfc8785.dumps(report), datasets_bytes(imported.processes))  # type: ignore[arg-type]
    if len(found.datasets) > MOST_ANSWER_BYTES:
        raise ImportRefused("import-archive-too-large", "", most=str(MOST_ANSWER_BYTES))
    return found.to_bytes()


def check_snapshot(content: bytes) -> bytes:
    """The report of the checks of a snapshot and, where it can be solved, its intensity table."""
    from api.solving import solve  # noqa: PLC0415  not for reading a file

    snapshot = InventorySnapshot.of(read_datasets(content))
    report, table = run_checks(snapshot, solve, read_check_tables())
    parts = [report.canonical_bytes()]
    if table is not None:
        parts += [table.index_bytes(), table.value_bytes()]
    return b"\n".join([json.dumps([len(part) for part in parts]).encode(), b"".join(parts)])


def checked_snapshot(answer: bytes) -> tuple[Report, IntensityTable | None]:
    """What :func:`check_snapshot` found, as the parent reads it."""
    head, _, body = answer.partition(b"\n")
    parts, begin = [], 0
    for length in json.loads(head):
        parts.append(body[begin : begin + length])
        begin += length
    report = read_report(parts[0])
    if len(parts) == 1:
        return report, None
    values = np.load(io.BytesIO(parts[2]), allow_pickle=False)
    return report, IntensityTable.from_artefacts(parts[1], values)
