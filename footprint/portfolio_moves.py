"""How a portfolio moves from one release to another, how far each study, and why.

Rules:

* *Before* is the study on the release it was made on, *after* on another one; both under the same
  profile, GWP set and basis, so that what moves is the release alone.
* Every study's total is summed by itself in the order of the dataset ids: neither other studies
  nor the size of a stretch change a bit of it. Memory is that of one stretch.
* A study has moved when its total changed by more than 1e-9 of its absolute contributions: less
  is what two solutions of the same system may differ by.
* Why it moved: the entries whose amount x change of intensity is largest.
* A study that the other release cannot calculate is told with the code :func:`calculate` has for
  it; it is never left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from footprint.contribution import counted_intensities
from footprint.errors import FootprintError, LinkError, QuantityError
from footprint.intensities import IntensityTable
from footprint.methods import UptakeBasis
from footprint.portfolio import Floats, Ints, Portfolio, Product, Terms
from footprint.quantities import conversion_factor

if TYPE_CHECKING:
    from footprint.portfolio import Sparse

AT_A_TIME = 20_000
MOVED_ABOVE = 1e-9
MOST_DRIVERS = 3
_FEW = 4  # less than a fourth of the studies: their rows alone are copied out and looked at
ENTRIES_AT_A_TIME = 50_000  # of which it is asked why a study moved


@dataclass(frozen=True, kw_only=True, eq=False)
class Moves:
    """How a stretch of studies moves from its own release to another.

    Attributes:
        first: Position of the first study in the portfolio.
        totals: kgCO2e per unit of every study before and after, shape (studies, 2); not a number
            where it cannot be calculated.
        scale: Sum of absolute contributions, the larger of both sides.
        drivers: For each study up to three products (positions in ``portfolio.products``, -1 for
            none) whose change moved it most, and ``driver_kg_co2e`` by how much.
        share_of: By product, the sum over studies of its part in the move relative to ``before``.
        count_of: By product, how many moved studies it has a part in.
        failures: By position in the portfolio, why a study cannot be calculated.
    """

    first: int
    totals: Floats = field(repr=False)
    scale: Floats = field(repr=False)
    drivers: Ints = field(repr=False)
    driver_kg_co2e: Floats = field(repr=False)
    share_of: Floats = field(repr=False)
    count_of: Ints = field(repr=False)
    failures: dict[int, FootprintError] = field(repr=False)

    @property
    def change(self) -> Floats:
        """kgCO2e per unit."""
        result: Floats = self.totals[:, 1] - self.totals[:, 0]
        return result

    @cached_property
    def has_moved(self) -> NDArray[np.bool_]:
        """Whether a study's total is another one, beyond what two solutions may differ by."""
        moved: NDArray[np.bool_] = np.abs(self.change) > MOVED_ABOVE * self.scale
        return moved


TableOf = Callable[[str], IntensityTable]
_S = TypeVar("_S")


def moves(
    portfolio: Portfolio,
    table_of: TableOf,
    after: IntensityTable,
    at_a_time: int = AT_A_TIME,
) -> Iterator[Moves]:
    """Every study against its own release and another one, a stretch of studies at a time.

    Args:
        portfolio: The studies.
        table_of: The table of a release a study was made on, by the id in its terms.
        after: The other release.
        at_a_time: Studies in a stretch; memory grows with it, the result is the same.
    """
    sides = [
        _Sides.of(portfolio, terms, table_of(terms.release), after) for terms in portfolio.terms
    ]
    for first in range(0, len(portfolio.studies), at_a_time):
        yield _moved(portfolio, sides, first, min(first + at_a_time, len(portfolio.studies)))


def totals(
    portfolio: Portfolio, table: IntensityTable, at_a_time: int = AT_A_TIME
) -> Iterator[Floats]:
    """kgCO2e of every study on one release, by stretches; not a number where it cannot be."""
    sides = [_Side.of(portfolio, terms, table) for terms in portfolio.terms]
    for first in range(0, len(portfolio.studies), at_a_time):
        last = min(first + at_a_time, len(portfolio.studies))
        demands, flows = portfolio.demands(first, last), portfolio.flows(first, last)
        result = np.empty(last - first, dtype=np.float64)
        for chosen, side in _groups(portfolio.terms_of[first:last], sides):
            own, stated = _of(demands, chosen), _of(flows, chosen)
            result[chosen] = own @ side.per_unit + stated @ side.factors
        yield result


