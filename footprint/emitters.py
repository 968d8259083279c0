"""Who emits what a study adds up to: by process, by sector, by country and by gas.

Rules (docs/methodology-scenarios.md):

* How much of every product is made for the study comes from one forward solution of the release's
  matrix for the demand of the bill; each process then emits that much of its own emissions.
* All emissions together are the total; a breakdown that misses it is never shown.
* What the study states itself is its own process, in the country of the study; a supplier's
  footprint is the supplier's, whose country and sector nobody stated.

The intensity table does not hold who emits: the release's structure does (structure.py).
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
from footprint.inventory import EmissionKey
from footprint.methods import EmissionScope, MethodProfile, UptakeBasis
from footprint.structure import ReleaseStructure
from footprint.system import BackgroundDemand, DirectFlow, ProductSystem

if TYPE_CHECKING:
    pass

OWN_PROCESS = "own-process"
SUPPLIER = "supplier"
UNASSIGNED = "unassigned"
_Floats = NDArray[np.float64]
_Flags = NDArray[np.bool_]
_Places = NDArray[np.int64]


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
    structure: ReleaseStructure,
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
        structure: Who makes what in that release, and who emits.
        method: Says what counts, and how much.
        basis: Whether biogenic uptake counts.
        geography: Where the study's own process stands.
        is_open: Whether the reader may see what a dataset is made of; one that is not open emits
            all that flows through it.

    Raises:
        InventoryError: ``release-not-of-table``; ``sums-do-not-match``; ``matrix-singular``,
            ``matrix-ill-conditioned``.
    """
    if structure.release_sha256 != table.release_sha256:
        raise InventoryError("release-not-of-table")
    is_whole = method.scope is EmissionScope.LIFE_CYCLE
    counts = np.ones_like(structure.is_fuel) if is_whole else structure.is_fuel
    opened = counts & np.array([is_open(process) for process in structure.processes], dtype=bool)
    runs = _runs(system, structure, counts, opened)
    masses = _masses(structure, counts, opened, counted_intensities(table, method))
    emissions = [
        *_of_datasets(structure, runs, masses, method.factors(structure.keys, basis)),
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
    system: ProductSystem, structure: ReleaseStructure, counts: _Flags, opened: _Flags
) -> _Floats:
    """How often every activity runs for the demand of the bill: one forward solution."""
    from scipy.sparse import coo_matrix, csc_matrix  # noqa: PLC0415  SciPy, which no start needs

    from footprint.linear import solved  # noqa: PLC0415  likewise

    count = len(counts)
    demand = np.zeros((count, 1))
    for entry in system.demands:
        if counts[entry.row]:
            demand[entry.row, 0] += entry.amount
    used = counts[structure.rows] & opened[structure.columns]
    made = np.arange(count)
    rows = np.concatenate([made, structure.rows[used]])
    columns = np.concatenate([made, structure.columns[used]])
    values = np.concatenate([structure.amounts, -structure.taken[used]])
    matrix = csc_matrix(coo_matrix((values, (rows, columns)), shape=(count, count)))
    runs: _Floats = solved(matrix, demand).values[:, 0]
    return runs


def _masses(
    structure: ReleaseStructure, counts: _Flags, opened: _Flags, intensities: _Floats
) -> tuple[_Places, _Places, _Floats]:
    """Key, activity and kg per run: its own where it is open, else all that flows through it."""
    own = opened[structure.emitted_by]
    closed = np.flatnonzero(counts & ~opened)
    through = np.asarray(intensities[closed], dtype=np.float64)
    place, key = np.nonzero(through)
    mass_kg = through[place, key] * structure.amounts[closed[place]]
    return (
        np.concatenate([structure.emitted_keys[own], key]),
        np.concatenate([structure.emitted_by[own], closed[place]]),
        np.concatenate([structure.emitted_kg[own], mass_kg]),
    )


def _of_datasets(
    structure: ReleaseStructure,
    runs: _Floats,
    masses: tuple[_Places, _Places, _Floats],
    factors: _Floats,
) -> Iterator[StudyEmission]:
    keys, activities, mass_kg = masses
    kg_co2e = mass_kg * (runs[activities] * factors[keys])
    emitting = np.flatnonzero(kg_co2e)
    for key, activity, kg in zip(
        *(keys[emitting].tolist(), activities[emitting].tolist(), kg_co2e[emitting].tolist()),
        strict=True,
    ):
        yield StudyEmission(
            process=structure.processes[activity],
            sector=structure.sectors[activity] or UNASSIGNED,
            country=country_of(structure.locations[activity]),
            key=structure.keys[key],
            kg_co2e=kg,
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
