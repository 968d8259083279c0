"""``tanbiao inventory``: what the shipped inventory holds, and freezing it as a release."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated

import typer

from api.commands.failure import failing
from api.context import open_context
from api.settings import Settings
from api.workflows.freeze_release import freeze_release
from api.workflows.search_datasets import search_datasets
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
