"""The only module that speaks Brightway: an inventory snapshot becomes an intensity table.

bw2calc builds the matrices from a bw_processing datapackage of plain numbers; the adjoint system
A^T Y = B^T is solved once per release (:mod:`footprint.linear`), so that a footprint is later a
sparse row times the table. :func:`full_solution` is bw2calc's own forward solution and serves as
the oracle.

Importing this module costs seconds: only freezing a release and tests may do so.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, diags

from footprint.errors import InventoryError
from footprint.intensities import IntensityTable, ProductEntry, SolvedBy
from footprint.inventory import EmissionKey, InventorySnapshot, ReviewStatus
from footprint.linear import MOST_FILL, Solution, solved
from footprint.pedigree import pedigree_of
from footprint.quantities import conversion_factor
from footprint.technosphere import activities, emission_keys

with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
    # it recommends pypardiso, our optional extra; bw2data, where it is there, prints its folder
    warnings.simplefilter("ignore")
    import bw2calc
    import bw_processing

_ELEMENTARY_OFFSET = 1_000_000_000  # flow ids must not collide with product ids


def datapackage(snapshot: InventorySnapshot, file_system: Any = None) -> Any:
    """The snapshot as a bw_processing datapackage; ids are positions in sorted order.

    Args:
        snapshot: What to write.
        file_system: Where to (an fsspec file system); in memory by default. Names of rows and
            columns are written along only there.
    """
    made = activities(snapshot)
    rows = {activity.product: row for row, activity in enumerate(made)}
    units = {activity.product: activity.unit for activity in made}
    keys = {key: column for column, key in enumerate(emission_keys(snapshot))}
    technosphere: list[tuple[int, int, float]] = []
    biosphere: list[tuple[int, int, float]] = []
    for column, activity in enumerate(made):
        technosphere.append((column, column, float(activity.amount)))
        for exchange in activity.process.inputs:
            factor = conversion_factor(exchange.unit, units[exchange.provider])
            amount = float(exchange.amount * factor * activity.share)
            technosphere.append((rows[exchange.provider], column, -amount))
        for emission in activity.process.emissions:
            amount = float(emission.amount_kg * activity.share)
            biosphere.append((_ELEMENTARY_OFFSET + keys[emission.key], column, amount))
    package = bw_processing.create_datapackage(fs=file_system, sum_intra_duplicates=True)
    for matrix, entries in (("technosphere_matrix", technosphere), ("biosphere_matrix", biosphere)):
        package.add_persistent_vector(
            matrix=matrix,
            name=matrix.removesuffix("_matrix"),
            indices_array=np.array(
                [(row, column) for row, column, _ in entries], dtype=bw_processing.INDICES_DTYPE
            ),
            data_array=np.array([value for _, _, value in entries], dtype=np.float64),
        )
    if file_system is not None:
        names = {
            "release_sha256": snapshot.sha256(),
            "products": [
                {"id": row, "product": a.product, "unit": a.unit} for row, a in enumerate(made)
            ],
            "emissions": [
                {"id": _ELEMENTARY_OFFSET + column, "key": str(key), "unit": "kg"}
                for key, column in keys.items()
            ],
        }
        package.add_json_metadata(data=names, valid_for="technosphere", name="names")
    return package


def _matrices(snapshot: InventorySnapshot) -> tuple[csc_matrix, csr_matrix]:
    """Technosphere (products x activities) and elementary flows (keys x activities)."""
    if not snapshot.processes:
        raise InventoryError("release-empty")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca = bw2calc.LCA({0: 1.0}, data_objs=[datapackage(snapshot)])
        lca.load_lci_data()
    count = len(activities(snapshot))
    if dict(lca.dicts.product) != {i: i for i in range(count)} or dict(lca.dicts.activity) != dict(
        lca.dicts.product
    ):
        raise InventoryError("matrix-order-changed")
    flows = np.zeros(len(lca.dicts.biosphere), dtype=np.int64)
    for flow_id, row in dict(lca.dicts.biosphere).items():
        flows[flow_id - _ELEMENTARY_OFFSET] = row
    return csc_matrix(lca.technosphere_matrix), csr_matrix(lca.biosphere_matrix)[flows]


def _solve(system: csc_matrix, right_hand_side: NDArray[np.float64], most_fill: int) -> Solution:
    """The solution; columns of nothing but zeros are not solved for."""
    asked = np.flatnonzero(np.any(right_hand_side != 0, axis=0))
    values = np.zeros_like(right_hand_side)
    if not asked.size:
        return Solution(values, SolvedBy.DIRECT)
    wanted = np.asfortranarray(right_hand_side[:, asked])
    solution = solved(system, wanted, most_fill)
    values[:, asked] = solution.values
    return Solution(values, solution.solved_by)


def _refuse_unproductive(system: csc_matrix, most_fill: int) -> None:
    """A loop that uses as much of itself as it makes, or more, has a solution and no meaning.

    Without the credits the matrix D - N (N >= 0) must be an M-matrix, which it is exactly when
    (D - N) x = 1 has a positive solution (Berman and Plemmons, Nonnegative Matrices, chapter 6).
    """
    diagonal = diags(system.diagonal())
    inputs = system - diagonal
    without_credits = csc_matrix(diagonal + inputs.minimum(0))
    try:
        levels = solved(without_credits, np.ones((system.shape[0], 1)), most_fill).values
    except InventoryError as error:
        if error.code != "matrix-singular":
            raise
        levels = np.zeros(1)
    if np.any(levels <= 0):
        raise InventoryError("matrix-not-productive")


def solve_intensities(snapshot: InventorySnapshot, most_fill: int = MOST_FILL) -> IntensityTable:
    """Cumulative emissions of every key per unit of every product.

    Args:
        snapshot: What to solve.
        most_fill: Entries that a factor may have; above it the system is solved by iteration.

    Raises:
        InventoryError: ``matrix-singular``, ``matrix-not-productive``, ``matrix-ill-conditioned``,
            ``release-empty``.
    """
    technosphere, elementary = _matrices(snapshot)
    made = activities(snapshot)
    system = csc_matrix(technosphere.T)
    own = elementary.T.toarray()
    whole = _solve(system, own, most_fill)
    _refuse_unproductive(system, most_fill)
    is_draft = np.array([a.process.review_status is ReviewStatus.DRAFT for a in made])
    through_drafts = _solve(*_draft_part(system, whole.values, is_draft), most_fill)
    is_fuel = np.array([a.process.is_fuel_combustion for a in made])
    burnt = _solve(*_burnt_part(system, own, is_fuel), most_fill)
    parts = (whole, through_drafts, burnt)
    is_iterated = any(part.solved_by is SolvedBy.ITERATION for part in parts)
    return IntensityTable(
        products=tuple(
            ProductEntry(
                id=a.product,
                unit=a.unit,
                location=a.process.location,
                review_status=a.process.review_status,
                is_fuel_combustion=a.process.is_fuel_combustion,
                alternatives=a.process.alternatives if a.product == a.process.id else (),
                pedigree=pedigree_of(a.process.content),
                is_refrigerated=a.process.is_refrigerated,
            )
            for a in made
        ),
        keys=emission_keys(snapshot),
        values=np.stack([part.values for part in parts]),
        release_sha256=snapshot.sha256(),
        solved_by=SolvedBy.ITERATION if is_iterated else SolvedBy.DIRECT,
    )


def _draft_part(
    system: csc_matrix, intensities: NDArray[np.float64], is_draft: NDArray[np.bool_]
) -> tuple[csc_matrix, NDArray[np.float64]]:
    """What of each intensity flows through a draft: all of a draft's own, else its inputs' part.

    Given as the system to solve and its right-hand side.
    """
    keep = diags((~is_draft).astype(np.float64))
    mixed = csc_matrix(keep @ system + diags(is_draft.astype(np.float64)))
    return mixed, np.where(is_draft[:, None], intensities, 0.0)


def _burnt_part(
    system: csc_matrix, elementary: NDArray[np.float64], is_fuel: NDArray[np.bool_]
) -> tuple[csc_matrix, NDArray[np.float64]]:
    """What of each intensity is emitted by burning the fuel: by combustion datasets alone.

    Given as the system to solve and its right-hand side.
    A combustion dataset may stand on another (a kilogram of gas on its megajoules); what any other
    dataset delivers to it, its supply above all, is left out.
    """
    fuel = diags(is_fuel.astype(np.float64))
    among_fuels = csc_matrix(fuel @ (system - diags(system.diagonal())) @ fuel)
    burning = csc_matrix(among_fuels + diags(system.diagonal()))
    return burning, np.where(is_fuel[:, None], elementary, 0.0)


@dataclass(frozen=True)
class FullSolution:
    """A forward solution: kg of every key, and the sum of its absolute contributions."""

    masses_kg: Mapping[EmissionKey, float]
    absolute_masses_kg: Mapping[EmissionKey, float]


def full_solution(snapshot: InventorySnapshot, demand: Mapping[str, float]) -> FullSolution:
    """bw2calc's forward solution for a demand of products: the oracle of the fast path."""
    rows = {a.product: row for row, a in enumerate(activities(snapshot))}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca = bw2calc.LCA(
            {rows[product]: amount for product, amount in demand.items()},
            data_objs=[datapackage(snapshot)],
        )
        lca.lci()
    keys = emission_keys(snapshot)
    rows_of = {
        keys[flow_id - _ELEMENTARY_OFFSET]: row
        for flow_id, row in dict(lca.dicts.biosphere).items()
    }
    totals = np.asarray(lca.inventory.sum(axis=1)).ravel()
    absolute = np.asarray(abs(lca.inventory).sum(axis=1)).ravel()
    return FullSolution(
        masses_kg={key: float(totals[row]) for key, row in rows_of.items()},
        absolute_masses_kg={key: float(absolute[row]) for key, row in rows_of.items()},
    )
