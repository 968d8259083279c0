"""``tanbiao inventory``: what the shipped inventory holds, its checks, and freezing a release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.commands.failure import failing
from api.context import open_context
from api.i18n import sentence
from api.settings import Settings
from api.workflows.check_inventory import check_inventory
from api.workflows.freeze_release import freeze_release
from api.workflows.search_datasets import search_datasets
from lca_db.inventory.checks.run import Report
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.statistics import inventory_statistics

app = typer.Typer(help="The life-cycle inventory.", no_args_is_help=True)


@app.command("stats")
def stats_command(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
) -> None:
    """Counts the shipped datasets by industry, review status, confidence and location."""
    with failing():
        snapshot, sources = load_reference()
    counts = inventory_statistics(snapshot, sources)
    if as_json:
        typer.echo(json.dumps(counts, indent=2, sort_keys=True))
        return
    for name, value in counts.items():
        if isinstance(value, dict):
            typer.echo(f"{name}:")
            for member, count in value.items():
                typer.echo(f"  {member}: {count}")
        else:
            typer.echo(f"{name}: {value}")


@app.command("check")
def check_command(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder with datasets/ and sources.csv; the shipped one by default"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
) -> None:
    """Runs the quality gates on an inventory; exit status 1 where a finding blocks a release."""
    with failing():
        report = check_inventory(folder)
    if as_json:
        typer.echo(json.dumps(report.body(), indent=2, sort_keys=True, ensure_ascii=False))
    else:
        _print_findings(report)
    if report.blocking:
        raise typer.Exit(1)


def _print_findings(report: Report) -> None:
    for finding in report.findings:
        said = sentence(finding.code, "en", finding.parameters)
        typer.echo(f"{finding.severity.value} {finding.place}: {said} [{finding.code}]")
        if finding.explanation:
            typer.echo(f"  explained: {finding.explanation}")
    counts = ", ".join(f"{count} {severity}" for severity, count in report.counts().items())
    examined = ", ".join(f"{name} {count}" for name, count in report.examined.items())
    typer.echo(f"{counts}; examined: {examined}")


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
