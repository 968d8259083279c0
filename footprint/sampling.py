"""Exact Monte Carlo of a whole release: every exchange drawn, every draw solved.

Rules (docs/methodology; shared method note 2.4):

* What is drawn, and how widely, says :mod:`footprint.drawn_amounts`.
* Draw k comes from its own stream, Philox with the seed as key and k in its counter: any part of
  the draws can be made alone, and one draw serves every product, GWP set and basis.
* A draw is y = b + T y, solved level by level (:mod:`footprint.solving_order`); only the core that
  loops is iterated, from the undrawn solution on, until no row moves by more than 1e-11 of the
  absolute terms it has undrawn. Where that is not reached in 1,000 steps, it is solved directly.
* A drawn loop that uses as much of itself as it makes, or more, describes nothing. Such a draw is
  drawn again from its next stream, as is one that cannot be solved exactly, and counted: what is
  sampled are the productive systems.
"""

from __future__ import annotations

import contextlib
import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from footprint.drawn_amounts import drawn_amounts
from footprint.errors import InventoryError, MethodError
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.looping_core import LoopingCore
from footprint.methods import UptakeBasis, characterised, gwp_sets
from footprint.pedigree import pedigree_of
from footprint.sampled_tables import Draws32, SampledTables, TableKey, table_bytes
from footprint.solving_order import Range, solving_order

MOST_ATTEMPTS = 50
_SEED_DIGITS = 12  # a number that any JSON reader holds
_AT_A_TIME = 32  # draws that become rows of the tables together
Vectors = NDArray[np.float64]


def sampled_tables(
    snapshot: InventorySnapshot, table: IntensityTable, *, seed: int, draws: int
) -> SampledTables:
    """K draws of every product of a release, for every GWP set and basis that knows its gases.

    Args:
        snapshot: The release.
        table: Its solved intensities.
        seed: From 0 to 2**53; the same one gives the same bytes.
        draws: How many.

    Raises:
        InventoryError: ``sampling-not-productive`` where hardly any draw is productive.
    """
    sampler = Sampler(snapshot, table, seed)
    values, redrawn = sampler.draws(0, draws)
    return SampledTables(
        release_sha256=snapshot.sha256(),
        seed=seed,
        draws=draws,
        without_pedigree=sum(pedigree_of(p.content) is None for p in snapshot.processes),
        redrawn=redrawn,
        hashes={
            key: hashlib.sha256(table_bytes(each)).hexdigest()
            for key, each in zip(sampler.keys, values, strict=True)
        },
        values=dict(zip(sampler.keys, values, strict=True)),
    )


def sampled_release(
    snapshot: InventorySnapshot, table: IntensityTable, draws: int
) -> SampledTables | None:
    """The draws of a release; its seed comes from the snapshot: nobody picks it.

    None where hardly any draw would be productive: its uncertainty is not assessed.
    """
    seed = int(snapshot.sha256()[:_SEED_DIGITS], 16)
    try:
        return sampled_tables(snapshot, table, seed=seed, draws=draws)
    except InventoryError as error:
        if error.code != "sampling-not-productive":
            raise
        return None


