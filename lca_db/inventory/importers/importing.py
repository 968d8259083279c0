"""Imports one file: read, prepared, linked, built; it always ends in a report.

A file that cannot be used ends in a report with its refusal, not in an error: whoever asked gets
the same kind of answer either way.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from footprint.errors import FootprintError
from footprint.inventory import InventorySnapshot, Process
from lca_db.inventory.importers.building import Source
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import CHUNK
from lca_db.inventory.importers.formats import format_of
from lca_db.inventory.importers.linking import linked
from lca_db.inventory.importers.mapping import BackgroundMap, shipped_ids, shipped_map
from lca_db.inventory.importers.options import ImportOptions
from lca_db.inventory.importers.preparing import Prepared, prepared
from lca_db.inventory.importers.raw import RawFault, RawProcess
from lca_db.inventory.importers.report import ImportReport, reason
from lca_db.inventory.importers.suppliers import Lost
from lca_db.inventory.importers.tally import Tally

Progress = Callable[[str, int], None]
"""Told the phase (``reading``, ``linking``) and how many processes were read so far."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import gave: datasets by id, and the report."""

    processes: tuple[Process, ...]
    report: ImportReport

    def snapshot(self, shipped: InventorySnapshot) -> InventorySnapshot:
        """The datasets together with those of the shipped inventory they stand on."""
        known = {process.id: process for process in self.processes}
        suppliers = {
            product: process
            for process in shipped.processes
            for product in (process.id, *(c.product for c in process.co_products))
        }
        waiting = [*self.processes]
        while waiting:
            process = waiting.pop()
            needed = (*(e.provider for e in process.inputs), *process.alternatives)
            for product in needed:
                supplier = suppliers.get(product)
                if supplier is not None and supplier.id not in known:
                    known[supplier.id] = supplier
                    waiting.append(supplier)
        return InventorySnapshot.of(known.values())


def import_file(
    path: Path,
    options: ImportOptions,
    progress: Progress = lambda _phase, _count: None,
    file_name: str = "",
) -> Imported:
    """The datasets of a file and what became of everything in it.

    Args:
        path: A file in one of the formats of ``formats.FORMATS``.
        options: The caller's choices.
        progress: Told now and then how far it is.
        file_name: What people called the file where the path does not say it.
    """
    source = Source(file_name or path.name, "", options.format)
    try:
        source = dataclasses.replace(source, sha256=_sha256(path, options))
        found = format_of(path, options.limits, options.format)
        source = dataclasses.replace(source, format=found.key)
        read = found.reader()(path, options.limits)
        background = shipped_map() if options.uses_map else shipped_ids()
        imported = assembled(read, source, options, background, progress)
    except FootprintError as error:
        return Imported((), _report(source, options, Tally(), refusal=error))
    size = path.stat().st_size
    return Imported(imported.processes, dataclasses.replace(imported.report, byte_count=size))


def assembled(
    read: Iterable[RawProcess | RawFault],
    source: Source,
    options: ImportOptions,
    background: BackgroundMap | None,
    progress: Progress = lambda _phase, _count: None,
) -> Imported:
    """The datasets of what a reader reads, linked, and the report.

    Raises:
        ImportRefused: What the reader raises, and ``import-rows-too-many``,
            ``import-file-empty``.
    """
    tally = Tally()
    processes: dict[str, Prepared] = {}
    lost = Lost()
    for raw in read:
        _take(raw, processes, lost, options, tally)
        count = tally.processes["read"] + tally.processes["unreadable"]
        if count > options.limits.processes:
            most = str(options.limits.processes)
            raise ImportRefused("import-rows-too-many", "", most=most)
        progress("reading", count)
    if not tally.processes:
        raise ImportRefused("import-file-empty", "", name=source.file_name[:120])
    progress("linking", tally.processes["read"])
    datasets = linked(tuple(processes.values()), lost, options, background, source, tally)
    return Imported(datasets, _report(source, options, tally))


def _take(
    raw: RawProcess | RawFault,
    processes: dict[str, Prepared],
    lost: Lost,
    options: ImportOptions,
    tally: Tally,
) -> None:
    """Prepares one process; what cannot be is refused and counted."""
    if isinstance(raw, RawFault):
        tally.processes["unreadable"] += 1
        tally.refuse_unread(raw)
        lost.add_unread(raw.name)
        return
    tally.processes["read"] += 1
    try:
        process = prepared(raw, options.prefix, tally)
        if process.id in processes:
            raise ImportRefused("import-process-twice", raw.place, name=raw.name[:120])
    except FootprintError as error:
        tally.refuse(raw.name, error if error.place else error.at(raw.place), len(raw.exchanges))
        lost.add(raw)
        return
    processes[process.id] = process


def _report(
    source: Source, options: ImportOptions, tally: Tally, refusal: FootprintError | None = None
) -> ImportReport:
    counts = tally.processes
    processes = {
        "read": counts["read"],
        "unreadable": counts["unreadable"],
        "refused": counts["read"] - counts["came_in"],
        "came_in": counts["came_in"],
        "treatments": counts["treatments"],
        "products": counts["products"],
    }
    return ImportReport(
        file_name=source.file_name,
        sha256=source.sha256,
        byte_count=0,
        format=source.format,
        limits=dataclasses.asdict(options.limits),
        options=options.to_json(),
        processes=processes,
        exchanges=tally.counts(),
        refusal=None if refusal is None else reason(refusal),
        **tally.lists(),
    )


def _sha256(path: Path, options: ImportOptions) -> str:
    """The digest of a file, read no further than the limit."""
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > options.limits.file_bytes:
                    most = str(options.limits.file_bytes)
                    raise ImportRefused("import-file-too-large", "", most=most)
                digest.update(chunk)
    except OSError as error:
        raise ImportRefused("import-file-unreadable", "", name=path.name) from error
    return digest.hexdigest()
