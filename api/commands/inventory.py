"""``tanbiao inventory``: what the shipped inventory holds, imports, checks and releases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands import dataset_review, datasets
from api.commands.failure import failing
from api.commands.found_matches import print_matches
from api.commands.import_summary import print_report, reading
from api.commands.imports_kept import configured_instance, kept_import, storing
from api.commands.instance import existing_instance
from api.commands.language import Language, Spoken
from api.i18n import sentence
from api.schemas.matches import LineMatchesOut
from api.solving import datapackage_of, read_from_project, write_to_project
from api.workflows.ask_import import check_terms
from api.workflows.calculate_footprint import current_release
from api.workflows.check_inventory import check_inventory
from api.workflows.combine_imports import combine_imports, dropping, imports_left_out
from api.workflows.compare_releases import compare_releases, read_release_snapshot
from api.workflows.freeze_release import freeze_release
from api.workflows.match_datasets import match_without_history
from api.workflows.read_releases import read_release
from footprint.inventory import InventorySnapshot
from footprint.quantities import unit_name
from lca_db.inventory.checks.run import Report
from lca_db.inventory.exports.forms import WRITERS, ExportForm
from lca_db.inventory.exports.reading_back import read_back
from lca_db.inventory.importers.importing import import_file
from lca_db.inventory.importers.options import ImportOptions, Unlinked, read_estimates
from lca_db.inventory.matching.values import Question
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.inventory.statistics import inventory_statistics
from lca_db.inventory.stored_imports import ImportTerms
from lca_db.inventory.variants import read_variants

app = typer.Typer(help="The life-cycle inventory.", no_args_is_help=True)
app.add_typer(dataset_review.app, name="review")
app.command("list")(datasets.list_command)
app.command("search")(datasets.search_command)
app.command("show")(datasets.show_command)


@app.command("stats")
def stats_command(
    release: Annotated[
        str, typer.Option(help="Id of a stored release; the shipped files by default")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
) -> None:
    """Counts the datasets that are shipped, or those of a release, by industry, status and more."""
    with failing():
        counts = _release_statistics(release) if release else _shipped_statistics()
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


def _shipped_statistics() -> Mapping[str, object]:
    snapshot, sources = load_reference()
    return inventory_statistics(snapshot, sources, read_variants())


def _release_statistics(release_id: str) -> Mapping[str, object]:
    with existing_instance() as context:
        found = read_release(context, release_id)
    return {"release_id": found.release.id, **found.holdings.statistics}


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
    imports: Annotated[
        list[str] | None,
        typer.Option("--with", help="Id of an import whose datasets it holds too; repeatable"),
    ] = None,
    drops_imports: Annotated[
        bool,
        typer.Option("--without-imports", help="Leave out the imports of the current release"),
    ] = False,
) -> None:
    """Freezes the shipped inventory, and imports on top of it, as a release of this instance.

    Where the current release holds imports and none is named, it is refused: nothing is left out in
    silence.
    """
    if imports and drops_imports:
        raise typer.BadParameter("not together with --with", param_hint="--without-imports")
    import_ids = tuple(imports or ())
    with failing(), existing_instance() as context:
        left_out = imports_left_out(context, import_ids)
        if left_out and not (import_ids or drops_imports):
            raise dropping(left_out)
        snapshot = combine_imports(context, import_ids)
        release = freeze_release(context, snapshot, note, import_ids=import_ids)
    typer.echo(f"{release.id}: {release.dataset_count} datasets, {release.snapshot_sha256}")
    for each in left_out:
        typer.echo(f"left out: {each.id} ({each.file_name})")


@app.command("diff")
def diff_command(
    before: Annotated[str, typer.Argument(help="Id of the older release")],
    after: Annotated[str, typer.Argument(help="Id of the newer release")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
) -> None:
    """Compares two releases: datasets, and products that would move."""
    with failing(), existing_instance() as context:
        changes, moves = compare_releases(context, before, after)
    if as_json:
        body = {
            "datasets": [c.to_json() for c in changes],
            "products": [m.to_json() for m in moves],
        }
        typer.echo(json.dumps(body, indent=2))
        return
    for change in changes:
        members = f" ({', '.join(change.members)})" if change.members else ""
        typer.echo(
            f"{change.kind.value:8} {change.dataset_id}{members}: "
            f"{_figure(change.before)} -> {_figure(change.after)} kgCO2e/{change.unit}"
        )
    for move in moves:
        reason = f"  {move.reason}" if move.reason else ""
        typer.echo(
            f"product  {move.product_id} ({move.study_id}): "
            f"{_figure(move.before)} -> {_figure(move.after)} kgCO2e{reason}"
        )
    typer.echo(f"{len(changes)} datasets and {len(moves)} products differ")


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


class ExportTo(StrEnum):
    """What a release can be written as."""

    JSON = ExportForm.JSON.value
    JSONLD = ExportForm.JSONLD.value
    CSV = ExportForm.CSV.value
    XLSX = ExportForm.XLSX.value
    DATAPACKAGE = ExportForm.DATAPACKAGE.value
    SOURCES = ExportForm.SOURCES.value
    BRIGHTWAY_ARCHIVE = ExportForm.BRIGHTWAY.value
    BRIGHTWAY = "brightway"  # a project here, and no file


@app.command("export")
def export_command(
    target: Annotated[str, typer.Argument(help="File, or name of the Brightway project")],
    release: Annotated[str, typer.Option(help="Release id; the newest by default")] = "",
    form: Annotated[ExportTo, typer.Option("--format")] = ExportTo.JSON,
    database: Annotated[str, typer.Option(help="Name in the Brightway project")] = "tanbiao",
) -> None:
    """Writes a release for other tools; `restore` reads what it wrote."""
    with failing(), existing_instance() as context:
        wanted = release or current_release(context).id
        snapshot = read_release_snapshot(context, wanted)
        if form is ExportTo.BRIGHTWAY:
            method = write_to_project(snapshot, target, database)
            typer.echo(f"{wanted}: {target}/{database}, method {' / '.join(method)}")
            return
        path = Path(target)
        if path.exists():
            raise typer.BadParameter(f"{path} exists already", param_hint="target")
        _write(snapshot, form, path)
    typer.echo(f"{wanted}: {len(snapshot.processes)} datasets, {path}")


def _write(snapshot: InventorySnapshot, form: ExportTo, path: Path) -> None:
    if form is ExportTo.DATAPACKAGE:
        chunks = datapackage_of(snapshot)
    else:
        chunks = WRITERS[ExportForm(form.value)](snapshot, shipped_sources())
    with path.open("xb") as file:
        file.writelines(chunks)


@app.command("restore")
def restore_command(
    source: Annotated[str, typer.Argument(help="File, or name of the Brightway project")],
    output: Annotated[Path, typer.Option(help="Where to write the snapshot (JSON)")],
    database: Annotated[
        str, typer.Option(help="Name in the Brightway project; says that SOURCE is one")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
) -> None:
    """Reads back what `export` wrote: JSON, JSON-LD, CSV, or a Brightway project.

    What was not touched has the hash it had; what was edited comes back edited. A file of any other
    origin is for `import`. The snapshot can be compared and checked; it is no release.
    """
    with failing():
        snapshot = read_from_project(source, database) if database else read_back(Path(source))
        if output.exists():
            raise typer.BadParameter(f"{output} exists already", param_hint="--output")
        output.write_bytes(snapshot.canonical_bytes())
    counted = {"datasets": len(snapshot.processes), "snapshot_sha256": snapshot.sha256()}
    if as_json:
        typer.echo(json.dumps(counted, indent=2))
    else:
        typer.echo(f"{counted['datasets']} datasets, {counted['snapshot_sha256']}, {output}")


@app.command("match")
def match_command(
    text: Annotated[str, typer.Argument(help="A line as its maker writes it")],
    unit: Annotated[str, typer.Option(help="What it is counted in")] = "",
    limit: Annotated[int, typer.Option(min=1, max=20)] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Suggests the datasets that a line of a bill may be; exit status 1 where nothing fits."""
    with failing(language), existing_instance() as context:
        question = Question(text=text, unit=unit_name(unit) if unit else "")
        (found,) = match_without_history(context, [question], limit=limit)
    if as_json:
        typer.echo(LineMatchesOut.from_core(found).model_dump_json(indent=2))
    else:
        print_matches(found, language)
    if not found.fits:
        raise typer.Exit(1)


