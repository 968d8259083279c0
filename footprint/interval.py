"""The interval of a footprint: its draws, what they are spread by, and two footprints compared.

Rules (docs/methodology; shared method note 2.4):

* Draw k of the total is the sum over the lines of the drawn activity figure times draw k of the
  background. The published number is the undrawn one; the mean of the draws is never shown.
* The interval are the 2.5 %, 50 % and 97.5 % quantiles of the draws (linear between two of them).
* A line's contribution to the variance is the covariance of its draws with the total's, over the
  variance of the total: the contributions sum to one, whatever the lines share.
* Two footprints are compared draw by draw, on the same release, seed and GWP set, or not at all.
* The interval covers parameters only: neither the method, the choice of datasets nor what is left
  out of the system; characterisation factors are taken as certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from footprint.bom import Product
from footprint.contribution import Impacts
from footprint.errors import MethodError
from footprint.foreground import activity_uncertainty, normal_draws, supplier_uncertainty
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis
from footprint.result import Interval
from footprint.sampled_tables import Draws32, SampledTables
from footprint.system import BackgroundDemand, DirectFlow, ProductSystem

QUANTILES = (0.025, 0.5, 0.975)
_AT_A_TIME = 256  # entries that are drawn together
_MOST_HELD = 4_096  # entries whose draws are held for both passes: 32 MB; more are drawn twice
Vector = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class FootprintDraws:
    """The total of one footprint, draw by draw.

    Attributes:
        totals: kgCO2e, shape (draws,).
        variance_shares: Contribution of every entry of the system to the variance of the total;
            zeros where nothing varies.
        deviations: Squared geometric standard deviation of every entry's activity figure.
    """

    totals: Vector = field(repr=False)
    variance_shares: Vector = field(repr=False)
    deviations: Vector = field(repr=False)
    gwp_set: str
    basis: UptakeBasis
    seed: int
    sampling_sha256: str

    @property
    def interval(self) -> Interval:
        """95 % of the draws, and their median."""
        return interval_of(self.totals, self.seed, self.sampling_sha256)


@dataclass(frozen=True, eq=False)
class DrawnSystem:
    """A product system with its undrawn impacts, and the tables it is drawn from."""

    product: Product
    system: ProductSystem
    impact: Impacts
    table: IntensityTable
    sampled: SampledTables
    method: MethodProfile
    basis: UptakeBasis


def interval_of(totals: Vector, seed: int, sampling_sha256: str) -> Interval:
    """95 % of the draws of a total, and their median."""
    lower, median, upper = (float(q) for q in np.quantile(totals, QUANTILES))
    return Interval(
        draws=len(totals),
        seed=seed,
        sampling_sha256=sampling_sha256,
        lower_kg_co2e=lower,
        median_kg_co2e=median,
        upper_kg_co2e=upper,
    )


def find_line_draws(drawn: DrawnSystem) -> Vector | None:
    """The draws of every line, kgCO2e, shape (lines, draws); None as :func:`find_draws`."""
    background = drawn.sampled.find(drawn.method.gwp_set, drawn.basis)
    if background is None or not drawn.method.counts_everything:
        return None
    found = np.zeros((len(drawn.system.lines), drawn.sampled.draws))
    for start, draws in _blocks(drawn, background, _deviations(drawn)):
        for entry, own in zip(drawn.system.entries[start:], draws, strict=False):
            found[entry.line_index] += own
    return found


def find_draws(drawn: DrawnSystem) -> FootprintDraws | None:
    """The draws of a footprint; None where no sampled table counts what its profile counts."""
    background = drawn.sampled.find(drawn.method.gwp_set, drawn.basis)
    if background is None or not drawn.method.counts_everything:
        return None
    deviations = _deviations(drawn)
    totals = np.zeros(drawn.sampled.draws)
    is_held = len(deviations) <= _MOST_HELD
    held = tuple(_blocks(drawn, background, deviations)) if is_held else ()
    for _, draws in held or _blocks(drawn, background, deviations):
        totals += draws.sum(axis=0)
    variance = float(np.var(totals))
    shares = np.zeros(len(deviations))
    if variance > 0:
        aside = totals - totals.mean()
        for start, draws in held or _blocks(drawn, background, deviations):
            with_total = (draws * aside).sum(axis=1)  # no BLAS: its threads wait for each other
            shares[start : start + len(draws)] = with_total / (len(totals) * variance)
    return FootprintDraws(
        totals=totals,
        variance_shares=shares,
        deviations=np.exp(2 * deviations),
        gwp_set=drawn.method.gwp_set,
        basis=drawn.basis,
        seed=drawn.sampled.seed,
        sampling_sha256=drawn.sampled.sha256,
    )


def probability_lower(one: FootprintDraws, other: FootprintDraws) -> float:
    """The probability that one footprint is lower than the other, draw by draw; equal draws count
    for half.

    Raises:
        MethodError: ``draws-not-paired`` where they are not of the same sampled tables.
    """
    _check_pair(one, other)
    return float(np.mean(one.totals < other.totals) + np.mean(one.totals == other.totals) / 2)


def difference_interval(one: FootprintDraws, other: FootprintDraws) -> Interval:
    """95 % of what the other is more than the one, draw by draw; below zero where it is less.

    Raises:
        MethodError: ``draws-not-paired``, as :func:`probability_lower`.
    """
    _check_pair(one, other)
    return interval_of(other.totals - one.totals, one.seed, one.sampling_sha256)


def _check_pair(one: FootprintDraws, other: FootprintDraws) -> None:
    if _pairing(one) != _pairing(other):
        raise MethodError("draws-not-paired")


def _pairing(draws: FootprintDraws) -> tuple[object, ...]:
    return draws.sampling_sha256, draws.seed, len(draws.totals), draws.gwp_set, draws.basis


def _deviations(drawn: DrawnSystem) -> Vector:
    """Standard deviation of the logarithm of every entry's activity figure."""
    products, lines = drawn.table.products, drawn.system.lines
    variances = [
        activity_uncertainty(
            lines[entry.line_index].line,
            entry,
            products[entry.row].unit if isinstance(entry, BackgroundDemand) else "",
        ).variance
        for entry in drawn.system.entries
    ]
    return np.sqrt(np.array(variances, dtype=np.float64))


