"""Shares the burden of a process with co-products: which part of every entry the product carries.

The same system with other amounts comes out, so that lines, stages and gases go on summing to the
total. With system expansion everything stays, and each displaced product is a line of its own with
a negative amount: a credit that is seen.
"""

from __future__ import annotations

import math
from decimal import Decimal

from footprint.allocation import Allocation, AllocationMethod, CoProduct, is_before_split
from footprint.bom import BillOfMaterials
from footprint.contribution import Impacts, impacts
from footprint.declared_results import AllocationAlternative, AllocationResult, CoProductResult
from footprint.errors import FootprintError, LinkError, QuantityError, raise_all
from footprint.intensities import IntensityTable
from footprint.lines import Line, LinePart, Stage
from footprint.methods import MethodProfile, UptakeBasis
from footprint.quantities import Quantity
from footprint.system import BackgroundDemand, LineOccurrence, ProductSystem


def allocated(bom: BillOfMaterials, whole: ProductSystem, table: IntensityTable) -> ProductSystem:
    """The system of the product alone; as it is where the bill declares no co-products.

    Raises:
        FootprintErrors: Displaced datasets that are unknown, or in the wrong unit.
    """
    if bom.declared.allocation is None:
        return whole
    return _shared(bom, bom.declared.allocation, bom.declared.allocation.method, whole, table)


def allocation_result(
    bom: BillOfMaterials,
    whole: ProductSystem,
    table: IntensityTable,
    method: MethodProfile,
    basis: UptakeBasis,
) -> AllocationResult | None:
    """How it was shared, and the total under every method for which enough is declared."""
    allocation = bom.declared.allocation
    if allocation is None:
        return None
    unit = _unit(bom)
    chosen = allocation.shares(allocation.method, unit)
    is_expanded = allocation.method is AllocationMethod.SYSTEM_EXPANSION
    before = impacts(whole, table, method, basis)
    credits_kg = [0.0] * len(allocation.co_products)
    if is_expanded:
        expanded = _shared(bom, allocation, allocation.method, whole, table)
        credits_kg = _credits(impacts(expanded, table, method, basis), expanded)
    totals = (
        (m, impacts(_shared(bom, allocation, m, whole, table), table, method, basis).total)
        for m in allocation.computable(unit)
    )
    return AllocationResult(
        method=allocation.method,
        reason=allocation.reason,
        share=float(chosen[0]),
        shared_kg_co2e=_in_common(allocation, whole, before),
        co_products=tuple(
            CoProductResult(
                name=co_product.name,
                share=float(share),
                displaced=co_product.displaced.dataset
                if co_product.displaced and is_expanded
                else "",
                credit_kg_co2e=credit,
            )
            for co_product, share, credit in zip(
                allocation.co_products, chosen[1:], credits_kg, strict=True
            )
        ),
        alternatives=tuple(
            AllocationAlternative(
                method=m, share=float(allocation.shares(m, unit)[0]), total_kg_co2e=total
            )
            for m, total in totals
        ),
    )


def _unit(bom: BillOfMaterials) -> Quantity:
    return Quantity(bom.unit.amount, bom.unit.unit)


def _shared(
    bom: BillOfMaterials,
    allocation: Allocation,
    method: AllocationMethod,
    whole: ProductSystem,
    table: IntensityTable,
) -> ProductSystem:
    share = allocation.shares(method, _unit(bom))[0]
    weights = [
        float(allocation.weight(method, (o.assembly, o.line.ref), o.line, share))
        for o in whole.lines
    ]
    lines, demands = whole.lines, _weighted(whole, weights)
    if method is AllocationMethod.SYSTEM_EXPANSION:
        displaced, saved = _displaced(allocation, len(lines), table)
        lines, demands = (*lines, *displaced), (*demands, *saved)
    flows = tuple(f._replace(mass_kg=f.mass_kg * weights[f.line_index]) for f in whole.flows)
    return ProductSystem(lines=lines, demands=demands, flows=flows)


def _weighted(whole: ProductSystem, weights: list[float]) -> tuple[BackgroundDemand, ...]:
    return tuple(d._replace(amount=d.amount * weights[d.line_index]) for d in whole.demands)


def _displaced(
    allocation: Allocation, first: int, table: IntensityTable
) -> tuple[tuple[LineOccurrence, ...], tuple[BackgroundDemand, ...]]:
    """A line and a negative demand for each co-product, numbered on from the lines of the bill."""
    lines: list[LineOccurrence] = []
    demands: list[BackgroundDemand] = []
    errors: list[FootprintError] = []
    for number, co_product in enumerate(allocation.co_products):
        try:
            row, amount = _saved(co_product, table)
        except FootprintError as error:
            errors.append(error.at(f"{co_product.place}/displaced"))
            continue
        line = Line(ref=f"co-product-{number + 1}", name=co_product.name, stage=Stage.MANUFACTURING)
        lines.append(
            LineOccurrence(
                assembly="",
                line=line,
                held_count=Decimal(1),
                made_count=Decimal(1),
                place=co_product.place,
            )
        )
        demands.append(
            BackgroundDemand(
                line_index=first + number,
                part=LinePart.DISPLACED,
                stage=Stage.MANUFACTURING,
                row=row,
                amount=-amount,
            )
        )
    raise_all(errors)
    return tuple(lines), tuple(demands)


def _saved(co_product: CoProduct, table: IntensityTable) -> tuple[int, float]:
    """Row and amount of what is displaced, in the dataset's own unit."""
    displaced = co_product.displaced
    if displaced is None:
        raise LinkError("co-product-displaces-nothing", "", name=co_product.name)
    row = table.row(displaced.dataset, "/dataset")
    unit = table.products[row].unit
    try:
        return row, float(displaced.quantity.to(unit).amount)
    except QuantityError as error:
        raise error.at("/unit") from None


def _credits(impact: Impacts, expanded: ProductSystem) -> list[float]:
    return [
        float(kg_co2e)
        for demand, kg_co2e in zip(expanded.demands, impact.entries, strict=False)
        if demand.part is LinePart.DISPLACED
    ]


def _in_common(allocation: Allocation, whole: ProductSystem, before: Impacts) -> float:
    """kgCO2e of the entries that serve all products."""
    owned = {own.line for own in allocation.own_lines}
    return math.fsum(
        float(kg_co2e)
        for entry, kg_co2e in zip(whole.entries, before.entries, strict=True)
        if is_before_split(whole.lines[entry.line_index].line)
        and (whole.lines[entry.line_index].assembly, whole.lines[entry.line_index].line.ref)
        not in owned
    )
