"""Calculates a product carbon footprint; reads like the methodology page.

1. Link the bill of materials to the release: a product system.
2. Multiply its sparse row by the intensity table: kg of every emission key.
3. Characterise with the profile's GWP100 set, on the basis the profile certifies.
4. Group by stage, line and gas; partition; check that all of them sum to the total.
5. Say what the result rests on: primary data, drafts, data known only as CO2e.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from footprint.bom import BillOfMaterials, DirectEmissionLine, Line, MaterialLine
from footprint.contribution import Impacts, by_gas, by_line, by_stage, impacts, partition
from footprint.errors import FootprintError, MethodError, raise_all
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis
from footprint.quality import primary_parts, share_of_impact, unswitchable_share
from footprint.quantities import significant_string
from footprint.result import FootprintResult, LineResult, StageResult
from footprint.system import ProductSystem, product_system


def calculate(
    bom: BillOfMaterials, table: IntensityTable, method: MethodProfile, *, bom_sha256: str
) -> FootprintResult:
    """The footprint of one functional or declared unit.

    Args:
        bom: The bill of materials, already valid in itself.
        table: The release's cumulative intensities.
        method: GWP set, certified basis and limits.
        bom_sha256: Hash of the bytes the bill was submitted as.

    Raises:
        FootprintErrors: Every line that cannot be linked or converted, with its place.
        MethodError: ``gas-unknown`` where the GWP set lacks a gas.
    """
    system = product_system(bom, table)
    basis = method.certified_basis(bom.boundary)
    _check_gases(system, method, basis)
    impact = impacts(system, table, method, basis)
    other_basis = next(b for b in UptakeBasis if b is not basis)
    totals = {
        basis: impact.total,
        other_basis: impacts(system, table, method, other_basis).total,
    }
    gases = by_gas(impact)
    stages = by_stage(impact)
    primary = primary_parts(system, table, impact)
    unswitchable = unswitchable_share(impact)
    return FootprintResult(
        unit=bom.unit,
        boundary=bom.boundary,
        geography=bom.geography,
        method=method.id,
        gwp_set=method.gwp_set,
        basis=basis,
        total_kg_co2e=impact.total,
        including_uptake_kg_co2e=totals[UptakeBasis.INCLUDING],
        excluding_uptake_kg_co2e=totals[UptakeBasis.EXCLUDING],
        certified_value=significant_string(impact.total, method.significant_figures),
        stages=tuple(
            StageResult(stage=stage, inclusion=bom.stages[stage], kg_co2e=kg_co2e)
            for stage, kg_co2e in stages.items()
        ),
        lines=_line_results(system, impact, primary),
        gases=gases,
        partition=partition(gases),
        primary_data_share=share_of_impact(primary, impact),
        draft_share=min(share_of_impact(impact.drafts, impact), 1.0),
        unswitchable_share=unswitchable,
        is_over_unswitchable_limit=unswitchable > float(method.unswitchable_share_limit),
        bom_sha256=bom_sha256,
        release_sha256=table.release_sha256,
    )


def _check_gases(system: ProductSystem, method: MethodProfile, basis: UptakeBasis) -> None:
    """Every gas a line states has a factor in the method's own GWP set, or its line is named."""
    errors: list[FootprintError] = []
    for flow in system.flows:
        try:
            method.factor(flow.key, basis)
        except MethodError as error:
            errors.append(error.at(f"{system.lines[flow.line_index].place}/substance"))
    raise_all(errors)


def _line_results(
    system: ProductSystem, impact: Impacts, primary: NDArray[np.float64]
) -> tuple[LineResult, ...]:
    count = len(system.lines)
    totals = by_line(impact, count)
    sizes = np.bincount(impact.line_indices, weights=np.abs(impact.entries), minlength=count)
    drafts = np.bincount(impact.line_indices, weights=np.abs(impact.drafts), minlength=count)
    primaries = np.bincount(impact.line_indices, weights=np.abs(primary), minlength=count)
    return tuple(
        LineResult(
            assembly=occurrence.assembly,
            ref=occurrence.line.ref,
            name=occurrence.line.name,
            stage=occurrence.line.stage,
            dataset=_dataset_of(occurrence.line),
            kg_co2e=float(totals[i]),
            is_primary=bool(sizes[i] > 0 and primaries[i] > 0),
            draft_share=float(min(drafts[i] / sizes[i], 1.0)) if sizes[i] else 0.0,
        )
        for i, occurrence in enumerate(system.lines)
    )


def _dataset_of(line: Line) -> str:
    if isinstance(line, MaterialLine) and line.supplier_footprint:
        return line.supplier_footprint.document
    if isinstance(line, DirectEmissionLine):
        return f"{line.substance}:{line.origin}"
    return str(getattr(line, "dataset", ""))
