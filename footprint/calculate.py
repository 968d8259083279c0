"""Calculates a product carbon footprint; reads like the methodology page.

1. Link the bill of materials to the release: a product system.
2. Multiply its sparse row by the intensity table: kg of every emission key.
3. Characterise with the profile's GWP100 set, on the basis the profile certifies.
4. Group by stage, line and gas; partition; check that all of them sum to the total.
5. Say what the result rests on: primary data, drafts, data known only as CO2e, and the choices
   of datasets that the inventory offers otherwise.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from footprint.bom import BillOfMaterials, LinePart, Stage, VerificationClaim
from footprint.contribution import Impacts, biogenic_co2, by_gas, by_stage, impacts, partition
from footprint.errors import FootprintError, MethodError, raise_all
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis
from footprint.quality import primary_parts, share_of_impact, unswitchable_share
from footprint.quantities import significant_string
from footprint.result import AppliedProfile, FootprintResult, LineResult, StageResult
from footprint.sensitivity import sensitivities
from footprint.system import BackgroundDemand, DirectFlow, ProductSystem, product_system


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
        MethodError: The profile is not for such a study; ``gas-unknown`` where the GWP set lacks
            a gas.
    """
    method.check(bom)
    system = product_system(bom, table)
    basis = method.certified_basis(bom.boundary)
    _check_gases(system, method, basis)
    impact = impacts(system, table, method, basis)
    other_basis = next(b for b in UptakeBasis if b is not basis)
    totals = {
        basis: impact.total,
        other_basis: math.fsum(impact.masses_kg * method.factors(impact.keys, other_basis)),
    }
    gases = by_gas(impact)
    stages = by_stage(impact)
    primary = primary_parts(system, impact)
    unswitchable = unswitchable_share(impact)
    return FootprintResult(
        unit=bom.unit,
        boundary=bom.boundary,
        geography=bom.geography,
        method=method.id,
        profile=AppliedProfile(
            version=method.version, status=method.status, unconfirmed=method.unconfirmed
        ),
        gwp_set=method.gwp_set,
        basis=basis,
        total_kg_co2e=impact.total,
        including_uptake_kg_co2e=totals[UptakeBasis.INCLUDING],
        excluding_uptake_kg_co2e=totals[UptakeBasis.EXCLUDING],
        certified_value=significant_string(impact.total, method.significant_figures),
        stages=tuple(
            StageResult(
                stage=stage,
                inclusion=bom.stages[stage],
                reason=bom.stage_reasons.get(stage, ""),
                kg_co2e=kg_co2e,
            )
            for stage, kg_co2e in stages.items()
        ),
        lines=_line_results(system, table, impact, primary),
        gases=gases,
        partition=partition(gases),
        biogenic_co2=biogenic_co2(gases),
        primary_data_share=share_of_impact(primary, impact),
        draft_share=min(share_of_impact(impact.drafts, impact), 1.0),
        unswitchable_share=unswitchable,
        is_over_unswitchable_limit=unswitchable > float(method.unswitchable_share_limit),
        sensitivities=sensitivities(system, table, method, basis, impact.total),
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
    system: ProductSystem, table: IntensityTable, impact: Impacts, primary: NDArray[np.float64]
) -> tuple[LineResult, ...]:
    """One result for every part of every line and its stage, in the order of the bill."""
    parts, stages = list(LinePart), list(Stage)
    entries = system.entries
    groups: dict[tuple[int, int, int], list[int]] = {}
    for number, entry in enumerate(entries):
        key = (entry.line_index, parts.index(entry.part), stages.index(entry.stage))
        groups.setdefault(key, []).append(number)
    figures = [array.tolist() for array in (impact.entries, primary, impact.drafts)]
    return tuple(
        _line_result(
            system,
            table,
            entries[numbers[0]],
            *(math.fsum([figure[number] for number in numbers]) for figure in figures),
        )
        for _, numbers in sorted(groups.items())
    )


def _line_result(
    system: ProductSystem,
    table: IntensityTable,
    entry: BackgroundDemand | DirectFlow,
    kg_co2e: float,
    primary: float,
    draft: float,
) -> LineResult:
    occurrence = system.lines[entry.line_index]
    supplier = entry.supplier if isinstance(entry, DirectFlow) else None
    return LineResult(
        assembly=occurrence.assembly,
        ref=occurrence.line.ref,
        part=entry.part,
        name=occurrence.line.name,
        stage=entry.stage,
        dataset=_dataset_of(entry, table),
        verification=supplier.claim if supplier else VerificationClaim.NO_SUPPLIER,
        kg_co2e=float(kg_co2e),
        primary_share=_share(primary, kg_co2e),
        draft_share=_share(draft, kg_co2e),
    )


def _share(part: float, whole: float) -> float:
    return float(min(abs(part) / abs(whole), 1.0)) if whole else 0.0


def _dataset_of(entry: BackgroundDemand | DirectFlow, table: IntensityTable) -> str:
    if isinstance(entry, BackgroundDemand):
        return table.products[entry.row].id
    if entry.supplier:
        return entry.supplier.document
    return f"{entry.key.substance}:{entry.key.origin}"
