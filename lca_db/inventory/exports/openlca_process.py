"""One dataset as a process of openLCA (schema version 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from footprint.inventory import (
    DatasetKind,
    DatasetSource,
    Emission,
    Exchange,
    InventorySnapshot,
    Process,
)
from footprint.pedigree import INDICATORS
from lca_db.inventory.exports.emission_names import emission_name
from lca_db.inventory.exports.openlca_entities import (
    PEDIGREE_SYSTEM,
    category_of,
    emission_flow_id,
    entity,
    flow_reference,
    is_taken,
    product_flow_id,
)
from lca_db.inventory.exports.openlca_ids import OpenLcaUnit, identity, place_identity, units
from lca_db.inventory.exports.source_list import named_sources

_YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
_PHYSICAL = "PHYSICAL_ALLOCATION"


class Products:
    """Every product of a snapshot: its name, its unit and the process that supplies it."""

    def __init__(self, snapshot: InventorySnapshot) -> None:
        self.units = snapshot.product_units()
        self.names: dict[str, str] = {}
        self.suppliers: dict[str, Process] = {}
        for process in snapshot.processes:
            self.names[process.id] = english_name(process)
            self.suppliers[process.id] = process
            for co_product in process.co_products:
                self.names[co_product.product] = _co_product_name(process, co_product.product)
                self.suppliers[co_product.product] = process

    def flow(self, product: str) -> dict[str, object]:
        """As an exchange refers to the flow of a product."""
        unit = units()[self.units[product]]
        return flow_reference(
            product_flow_id(product), self.names[product], "PRODUCT_FLOW", unit.name
        )


def english_name(process: Process) -> str:
    """The name a format of one language has for a dataset; its id where there is none."""
    names = process.content.get("name")
    name = names.get("en") if isinstance(names, Mapping) else None
    return str(name) if name else process.id


def _co_product_name(process: Process, product: str) -> str:
    names = process.content.get("products")  # imported datasets name theirs
    name = names.get(product) if isinstance(names, Mapping) else None
    return str(name) if name else product


def flow_ids(process: Process) -> Sequence[str]:
    """The flow of every exchange, in the order in which the process lists them."""
    products = (process.id, *(c.product for c in process.co_products))
    inputs = (e.provider for e in process.inputs)
    emitted = (emission_flow_id(e.key) for e in process.emissions)
    return (*map(product_flow_id, products), *map(product_flow_id, inputs), *emitted)


def process_entity(
    process: Process, products: Products, sources: Mapping[str, DatasetSource]
) -> dict[str, object]:
    """The process with its exchanges, documentation, data quality and allocation."""
    exchanges = list(_exchanges(process, products))
    pedigree = process.content.get("pedigree")
    scores = [pedigree[name] for name in INDICATORS] if isinstance(pedigree, Mapping) else []
    is_unit = process.kind is DatasetKind.UNIT_PROCESS
    return entity(
        "Process",
        identity("process", process.id),
        english_name(process),
        description=str(process.content.get("comment") or ""),
        category=category_of(process),
        tags=[f"review status: {process.review_status.value}"],
        processType="UNIT_PROCESS" if is_unit else "LCI_RESULT",
        location=_place(process.location),
        processDocumentation=_documentation(process, sources),
        defaultAllocationMethod=_PHYSICAL if process.co_products else None,
        allocationFactors=list(_allocation(process)),
        dqSystem={"@type": "DQSystem", "@id": PEDIGREE_SYSTEM} if scores else None,
        dqEntry=f"({';'.join(map(str, scores))})" if scores else "",
        lastInternalId=len(exchanges),
        exchanges=exchanges,
    )


def _place(code: str) -> dict[str, object]:
    return {"@type": "Location", "@id": place_identity(code), "name": code}


def _exchanges(process: Process, products: Products) -> Iterator[dict[str, object]]:
    made = [(process.id, process.reference_amount, process.unit)]
    made += [(c.product, c.amount, c.unit) for c in process.co_products]
    for number, (product, amount, unit) in enumerate(made, start=1):
        flow = products.flow(product)
        yield _exchange(number, flow, amount, units()[unit], is_input=False) | {
            "isQuantitativeReference": product == process.id
        }
    for number, exchange in enumerate(process.inputs, start=len(made) + 1):
        yield _input(number, exchange, products)
    taken = len(made) + len(process.inputs)
    for number, emission in enumerate(process.emissions, start=taken + 1):
        yield _emission(number, emission)


def _exchange(
    number: int, flow: Mapping[str, object], amount: Decimal, unit: OpenLcaUnit, *, is_input: bool
) -> dict[str, object]:
    return {
        "internalId": number,
        "isInput": is_input,
        "isAvoidedProduct": False,
        "isQuantitativeReference": False,
        "flow": flow,
        "flowProperty": unit.property_reference(),
        "unit": unit.reference(),
        "amount": amount,
    }


def _input(number: int, exchange: Exchange, products: Products) -> dict[str, object]:
    is_avoided = exchange.amount < 0
    amount = exchange.amount.copy_negate() if is_avoided else exchange.amount
    flow, unit = products.flow(exchange.provider), units()[exchange.unit]
    supplier = products.suppliers[exchange.provider]
    return _exchange(number, flow, amount, unit, is_input=True) | {
        "isAvoidedProduct": is_avoided,
        "defaultProvider": {
            "@type": "Process",
            "@id": identity("process", supplier.id),
            "name": english_name(supplier),
        },
        **_described(exchange.sources),
    }


def _emission(number: int, emission: Emission) -> dict[str, object]:
    key = emission.key
    flow = flow_reference(emission_flow_id(key), emission_name(key).name, "ELEMENTARY_FLOW", "kg")
    exchange = _exchange(number, flow, emission.amount_kg, units()["kg"], is_input=is_taken(key))
    return exchange | _described(emission.sources)


def _described(sources: Sequence[str]) -> dict[str, object]:
    return {"description": f"sources: {'; '.join(sources)}"} if sources else {}


def _allocation(process: Process) -> Iterator[dict[str, object]]:
    shares = [(process.id, process.reference_share)] if process.co_products else []
    shares += [(c.product, c.share) for c in process.co_products]
    for product, share in shares:
        yield {
            "allocationType": _PHYSICAL,
            "product": {"@type": "Flow", "@id": product_flow_id(product)},
            "value": share,
        }


def _documentation(process: Process, sources: Mapping[str, DatasetSource]) -> dict[str, object]:
    first, last = _span(process.year)
    known = [sources[each] for each in named_sources(process)]
    licences = sorted({each.licence for each in known if each.licence})
    cut_offs = "; ".join(f"{c.flow}: {c.reason}" for c in process.cut_offs)
    texts = {
        "validFrom": f"{first}-01-01" if first else "",
        "validUntil": f"{last}-12-31" if last else "",
        "timeDescription": process.year,
        "technologyDescription": str(process.content.get("technology") or ""),
        "completenessDescription": f"left out: {cut_offs}" if cut_offs else "",
        "useAdvice": str(process.content.get("proxy") or ""),
        "restrictionsDescription": f"licences of the sources: {'; '.join(licences)}"
        if licences
        else "",
    }
    return {
        **{member: text for member, text in texts.items() if text},
        "sources": [
            {"@type": "Source", "@id": identity("source", each.id), "name": each.document}
            for each in known
        ],
    }


def _span(year: str) -> tuple[str, str]:
    found = _YEARS.fullmatch(year)
    return (found[1], found[2] or found[1]) if found else ("", "")
