"""The lists of an import report, and the findings of the gates, as tables in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.web.rendering import has_words
from api.web.visits import Visit

MOST_ROWS = 200
Entry = Mapping[str, Any]
Cells = tuple[str, ...]


@dataclass(frozen=True)
class ReportTable:
    """One list of a report: columns with their kind, and the first rows.

    Attributes:
        count: How many entries there are, shown here or not.
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Cells, ...]
    count: int


def _placed(entry: Entry, name: str) -> str:
    place = entry.get("location")
    return f"{entry[name]} ({place})" if place else str(entry[name])


def _said(visit: Visit, entry: Entry) -> str:
    return visit.sentence(entry["code"], entry["parameters"])


def _why(visit: Visit, entry: Entry) -> str:
    """Why a flow has no supplier, with those it could not choose between."""
    key = f"import_why.{entry['code']}"
    word = visit.say(key) if has_words(key) else str(entry["code"])
    rivals = "; ".join(entry.get("candidates", ()))
    return f"{word}: {rivals}" if rivals else word


_LISTS: dict[str, tuple[tuple[str, ...], Callable[[Visit, Entry], Cells]]] = {
    "refused": (
        ("process", "reason", "place"),
        lambda v, e: (e["name"], _said(v, e), e["place"]),
    ),
    "unlinked": (
        ("flow", "unit", "reason", "count"),
        lambda v, e: (_placed(e, "flow"), e["unit"], _why(v, e), str(e["count"])),
    ),
    "cut_offs": (
        ("flow", "reason", "amount", "estimate"),
        lambda v, e: (
            _placed(e, "flow"),
            _why(v, e),
            f"{e['amount']} {e['unit']}",
            e["estimate_kg_co2e"],
        ),
    ),
    "mapped": (
        ("flow", "dataset", "fit", "count"),
        lambda v, e: (
            _placed(e, "name"),
            e["dataset"],
            v.say(f"import_fit.{e['fit']}"),
            str(e["count"]),
        ),
    ),
    "conversions": (
        ("unit", "ours", "count"),
        lambda _, e: (f"1 {e['from']}", f"{e['factor']} {e['to']}", str(e["count"])),
    ),
    "ignored": (("flow", "count"), lambda _, e: (e["name"], str(e["count"]))),
    "findings": (
        ("finding", "place", "count"),
        lambda v, e: (_said(v, e), e["place"], str(e["count"])),
    ),
}
KINDS = tuple(_LISTS)
_ORDER = (
    *("read", "came_in", "treatments", "products", "product", "emission", "linked-inside"),
    *("linked-by-id", "linked-by-mapping", "cut-off", "ignored", "zero", "refused", "unreadable"),
)
_FIGURES = frozenset({"count", "amount", "estimate"})


def table_of(visit: Visit, report: Entry, kind: str) -> ReportTable:
    """A list of the report."""
    names, cells = _LISTS[kind]
    entries = report[kind]
    return ReportTable(
        columns=tuple(
            (visit.say(f"import_column.{name}"), "num" if name in _FIGURES else "")
            for name in names
        ),
        rows=tuple(cells(visit, entry) for entry in entries["shown"][:MOST_ROWS]),
        count=int(entries["count"]),
    )


def counts_of(visit: Visit, report: Entry) -> tuple[tuple[str, list[tuple[str, str]]], ...]:
    """Processes and exchanges: (heading, [(what, how many)])."""
    return tuple(
        (
            visit.say(f"imports.{part}"),
            [
                (visit.say(f"import_count.{name}"), visit.number(str(count)))
                for name, count in _in_order(report[part])
            ],
        )
        for part in ("processes", "exchanges")
    )


def _in_order(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What was read first, then what became of it; canonical JSON has the alphabet's order."""
    return sorted(counts.items(), key=lambda item: _ORDER.index(item[0]))


def finding_rows(visit: Visit, findings: Iterable[Any]) -> list[tuple[str, str, str, str]]:
    """(severity, dataset, sentence, explanation) of each finding of the gates."""
    return [
        (
            finding.severity.value,
            finding.dataset,
            visit.sentence(finding.code, finding.parameters),
            finding.explanation,
        )
        for finding in findings
    ]
