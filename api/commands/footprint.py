"""``tanbiao footprint``: calculate a bill of materials from the shell, without a server."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from api.commands.failure import failing
from api.commands.instance import existing_instance
from api.commands.language import Language, Spoken
from api.intake.document import BomDocument
from api.intake.faults import examine
from api.problems import problem_of_faults
from api.sampling import sample
from api.schemas.bom import BomIn
from api.schemas.footprints import RecomputedOut, ResultOut, SwitchedTotalOut
from api.settings import Settings
from api.solving import solve
from api.strict_json import JsonRefused, strict_loads
from api.workflows.calculate_footprint import exact_bom
from api.workflows.preview_bom import faults_at, read_document
from api.workflows.read_profiles import list_totals
from api.workflows.read_report import read_report_file
from api.workflows.recompute_study import Verdict, recompute_study
from footprint.calculate import calculate
from footprint.csv_inventory import read_csv_inventory
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.methods import method_profile
from footprint.profile_switch import SwitchedTotal
from footprint.quantities import significant_string
from footprint.result import DRAWN_DIGITS, FootprintResult
from footprint.sampled_tables import SampledTables
from labels.locale import translator

Tables = tuple[IntensityTable, SampledTables | None]
app = typer.Typer(help="Product carbon footprints.", no_args_is_help=True)
Value = TypeVar("Value")
Bill = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, help="BOM.json, or the template filled in (.xlsx, .csv)"
    ),
]
OwnInventory = Annotated[
    Path | None,
    typer.Option(
        "--inventory",
        exists=True,
        dir_okay=False,
        help="FILE.csv of unit processes or CO2e factors; the shipped inventory without it",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="As the API answers")]
TEMPLATES = frozenset({".xlsx", ".xls", ".ods", ".csv"})


@app.callback()
def footprint() -> None:
    """Product carbon footprints."""


@app.command("calculate")
def calculate_command(
    bom: Bill,
    as_json: Annotated[bool, typer.Option("--json", help="The whole result as JSON")] = False,
    inventory: OwnInventory = None,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Calculates the footprint of BOM.json, on the shipped inventory or one of your own."""
    with failing(language):
        result = _of_file(bom, tables_of(inventory))
    if as_json:
        typer.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=2))
    else:
        print_result(Console(), result, language)


@app.command("methods")
def methods_command(
    bom: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="BOM.json")],
    as_json: Annotated[bool, typer.Option("--json", help="The totals as JSON")] = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Shows the footprint of BOM.json under every method profile and GWP set it is open to."""
    with failing(language):
        result = _of_file(bom, shipped_tables())
        totals = list_totals(ResultOut.model_validate(result.to_json()))
    if as_json:
        body = [SwitchedTotalOut.from_core(total).model_dump(mode="json") for total in totals]
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        _print_totals(Console(), totals, language)


def _print_totals(console: Console, totals: Sequence[SwitchedTotal], language: str) -> None:
    t = translator(language).text
    table = Table(title=t("study.profiles"), title_justify="left")
    for heading in ("scan.method", "scan.gwp_set", "study.basis"):
        table.add_column(t(heading))
    table.add_column("kgCO2e", justify="right")
    table.add_column(t("scan.unswitchable_share"), justify="right")
    for total in totals:
        share = f"{total.unswitchable_share:.1%}" + (" !" if total.is_over_limit else "")
        basis = t(f"uptake_basis.{total.basis}")
        table.add_row(total.method, total.gwp_set, basis, total.figure, share)
    console.print(table)
    console.print(t("study.profiles_note"))


@app.command("recompute")
def recompute_command(
    study: Annotated[str, typer.Argument(help="Id of the study")],
    bill: Annotated[
        Path | None,
        typer.Option("--bom", exists=True, dir_okay=False, help="Another bill, to be compared"),
    ] = None,
    release: Annotated[str, typer.Option(help="Id of another release, to be compared")] = "",
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Solve the release's table anew")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Recomputes a stored study from its artefacts; exit status 1 where the figures differ."""
    with failing(language), existing_instance() as context:
        found = recompute_study(
            context,
            study,
            bill=None if bill is None else bill.read_bytes().removeprefix(codecs.BOM_UTF8),
            release_id=release,
            is_rebuilt=rebuild,
        )
    if as_json:
        body = RecomputedOut.model_validate(found, from_attributes=True).model_dump()
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        t = translator(language).text
        typer.echo(f"{t('recompute.' + found.verdict)} [{found.verdict}]")
        typer.echo(f"{found.stored_sha256}\n{found.recomputed_sha256}")
        for finding in found.findings:
            subject = t("recompute_subject." + finding.subject)
            before, after = finding.before or "-", finding.after or "-"
            typer.echo(f"{subject} {finding.place}: {before} -> {after}")
    if found.verdict is Verdict.DIFFERENT:
        raise typer.Exit(1)


