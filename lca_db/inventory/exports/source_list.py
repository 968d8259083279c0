"""The sources that the figures of an export were read in, each with its licence."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping

from footprint.inventory import DatasetSource, InventorySnapshot, Process
from labels.render.cells import BYTE_ORDER_MARK, guarded_cell

COLUMNS = (
    "source_id",
    "document",
    "issuing_body",
    "year",
    "table_or_row",
    "licence",
    "confidence",
)


def sources_of(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> dict[str, DatasetSource]:
    """Every source the snapshot names, by id and in its order.

    Args:
        snapshot: Whose sources.
        sources: Those known here; one that is not known has nothing but its id.
    """
    named = {each for process in snapshot.processes for each in named_sources(process)}
    return {each: sources.get(each) or _unknown(each) for each in sorted(named)}


def named_sources(process: Process) -> tuple[str, ...]:
    """The ids of the sources a dataset names, each once, in the order of its exchanges."""
    of_inputs = (source for each in process.inputs for source in each.sources)
    of_emissions = (source for each in process.emissions for source in each.sources)
    return tuple(dict.fromkeys((*of_inputs, *of_emissions)))


def licences(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> list[dict[str, object]]:
    """How many of the sources stand under each licence, the most frequent first."""
    counts = Counter(each.licence for each in sources_of(snapshot, sources).values())
    return [
        {"licence": licence or "unknown", "sources": count}
        for licence, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


def source_rows(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[tuple[str, ...]]:
    """A row of ``COLUMNS`` for each source."""
    for each in sources_of(snapshot, sources).values():
        yield (
            each.id,
            each.document,
            each.issuing_body,
            each.year,
            each.table_or_row,
            each.licence,
            each.confidence,
        )


def source_table(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[bytes]:
    """The sources as CSV in UTF-8 with a byte order mark."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for row in source_rows(snapshot, sources):
        writer.writerow([guarded_cell(cell) for cell in row])
    yield (BYTE_ORDER_MARK + stream.getvalue()).encode()


def _unknown(source_id: str) -> DatasetSource:
    return DatasetSource(source_id, "", "", "", "", "", "")