@dataclass(frozen=True)
class _Side:
    """What a unit of every product, and a kg of every key, is worth under some terms.

    Attributes:
        faults: Why a product has no number.
        whole: Why nothing has a number under these terms; None where it can have.
    """

    per_unit: Floats
    factors: Floats
    faults: Mapping[int, FootprintError]
    whole: FootprintError | None = None

    @classmethod
    def of(cls, portfolio: Portfolio, terms: Terms, table: IntensityTable) -> _Side:
        count = len(portfolio.products)
        rows = np.array([table.rows.get(p.dataset, -1) for p in portfolio.products], dtype=np.int64)
        units, faults = _unit_factors(portfolio.products, rows, table)
        per_unit, factors = np.full(count, np.nan), np.full(len(portfolio.keys), np.nan)
        basis = UptakeBasis(terms.basis)
        try:
            method = terms.profile
            background = method.factors(table.keys, basis)
            factors = method.factors(portfolio.keys, basis)
        except FootprintError as error:
            return cls(per_unit, factors, faults, error)
        known = np.setdiff1d(np.arange(count), np.array(list(faults), dtype=np.int64))
        masses = np.asarray(counted_intensities(table, method)[rows[known]], dtype=np.float64)
        per_unit[known] = units[known] * _row_sums(masses, background)
        return cls(per_unit, factors, faults)


@dataclass(frozen=True)
class _Sides:
    """Both releases under the same terms, beside each other.

    Attributes:
        per_unit: By product kgCO2e before, after, and the larger of the two without its sign.
        change: By product kgCO2e, zero where it is less than two solutions may differ by: no amount
            of it can then be more than that of any study.
    """

    per_unit: Floats
    change: Floats
    factors: Floats
    faults: Mapping[int, FootprintError]
    whole: FootprintError | None

    @classmethod
    def of(
        cls, portfolio: Portfolio, terms: Terms, before: IntensityTable, after: IntensityTable
    ) -> _Sides:
        first, second = _Side.of(portfolio, terms, before), _Side.of(portfolio, terms, after)
        largest = np.fmax(np.abs(first.per_unit), np.abs(second.per_unit))
        change = second.per_unit - first.per_unit
        return cls(
            per_unit=np.column_stack([first.per_unit, second.per_unit, largest]),
            change=np.where(np.abs(change) > MOVED_ABOVE * largest, change, 0.0),
            factors=first.factors,
            faults={**second.faults, **first.faults},
            whole=first.whole or second.whole,
        )

    def totals(self, demands: Sparse, flows: Sparse) -> tuple[Floats, Floats]:
        """By study kgCO2e before and after, and the scale: one product for all three."""
        found = demands @ self.per_unit
        totals_, scale = found[:, :2], found[:, 2]
        if demands.data.size and demands.data.min() < 0.0:  # else |amount| is the amount
            scale = abs(demands) @ self.per_unit[:, 2]
        if flows.nnz:
            totals_ = totals_ + (flows @ self.factors)[:, np.newaxis]
            scale = scale + abs(flows) @ np.abs(self.factors)
        return totals_, scale


def _moved(portfolio: Portfolio, sides: Sequence[_Sides], first: int, last: int) -> Moves:
    """One stretch; what is found under each of the terms is put back in the order of studies."""
    demands, flows = portfolio.demands(first, last), portfolio.flows(first, last)
    count, products = last - first, len(portfolio.products)
    moves_ = Moves(
        first=first,
        totals=np.empty((count, 2)),
        scale=np.empty(count),
        drivers=np.full((count, MOST_DRIVERS), -1, dtype=np.int64),
        driver_kg_co2e=np.zeros((count, MOST_DRIVERS)),
        share_of=np.zeros(products),
        count_of=np.zeros(products, dtype=np.int64),
        failures={},
    )
    for chosen, side in _groups(portfolio.terms_of[first:last], sides):
        _put(moves_, chosen, _of(demands, chosen), _of(flows, chosen), side)
    return moves_


def _put(moves_: Moves, chosen: Ints, demands: Sparse, flows: Sparse, side: _Sides) -> None:
    """Totals on both sides, and why they differ, of the studies of a stretch with equal terms."""
    totals_, scale = side.totals(demands, flows)
    place = slice(None) if len(chosen) == len(moves_.scale) else chosen
    moves_.totals[place], moves_.scale[place] = totals_, scale
    change = totals_[:, 1] - totals_[:, 0]
    limit = MOVED_ABOVE * scale
    has_moved = np.abs(change) > limit
    limit[~has_moved] = np.inf
    base = np.abs(totals_[:, 0])
    per_kg = np.divide(1.0, base, out=np.zeros_like(base), where=base > 0)
    moved = np.flatnonzero(has_moved)
    if _FEW * len(moved) < len(chosen):
        told = _Told(moves_, chosen[moved], per_kg[moved], limit[moved], side.change)
        told.put(demands[moved])
    else:
        _Told(moves_, chosen, per_kg, limit, side.change).put(demands)
    for position in np.flatnonzero(~np.isfinite(change)):
        moves_.failures[moves_.first + int(chosen[position])] = _fault(demands, int(position), side)


