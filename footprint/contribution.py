"""Breakdowns of one footprint: groupings of the same entries, checked against the total.

Every entry (a demand or a direct flow) has one impact and is one part of one line in one stage;
stages and gases are sums of the same impacts, so they cannot drift from the total by more than
rounding, and a stage is exactly the sum of its lines. Sums are made in a
fixed order (no BLAS), so that the same artefacts give the same digits on every processor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from footprint.bom import Stage
from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import CAPTURED_CO2, Direction, EmissionKey, Origin, ReviewStatus
from footprint.methods import EmissionScope, MethodProfile, UptakeBasis
from footprint.result import BiogenicCarbonDioxide, GasResult, Partition
from footprint.system import ProductSystem

SUM_TOLERANCE = 1e-9
_Part = TypeVar("_Part")


@dataclass(frozen=True, kw_only=True)
class Impacts:
    """The impact of every entry on one basis: demands first, then direct flows.

    Attributes:
        entries: kgCO2e per entry, shape (demands + flows,).
        drafts: The part of ``entries`` that flows through draft datasets.
        burnt: The part of ``entries`` that is emitted where the demanded fuel itself is burnt.
        keys, masses_kg, factors: One item per emission key of the whole system.
        background: What of the release counts: kg of each of its keys per unit of every demand.
    """

    entries: NDArray[np.float64]
    drafts: NDArray[np.float64]
    burnt: NDArray[np.float64]
    stages: tuple[Stage, ...]
    keys: tuple[EmissionKey, ...]
    masses_kg: NDArray[np.float64]
    factors: NDArray[np.float64]
    background: NDArray[np.float64] = field(repr=False)

    @cached_property
    def total(self) -> float:
        """kgCO2e, as the sum over gases."""
        return math.fsum((self.masses_kg * self.factors).tolist())

    @property
    def scale(self) -> float:
        """Sum of absolute contributions: what a tolerance is relative to, where credits cancel."""
        return math.fsum(np.abs(self.entries).tolist())


def impacts(
    system: ProductSystem, table: IntensityTable, method: MethodProfile, basis: UptakeBasis
) -> Impacts:
    """The sparse row times the table, entry by entry, and per emission key."""
    rows, amounts = system.rows, system.amounts
    of_table = _characterised_table(table, method, basis)
    background = _some(counted_intensities(table, method), rows)
    flow_keys = tuple(f.key for f in system.flows)
    flow_masses = np.array([f.mass_kg for f in system.flows], dtype=np.float64)
    further = tuple(sorted(set(flow_keys) - set(table.keys))) if flow_keys else ()
    keys = table.keys + further
    factors = of_table.factors
    if further:
        factors = np.concatenate([factors, method.factors(further, basis)])
    columns = {key: column for column, key in enumerate(keys)} if flow_keys else {}
    flow_columns = np.array([columns[key] for key in flow_keys], dtype=np.int64)
    masses = np.zeros(len(keys), dtype=np.float64)
    masses[: len(table.keys)] = _row_product(amounts, background)
    np.add.at(masses, flow_columns, flow_masses)
    nothing = np.zeros(len(flow_keys))
    return Impacts(
        entries=np.concatenate(
            [amounts * of_table.whole[rows], flow_masses * factors[flow_columns]]
        ),
        drafts=np.concatenate([amounts * of_table.drafts[rows], nothing]),
        burnt=np.concatenate([amounts * of_table.burnt[rows], nothing]),
        stages=tuple(entry.stage for entry in system.entries),
        keys=keys,
        masses_kg=masses,
        factors=factors,
        background=background,
    )


@dataclass(frozen=True, eq=False)
class _CharacterisedTable:
    """kgCO2e per unit of every product of a release, and of what of it is from drafts and burnt.

    Attributes:
        factors: Of every key of the release.
    """

    factors: NDArray[np.float64]
    whole: NDArray[np.float64]
    drafts: NDArray[np.float64]
    burnt: NDArray[np.float64]


_HELD: WeakKeyDictionary[IntensityTable, dict[tuple[object, ...], _CharacterisedTable]]
_HELD = WeakKeyDictionary()  # for as long as anybody holds the table itself


def _characterised_table(
    table: IntensityTable, method: MethodProfile, basis: UptakeBasis
) -> _CharacterisedTable:
    """Worked out once for all footprints on a release under the same factors.

    Raises:
        MethodError: ``gas-unknown`` for a substance the GWP set does not hold.
    """
    held = _HELD.setdefault(table, {})
    counting = (method.gwp_set, method.substances, method.nets_captured_co2, method.scope, basis)
    if counting not in held:
        factors = method.factors(table.keys, basis)
        factors.setflags(write=False)
        held[counting] = _CharacterisedTable(
            factors=factors,
            whole=_characterised(np.asarray(counted_intensities(table, method)), factors),
            drafts=_characterised(_counted_drafts(table, method), factors),
            burnt=_characterised(np.asarray(table.combustion_intensities), factors),
        )
    return held[counting]


def counted_intensities(table: IntensityTable, method: MethodProfile) -> NDArray[np.float64]:
    """What of the release counts under the profile: all of it, or the burning of fuels alone."""
    is_whole = method.scope is EmissionScope.LIFE_CYCLE
    return table.intensities if is_whole else table.combustion_intensities


def _counted_drafts(table: IntensityTable, method: MethodProfile) -> NDArray[np.float64]:
    """The part of :func:`counted_intensities` that flows through datasets at draft."""
    if method.scope is EmissionScope.LIFE_CYCLE:
        return np.asarray(table.draft_intensities)
    is_draft = table.statuses == list(ReviewStatus).index(ReviewStatus.DRAFT)
    return np.where(is_draft[:, np.newaxis], np.asarray(table.combustion_intensities), 0.0)


def _some(intensities: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Some rows of a table that may lie in a file, as numbers in memory."""
    found: NDArray[np.float64] = np.asarray(intensities)[rows]
    return found


