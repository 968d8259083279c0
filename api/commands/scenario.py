"""``tanbiao footprint scenario``: what-ifs of a bill, without a server."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands.failure import failing
from api.commands.footprint import AsJson, Bill, OwnInventory, of_file, snapshot_of
from api.commands.language import Language, Spoken
from api.commands.written_changes import change_of
from api.schemas.bom import BomIn
from api.schemas.scenarios import ChangeIn, ScenarioIn, ScenariosIn, ScenariosOut
from api.solving import solve
from api.workflows.calculate_footprint import exact_bom
from footprint.intensities import IntensityTable
from footprint.methods import method_profile
from footprint.scenarios import Baseline, scenario_results
from labels.locale import Translator, translator
from labels.render.printed import three_figures


def scenario_command(
    bom: Bill,
    change: Annotated[
        list[str],
        typer.Option(
            "--change",
            help="KIND[:TARGET]=VALUE, as often as wanted: energy=electricity-pv-cn-2024, "
            "amount:film=x0.5, loss:steel=0.02, recycled-content:steel=0.3@DATASET, "
            "dataset:@OLD=NEW; a target in an assembly is ASSEMBLY/REF",
        ),
    ],
    inventory: OwnInventory = None,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Shows what changes would make of the footprint of BOM.json: together, and each alone."""
    with failing(language):
        changes = [change_of(text) for text in change]
        asked = ScenariosIn(
            scenarios=(
                ScenarioIn(name=translator(language).text("scenario.together"), changes=changes),
                *(_alone(text, each) for text, each in zip(change, changes, strict=True)),
            )
        )
        table = solve(snapshot_of(inventory))
        found = of_file(bom, lambda read: _tried(read, asked, table))
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        _print_scenarios(Console(), found, translator(language))


def _alone(text: str, change: ChangeIn) -> ScenarioIn:
    return ScenarioIn(name=text, changes=[change])


def _tried(read: BomIn, asked: ScenariosIn, table: IntensityTable) -> ScenariosOut:
    method = method_profile(read.method, read.gwp_set or "")
    base = Baseline(exact_bom(read).bom, table, method)
    return ScenariosOut.of(base.total_kg_co2e, scenario_results(base, asked.to_core()))


def _print_scenarios(console: Console, found: ScenariosOut, reader: Translator) -> None:
    table = Table(title=f"{reader.text('scenario.base')} {found.total_kg_co2e} kgCO2e")
    table.add_column(reader.text("scenario.scenario"))
    stages = found.results[0].stages
    for stage in stages:
        table.add_column(reader.text(f"stage.{stage.stage}"), justify="right")
    for heading in ("scenario.change", "scenario.total"):
        table.add_column(reader.text(heading), justify="right")
    for result in found.results:
        moved = [three_figures(stage.change_kg_co2e, reader) for stage in result.stages]
        ends = (result.change_kg_co2e, result.total_kg_co2e)
        table.add_row(result.name, *moved, *(three_figures(end, reader) for end in ends))
    console.print(table)
