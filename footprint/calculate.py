"""Calculates a product carbon footprint; reads like the methodology page.

1. Link the bill of materials to the release: a product system.
2. Multiply its sparse row by the intensity table: kg of every emission key.
3. Characterise with the profile's GWP100 set, on the basis the profile certifies.
4. Group by stage, line and gas; partition; check that all of them sum to the total.
5. Say what the result rests on: primary data, drafts, data known only as CO2e, and the choices
   of datasets that the inventory offers otherwise; how good its data are rated.
6. Where the release was sampled, draw the total: its interval, and what spreads it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from footprint.beside import beside
from footprint.bom import BillOfMaterials, LinePart, Stage, VerificationClaim
from footprint.contribution import Impacts, biogenic_co2, by_gas, by_stage, impacts, partition
from footprint.declared import declared_results, declared_system
from footprint.errors import FootprintError, MethodError, raise_all
from footprint.intensities import IntensityTable
from footprint.interval import DrawnSystem, FootprintDraws, find_draws
from footprint.methods import MethodProfile, UptakeBasis
from footprint.quality import primary_parts, share_of_impact, unswitchable_share
from footprint.quantities import significant_string
from footprint.rating import data_quality
from footprint.result import AppliedProfile, FootprintResult, LineResult, StageResult
from footprint.sampled_tables import SampledTables
from footprint.sensitivity import sensitivities
from footprint.system import BackgroundDemand, DirectFlow, LineOccurrence, ProductSystem


class BothTotals(TypedDict):
    """The total of a footprint, and both by the uptake they hold."""

    total_kg_co2e: float
    including_uptake_kg_co2e: float
    excluding_uptake_kg_co2e: float


def calculate(
    bom: BillOfMaterials,
    table: IntensityTable,
    method: MethodProfile,
    *,
    bom_sha256: str,
    sampled: SampledTables | None = None,
) -> FootprintResult:
    """The footprint of one functional or declared unit.

    Args:
        bom, bom_sha256: The bill, valid in itself; hash of the bytes it was submitted as.
        table, method: The release's intensities; GWP set, certified basis and limits.
        sampled: The sampled tables of the release; without, uncertainty is not assessed.

    Raises:
        FootprintErrors, MethodError: What cannot be linked, converted or characterised.
    """
    method.check(bom)
    linked = declared_system(bom, table)
    system = linked.own
    basis = method.certified_basis(bom.boundary)
    impact = _checked_impacts(system, table, method, basis)
    gases = by_gas(impact)
    primary = primary_parts(system, impact)
    unswitchable = unswitchable_share(impact)
    drawn = None
    if sampled is not None:
        drawn = find_draws(DrawnSystem(bom.product, system, impact, table, sampled, method, basis))
    quality = data_quality(system, table, impact)
    return FootprintResult(
        unit=bom.unit,
        boundary=bom.boundary,
        geography=bom.geography,
        method=method.id,
        profile=AppliedProfile(method.version, method.status, method.unconfirmed),
        gwp_set=method.gwp_set,
        basis=basis,
        **_totals(method, impact, basis),
        certified_value=significant_string(impact.total, method.significant_figures),
        stages=_stage_results(bom, by_stage(impact)),
        lines=_line_results(system, table, impact, primary, quality.ratings, drawn),
        gases=gases,
        partition=partition(gases),
        biogenic_co2=biogenic_co2(gases),
        beside=beside(system, impact),
        primary_data_share=share_of_impact(primary, impact),
        draft_share=min(share_of_impact(impact.drafts, impact), 1.0),
        unswitchable_share=unswitchable,
        is_over_unswitchable_limit=unswitchable > float(method.unswitchable_share_limit),
        sensitivities=sensitivities(system, table, method, basis, impact.total),
        declared=declared_results(bom, linked, table, method, impact, basis),
        bom_sha256=bom_sha256,
        release_sha256=table.release_sha256,
        reviewed_share=quality.reviewed_share,
        official_share=quality.official_share,
        data_quality_rating=quality.rating,
        data_quality_rated_share=quality.rated_share,
        uncertainty=drawn.interval if drawn else None,
    )


def _totals(method: MethodProfile, impact: Impacts, basis: UptakeBasis) -> BothTotals:
    """The total on both bases, one of which is known."""
    other_basis = next(b for b in UptakeBasis if b is not basis)
    other = math.fsum(impact.masses_kg * method.factors(impact.keys, other_basis))
    of = {basis: impact.total, other_basis: other}
    return BothTotals(
        total_kg_co2e=impact.total,
        including_uptake_kg_co2e=of[UptakeBasis.INCLUDING],
        excluding_uptake_kg_co2e=of[UptakeBasis.EXCLUDING],
    )


def _checked_impacts(
    system: ProductSystem, table: IntensityTable, method: MethodProfile, basis: UptakeBasis
) -> Impacts:
    """The impacts; every gas a line states has a factor in the method's set, or it is named."""
    errors: list[FootprintError] = []
    for flow in system.flows:
        try:
            method.factor(flow.key, basis)
        except MethodError as error:
            errors.append(error.at(f"{system.lines[flow.line_index].place}/substance"))
    raise_all(errors)
    return impacts(system, table, method, basis)


