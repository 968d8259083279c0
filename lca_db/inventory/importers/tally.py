"""Counts an import while it runs; at its end the frozen report is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

from footprint.errors import FootprintError
from lca_db.inventory.importers.raw import RawFault
from lca_db.inventory.importers.report import (
    MOST_KEPT,
    MOST_LISTED,
    Fate,
    Listed,
    reason,
    reason_of,
    shortened,
)

K = TypeVar("K")


class ImportNote(FootprintError):
    """Something a reader of the report should look at; nothing is refused for it."""


@dataclass(frozen=True, slots=True)
class MappedFlow:
    """A foreign product and the dataset of ours that supplies it."""

    name: str
    product: str
    location: str
    dataset: str
    fit: str
    note: str


@dataclass(slots=True)
class Counted(Generic[K]):
    """Entries of a list and how often each was met; bounded, because a file may hold millions.

    Attributes:
        beyond: Occurrences of entries that came after the most that are told apart.
    """

    entries: Counter[K] = field(default_factory=Counter)
    beyond: int = 0

    def add(self, key: K) -> bool:
        """One more of it; False where it is only counted."""
        if key not in self.entries and len(self.entries) >= MOST_KEPT:
            self.beyond += 1
            return False
        self.entries[key] += 1
        return True

    def listed(self, line: Callable[[K, int], Mapping[str, object]]) -> Listed:
        """As the report has it, the most frequent first."""
        shown = _ordered(self.entries)[:MOST_LISTED]
        return Listed(
            len(self.entries) + self.beyond, tuple(line(key, count) for key, count in shown)
        )


@dataclass(slots=True)
class First:
    """The first entries of a list, and how many there are."""

    count: int = 0
    shown: list[Mapping[str, object]] = field(default_factory=list)

    def add(self, entry: Mapping[str, object]) -> None:
        """One more."""
        self.count += 1
        if len(self.shown) < MOST_LISTED:
            self.shown.append(entry)

    def listed(self) -> Listed:
        """As the report has it."""
        return Listed(self.count, tuple(self.shown))


@dataclass(slots=True)
class Tally:
    """What was counted so far."""

    processes: Counter[str] = field(default_factory=Counter)
    exchanges: Counter[Fate] = field(default_factory=Counter)
    conversions: Counter[tuple[str, str, Decimal]] = field(default_factory=Counter)
    mapped: Counter[MappedFlow] = field(default_factory=Counter)
    unlinked: Counted[tuple[str, str, str, str]] = field(default_factory=Counted)
    candidates: dict[tuple[str, str, str, str], tuple[str, ...]] = field(default_factory=dict)
    cut_offs: First = field(default_factory=First)
    refused: First = field(default_factory=First)
    ignored: Counted[str] = field(default_factory=Counted)
    findings: Counted[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=Counted)
    first_place: dict[tuple[str, tuple[tuple[str, str], ...]], str] = field(default_factory=dict)

    def note(self, found: ImportNote) -> None:
        """One finding; equal ones are counted, the first keeps its place."""
        parameters = tuple(sorted((n, shortened(v)) for n, v in found.parameters.items()))
        key = (found.code, parameters)
        if self.findings.add(key):
            self.first_place.setdefault(key, shortened(found.place))

    def refuse(self, name: str, error: FootprintError, exchange_count: int) -> None:
        """One process that does not come in, with all its exchanges."""
        self.refused.add({"name": shortened(name), **reason(error)})
        self.exchanges[Fate.REFUSED] += exchange_count

    def refuse_unread(self, fault: RawFault) -> None:
        """One process that could not be read; how many exchanges it has is not known."""
        why = reason_of(fault.code, fault.place, fault.parameters)
        self.refused.add({"name": shortened(fault.name), **why})

    def leave_unlinked(
        self, flow: str, location: str, unit: str, why: str, candidates: tuple[str, ...]
    ) -> None:
        """One product flow for which no supplier was found."""
        key = (shortened(flow), shortened(location), unit, why)
        if self.unlinked.add(key):
            self.candidates.setdefault(key, tuple(shortened(name) for name in candidates))

    def ignore(self, names: Iterable[str]) -> None:
        """Elementary flows that are no greenhouse gas."""
        for name in names:
            self.ignored.add(shortened(name))

    def counts(self) -> dict[str, int]:
        """Exchanges by fate, and how many were read."""
        by_fate = {fate.value: self.exchanges[fate] for fate in Fate}
        return {"read": self.exchanges.total(), **by_fate}

    def lists(self) -> dict[str, Listed]:
        """Every list of the report, most frequent first, bounded."""
        return {
            "conversions": _listed(
                {"from": foreign, "to": ours, "factor": format(factor, "f"), "count": count}
                for (foreign, ours, factor), count in _ordered(self.conversions)
            ),
            "mapped": _listed(
                {
                    "name": flow.name, "product": flow.product, "location": flow.location,
                    "dataset": flow.dataset, "fit": flow.fit, "note": flow.note, "count": count,
                }
                for flow, count in _ordered(self.mapped)
            ),
            "unlinked": self.unlinked.listed(
                lambda key, count: {
                    "flow": key[0], "location": key[1], "unit": key[2], "code": key[3],
                    "candidates": list(self.candidates[key]), "count": count,
                }
            ),
            "cut_offs": self.cut_offs.listed(),
            "refused": self.refused.listed(),
            "ignored": self.ignored.listed(lambda name, count: {"name": name, "count": count}),
            "findings": self.findings.listed(
                lambda key, count: {
                    "code": key[0], "place": self.first_place[key],
                    "parameters": dict(key[1]), "count": count,
                }
            ),
        }  # fmt: skip


def _ordered(counter: Counter[K]) -> list[tuple[K, int]]:
    """The most frequent first, equal ones by what they are: the same import, the same report."""
    return sorted(counter.items(), key=lambda item: (-item[1], str(item[0])))


def _listed(entries: Iterable[Mapping[str, object]]) -> Listed:
    every = list(entries)
    return Listed(len(every), tuple(every[:MOST_LISTED]))
