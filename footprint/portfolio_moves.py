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

AT_A_TIME = 10_000
MOVED_ABOVE = 1e-9
MOST_DRIVERS = 3


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
        known = np.array([n for n in range(count) if n not in faults], dtype=np.int64)
        masses = np.asarray(counted_intensities(table, method)[rows[known]], dtype=np.float64)
        per_unit[known] = units[known] * _row_sums(masses, background)
        return cls(per_unit, factors, faults)


@dataclass(frozen=True)
class _Sides:
    """Both releases under the same terms, beside each other: ``per_unit`` (products, 2)."""

    per_unit: Floats
    factors: Floats
    faults: Mapping[int, FootprintError]
    whole: FootprintError | None

    @classmethod
    def of(
        cls, portfolio: Portfolio, terms: Terms, before: IntensityTable, after: IntensityTable
    ) -> _Sides:
        first, second = _Side.of(portfolio, terms, before), _Side.of(portfolio, terms, after)
        per_unit = np.column_stack([first.per_unit, second.per_unit])
        faults = {**second.faults, **first.faults}
        return cls(per_unit, first.factors, faults, first.whole or second.whole)


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
    largest = np.fmax(np.abs(side.per_unit[:, 0]), np.abs(side.per_unit[:, 1]))
    found = demands @ np.column_stack([side.per_unit, largest])
    totals_ = found[:, :2] + (flows @ side.factors)[:, np.newaxis]
    is_plain = not demands.data.size or demands.data.min() >= 0.0  # then |amount| is the amount
    scale = found[:, 2] if is_plain else abs(demands) @ largest
    scale = scale + abs(flows) @ np.abs(side.factors)
    moves_.totals[chosen], moves_.scale[chosen] = totals_, scale
    moved = np.flatnonzero(np.abs(totals_[:, 1] - totals_[:, 0]) > MOVED_ABOVE * scale)
    change = side.per_unit[:, 1] - side.per_unit[:, 0]
    parts = _Parts.of(demands[moved], change, totals_[moved, 0], scale[moved])
    moves_.drivers[chosen[moved]], moves_.driver_kg_co2e[chosen[moved]] = parts.largest()
    moves_.share_of[:] += parts.shares_by_product()
    moves_.count_of[:] += parts.studies_by_product()
    for position in np.flatnonzero(~np.isfinite(totals_).all(axis=1)):
        moves_.failures[moves_.first + int(chosen[position])] = _fault(demands, int(position), side)


@dataclass(frozen=True)
class _Parts:
    """What every entry of some studies gives to their move.

    Attributes:
        kg_co2e: By entry, zero where it is less than two solutions may differ by.
        owner, product: By entry, the study it belongs to and the product.
        offsets: By study, its first entry.
    """

    kg_co2e: Floats
    owner: Ints
    product: Ints
    offsets: Ints
    before: Floats
    products: int

    @classmethod
    def of(cls, demands: Sparse, change: Floats, before: Floats, scale: Floats) -> _Parts:
        lengths = np.diff(demands.indptr)
        owner = np.repeat(np.arange(len(lengths)), lengths)
        kg = demands.data * change[demands.indices]
        kg[np.abs(kg) <= MOVED_ABOVE * scale[owner]] = 0.0
        offsets = demands.indptr[:-1].astype(np.int64)
        return cls(kg, owner, demands.indices.astype(np.int64), offsets, before, demands.shape[1])

    def largest(self) -> tuple[Ints, Floats]:
        """By study the products with the largest parts, and these in kgCO2e."""
        products = np.full((len(self.before), MOST_DRIVERS), -1, dtype=np.int64)
        kg = np.zeros((len(self.before), MOST_DRIVERS))
        size = np.abs(self.kg_co2e)  # no study that moved is without entries
        for place in range(MOST_DRIVERS if size.size else 0):
            top = np.maximum.reduceat(size, self.offsets)
            entries = np.flatnonzero((size == top[self.owner]) & (size > 0.0))
            owner = self.owner[entries]
            is_first = np.diff(owner, prepend=-1) > 0  # of equal ones, in order of dataset
            entries, owner = entries[is_first], owner[is_first]
            products[owner, place], kg[owner, place] = self.product[entries], self.kg_co2e[entries]
            size[entries] = 0.0
        return products, kg

    def shares_by_product(self) -> Floats:
        """The sum over studies of each product's part relative to the total before."""
        base = np.abs(self.before)[self.owner]
        shares = np.divide(self.kg_co2e, base, out=np.zeros_like(base), where=base > 0)
        sums = np.bincount(self.product, weights=shares, minlength=self.products)
        return sums.astype(np.float64)  # whole numbers where there is no entry at all

    def studies_by_product(self) -> Ints:
        """How many studies each product moves."""
        return np.bincount(self.product[self.kg_co2e != 0.0], minlength=self.products)


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
    for number, product in enumerate(products):
        if rows[number] < 0:
            faults[number] = LinkError(
                "dataset-unknown", "", dataset=product.dataset[:80], nearest="-"
            )
            continue
        unit = table.products[rows[number]].unit
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
