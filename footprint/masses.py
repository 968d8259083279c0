"""What a bill declares so that its masses can be balanced: the product, and what else leaves.

Rules (ISO 14044:2006, 4.3.3.1: a mass balance checks the validity of data; docs/methodology.md):

* The mass of the product is stated, or its unit is one of mass.
* What leaves the process on no line of the bill (vapour, unlisted waste) is stated by name.
* A line that takes no part in the balance is named; the result says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from footprint.allocation import LineName
from footprint.errors import BomError, FootprintError, QuantityError
from footprint.lines import Line
from footprint.quantities import Quantity, in_range
from footprint.texts import check_text

MOST_OUTPUTS = 100


@dataclass(frozen=True, kw_only=True)
class OtherOutput:
    """Something that leaves the process and stands on no line."""

    name: str
    mass_kg: Decimal
    place: str = ""

    def __post_init__(self) -> None:
        check_text(self.name, f"{self.place}/name")
        if in_range(self.mass_kg, f"{self.place}/mass_kg") <= 0:
            raise BomError("balance-mass-not-positive", f"{self.place}/mass_kg")


@dataclass(frozen=True, kw_only=True)
class MassBalance:
    """The wish to have the masses of the maker's own stages balanced.

    Attributes:
        product_mass_kg: Of one unit of the study; None where the unit itself says it.
        left_out: Lines that take no part, each with its place.
    """

    product_mass_kg: Decimal | None = None
    outputs: tuple[OtherOutput, ...] = ()
    left_out: tuple[tuple[LineName, str], ...] = ()

    def __post_init__(self) -> None:
        where = "/mass_balance/product_mass_kg"
        mass = self.product_mass_kg
        if mass is not None and in_range(mass, where) <= 0:
            raise BomError("balance-mass-not-positive", where)

    def product_kg(self, unit: Quantity) -> Decimal | None:
        """What one unit of the study weighs; None where nobody says."""
        if self.product_mass_kg is not None:
            return self.product_mass_kg
        try:
            return unit.to("kg").amount
        except QuantityError:
            return None

    def errors(self, unit: Quantity, lines: Mapping[LineName, Line]) -> Iterator[FootprintError]:
        """A product nobody weighed; lines that are not there or named twice."""
        if self.product_kg(unit) is None:
            where = "/mass_balance/product_mass_kg"
            yield BomError("balance-without-product-mass", where, unit=unit.unit)
        seen: set[LineName] = set()
        for name, place in self.left_out:
            if name not in lines:
                yield BomError("declared-line-unknown", place, ref=name[1][:64])
            if name in seen:
                yield BomError("declared-line-twice", place, ref=name[1][:64])
            seen.add(name)