@app.command("report")
def report_command(
    study: Annotated[str, typer.Argument(help="Id of the study")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="File to write: .pdf, .html or .json")],
    language: Spoken = Language.SIMPLIFIED_CHINESE,
) -> None:
    """Writes the report of a stored study: PDF/A, HTML, or the document it is drawn from."""
    form = out.suffix.removeprefix(".").lower()
    if form not in {"pdf", "html", "json"}:
        raise typer.BadParameter(".pdf, .html, .json", param_hint="--out")
    with failing(language), existing_instance() as context:
        content = read_report_file(context, study, language, form)
    out.write_bytes(content)
    typer.echo(f"{out} {hashlib.sha256(content).hexdigest()}")


def tables_of(inventory: Path | None) -> Tables:
    """An inventory in a file, or the shipped one, solved and sampled here and now."""
    return shipped_tables() if inventory is None else _solved(snapshot_of(inventory))


def snapshot_of(inventory: Path | None) -> InventorySnapshot:
    """The inventory in a file, or the shipped one.

    Raises:
        FootprintError: Everything in it that cannot be used.
    """
    if inventory is not None:
        return inventory_of(inventory)
    from lca_db.inventory.reference_files import load_reference  # noqa: PLC0415

    return load_reference()[0]


def inventory_of(inventory: Path) -> InventorySnapshot:
    """The inventory in a file.

    Raises:
        FootprintError: Everything in it that cannot be used.
    """
    content = inventory.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")  # what Excel writes in China
    return read_csv_inventory(text)


def _of_file(bom: Path, tables: Tables) -> FootprintResult:
    return of_file(bom, lambda read: _calculated(read, tables))


def of_file(bom: Path, use: Callable[[BomIn], Value]) -> Value:
    """What is made of a bill in a file: JSON, or the template filled in.

    Raises:
        Problem: Everything in it that cannot be used, with sheet and cell of a template.
        BomError: The template cannot be read.
        JsonRefused: What is wrong with the JSON.
    """
    content = bom.read_bytes()
    if bom.suffix.lower() in TEMPLATES:
        read = read_document(content)
    else:
        document = strict_loads(content.removeprefix(codecs.BOM_UTF8))
        if not isinstance(document, dict):
            raise JsonRefused("json-malformed")
        read = BomDocument(document)
    examined = examine(read.document, use)
    if examined.answer is None:
        raise problem_of_faults(faults_at(read, examined.faults))
    return examined.answer


def _calculated(document: BomIn, tables: Tables) -> FootprintResult:
    exact = exact_bom(document)
    method = method_profile(document.method, document.gwp_set or "")
    table, sampled = tables
    return calculate(exact.bom, table, method, bom_sha256=exact.sha256, sampled=sampled)


@lru_cache(maxsize=1)
def shipped_tables() -> Tables:
    """The shipped inventory, solved and sampled here and now (seconds), as a release would be."""
    return _solved(snapshot_of(None))


def _solved(snapshot: InventorySnapshot) -> Tables:
    table = solve(snapshot)
    return table, sample(snapshot, table, Settings().sampling_draws)


def print_result(console: Console, result: FootprintResult, language: str) -> None:
    """The stages, the total and what it rests on, as a table."""
    t = translator(language).text
    per = translator(language).unit_words(
        result.unit.amount, result.unit.unit, result.unit.description
    )
    table = Table(title=f"{result.certified_value} kgCO2e / {per}", title_justify="left")
    table.add_column(t("term.life_cycle_stage"))
    table.add_column(t("term.inclusion"))
    table.add_column("kgCO2e", justify="right")
    for stage in result.stages:
        figure = f"{stage.kg_co2e:,.3f}" if stage.kg_co2e else "-"
        table.add_row(t(f"stage.{stage.stage}"), t(f"inclusion.{stage.inclusion}"), figure)
    table.add_section()
    table.add_row(t("label.total"), "", f"{result.total_kg_co2e:,.3f}")
    console.print(table)
    if result.uncertainty is None:
        interval = t("label.uncertainty_not_assessed")
    else:
        lower, upper = (
            f"{Decimal(significant_string(bound, DRAWN_DIGITS)):,f}"
            for bound in (result.uncertainty.lower_kg_co2e, result.uncertainty.upper_kg_co2e)
        )
        interval = t("label.interval", lower=lower, upper=upper)
    console.print(
        f"{t('label.primary_share')} {result.primary_data_share:.1%} · "
        f"{t('label.draft_share')} {result.draft_share:.1%} · "
        f"{result.method} · {result.gwp_set} · {interval}"
    )
