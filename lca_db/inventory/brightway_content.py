"""What a Brightway database of a release holds, as plain values: no Brightway is needed to make it.

One activity per product, with the product's share of its process, amounts in the unit of the
provider; one flow per emission key; the factors of a method profile. What the arithmetic does not
need (decimal text, sources, names) stands beside each exchange and activity, so that the release
comes back out of a project as it was. ``brightway_loader.py`` puts it into one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from footprint.bom import Boundary
from footprint.inventory import InventorySnapshot, Process, process_body
from footprint.methods import MethodProfile
from footprint.quantities import conversion_factor


def brightway_content(snapshot: InventorySnapshot, method: MethodProfile) -> dict[str, Any]:
    """The databases and the method of a release.

    An exchange names what it takes by its code alone: an emission among ``gases`` where its type is
    ``biosphere``, else one of ``activities``.
    """
    basis = method.certified_basis(Boundary.CRADLE_TO_GATE)
    keys = sorted({e.key for p in snapshot.processes for e in p.emissions})
    return {
        "release_sha256": snapshot.sha256(),
        "gases": [str(key) for key in keys],
        "activities": dict(_activities(snapshot)),
        "method": {
            "name": [method.id, method.gwp_set],
            "unit": "kg CO2-Eq",
            "basis": basis.value,
            "factors": {str(key): method.factor(key, basis) for key in keys},
        },
    }


def _activities(snapshot: InventorySnapshot) -> Iterator[tuple[str, dict[str, Any]]]:
    units = snapshot.product_units()
    for process in snapshot.processes:
        body = process_body(process)
        kept = {name: value for name, value in body.items() if name not in {"inputs", "emissions"}}
        made = _activity(process, process.id, float(process.reference_share), units)
        yield process.id, made | {"tanbiao": kept}
        for co_product in process.co_products:
            made = _activity(process, co_product.product, float(co_product.share), units)
            yield co_product.product, made | {"tanbiao": {"co_product_of": process.id}}


def _activity(
    process: Process, product: str, share: float, units: Mapping[str, str]
) -> dict[str, Any]:
    """A process as the supplier of one of its products."""
    amounts = {process.id: process.reference_amount}
    amounts |= {co.product: co.amount for co in process.co_products}
    names = process.content.get("name")
    name = names.get("en", product) if isinstance(names, Mapping) else product
    exchanges: list[dict[str, Any]] = [
        {"input": product, "amount": float(amounts[product]), "type": "production"}
    ]
    body: Any = process_body(process)
    for position, (exchange, text) in enumerate(zip(process.inputs, body["inputs"], strict=True)):
        factor = conversion_factor(exchange.unit, units[exchange.provider])
        exchanges.append(
            {
                "input": exchange.provider,
                "amount": float(exchange.amount * factor) * share,
                "type": "technosphere",
                "tanbiao": {**text, "position": position, "factor": str(factor), "share": share},
            }
        )
    for position, (emission, text) in enumerate(
        zip(process.emissions, body["emissions"], strict=True)
    ):
        exchanges.append(
            {
                "input": str(emission.key),
                "amount": float(emission.amount_kg) * share,
                "type": "biosphere",
                "tanbiao": {**text, "position": position, "factor": "1", "share": share},
            }
        )
    return {
        "name": name,
        "reference product": product,
        "unit": units[product],
        "location": process.location,
        "production amount": float(amounts[product]),
        "exchanges": exchanges,
    }
