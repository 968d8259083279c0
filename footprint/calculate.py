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
from footprint.contribution import Impacts, biogenic_co2, by_gas, by_stage, partition
from footprint.declared import declared_results
from footprint.intensities import IntensityTable
from footprint.interval import DrawnSystem, FootprintDraws, find_draws
from footprint.methods import MethodProfile, UptakeBasis
from footprint.prepared import PreparedBill, prepare
from footprint.quality import primary_parts, share_of_impact, unswitchable_share
from footprint.quantities import significant_string
from footprint.rating import data_quality
from footprint.result import AppliedProfile, FootprintResult, LineResult, StageResult
from footprint.sampled_tables import SampledTables
from footprint.sensitivity import sensitivities
from footprint.system import BackgroundDemand, DirectFlow, ProductSystem

_PART_NUMBERS = {part: number for number, part in enumerate(LinePart)}
_STAGE_NUMBERS = {stage: number for number, stage in enumerate(Stage)}


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
    prepared = prepare(bom, table, method)
    return result_of(prepared, bom_sha256=bom_sha256, sampled=sampled)


def result_of(
    prepared: PreparedBill, *, bom_sha256: str, sampled: SampledTables | None = None
) -> FootprintResult:
    """The footprint of a bill that was prepared, as :func:`calculate` makes it."""
    bom, table, method, basis = prepared.bom, prepared.table, prepared.method, prepared.basis
    system, impact = prepared.system, prepared.impact
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
        beside=beside(system, impact, bom.declared.allocation),
        primary_data_share=share_of_impact(primary, impact),
        draft_share=min(share_of_impact(impact.drafts, impact), 1.0),
        unswitchable_share=unswitchable,
        is_over_unswitchable_limit=unswitchable > float(method.unswitchable_share_limit),
        sensitivities=sensitivities(system, table, method, basis, impact.total),
        declared=declared_results(bom, prepared.declared, table, method, impact, basis),
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
    other = math.fsum((impact.masses_kg * method.factors(impact.keys, other_basis)).tolist())
    of = {basis: impact.total, other_basis: other}
    return BothTotals(
        total_kg_co2e=impact.total,
        including_uptake_kg_co2e=of[UptakeBasis.INCLUDING],
        excluding_uptake_kg_co2e=of[UptakeBasis.EXCLUDING],
    )


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
    groups: dict[tuple[tuple[int, int, int], str], list[int]] = {}
    for number, entry in enumerate(system.entries):
        place = (entry.line_index, _PART_NUMBERS[entry.part], _STAGE_NUMBERS[entry.stage])
        groups.setdefault((place, _dataset_of(entry, table)), []).append(number)
    ordered = sorted(groups.items(), key=_place_of_group)
    numbers = [group for _, group in ordered]
    kg_co2e = _group_sums(impact.entries, numbers)
    figures = zip(
        ordered,
        kg_co2e.tolist(),
        _shares(_group_sums(primary, numbers), kg_co2e),
        _shares(_group_sums(impact.drafts, numbers), kg_co2e),
        strict=True,
    )
    results = []
    for ((place, dataset), group), whole, primary_share, draft_share in figures:
        occurrence, entry = system.lines[place[0]], system.entries[group[0]]
        supplier = entry.supplier if isinstance(entry, DirectFlow) else None
        results.append(
            LineResult(  # by position: there are many
                occurrence.assembly,
                occurrence.line.ref,
                entry.part,
                occurrence.line.name,
                entry.stage,
                dataset,
                occurrence.count_at(entry.stage),
                supplier.claim if supplier else VerificationClaim.NO_SUPPLIER,
                whole,
                primary_share,
                draft_share,
                float(drawn.deviations[group[0]]) if drawn else None,
                math.fsum(drawn.variance_shares[group]) if drawn else None,
                ratings[group[0]],
            )
        )
    return tuple(results)


def _place_of_group(
    group: tuple[tuple[tuple[int, int, int], str], list[int]],
) -> tuple[int, int, int]:
    return group[0][0]


def _group_sums(
    figures: NDArray[np.float64], groups: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    """The exactly rounded sum of every group."""
    if len(groups) == len(figures):  # each is alone
        return figures[[group[0] for group in groups]]
    values = figures.tolist()
    return np.array([math.fsum([values[number] for number in group]) for group in groups])


def _shares(parts: NDArray[np.float64], wholes: NDArray[np.float64]) -> list[float]:
    """|part| of |whole|, at most one; nothing of nothing."""
    shares = np.zeros(len(wholes))
    with np.errstate(over="ignore"):
        np.divide(np.abs(parts), np.abs(wholes), out=shares, where=wholes != 0)
    capped: list[float] = np.minimum(shares, 1.0).tolist()
    return capped


def _dataset_of(entry: BackgroundDemand | DirectFlow, table: IntensityTable) -> str:
    if isinstance(entry, BackgroundDemand):
        return table.products[entry.row].id
    if entry.supplier:
        return entry.supplier.document
    return f"{entry.key.substance}:{entry.key.origin}"
