"""Counts what an inventory holds: by industry, review status and confidence of its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from footprint.inventory import DatasetKind, DatasetSource, InventorySnapshot, Process
from lca_db.inventory.variants import count_products

UNASSIGNED = "unassigned"
WITHOUT_FIGURE = "no figure of its own"
_WEAKEST_FIRST = ("b", "c", "a")  # unconfirmed, computed, read in the source


def inventory_statistics(
    snapshot: InventorySnapshot,
    sources: Mapping[str, DatasetSource],
    variants: Mapping[str, str],
) -> dict[str, object]:
    """The counts as plain JSON values.

    ``distinct_products`` counts datasets that differ only in year, place or size once, by
    ``variants``; ``without_source`` counts datasets with an input or emission that names no source;
    ``by_confidence`` counts datasets by the weakest figure they use.
    """
    processes = snapshot.processes
    return {
        "datasets": len(processes),
        "distinct_products": count_products((p.id for p in processes), variants),
        "sources": len(sources),
        "without_source": sum(_lacks_source(p) for p in processes),
        "unit_processes": sum(p.kind is DatasetKind.UNIT_PROCESS for p in processes),
        "by_industry": _counted(str(p.content.get("industry", UNASSIGNED)) for p in processes),
        "by_review_status": _counted(p.review_status.value for p in processes),
        "by_confidence": _counted(_confidence(p, sources) for p in processes),
        "by_location": _counted(p.location for p in processes),
        "snapshot_sha256": snapshot.sha256(),
    }


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _lacks_source(process: Process) -> bool:
    return any(not names for names in _sources_of_figures(process))


def _confidence(process: Process, sources: Mapping[str, DatasetSource]) -> str:
    named = {source_id for names in _sources_of_figures(process) for source_id in names}
    return weakest(sources[source_id] for source_id in named if source_id in sources)


def weakest(sources: Iterable[DatasetSource]) -> str:
    """The lowest confidence among some sources."""
    used = {source.confidence for source in sources}
    return next((c for c in _WEAKEST_FIRST if c in used), WITHOUT_FIGURE)


def sources_by_dataset(snapshot: InventorySnapshot) -> dict[str, frozenset[str]]:
    """The ids of the sources that the figures of each dataset name."""
    return {
        process.id: frozenset(name for names in _sources_of_figures(process) for name in names)
        for process in snapshot.processes
    }


def _sources_of_figures(process: Process) -> list[tuple[str, ...]]:
    """The sources each figure names, one entry for every input and emission."""
    return [e.sources for e in process.inputs] + [e.sources for e in process.emissions]
