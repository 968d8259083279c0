"""The report of an import as a person reads it on a terminal, and the progress while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.i18n import sentence
from lca_db.inventory.importers.importing import Progress
from lca_db.inventory.importers.report import ImportReport, Listed

_SHOWN = 10
_Line = Callable[[Mapping[str, object]], str]


@contextmanager
def reading(name: str) -> Iterator[Progress]:
    """A line of progress on standard error, taken away at the end."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def show(phase: str, count: int) -> None:
            bar.update(task, description=f"{name}: {phase}, {count} processes")

        yield show


def print_report(console: Console, report: ImportReport, language: str) -> None:
    """Counts as two tables, then the first entries of every list that is not empty."""
    console.print(f"{report.file_name}  {report.format or '?'}  sha256 {report.sha256[:16]}")
    if report.refusal is not None:
        console.print(_said(report.refusal, language), markup=False)
        return
    console.print(_counts("processes", report.processes), _counts("exchanges", report.exchanges))
    _print_list(console, "refused", report.refused, lambda e: f"{e['name']}: {_said(e, language)}")
    _print_list(console, "unlinked", report.unlinked, _unlinked)
    _print_list(
        console,
        "cut off",
        report.cut_offs,
        lambda e: f"{e['flow']}: {e['amount']} {e['unit']}, {e['estimate_kg_co2e']} kgCO2e",
    )
    _print_list(
        console,
        "linked to our inventory",
        report.mapped,
        lambda e: f"{e['count']} x {e['name']} ({e['location']}) -> {e['dataset']} [{e['fit']}]",
    )
    _print_list(
        console,
        "converted units",
        report.conversions,
        lambda e: f"{e['count']} x 1 {e['from']} = {e['factor']} {e['to']}",
    )
    _print_list(console, "ignored flows", report.ignored, lambda e: f"{e['count']} x {e['name']}")
    _print_list(
        console, "to look at", report.findings, lambda e: f"{e['count']} x {_said(e, language)}"
    )


def _said(entry: Mapping[str, object], language: str) -> str:
    """The sentence of a code, with its place."""
    parameters = cast("Mapping[str, str]", entry["parameters"])
    said = sentence(str(entry["code"]), language, parameters)
    return f"{said} [{entry['code']}] {entry['place']}".rstrip()


def _unlinked(entry: Mapping[str, object]) -> str:
    candidates = cast("list[str]", entry["candidates"])
    rivals = f": {'; '.join(candidates)}" if candidates else ""
    place = f" ({entry['location']})" if entry["location"] else ""
    return f"{entry['count']} x {entry['flow']}{place}, {entry['unit']} [{entry['code']}]{rivals}"


def _counts(title: str, counts: Mapping[str, int]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    for name, count in counts.items():
        table.add_row(name.replace("_", " ").replace("-", " "), f"{count:,}")
    return table


def _print_list(console: Console, title: str, entries: Listed, line: _Line) -> None:
    if not entries.count:
        return
    console.print(f"\n{title}: {entries.count:,}", style="bold")
    for entry in entries.shown[:_SHOWN]:
        console.print(f"  {line(entry)}", markup=False, highlight=False)
    if entries.count > _SHOWN:
        console.print(f"  ... and {entries.count - _SHOWN:,} more (--json shows them)")
