"""What differs between two releases: which members of which dataset, and how far results moved.

Rules:

* A dataset is the same where its id is; a new id is a dataset added.
* A dataset whose own members are equal but whose result moved was moved by what it links to; it is
  listed as such, so that nobody looks for a change in it.
* Results are compared under one method profile, on the total that a partial footprint certifies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from footprint.bom import Boundary
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, process_body
from footprint.methods import MethodProfile

MOVED = 1e-9
"""Relative change of a result from which it is a change: what a solver may differ by."""


class ChangeKind(StrEnum):
    """What became of a dataset."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, kw_only=True)
class DatasetChange:
    """One dataset that is not what it was.

    Attributes:
        members: Names of its members that differ (``inputs``, ``year``); none where it was moved.
        before, after: kgCO2e per unit; None where the release lacks it.
    """

    dataset_id: str
    kind: ChangeKind
    members: tuple[str, ...]
    unit: str
    before: float | None
    after: float | None

    @property
    def relative(self) -> float | None:
        """After over before, minus one; None where one of them is missing or nothing."""
        return relative_change(self.before, self.after)

    def to_json(self) -> dict[str, object]:
        """Plain values, members in the order they are read."""
        return {
            "dataset": self.dataset_id,
            "change": self.kind.value,
            "members": list(self.members),
            "unit": self.unit,
            "before_kg_co2e": self.before,
            "after_kg_co2e": self.after,
            "relative": self.relative,
        }


def relative_change(before: float | None, after: float | None) -> float | None:
    """After over before, minus one; None where one of them is missing or before is nothing."""
    return None if not before or after is None else after / before - 1


def diff(
    before: tuple[InventorySnapshot, IntensityTable],
    after: tuple[InventorySnapshot, IntensityTable],
    method: MethodProfile,
) -> tuple[DatasetChange, ...]:
    """Every dataset that was added, removed, changed or moved, by id."""
    return tuple(_changes(before, after, method))


def _changes(
    before: tuple[InventorySnapshot, IntensityTable],
    after: tuple[InventorySnapshot, IntensityTable],
    method: MethodProfile,
) -> Iterator[DatasetChange]:
    old, new = _bodies(before[0]), _bodies(after[0])
    was, is_now = _results(before[1], method), _results(after[1], method)
    for dataset in sorted(old.keys() | new.keys()):
        first, second = old.get(dataset), new.get(dataset)
        members: tuple[str, ...] = ()
        if first is None:
            kind = ChangeKind.ADDED
        elif second is None:
            kind = ChangeKind.REMOVED
        else:
            members = tuple(name for name in first if first[name] != second[name])
            kind = ChangeKind.CHANGED if members else ChangeKind.MOVED
            if not members and _is_equal(was[dataset], is_now[dataset]):
                continue
        yield DatasetChange(
            dataset_id=dataset,
            kind=kind,
            members=members,
            unit=str((second or first or {})["unit"]),
            before=was.get(dataset),
            after=is_now.get(dataset),
        )


def _bodies(snapshot: InventorySnapshot) -> Mapping[str, Mapping[str, object]]:
    return {process.id: process_body(process) for process in snapshot.processes}


def _results(table: IntensityTable, method: MethodProfile) -> Mapping[str, float]:
    basis = method.certified_basis(Boundary.CRADLE_TO_GATE)
    totals: NDArray[np.float64] = table.intensities @ method.factors(table.keys, basis)
    return {entry.id: float(value) for entry, value in zip(table.products, totals, strict=True)}


def _is_equal(before: float, after: float) -> bool:
    return abs(after - before) <= MOVED * max(abs(before), abs(after))