def _row_product(
    amounts: NDArray[np.float64], background: NDArray[np.float64]
) -> NDArray[np.float64]:
    """amounts @ background, summed in row order."""
    if not amounts.size:
        return np.zeros(background.shape[1], dtype=np.float64)
    product: NDArray[np.float64] = np.cumsum(amounts[:, np.newaxis] * background, axis=0)[-1]
    return product


def _characterised(
    masses: NDArray[np.float64], factors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """masses @ factors, summed key by key."""
    sums = np.zeros(masses.shape[0], dtype=np.float64)
    for column, factor in enumerate(factors):
        sums += masses[:, column] * factor
    return sums


def by_stage(impact: Impacts) -> dict[Stage, float]:
    """kgCO2e of every stage: the rounded exact sum of its entries; the stages sum to the total."""
    of_stage: dict[Stage, list[float]] = {stage: [] for stage in Stage}
    for stage, entry in zip(impact.stages, impact.entries.tolist(), strict=True):
        of_stage[stage].append(entry)
    return check_sum({stage: math.fsum(parts) for stage, parts in of_stage.items()}, impact)


def by_gas(impact: Impacts) -> tuple[GasResult, ...]:
    """Mass and kgCO2e of every emission key that occurs."""
    return tuple(
        GasResult(key=key, mass_kg=mass, kg_co2e=mass * factor)
        for key, mass, factor in zip(
            impact.keys, impact.masses_kg.tolist(), impact.factors.tolist(), strict=True
        )
        if mass != 0.0
    )


def partition(gases: Sequence[GasResult]) -> Partition:
    """Fossil, aircraft, biogenic emissions and removals, land use, captured, unspecified."""
    parts = dict.fromkeys(
        ("fossil", "aircraft", "biogenic_emissions", "biogenic_removals", "land_use", "captured"),
        0.0,
    )
    unspecified = 0.0
    for gas in gases:
        name = _part_name(gas.key)
        if name is None:
            unspecified += gas.kg_co2e
        else:
            parts[name] += gas.kg_co2e
    return Partition(**parts, unspecified=unspecified)


def biogenic_co2(gases: Sequence[GasResult]) -> BiogenicCarbonDioxide:
    """Masses of biogenic CO2 emitted and removed, by aircraft as well; not characterised."""

    def mass_kg(direction: Direction) -> float:
        return math.fsum(
            gas.mass_kg
            for gas in gases
            if (gas.key.substance, gas.key.origin, gas.key.direction)
            == ("CO2", Origin.BIOGENIC, direction)
        )

    return BiogenicCarbonDioxide(
        emitted_kg=mass_kg(Direction.EMISSION), removed_kg=mass_kg(Direction.REMOVAL)
    )


def _part_name(key: EmissionKey) -> str | None:
    if key.substance == CAPTURED_CO2:
        return "captured"
    if key.is_aircraft:
        return "aircraft"
    if key.origin is Origin.BIOGENIC:
        is_removal = key.direction is Direction.REMOVAL
        return "biogenic_removals" if is_removal else "biogenic_emissions"
    return {Origin.FOSSIL: "fossil", Origin.LAND_USE: "land_use"}.get(key.origin)


def check_sum(parts: dict[_Part, float], impact: Impacts) -> dict[_Part, float]:
    """The parts themselves, when they add up to the total.

    Raises:
        InventoryError: ``sums-do-not-match``; a wrong breakdown is never shown.
    """
    if abs(sum(parts.values()) - impact.total) > SUM_TOLERANCE * max(impact.scale, 1e-300):
        raise InventoryError("sums-do-not-match")
    return parts
