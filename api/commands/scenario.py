"""``tanbiao footprint scenario`` and ``sankey``: what-ifs and flows of a bill, without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands.failure import failing
from api.commands.footprint import inventory_of, of_file
from api.commands.written_changes import change_of
from api.flow_views import NamedSankey
from api.schemas.bom import BomIn
from api.schemas.scenarios import ChangeIn, ScenarioIn, ScenariosIn, ScenariosOut
from api.schemas.study_flows import SankeyOut
from api.solving import solve
from api.workflows.calculate_footprint import exact_bom
from footprint.contribution import impacts
from footprint.declared import declared_system
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, Process
from footprint.methods import method_profile
from footprint.sankey import NodeKind, Sankey, SankeyLimits, study_sankey
from footprint.scenarios import Baseline, scenario_results
from labels.locale import Translator, translator
from labels.render.printed import three_figures

Bill = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="BOM.json")]
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
Language = Annotated[str, typer.Option("--lang", help="zh-Hans, zh-Hant, en or pt")]


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
    language: Language = "en",
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
        table = solve(_snapshot(inventory))
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


def sankey_command(
    bom: Bill,
    cutoff: Annotated[float, typer.Option(help="Smallest flow that is opened, 0 to 1")] = 0.01,
    datasets: Annotated[int, typer.Option(help="How many at most")] = 40,
    inventory: OwnInventory = None,
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """Shows what flows to the footprint of BOM.json, every dataset once; loops are corrected."""
    with failing(language):
        limits = SankeyLimits(cutoff=cutoff, datasets=datasets)
        snapshot = _snapshot(inventory)
        table = solve(snapshot)
        sankey = of_file(bom, lambda read: _flows(read, snapshot, table, limits))
    if as_json:
        named = NamedSankey(release_id="", sankey=sankey, names={})
        body = SankeyOut.from_core(named).model_dump(mode="json")
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        _print_links(Console(), sankey, translator(language))


def _flows(
    read: BomIn, snapshot: InventorySnapshot, table: IntensityTable, limits: SankeyLimits
) -> Sankey:
    study, method = exact_bom(read).bom, method_profile(read.method, read.gwp_set or "")
    method.check(study)
    system, basis = declared_system(study, table).own, method.certified_basis(study.boundary)
    impact = impacts(system, table, method, basis)
    makers = _makers(snapshot)
    return study_sankey(system, impact, table, makers.__getitem__, method, limits, basis)


def _makers(snapshot: InventorySnapshot) -> dict[str, Process]:
    beside = {co.product: p for p in snapshot.processes for co in p.co_products}
    return {process.id: process for process in snapshot.processes} | beside


def _snapshot(inventory: Path | None) -> InventorySnapshot:
    """The inventory of a file, or the shipped one."""
    if inventory is not None:
        return inventory_of(inventory)
    from lca_db.inventory.reference_files import load_reference  # noqa: PLC0415

    return load_reference()[0]


def _print_links(console: Console, sankey: Sankey, reader: Translator) -> None:
    table = Table(title=f"{reader.text('label.total')} {sankey.total_kg_co2e:,.4g} kgCO2e")
    for heading in ("chart.column_from", "chart.column_to"):
        table.add_column(reader.text(heading))
    table.add_column("kgCO2e", justify="right")
    names = {node.id: _name(node.id, node.kind, reader) for node in sankey.nodes}
    for link in sankey.links:
        table.add_row(names[link.source], names[link.target], f"{link.kg_co2e:,.4g}")
    console.print(table)


def _name(node: str, kind: NodeKind, reader: Translator) -> str:
    if kind is NodeKind.STAGE:
        return reader.text(f"stage.{node}")
    return reader.text("flow.study") if kind is NodeKind.STUDY else node
