"""``tanbiao inventory``: what the shipped inventory holds, imports into it, and its releases."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands.failure import failing
from api.commands.import_summary import print_report, reading
from api.context import open_context
from api.settings import Settings
from api.workflows.freeze_release import freeze_release
from api.workflows.search_datasets import search_datasets
from lca_db.inventory.importers.importing import import_file
from lca_db.inventory.importers.options import ImportOptions, Unlinked, read_estimates
from lca_db.inventory.reference_files import load_reference

app = typer.Typer(help="The life-cycle inventory.", no_args_is_help=True)


@app.command("stats")
def stats_command(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
) -> None:
    """Counts the shipped datasets by kind, review status and location."""
    with failing():
        snapshot, sources = load_reference()
    counts = {
        "datasets": len(snapshot.processes),
        "sources": len(sources),
        "unit_processes": sum(p.kind.value == "unit-process" for p in snapshot.processes),
        "by_review_status": dict(Counter(p.review_status.value for p in snapshot.processes)),
        "by_location": dict(Counter(p.location for p in snapshot.processes)),
        "snapshot_sha256": snapshot.sha256(),
    }
    if as_json:
        typer.echo(json.dumps(counts, indent=2, sort_keys=True))
        return
    for name, value in counts.items():
        typer.echo(f"{name}: {value}")


@app.command("release")
def release_command(
    note: Annotated[str, typer.Option(help="What is new")] = "shipped reference inventory",
) -> None:
    """Freezes the shipped inventory as a release of this instance."""
    with failing():
        snapshot, _ = load_reference()
        release = freeze_release(open_context(Settings()), snapshot, note)
    typer.echo(f"{release.id}: {release.dataset_count} datasets, {release.snapshot_sha256}")


@app.command("search")
def search_command(
    text: Annotated[str, typer.Argument(help="Words in any of the languages")],
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
) -> None:
    """Searches the datasets of the current release."""
    with failing():
        for entry in search_datasets(open_context(Settings()), text, limit=limit).items:
            name = entry.names.get("en") or next(iter(entry.names.values()), "")
            typer.echo(f"{entry.dataset_id}\t{entry.unit}\t{entry.review_status}\t{name}")


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="A file in one of the formats")],
    file_format: Annotated[
        str, typer.Option("--format", help="Key of the format; told by the content otherwise")
    ] = "",
    unlinked: Annotated[
        Unlinked, typer.Option(help="What becomes of a product flow without a supplier")
    ] = Unlinked.REFUSE,
    estimate: Annotated[
        str, typer.Option(help="kgCO2e per unit of what is cut off: kg=2,kWh=0.6")
    ] = "",
    prefix: Annotated[str, typer.Option(help="Beginning of the identifiers")] = "",
    uses_map: Annotated[
        bool, typer.Option("--map/--no-map", help="Link foreign background names to ours")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as JSON")] = False,
    output: Annotated[Path | None, typer.Option(help="Write the datasets as a snapshot")] = None,
    language: Annotated[str, typer.Option("--lang", help="zh-Hans, zh-Hant, en or pt")] = "en",
) -> None:
    """Imports FILE and says what came in, was linked, cut off or refused; exit status 1 if nothing.

    The report goes to standard output, the progress to standard error.
    """
    with failing(language), reading(file.name) as progress:
        options = ImportOptions(
            format=file_format,
            prefix=prefix,
            unlinked=unlinked,
            estimates=read_estimates(estimate),
            uses_map=uses_map,
        )
        imported = import_file(file, options, progress)
        if output is not None and imported.processes:
            snapshot = imported.snapshot(load_reference()[0])
            output.write_bytes(snapshot.canonical_bytes())
    if as_json:
        typer.echo(json.dumps(imported.report.to_json(), ensure_ascii=False, indent=2))
    else:
        print_report(Console(), imported.report, language)
    if not imported.processes:
        raise typer.Exit(1)
