"""The amounts of a release that are drawn, and the entries of its matrices that follow them.

Rules (docs/methodology): every input and emission of a process is one lognormal amount, as wide as
the pedigree of its dataset says; a dataset without pedigree has the worst scores. What a process
makes together shares its amounts, and so its draws. Reference amounts and shares are not drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.pedigree import INDICATORS, WORST, pedigree_of
from footprint.quantities import conversion_factor
from footprint.technosphere import activities
from footprint.uncertainty import emission_uncertainty, input_uncertainty

_WORST_SCORES = dict.fromkeys(INDICATORS, WORST)
Vectors = NDArray[np.float64]
Positions = NDArray[np.int64]
Range = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Entries:
    """Entries of a matrix in row order: where they stand, and which drawn amount they follow."""

    rows: Positions
    columns: Positions
    values: Vectors
    drawn: Positions

    def matrix(self, row_count: int, column_count: int) -> csr_matrix:
        """As a matrix whose ``data`` are the values in the same order; duplicates stay apart."""
        starts = np.searchsorted(self.rows, np.arange(row_count + 1))
        shape = (row_count, column_count)
        return csr_matrix((self.values.copy(), self.columns, starts), shape=shape)

    def within(self, rows: Range, columns: Range) -> tuple[Positions, csr_matrix]:
        """The positions of the entries in a block, and the block as a matrix of the same order."""
        is_row = (self.rows >= rows[0]) & (self.rows < rows[1])
        is_column = (self.columns >= columns[0]) & (self.columns < columns[1])
        found = np.flatnonzero(is_row & is_column)
        block = Entries(
            self.rows[found] - rows[0],
            self.columns[found] - columns[0],
            self.values[found],
            self.drawn[found],
        )
        return found, block.matrix(rows[1] - rows[0], columns[1] - columns[0])

    def placed(self, rows: Positions, columns: Positions | None) -> Entries:
        """The same with other row (and column) numbers, in row order again."""
        moved = rows[self.rows]
        order = np.argsort(moved, kind="stable")
        across = self.columns if columns is None else columns[self.columns]
        return Entries(moved[order], across[order], self.values[order], self.drawn[order])


@dataclass(frozen=True, eq=False)
class DrawnAmounts:
    """Everything of a release that is drawn, per unit of every product.

    Attributes:
        inputs: Products x products: what a product needs of another.
        emissions: Products x keys, kg.
        deviations: Standard deviation of the logarithm of every amount: inputs of all processes,
            then their emissions.
        references: Reference amount of every product.
    """

    inputs: Entries
    emissions: Entries
    deviations: Vectors
    references: Vectors


def drawn_amounts(snapshot: InventorySnapshot, table: IntensityTable) -> DrawnAmounts:
    """What is drawn of a snapshot, in the rows and columns of its table."""
    made = activities(snapshot)
    deviations, numbers = _deviations(snapshot)
    units = {activity.product: activity.unit for activity in made}
    keys = {str(key): column for column, key in enumerate(table.keys)}
    inputs: list[tuple[int, int, float, int]] = []
    emissions: list[tuple[int, int, float, int]] = []
    for row, activity in enumerate(made):
        first_input, first_emission = numbers[activity.process.id]
        per_unit = activity.share / activity.amount
        for position, exchange in enumerate(activity.process.inputs):
            factor = conversion_factor(exchange.unit, units[exchange.provider])
            amount = float(exchange.amount * factor * per_unit)
            provider = table.rows[exchange.provider]
            inputs.append((row, provider, amount, first_input + position))
        for position, emission in enumerate(activity.process.emissions):
            amount = float(emission.amount_kg * per_unit)
            emissions.append((row, keys[str(emission.key)], amount, first_emission + position))
    references = np.array([float(activity.amount) for activity in made])
    return DrawnAmounts(_arrays(inputs), _arrays(emissions), deviations, references)


def _arrays(entries: list[tuple[int, int, float, int]]) -> Entries:
    rows, columns, values, drawn = zip(*entries, strict=True) if entries else ((), (), (), ())
    return Entries(
        np.array(rows, dtype=np.int64),
        np.array(columns, dtype=np.int64),
        np.array(values, dtype=np.float64),
        np.array(drawn, dtype=np.int64),
    )


def _deviations(snapshot: InventorySnapshot) -> tuple[Vectors, Mapping[str, tuple[int, int]]]:
    """The deviation of every amount, and the numbers of each process's first input and emission."""
    of_inputs: list[float] = []
    of_emissions: list[float] = []
    numbers = {}
    count = sum(len(process.inputs) for process in snapshot.processes)
    for process in snapshot.processes:
        scores = pedigree_of(process.content) or _WORST_SCORES
        numbers[process.id] = len(of_inputs), count + len(of_emissions)
        of_inputs += [input_uncertainty(e.unit, scores).variance for e in process.inputs]
        of_emissions += [
            emission_uncertainty(e.key.substance, scores).variance for e in process.emissions
        ]
    return np.sqrt(np.array(of_inputs + of_emissions, dtype=np.float64)), numbers