@dataclass(frozen=True)
class _Told:
    """Studies whose entries say why they moved.

    Attributes:
        moves_: What it is written to.
        rows: By study, its row there.
        per_kg: By study, one over its total before; zero where that is zero.
        limit: By study, what an entry must give to count; infinite where the study did not move.
        change: By product, kgCO2e.
    """

    moves_: Moves
    rows: Ints
    per_kg: Floats
    limit: Floats
    change: Floats

    def put(self, demands: Sparse) -> None:
        """A few entries at a time: arrays that stay in the cache, and in the heap."""
        pieces = -(-demands.nnz // ENTRIES_AT_A_TIME)
        bounds = np.linspace(0, len(self.rows), pieces + 1, dtype=np.int64)
        for first, last in itertools.pairwise(bounds):
            self._put_some(demands, int(first), int(last))

    def _put_some(self, demands: Sparse, first: int, last: int) -> None:
        offsets = demands.indptr[first : last + 1]
        product = demands.indices[offsets[0] : offsets[-1]].astype(np.int64)
        kg = demands.data[offsets[0] : offsets[-1]] * self.change.take(product)
        owner = np.repeat(np.arange(first, last), np.diff(offsets))
        kept = np.abs(kg) > self.limit.take(owner)
        if not kept.all():
            kg, owner, product = kg[kept], owner[kept], product[kept]
        if kg.size:
            self._put_largest(kg, owner, product)
        count = len(self.change)
        shares = kg * self.per_kg.take(owner)
        self.moves_.share_of[:] += np.bincount(product, weights=shares, minlength=count)
        self.moves_.count_of[:] += np.bincount(product, minlength=count)

    def _put_largest(self, kg: Floats, owner: Ints, product: Ints) -> None:
        """The products with the largest parts of each study, and these."""
        size = np.abs(kg).view(np.int64)  # in the same order, and compared in half the time
        firsts = _firsts(owner)
        studies = owner[firsts]
        top = np.empty(len(self.rows), dtype=np.int64)
        for place in range(MOST_DRIVERS):
            top[studies] = np.maximum.reduceat(size, firsts)
            entries = np.flatnonzero(size == top.take(owner))
            entries = entries[_firsts(owner.take(entries))]  # of equal ones, in order of dataset
            entries = entries[size.take(entries) > 0]  # zero: there is no further one
            found = self.rows.take(owner.take(entries))
            self.moves_.drivers[found, place] = product.take(entries)
            self.moves_.driver_kg_co2e[found, place] = kg.take(entries)
            size[entries] = 0


def _firsts(owner: Ints) -> Ints:
    """Where each owner's entries begin."""
    return np.concatenate([[0], np.flatnonzero(owner[1:] != owner[:-1]) + 1])


def _fault(demands: Sparse, position: int, side: _Sides) -> FootprintError:
    """Why a study has no number: its terms, or the first of its products that has none."""
    own = demands.indices[demands.indptr[position] : demands.indptr[position + 1]]
    found = side.whole or next((side.faults[int(r)] for r in own if int(r) in side.faults), None)
    return found or QuantityError("amount-out-of-range", "", amount="-")  # beyond all numbers


def _unit_factors(
    products: tuple[Product, ...], rows: Ints, table: IntensityTable
) -> tuple[Floats, dict[int, FootprintError]]:
    """What amounts are multiplied with where a release states a product in another unit."""
    factors: Floats = np.ones(len(products))
    faults: dict[int, FootprintError] = {}
    for number, (product, row) in enumerate(zip(products, rows.tolist(), strict=True)):
        if row < 0:
            faults[number] = LinkError(
                "dataset-unknown", "", dataset=product.dataset[:80], nearest="-"
            )
            continue
        unit = table.products[row].unit
        if unit != product.unit:
            try:
                factors[number] = float(conversion_factor(product.unit, unit))
            except QuantityError:
                faults[number] = QuantityError(
                    "unit-wrong-dimension",
                    "",
                    unit=product.unit,
                    expected=unit,
                    dataset=product.dataset[:80],
                )
    return factors, faults


def _of(matrix: Sparse, chosen: Ints) -> Sparse:
    """Some rows of a matrix, or itself where they are all."""
    return matrix if len(chosen) == matrix.shape[0] else matrix[chosen]


def _groups(terms_of: Ints, sides: Sequence[_S]) -> Iterator[tuple[Ints, _S]]:
    """The studies of a stretch by their terms."""
    for number, side in enumerate(sides):
        chosen = np.flatnonzero(terms_of == number)
        if chosen.size:
            yield chosen, side


def _row_sums(masses: Floats, factors: Floats) -> Floats:
    """masses @ factors, key by key: the same digits on every processor."""
    sums = np.zeros(masses.shape[0], dtype=np.float64)
    for column, factor in enumerate(factors):
        sums += masses[:, column] * factor
    return sums
