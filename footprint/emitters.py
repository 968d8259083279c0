"""Who emits what a study adds up to: by process, by sector, by country and by gas.

Rules (docs/methodology-scenarios.md):

* How much of every product is made for the study comes from one forward solution of the release's
  matrix for the demand of the bill; each process then emits that much of its own emissions.
* All emissions together are the total; a breakdown that misses it is never shown.
* What the study states itself is its own process, in the country of the study; a supplier's
  footprint is the supplier's, whose country and sector nobody stated.

The intensity table does not hold who emits, so that this needs the whole snapshot: reading it is
most of the cost, half a millisecond for each of its datasets, where a footprint costs milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from footprint.contribution import SUM_TOLERANCE, Impacts, counted_intensities
from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import EmissionKey, InventorySnapshot
from footprint.methods import EmissionScope, MethodProfile, UptakeBasis
from footprint.quantities import conversion_factor
from footprint.system import BackgroundDemand, DirectFlow, ProductSystem
from footprint.technosphere import Activity, activities, emission_keys

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

OWN_PROCESS = "own-process"
SUPPLIER = "supplier"
UNASSIGNED = "unassigned"
_Entries = list[tuple[int, int, float]]  # row, column, value; those of the same place add up


class EmitterGroup(StrEnum):
    """What emissions are added up by."""

    PROCESS = "process"
    SECTOR = "sector"
    COUNTRY = "country"
    GAS = "gas"


@dataclass(frozen=True, kw_only=True)
class StudyEmission:
    """What one emitter emits of one gas for one unit of the study.

    Attributes:
        process: Id of the dataset; ``own-process`` or ``supplier`` for what the bill states.
        sector: The industry of the dataset, ``unassigned`` where it has none.
        country: First part of its location (``CN`` of ``CN-GD``), or the region it stands for.
    """

    process: str
    sector: str
    country: str
    key: EmissionKey
    kg_co2e: float


@dataclass(frozen=True, kw_only=True)
class Emitter:
    """One member of a breakdown."""

    name: str
    kg_co2e: float


def study_emissions(
    system: ProductSystem,
    impact: Impacts,
    table: IntensityTable,
    snapshot: InventorySnapshot,
    method: MethodProfile,
    basis: UptakeBasis,
    geography: str,
    is_open: Callable[[str], bool] = lambda _: True,
) -> tuple[StudyEmission, ...]:
    """Every emission of one unit of a study where it arises.

    Args:
        system: The linked bill.
        impact: The impacts of its entries, of the same method and basis.
        table: The release the bill is linked to.
        snapshot: The datasets of that release.
        method: Says what counts, and how much.
        basis: Whether biogenic uptake counts.
        geography: Where the study's own process stands.
        is_open: Whether the reader may see what a dataset is made of; one that is not open emits
            all that flows through it.

    Raises:
        InventoryError: ``release-not-of-table``; ``sums-do-not-match``; ``matrix-singular``,
            ``matrix-ill-conditioned``.
    """
    if snapshot.sha256() != table.release_sha256:
        raise InventoryError("release-not-of-table")
    columns = activities(snapshot)
    counts = [
        method.scope is EmissionScope.LIFE_CYCLE or a.process.is_fuel_combustion for a in columns
    ]
    opened = [counts[i] and is_open(a.process.id) for i, a in enumerate(columns)]
    runs = _runs(system, columns, counts, opened)
    keys = emission_keys(snapshot)
    amounts = [
        *((k, c, kg) for k, c, kg in _own_entries(columns, keys) if opened[c]),
        *_of_closed(columns, counts, opened, counted_intensities(table, method)),
    ]
    emissions = [
        *_of_datasets(columns, runs, keys, amounts, method.factors(keys, basis)),
        *_of_study(system, impact, geography),
    ]
    parts = [emission.kg_co2e for emission in emissions]
    scale = math.fsum(abs(part) for part in parts) + impact.scale
    if abs(math.fsum(parts) - impact.total) > SUM_TOLERANCE * max(scale, 1e-300):
        raise InventoryError("sums-do-not-match")
    return tuple(emissions)


def by_emitter(emissions: Sequence[StudyEmission], group: EmitterGroup) -> tuple[Emitter, ...]:
    """The emissions added up, the largest first; they sum to the total whatever the group."""
    parts: dict[str, list[float]] = {}
    for emission in emissions:
        parts.setdefault(_name(emission, group), []).append(emission.kg_co2e)
    found = [Emitter(name=name, kg_co2e=math.fsum(each)) for name, each in parts.items()]
    return tuple(sorted(found, key=lambda emitter: (-abs(emitter.kg_co2e), emitter.name)))


def _name(emission: StudyEmission, group: EmitterGroup) -> str:
    match group:
        case EmitterGroup.PROCESS:
            return emission.process
        case EmitterGroup.SECTOR:
            return emission.sector
        case EmitterGroup.COUNTRY:
            return emission.country
        case EmitterGroup.GAS:
            return emission.key.substance


def _runs(
    system: ProductSystem, columns: list[Activity], counts: list[bool], opened: list[bool]
) -> NDArray[np.float64]:
    """How often every activity runs for the demand of the bill: one forward solution."""
    from footprint.linear import solved  # noqa: PLC0415  SciPy, which no start needs

    count = len(columns)
    demand = np.zeros((count, 1))
    for entry in system.demands:
        if counts[entry.row]:
            demand[entry.row, 0] += entry.amount
    entries = [
        (row, column, value)
        for row, column, value in _technosphere_entries(columns)
        if row == column or (counts[row] and opened[column])
    ]
    runs: NDArray[np.float64] = solved(_matrix(entries, count), demand).values[:, 0]
    return runs


def _of_closed(
    columns: list[Activity],
    counts: list[bool],
    opened: list[bool],
    intensities: NDArray[np.float64],
) -> Iterator[tuple[int, int, float]]:
    """kg of each key that flows through each activity nobody may look into, per run."""
    for column, activity in enumerate(columns):
        if counts[column] and not opened[column]:
            for key in np.flatnonzero(intensities[column]):
                yield int(key), column, float(intensities[column, key]) * float(activity.amount)


def _technosphere_entries(columns: list[Activity]) -> _Entries:
    """What each activity makes, and with a minus what it takes, in the units of the products."""
    rows = {activity.product: row for row, activity in enumerate(columns)}
    entries: _Entries = []
    for column, activity in enumerate(columns):
        entries.append((column, column, float(activity.amount)))
        for exchange in activity.process.inputs:
            row = rows[exchange.provider]
            factor = conversion_factor(exchange.unit, columns[row].unit)
            entries.append((row, column, -float(exchange.amount * factor * activity.share)))
    return entries


def _own_entries(columns: list[Activity], keys: tuple[EmissionKey, ...]) -> _Entries:
    """kg of each key that each activity emits or takes up itself."""
    rows = {key: row for row, key in enumerate(keys)}
    return [
        (rows[emission.key], column, float(emission.amount_kg * activity.share))
        for column, activity in enumerate(columns)
        for emission in activity.process.emissions
    ]


def _matrix(entries: _Entries, count: int) -> csc_matrix:
    from scipy.sparse import coo_matrix, csc_matrix  # noqa: PLC0415  see _runs

    places = np.array([entry[:2] for entry in entries], dtype=np.int64).T
    values = np.array([entry[2] for entry in entries], dtype=np.float64)
    return csc_matrix(coo_matrix((values, (places[0], places[1])), shape=(count, count)))


def _of_datasets(
    columns: list[Activity],
    runs: NDArray[np.float64],
    keys: tuple[EmissionKey, ...],
    amounts: _Entries,
    factors: NDArray[np.float64],
) -> Iterator[StudyEmission]:
    for row, column, mass_kg in amounts:
        kg_co2e = mass_kg * float(runs[column] * factors[row])
        if kg_co2e:
            process = columns[column].process
            yield StudyEmission(
                process=process.id,
                sector=str(process.content.get("industry") or UNASSIGNED),
                country=country_of(process.location),
                key=keys[row],
                kg_co2e=kg_co2e,
            )


def _of_study(system: ProductSystem, impact: Impacts, geography: str) -> Iterator[StudyEmission]:
    for entry, kg_co2e in zip(system.entries, impact.entries, strict=True):
        if isinstance(entry, BackgroundDemand) or not kg_co2e:
            continue
        yield _stated(entry, float(kg_co2e), geography)


def _stated(flow: DirectFlow, kg_co2e: float, geography: str) -> StudyEmission:
    is_supplied = flow.supplier is not None
    return StudyEmission(
        process=SUPPLIER if is_supplied else OWN_PROCESS,
        sector=UNASSIGNED if is_supplied else OWN_PROCESS,
        country=UNASSIGNED if is_supplied else country_of(geography),
        key=flow.key,
        kg_co2e=kg_co2e,
    )


def country_of(location: str) -> str:
    """The country of a place, or the region itself (``RNA``, ``GLO``)."""
    return location.split("-", maxsplit=1)[0] or UNASSIGNED