class Sampler:
    """One release, ready to be drawn.

    Attributes:
        keys: GWP sets and bases, in the order of the first axis of what is drawn.
        characterisation: kgCO2e per kg, shape (emission keys, keys).
    """

    def __init__(self, snapshot: InventorySnapshot, table: IntensityTable, seed: int) -> None:
        amounts = drawn_amounts(snapshot, table)
        size = len(table.products)
        self._seed = seed
        self._deviations = amounts.deviations
        self._order = solving_order(amounts.inputs.matrix(size, size))
        place = np.empty(size, dtype=np.int64)
        place[self._order.products] = np.arange(size)
        self._inputs = amounts.inputs.placed(place, place)
        self._emissions = amounts.emissions.placed(place, None)
        self._needs = self._inputs.matrix(size, size)
        self._flows = self._emissions.matrix(size, len(table.keys))
        self.keys, self.characterisation = _factors(table)
        self._levels = {
            each[0]: _level(self._needs, each) for each in (*self._order.before, *self._order.after)
        }
        start, stop = self._order.core
        self._inner, inner = self._inputs.within((start, stop), (start, stop))
        self._outer, self._outside = self._inputs.within((start, stop), (0, start))
        self._core = LoopingCore(inner, amounts.references[self._order.products[start:stop]])
        own = self._own()
        self._add_levels(own, self._order.before)
        self._core.start_from(own[start:stop] + self._outside @ own[:start])

    def draws(self, first: int, count: int) -> tuple[Draws32, int]:
        """Draws ``first`` to ``first + count``: shape (keys, products, count); and how many of
        them had to be drawn again."""
        tables = np.empty((len(self.keys), len(self._order.products), count), dtype=np.float32)
        redrawn = 0
        for start in range(0, count, _AT_A_TIME):
            stop = min(count, start + _AT_A_TIME)
            block = np.empty(
                (stop - start, len(self._order.products), len(self.keys)), dtype=np.float32
            )
            for number in range(start, stop):
                values, attempt = self.draw(first + number)
                block[number - start] = values
                redrawn += attempt > 0
            tables[:, :, start:stop] = block.transpose(2, 1, 0)
        return tables, redrawn

    def draw(self, number: int) -> tuple[Vectors, int]:
        """One draw of every product, shape (products, keys), and the attempt it took.

        Raises:
            InventoryError: ``sampling-not-productive``.
        """
        for attempt in range(MOST_ATTEMPTS):
            values = self.solved_with(self.multipliers(number, attempt))
            if values is not None:
                return values, attempt
        raise InventoryError("sampling-not-productive", "", attempts=str(MOST_ATTEMPTS))

    def solved_with(self, multipliers: Vectors) -> Vectors | None:
        """Every product with its amounts multiplied so, shape (products, keys).

        None where that system is not productive, or as good as singular.
        """
        self._fill(multipliers)
        if self._core.is_productive():
            with contextlib.suppress(InventoryError):
                return self._solved()
        return None

    def multipliers(self, number: int, attempt: int = 0) -> Vectors:
        """What the amounts of one draw are multiplied by: all inputs, then all emissions."""
        stream = np.random.Philox(key=self._seed, counter=[0, 0, attempt, number])
        normal = np.random.Generator(stream).standard_normal(len(self._deviations))
        return np.exp(normal * self._deviations)

    def _fill(self, multipliers: Vectors) -> None:
        """Takes one draw into the matrices, whose levels are views of the same numbers."""
        self._needs.data[:] = self._inputs.values * multipliers[self._inputs.drawn]
        self._flows.data[:] = self._emissions.values * multipliers[self._emissions.drawn]
        self._outside.data[:] = self._needs.data[self._outer]
        self._core.draw(self._needs.data[self._inner])

    def _solved(self) -> Vectors:
        start, stop = self._order.core
        values = self._own()
        self._add_levels(values, self._order.before)
        if stop > start:
            values[start:stop] = self._core.solution(
                values[start:stop] + self._outside @ values[:start]
            )
        self._add_levels(values, self._order.after)
        result = np.empty_like(values)
        result[self._order.products] = values
        return result

    def _own(self) -> Vectors:
        """kgCO2e that every product emits itself."""
        own: Vectors = self._flows @ self.characterisation
        return own

    def _add_levels(self, values: Vectors, levels: tuple[Range, ...]) -> None:
        """Adds to each level what it takes from those before it."""
        for start, stop in levels:
            values[start:stop] += self._levels[start] @ values[:start]


def _level(needs: csr_matrix, rows: Range) -> csr_matrix:
    """The rows of a level, which take from those before it only; its numbers stay shared."""
    start, stop = rows
    first, last = needs.indptr[start], needs.indptr[stop]
    numbers = needs.data[first:last]
    parts = (numbers, needs.indices[first:last], needs.indptr[start : stop + 1] - first)
    level = csr_matrix(parts, shape=(stop - start, start))
    level.data = numbers  # the constructor copies what is a small part of something large
    return level


def _factors(table: IntensityTable) -> tuple[tuple[TableKey, ...], Vectors]:
    """The GWP sets and bases that know every gas of the table, and their factors by column."""
    found: dict[TableKey, list[float]] = {}
    for gwp_set in gwp_sets():
        for basis in UptakeBasis:
            with contextlib.suppress(MethodError):
                found[gwp_set, basis] = [characterised(gwp_set, k, basis) for k in table.keys]
    columns = np.array(list(found.values()), dtype=np.float64).reshape(len(found), len(table.keys))
    return tuple(found), np.ascontiguousarray(columns.T)
