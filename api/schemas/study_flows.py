"""What flows to a study on the wire: its merged Sankey, its tree, and who emits it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.flow_views import NamedSankey, NamedTree, StudyEmitters
from api.schemas.footprints import DecimalText, Out
from api.schemas.inventory import Text, figure
from api.schemas.supply_chain import SupplyNodeOut, node_out
from footprint.sankey import NodeKind

ShareText = Annotated[str | None, Field(description="Of the total; null where that is nothing")]


def share_text(part: float, whole: float) -> str | None:
    """A part of the total as a decimal string."""
    return figure(part / whole) if whole else None


class SankeyNodeOut(Out):
    """A node; kg_co2e = direct + what its links bring + rest = what its links take."""

    id: str
    kind: NodeKind
    name: Annotated[Text, Field(description="Of a dataset; empty for a stage and the study")]
    kg_co2e: DecimalText
    share: ShareText
    direct_kg_co2e: DecimalText
    rest_kg_co2e: DecimalText
    rest_count: Annotated[int, Field(description="Inputs that are not shown")]
    amount: Annotated[str | None, Field(description="Of a dataset: made for the study, in unit")]
    unit: str | None
    is_closed: Annotated[bool, Field(description="What it is made of may not be shown")]


class SankeyLinkOut(Out):
    """A flow from one node to another; below zero for an avoided product."""

    source: str
    target: str
    kg_co2e: DecimalText


class SankeyOut(Out):
    """The merged Sankey of a study: every dataset once, loops corrected."""

    release_id: str
    total_kg_co2e: DecimalText
    nodes: list[SankeyNodeOut]
    links: list[SankeyLinkOut]

    @classmethod
    def from_core(cls, found: NamedSankey) -> SankeyOut:
        """From the workflow's view."""
        sankey = found.sankey
        return cls(
            release_id=found.release_id,
            total_kg_co2e=figure(sankey.total_kg_co2e),
            nodes=[
                SankeyNodeOut(
                    id=node.id,
                    kind=node.kind,
                    name=dict(found.names.get(node.id, {})),
                    kg_co2e=figure(node.kg_co2e),
                    share=share_text(node.kg_co2e, sankey.total_kg_co2e),
                    direct_kg_co2e=figure(node.direct_kg_co2e),
                    rest_kg_co2e=figure(node.rest_kg_co2e),
                    rest_count=node.rest_count,
                    amount=figure(node.amount) if node.kind is NodeKind.DATASET else None,
                    unit=node.unit or None,
                    is_closed=node.is_closed,
                )
                for node in sankey.nodes
            ],
            links=[
                SankeyLinkOut(source=link.source, target=link.target, kg_co2e=figure(link.kg_co2e))
                for link in sankey.links
            ],
        )


class LineBranchOut(Out):
    """A line of the bill in one stage; kg_co2e = direct + inputs + rest."""

    assembly: str
    ref: str
    name: str
    stage: str
    kg_co2e: DecimalText
    share: ShareText
    direct_kg_co2e: DecimalText
    rest_kg_co2e: DecimalText
    rest_count: Annotated[int, Field(description="Demands that are not shown")]
    inputs: list[SupplyNodeOut]


class StudyTreeOut(Out):
    """The supply chain of a whole study: its lines, largest first, with what they demand."""

    release_id: str
    total_kg_co2e: DecimalText
    lines: list[LineBranchOut]

    @classmethod
    def from_core(cls, found: NamedTree) -> StudyTreeOut:
        """From the workflow's view."""
        whole = found.tree.kg_co2e
        return cls(
            release_id=found.release_id,
            total_kg_co2e=figure(whole),
            lines=[
                LineBranchOut(
                    assembly=line.assembly,
                    ref=line.ref,
                    name=line.name,
                    stage=line.stage.value,
                    kg_co2e=figure(line.kg_co2e),
                    share=share_text(line.kg_co2e, whole),
                    direct_kg_co2e=figure(line.direct_kg_co2e),
                    rest_kg_co2e=figure(line.rest_kg_co2e),
                    rest_count=line.rest_count,
                    inputs=[node_out(n, found.makers, found.names, whole) for n in line.inputs],
                )
                for line in found.tree.lines
            ],
        )


class EmitterOut(Out):
    """One emitter of a study: dataset, industry, country or gas."""

    id: Annotated[str, Field(description="own-process and supplier: what the bill itself states")]
    name: Annotated[Text, Field(description="Of a dataset; empty for anything else")]
    kg_co2e: DecimalText
    share: ShareText


class EmittersOut(Out):
    """Who emits what a study adds up to, largest first; they sum to the total."""

    release_id: str
    by: str
    total_kg_co2e: DecimalText
    emitters: list[EmitterOut]

    @classmethod
    def from_core(cls, found: StudyEmitters) -> EmittersOut:
        """From the workflow's view."""
        return cls(
            release_id=found.release_id,
            by=found.group.value,
            total_kg_co2e=figure(found.total_kg_co2e),
            emitters=[
                EmitterOut(
                    id=emitter.name,
                    name=dict(found.names.get(emitter.name, {})),
                    kg_co2e=figure(emitter.kg_co2e),
                    share=share_text(emitter.kg_co2e, found.total_kg_co2e),
                )
                for emitter in found.emitters
            ],
        )
