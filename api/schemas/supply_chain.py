"""The supply chain of a dataset on the wire: a tree of what each input gives to the total."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.inventory_views import SupplyChain
from api.schemas.footprints import DecimalText, Out
from api.schemas.inventory import Text, figure
from footprint.supply_chain import SupplyNode


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
        return cls(release_id=chain.release.id, method=chain.method, root=_node(chain, chain.root))


def _node(chain: SupplyChain, node: SupplyNode) -> SupplyNodeOut:
    maker = chain.makers[node.product]
    whole = chain.root.kg_co2e
    return SupplyNodeOut(
        product=node.product,
        dataset=maker,
        name=dict(chain.names[maker]),
        amount=figure(node.amount),
        unit=node.unit,
        kg_co2e=figure(node.kg_co2e),
        share=figure(node.kg_co2e / whole) if whole else None,
        direct_kg_co2e=figure(node.direct_kg_co2e),
        rest_kg_co2e=figure(node.rest_kg_co2e),
        rest_count=node.rest_count,
        ending=node.ending.value,
        is_credit=node.is_credit,
        children=[_node(chain, child) for child in node.children],
    )
