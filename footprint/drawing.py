"""Draws the footprint of a bill: to be held against another's, or evaluated with other amounts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from footprint.bom import BillOfMaterials
from footprint.intensities import IntensityTable
from footprint.interval import (
    DrawnSystem,
    FootprintDraws,
    find_draws,
    find_line_draws,
    interval_of,
)
from footprint.methods import MethodProfile
from footprint.prepared import PreparedBill, prepare
from footprint.result import Interval
from footprint.sampled_tables import SampledTables


@dataclass(frozen=True, kw_only=True, eq=False)
class PreparedDraws:
    """A prepared bill drawn once; with other amounts, its interval is one product of arrays.

    Attributes:
        lines: kgCO2e of every line of the bill in every draw, shape (lines, draws): 8 kB a line.
    """

    lines: NDArray[np.float64] = field(repr=False)
    seed: int
    sampling_sha256: str

    def totals(self, multipliers: NDArray[np.float64]) -> NDArray[np.float64]:
        """The total of every draw with the lines multiplied: (..., draws) of (..., lines)."""
        found: NDArray[np.float64] = multipliers @ self.lines
        return found

    def interval(self, multipliers: NDArray[np.float64]) -> Interval:
        """The interval with the lines multiplied, shape (lines,)."""
        return interval_of(self.totals(multipliers), self.seed, self.sampling_sha256)


def draw_prepared(prepared: PreparedBill, sampled: SampledTables) -> PreparedDraws | None:
    """The draws of every line; None where no sampled table counts what the profile counts."""
    lines = find_line_draws(_drawn_system(prepared, sampled))
    if lines is None:
        return None
    return PreparedDraws(lines=lines, seed=sampled.seed, sampling_sha256=sampled.sha256)


def draw_footprint(
    bom: BillOfMaterials, table: IntensityTable, method: MethodProfile, sampled: SampledTables
) -> FootprintDraws | None:
    """The draws of a bill's footprint, to be held against those of another.

    Raises:
        FootprintErrors, MethodError: As :func:`footprint.calculate.calculate`.
    """
    return draw_total(prepare(bom, table, method), sampled)


def draw_total(prepared: PreparedBill, sampled: SampledTables) -> FootprintDraws | None:
    """The same of a bill that was prepared; None as :func:`draw_prepared`."""
    return find_draws(_drawn_system(prepared, sampled))


def _drawn_system(prepared: PreparedBill, sampled: SampledTables) -> DrawnSystem:
    return DrawnSystem(
        prepared.bom.product,
        prepared.system,
        prepared.impact,
        prepared.table,
        sampled,
        prepared.method,
        prepared.basis,
    )