def _blocks(
    drawn: DrawnSystem, background: Draws32, deviations: Vector
) -> Iterator[tuple[int, Vector]]:
    """The draws of some entries at a time: number of the first, and shape (entries, draws)."""
    amounts, rows = _background_amounts(drawn), drawn.system.rows
    demanded = len(rows)
    for start in range(0, len(drawn.system.entries), _AT_A_TIME):
        entries = drawn.system.entries[start : start + _AT_A_TIME]
        stop = start + len(entries)
        draws = np.empty((len(entries), drawn.sampled.draws))
        if start < demanded:
            some = rows[start:stop]
            draws[: len(some)] = np.asarray(background)[some]
            draws[: len(some)] *= amounts[start:stop, np.newaxis]
        for number in range(max(start, demanded), stop):
            whole = float(drawn.impact.entries[number])
            draws[number - start] = whole * _supplier_multipliers(drawn, entries[number - start])
        _vary(draws, drawn, entries, deviations[start:stop])
        yield start, draws


def _background_amounts(drawn: DrawnSystem) -> Vector:
    """What every demand amounts to, by its undrawn impact and what a unit of it undrawn gives."""
    system, factors = drawn.system, drawn.method.factors(drawn.table.keys, drawn.basis)
    undrawn = (drawn.impact.background * factors).sum(axis=1)
    amounts = system.amounts.copy()
    wholes = drawn.impact.entries[: len(amounts)]
    np.divide(wholes, undrawn, out=amounts, where=undrawn != 0)
    return amounts


def _vary(
    draws: Vector,
    drawn: DrawnSystem,
    entries: Sequence[BackgroundDemand | DirectFlow],
    deviations: Vector,
) -> None:
    """Multiplies the draws by those of every entry's activity figure; a line's are drawn alike."""
    varying = np.flatnonzero(deviations).tolist()
    occurrences = [drawn.system.lines[entries[number].line_index] for number in varying]
    model = drawn.product.model
    names = ["\n".join(["activity", model, each.assembly, each.line.ref]) for each in occurrences]
    for number, normals in zip(varying, normal_draws(drawn.sampled, names), strict=True):
        np.multiply(normals, deviations[number], out=normals)
        draws[number] *= np.exp(normals, out=normals)


def _supplier_multipliers(
    drawn: DrawnSystem, entry: BackgroundDemand | DirectFlow
) -> Vector | float:
    if isinstance(entry, BackgroundDemand) or entry.supplier is None:
        return 1.0
    deviation = supplier_uncertainty(entry.supplier.claim).variance ** 0.5
    normals = next(normal_draws(drawn.sampled, [f"document\n{entry.supplier.document}"]))
    multipliers: Vector = np.exp(deviation * normals)
    return multipliers
