"""What a bill declares beside its lines, each of it optional, and checked against the lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from footprint.allocation import Allocation, LineName
from footprint.cuts import Cut
from footprint.errors import FootprintError
from footprint.instruments import SiteElectricity, site_errors
from footprint.lines import AssemblyLine, Line
from footprint.masses import MassBalance
from footprint.quantities import Quantity


@dataclass(frozen=True, kw_only=True)
class Declarations:
    """What is said of the study as a whole; None or nothing where it is not said.

    Attributes:
        allocation: The co-products of the study's own process.
        mass_balance: What is needed to balance the masses.
        electricity: Sites whose power is covered by instruments.
        cuts: Flows left out, with their estimates; ``cut_offs`` of the bill are words alone.
    """

    allocation: Allocation | None = None
    mass_balance: MassBalance | None = None
    cuts: tuple[Cut, ...] = ()
    electricity: tuple[SiteElectricity, ...] = ()

    def errors(
        self,
        unit: Quantity,
        period: tuple[date, date],
        parts: Iterable[tuple[str, str, tuple[Line, ...]]],
    ) -> Iterator[FootprintError]:
        """Everything declared that cannot be.

        Args:
            unit: The unit of the study.
            period: First and last day the activity data stand for.
            parts: (assembly, place, lines) of the whole bill.
        """
        if self == Declarations():
            return
        lines: dict[LineName, Line] = {
            (assembly, line.ref): line
            for assembly, _, held in parts
            for line in held
            if not isinstance(line, AssemblyLine)
        }
        if self.allocation is not None:
            yield from self.allocation.errors(unit, lines)
        if self.mass_balance is not None:
            yield from self.mass_balance.errors(unit, lines)
        yield from site_errors(self.electricity, period, lines)
