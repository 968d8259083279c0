"""Counts an import while it runs; at its end the frozen report is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from footprint.errors import FootprintError
from lca_db.inventory.importers.raw import RawFault
from lca_db.inventory.importers.report import MOST_LISTED, Fate, Listed, reason

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
class Tally:
    """What was counted so far."""

    processes: Counter[str] = field(default_factory=Counter)
    exchanges: Counter[Fate] = field(default_factory=Counter)
    conversions: Counter[tuple[str, str, Decimal]] = field(default_factory=Counter)
    mapped: Counter[MappedFlow] = field(default_factory=Counter)
    unlinked: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    candidates: dict[tuple[str, str, str, str], tuple[str, ...]] = field(default_factory=dict)
    cut_offs: list[Mapping[str, object]] = field(default_factory=list)
    refused: list[Mapping[str, object]] = field(default_factory=list)  # the first MOST_LISTED
    refused_count: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    findings: Counter[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=Counter)
    first_place: dict[tuple[str, tuple[tuple[str, str], ...]], str] = field(default_factory=dict)

    def note(self, found: ImportNote) -> None:
        """One finding; equal ones are counted, the first keeps its place."""
        key = (found.code, tuple(sorted(found.parameters.items())))
        self.findings[key] += 1
        self.first_place.setdefault(key, found.place)

    def refuse(self, name: str, error: FootprintError, exchange_count: int) -> None:
        """One process that does not come in, with all its exchanges."""
        self._list_refused({"name": name, **reason(error)})
        self.exchanges[Fate.REFUSED] += exchange_count

    def refuse_unread(self, fault: RawFault) -> None:
        """One process that could not be read; how many exchanges it has is not known."""
        entry = {"code": fault.code, "place": fault.place, "parameters": dict(fault.parameters)}
        self._list_refused({"name": fault.name, **entry})

    def _list_refused(self, entry: Mapping[str, object]) -> None:
        """Keeps what the report shows, counts the rest: a file of faults must not fill memory."""
        self.refused_count += 1
        if len(self.refused) < MOST_LISTED:
            self.refused.append(entry)

    def leave_unlinked(
        self, flow: str, location: str, unit: str, why: str, candidates: tuple[str, ...]
    ) -> None:
        """One product flow for which no supplier was found."""
        key = (flow, location, unit, why)
        self.unlinked[key] += 1
        self.candidates.setdefault(key, candidates)

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
            "unlinked": _listed(
                {
                    "flow": key[0], "location": key[1], "unit": key[2], "code": key[3],
                    "candidates": list(self.candidates[key]), "count": count,
                }
                for key, count in _ordered(self.unlinked)
            ),
            "cut_offs": _listed(self.cut_offs),
            "refused": Listed(self.refused_count, tuple(self.refused)),
            "ignored": _listed(
                {"name": name, "count": count} for name, count in _ordered(self.ignored)
            ),
            "findings": _listed(
                {
                    "code": key[0], "place": self.first_place[key],
                    "parameters": dict(key[1]), "count": count,
                }
                for key, count in _ordered(self.findings)
            ),
        }  # fmt: skip


def _ordered(counter: Counter[K]) -> list[tuple[K, int]]:
    """The most frequent first, equal ones by what they are: the same import, the same report."""
    return sorted(counter.items(), key=lambda item: (-item[1], str(item[0])))


def _listed(entries: Iterable[Mapping[str, object]]) -> Listed:
    every = list(entries)
    return Listed(len(every), tuple(every[:MOST_LISTED]))