def _stage_results(bom: BillOfMaterials, stages: Mapping[Stage, float]) -> tuple[StageResult, ...]:
    """What every stage is, why, and its part of the total."""
    return tuple(
        StageResult(
            stage=stage,
            inclusion=bom.stages[stage],
            reason=bom.stage_reasons.get(stage, ""),
            kg_co2e=kg_co2e,
        )
        for stage, kg_co2e in stages.items()
    )


def _line_results(
    system: ProductSystem,
    table: IntensityTable,
    impact: Impacts,
    primary: NDArray[np.float64],
    ratings: Sequence[float | None],
    drawn: FootprintDraws | None,
) -> tuple[LineResult, ...]:
    """One result for every part of a line, its stage and its dataset, in the order of the bill."""
    parts, stages = list(LinePart), list(Stage)
    entries = system.entries
    groups: dict[tuple[int, int, int, str], list[int]] = {}
    for number, entry in enumerate(entries):
        place = (entry.line_index, parts.index(entry.part), stages.index(entry.stage))
        key = (*place, _dataset_of(entry, table))
        groups.setdefault(key, []).append(number)
    figures = [array.tolist() for array in (impact.entries, primary, impact.drafts)]
    return tuple(
        _line_result(
            system.lines[key[0]],
            entries[group[0]],
            key[3],
            [math.fsum([figure[number] for number in group]) for figure in figures],
            ratings[group[0]],
            (float(drawn.deviations[group[0]]), math.fsum(drawn.variance_shares[group]))
            if drawn
            else (None, None),
        )
        for key, group in sorted(groups.items(), key=lambda item: item[0][:3])
    )


def _line_result(
    occurrence: LineOccurrence,
    entry: BackgroundDemand | DirectFlow,
    dataset: str,
    sums: Sequence[float],
    rating: float | None,
    spread: tuple[float | None, float | None],
) -> LineResult:
    kg_co2e, primary, draft = sums
    supplier = entry.supplier if isinstance(entry, DirectFlow) else None
    return LineResult(
        assembly=occurrence.assembly,
        ref=occurrence.line.ref,
        part=entry.part,
        name=occurrence.line.name,
        stage=entry.stage,
        dataset=dataset,
        count=occurrence.count_at(entry.stage),
        verification=supplier.claim if supplier else VerificationClaim.NO_SUPPLIER,
        kg_co2e=kg_co2e,
        primary_share=_share(primary, kg_co2e),
        draft_share=_share(draft, kg_co2e),
        squared_deviation=spread[0],
        variance_share=spread[1],
        data_quality_rating=rating,
    )


def _share(part: float, whole: float) -> float:
    return float(min(abs(part) / abs(whole), 1.0)) if whole else 0.0


def _dataset_of(entry: BackgroundDemand | DirectFlow, table: IntensityTable) -> str:
    if isinstance(entry, BackgroundDemand):
        return table.products[entry.row].id
    if entry.supplier:
        return entry.supplier.document
    return f"{entry.key.substance}:{entry.key.origin}"
