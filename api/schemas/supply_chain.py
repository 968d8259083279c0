"""The supply chain of a dataset on the wire: a tree of what each input gives to the total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from api.inventory_views import SupplyChain
from api.schemas.footprints import DecimalText, Out
from api.schemas.inventory import Text, figure
from footprint.supply_chain import SupplyNode
from labels.label import LocalText


class SupplyNodeOut(Out):
    """A product at one place of the chain; kg_co2e = direct + children + rest."""

    product: str
    dataset: Annotated[str, Field(description="Makes the product; another id for a co-product")]
    name: Text
    amount: DecimalText
    unit: str
    kg_co2e: DecimalText
    share: Annotated[str | None, Field(description="Of the total; null where that is nothing")]
    direct_kg_co2e: DecimalText
    rest_kg_co2e: DecimalText
    rest_count: Annotated[int, Field(description="Inputs that are not shown")]
    ending: Annotated[
        str, Field(description="Why inputs are not shown: open (cut-off), loop, depth or nodes")
    ]
    is_credit: bool
    children: list[SupplyNodeOut]


class SupplyChainOut(Out):
    """The supply chain of one unit of a dataset's product."""

    release_id: str
    method: str
    root: SupplyNodeOut

    @classmethod
    def from_core(cls, chain: SupplyChain) -> SupplyChainOut:
        """From the workflow's view."""
        return cls(
            release_id=chain.release.id,
            method=chain.method,
            root=node_out(chain.root, chain.makers, chain.names, chain.root.kg_co2e),
        )


def node_out(
    node: SupplyNode, makers: Mapping[str, str], names: Mapping[str, LocalText], whole: float
) -> SupplyNodeOut:
    """A node with all below it; its share is of the whole."""
    maker = makers[node.product]
    return SupplyNodeOut(
        product=node.product,
        dataset=maker,
        name=dict(names[maker]),
        amount=figure(node.amount),
        unit=node.unit,
        kg_co2e=figure(node.kg_co2e),
        share=figure(node.kg_co2e / whole) if whole else None,
        direct_kg_co2e=figure(node.direct_kg_co2e),
        rest_kg_co2e=figure(node.rest_kg_co2e),
        rest_count=node.rest_count,
        ending=node.ending.value,
        is_credit=node.is_credit,
        children=[node_out(child, makers, names, whole) for child in node.children],
    )