@app.command("template")
def template_command(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="FILE.xlsx or FILE.csv")],
) -> None:
    """Writes the dataset template with an example; `import` reads it back once filled in."""
    from lca_db.inventory.importers.template_files import (  # noqa: PLC0415  loads openpyxl
        template_csv,
        template_xlsx,
    )

    writers = {".csv": template_csv, ".xlsx": template_xlsx}
    writer = writers.get(file.suffix.lower())
    if writer is None:
        raise typer.BadParameter("FILE must end in .xlsx or .csv")
    file.write_bytes(writer())


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
        list[str] | None,
        typer.Option(
            help="kgCO2e per unit of what is cut off: kg=2,kWh=0.6; of waste, waste:kg=0.5; of"
            " flows whose names have a word, scrap:kg=0; may be repeated"
        ),
    ] = None,
    prefix: Annotated[str, typer.Option(help="Beginning of the identifiers")] = "",
    uses_map: Annotated[
        bool, typer.Option("--map/--no-map", help="Link foreign background names to ours")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as JSON")] = False,
    output: Annotated[Path | None, typer.Option(help="Write the datasets as a snapshot")] = None,
    licence: Annotated[str, typer.Option(help="Of the data, or whose they are")] = "",
    is_publishable: Annotated[
        bool, typer.Option("--publishable", help="Anybody may see the datasets; needs --licence")
    ] = False,
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="Store nothing in this instance's database")
    ] = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Imports FILE and says what came in, was linked, cut off or refused; exit status 1 if nothing.

    The report goes to standard output, the progress to standard error. Where this instance has a
    database, the import is stored in it and its id printed.
    """
    with failing(language), reading(file.name) as progress:
        options = ImportOptions(
            format=file_format,
            prefix=prefix,
            unlinked=unlinked,
            estimates=read_estimates(",".join(estimate or ())),
            uses_map=uses_map,
        )
        check_terms(terms := ImportTerms(licence=licence, is_publishable=is_publishable))
        with configured_instance(is_wanted=not is_dry) as instance:
            imported = import_file(file, options, progress)
            if output is not None and imported.processes:
                snapshot = imported.snapshot(load_reference()[0])
                output.write_bytes(snapshot.canonical_bytes())
            kept = None
            if instance is not None and imported.processes:
                kept = kept_import(instance, file, imported, terms)
    if as_json:
        body = {**imported.report.to_json(), "import_id": kept and kept.stored.id}
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        print_report(Console(), imported.report, language)
        typer.echo(storing(kept))
    if not imported.processes:
        raise typer.Exit(1)
