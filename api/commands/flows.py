"""``tanbiao footprint sankey``, ``tree``, ``emitters``: what a bill stands on, and who emits it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from api.commands.failure import failing
from api.commands.flow_rows import DatasetNames, Row, emitter_rows, node_rows, tree_rows
from api.commands.footprint import AsJson, Bill, OwnInventory, Value, of_file, snapshot_of
from api.commands.language import Language, Spoken
from api.flow_views import NamedSankey, NamedTree, StudyEmitters
from api.schemas.inventory import figure
from api.schemas.study_flows import EmittersOut, SankeyOut, StudyTreeOut, share_text
from api.schemas.supply_chain import SupplyChainOut, node_out
from api.solving import solve
from api.workflows.calculate_footprint import exact_bom
from footprint.emitters import EmitterGroup
from footprint.notebook import Inventory
from footprint.prepared import PreparedBill
from footprint.sankey import NodeKind, Sankey, SankeyLimits
from footprint.supply_chain import TreeLimits
from labels.locale import Translator, translator
from labels.render.printed import three_figures

_NO_RELEASE = ""  # an inventory that was solved here and now was never frozen
CutOff = Annotated[float, typer.Option(help="Smallest flow that is opened, 0 to 1")]


def sankey_command(
    bom: Bill,
    cutoff: CutOff = 0.01,
    datasets: Annotated[int, typer.Option(help="How many at most")] = 40,
    inventory: OwnInventory = None,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Shows what flows to the footprint of BOM.json, every dataset once; loops are corrected."""
    with failing(language):
        limits = SankeyLimits(cutoff=cutoff, datasets=datasets)
        opened, sankey = _of_bill(bom, inventory, lambda own, bill: own.sankey(bill, limits))
    if as_json:
        names = DatasetNames.of(opened.makers)
        named = NamedSankey(
            release_id=_NO_RELEASE,
            sankey=sankey,
            names={product: names.names[maker] for product, maker in names.makers.items()},
        )
        _print_json(SankeyOut.from_core(named))
    else:
        _print_links(Console(), sankey, translator(language))


def tree_command(
    bom: Bill,
    dataset: Annotated[
        str, typer.Option(help="Id of a dataset: the chain of one unit of it, by the bill's method")
    ] = "",
    depth: Annotated[int, typer.Option(help="Levels below the lines or the dataset, 0 to 20")] = 6,
    cutoff: CutOff = 0.01,
    inventory: OwnInventory = None,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Shows the supply chain of BOM.json: its lines, and level by level what they demand."""
    reader = translator(language)
    with failing(language):
        limits = TreeLimits(cutoff=cutoff, depth=depth)
        if dataset:
            _show_chain(bom, inventory, dataset, limits, None if as_json else reader)
            return
        opened, tree = _of_bill(bom, inventory, lambda own, bill: own.tree(bill, limits))
    names = DatasetNames.of(opened.makers)
    if as_json:
        named = NamedTree(release_id=_NO_RELEASE, tree=tree, makers=names.makers, names=names.names)
        _print_json(StudyTreeOut.from_core(named))
    else:
        title, heading = reader.text("label.total"), reader.text("datasets.supply_chain")
        _print_rows(title, heading, tree.kg_co2e, tree_rows(tree, names, reader), reader)


def _show_chain(
    bom: Path, inventory: Path | None, dataset: str, limits: TreeLimits, reader: Translator | None
) -> None:
    """The chain of one unit of a dataset; as JSON where there is no reader."""
    opened, bill = _of_bill(bom, inventory, lambda _, read: read)
    method = bill.method
    root = opened.chain(dataset, limits, method=method.id, gwp_set=method.gwp_set, basis=bill.basis)
    names = DatasetNames.of(opened.makers)
    if reader is None:
        shown = node_out(root, names.makers, names.names, root.kg_co2e)
        _print_json(SupplyChainOut(release_id=_NO_RELEASE, method=method.id, root=shown))
    else:
        title, heading = f"1 {root.unit} {dataset}:", reader.text("datasets.supply_chain")
        _print_rows(title, heading, root.kg_co2e, node_rows(root, 0, names, reader), reader)


def emitters_command(
    bom: Bill,
    by: Annotated[EmitterGroup, typer.Option(help="What to add up by")] = EmitterGroup.PROCESS,
    inventory: OwnInventory = None,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Shows who emits the footprint of BOM.json, the largest first; they sum to the total."""
    with failing(language):
        opened, (total, emitters) = _of_bill(
            bom, inventory, lambda own, bill: (bill.impact.total, own.emitters(bill, by))
        )
    names = DatasetNames.of(opened.makers)
    found = StudyEmitters(
        release_id=_NO_RELEASE,
        group=by,
        total_kg_co2e=total,
        emitters=emitters,
        names=names.names if by is EmitterGroup.PROCESS else {},
    )
    if as_json:
        _print_json(EmittersOut.from_core(found))
    else:
        reader = translator(language)
        title, heading = reader.text("label.total"), reader.text(f"emitter_group.{by}")
        _print_rows(title, heading, total, emitter_rows(found, names, reader), reader)


def _of_bill(
    bom: Path, inventory: Path | None, use: Callable[[Inventory, PreparedBill], Value]
) -> tuple[Inventory, Value]:
    """What is made of a bill on an inventory that is solved here and now, and that inventory."""
    snapshot = snapshot_of(inventory)
    opened = Inventory(snapshot, solve(snapshot))
    return opened, of_file(
        bom,
        lambda read: use(
            opened,
            opened.prepared(exact_bom(read).bom, method=read.method, gwp_set=read.gwp_set or ""),
        ),
    )


def _print_json(answer: BaseModel) -> None:
    typer.echo(json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2))


def _print_rows(
    title: str, heading: str, total: float, rows: list[Row], reader: Translator
) -> None:
    table = Table(title=f"{title} {total:,.4g} kgCO2e", title_justify="left")
    table.add_column(heading)
    table.add_column("kgCO2e", justify="right")
    table.add_column(reader.text("flow.share"), justify="right")
    for row in rows:
        if row.kg_co2e is None:
            table.add_row(row.words, "", "")
            continue
        share = share_text(row.kg_co2e, total)
        table.add_row(
            row.words,
            three_figures(figure(row.kg_co2e), reader),
            "-" if share is None else reader.percent(share),
        )
    Console().print(table)


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
