"""The rows of what a command shows of flows: who emits, and a supply chain level by level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.text import Text

from api.flow_views import StudyEmitters
from footprint.emitters import OWN_PROCESS, SUPPLIER, UNASSIGNED, Emitter, EmitterGroup
from footprint.inventory import Process
from footprint.supply_chain import Ending, LineBranch, StudyTree, SupplyNode
from labels.label import LocalText
from labels.locale import Translator
from lca_db.inventory.values import dataset_entry

MOST_EMITTERS = 25  # the others are one row, as on the page
_UNSAID = frozenset({OWN_PROCESS, SUPPLIER, UNASSIGNED})
_INDENT = "  "


@dataclass(frozen=True)
class DatasetNames:
    """The dataset that makes each product of an inventory, and what the datasets are called."""

    makers: Mapping[str, str]
    names: Mapping[str, LocalText]

    @classmethod
    def of(cls, makers: Mapping[str, Process]) -> DatasetNames:
        """Of the processes that make the products of an inventory."""
        return cls(
            makers={product: process.id for product, process in makers.items()},
            names={process.id: dataset_entry(process).names for process in makers.values()},
        )

    def said(self, product: str, reader: Translator) -> str:
        """The id of a product, and its maker's name where it has one."""
        name = reader.local(self.names.get(self.makers.get(product, product), {}))
        return f"{product} · {name}" if name else product


@dataclass(frozen=True)
class Row:
    """One row: its words, never read as markup, and kgCO2e; None for a remark."""

    words: Text
    kg_co2e: float | None


def emitter_rows(found: StudyEmitters, names: DatasetNames, reader: Translator) -> list[Row]:
    """The largest emitters, and the others together."""
    shown, others = found.emitters[:MOST_EMITTERS], found.emitters[MOST_EMITTERS:]
    rows = [
        Row(Text(_emitter(emitter, found.group, names, reader)), emitter.kg_co2e)
        for emitter in shown
    ]
    if others:
        words = reader.text("flow.others", count=len(others))
        rows.append(Row(Text(words), sum(emitter.kg_co2e for emitter in others)))
    return rows


def _emitter(emitter: Emitter, group: EmitterGroup, names: DatasetNames, reader: Translator) -> str:
    if emitter.name in _UNSAID:
        return reader.text(f"emitter.{emitter.name}")
    match group:
        case EmitterGroup.PROCESS:
            return names.said(emitter.name, reader)
        case EmitterGroup.SECTOR:
            return reader.text(f"industry.{emitter.name}")
        case EmitterGroup.COUNTRY:
            return reader.place(emitter.name)
        case EmitterGroup.GAS:
            return emitter.name


def tree_rows(tree: StudyTree, names: DatasetNames, reader: Translator) -> list[Row]:
    """Every line, the largest first, each with what is below it."""
    return [row for line in tree.lines for row in _line_rows(line, names, reader)]


def _line_rows(line: LineBranch, names: DatasetNames, reader: Translator) -> list[Row]:
    where = f"{line.assembly}/{line.ref}" if line.assembly else line.ref
    words = f"{where} · {line.name} · {reader.text(f'stage.{line.stage}')}"
    rows = [Row(Text(words), line.kg_co2e)]
    for node in line.inputs:
        rows += node_rows(node, 1, names, reader)
    if not line.inputs and not line.direct_kg_co2e:
        return rows  # all of it is below the cut-off: its one figure says so
    return rows + _parts(line.direct_kg_co2e, line.rest_kg_co2e, line.rest_count, 1, reader)


def node_rows(node: SupplyNode, level: int, names: DatasetNames, reader: Translator) -> list[Row]:
    """A product at one place of the chain, and what is below it."""
    rows = [Row(_indented(names.said(node.product, reader), level), node.kg_co2e)]
    for child in node.children:
        rows += node_rows(child, level + 1, names, reader)
    if node.children:
        rows += _parts(node.direct_kg_co2e, node.rest_kg_co2e, node.rest_count, level + 1, reader)
    if node.ending is not Ending.OPEN:
        rows.append(Row(_indented(reader.text(f"tree_ending.{node.ending}"), level + 1), None))
    return rows


def _parts(
    direct_kg: float, rest_kg: float, rest_count: int, level: int, reader: Translator
) -> list[Row]:
    """What is emitted here itself, and the inputs that are not shown: with them it adds up."""
    rows = []
    if direct_kg:
        rows.append(Row(_indented(reader.text("flow.itself"), level), direct_kg))
    if rest_count:
        words = reader.text("flow.rest", count=rest_count)
        rows.append(Row(_indented(words, level), rest_kg))
    return rows


def _indented(words: str, level: int) -> Text:
    return Text(_INDENT * level + words)
