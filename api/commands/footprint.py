"""``tanbiao footprint``: calculate a bill of materials from the shell, without a server."""

from __future__ import annotations

import codecs
import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands.comparison import compare_command
from api.commands.failure import failing
from api.intake.faults import examine
from api.problems import problem_of_faults
from api.schemas.bom import BomIn
from api.solving import solve
from api.strict_json import JsonRefused, strict_loads
from api.workflows.calculate_footprint import exact_bom
from footprint.calculate import calculate
from footprint.intensities import IntensityTable
from footprint.methods import method_profile
from footprint.result import FootprintResult
from labels.locale import translator

app = typer.Typer(help="Product carbon footprints.", no_args_is_help=True)
app.command("compare")(compare_command)


@app.callback()
def footprint() -> None:
    """Product carbon footprints."""


@app.command("calculate")
def calculate_command(
    bom: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="BOM.json")],
    as_json: Annotated[bool, typer.Option("--json", help="The whole result as JSON")] = False,
    language: Annotated[str, typer.Option("--lang", help="zh-Hans, zh-Hant, en or pt")] = "en",
) -> None:
    """Calculates the footprint of BOM.json on the shipped inventory."""
    with failing(language):
        document = strict_loads(bom.read_bytes().removeprefix(codecs.BOM_UTF8))
        if not isinstance(document, dict):
            raise JsonRefused("json-malformed")
        examined = examine(document, _calculated)
        if examined.answer is None:
            raise problem_of_faults(examined.faults)
        result = examined.answer
    if as_json:
        typer.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=2))
    else:
        print_result(Console(), result, language)


def _calculated(document: BomIn) -> FootprintResult:
    exact = exact_bom(document)
    method = method_profile(document.method)
    return calculate(exact.bom, shipped_table(), method, bom_sha256=exact.sha256)


@lru_cache(maxsize=1)
def shipped_table() -> IntensityTable:
    """The intensity table of the shipped inventory, solved here and now (seconds)."""
    from lca_db.inventory.reference_files import load_reference  # noqa: PLC0415

    snapshot, _ = load_reference()
    return solve(snapshot)


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
    console.print(
        f"{t('label.primary_share')} {result.primary_data_share:.1%} · "
        f"{t('label.draft_share')} {result.draft_share:.1%} · "
        f"{result.method} · {result.gwp_set} · {t('label.uncertainty_not_assessed')}"
    )
