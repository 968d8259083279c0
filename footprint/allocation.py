"""Co-products of the study's own process, and how its burden is shared among them.

Rules (ISO 14044:2006, 4.3.4; ISO 14067:2018, 6.4.6; docs/methodology.md):

* Order: avoid sharing (subdivision, system expansion), then a physical property (mass, energy),
  then the price. A lower method states its reason.
* Lines that belong to one product alone go to it, whichever method shares the rest.
* Shares of the products of one process sum to one.
* Only the maker's own stages are shared, up to the split: raw material and manufacturing. Packaging
  is of the product it packs; distribution, use and end of life come after the split.

Mass, energy and price are those of the whole amount that comes out with one unit of the study.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from footprint.errors import BomError, FootprintError, QuantityError
from footprint.lines import Line, MaterialLine, Stage
from footprint.quantities import Quantity, in_range, parts_of_one
from footprint.texts import MAX_NOTE, check_text

MOST_CO_PRODUCTS = 50
SHARED_STAGES = frozenset({Stage.RAW_MATERIAL, Stage.MANUFACTURING})
LineName = tuple[str, str]  # (assembly, ref)


class AllocationMethod(StrEnum):
    """How a burden is shared, in the order in which the methods are to be tried."""

    SUBDIVISION = "subdivision"
    SYSTEM_EXPANSION = "system-expansion"
    MASS = "mass"
    ENERGY = "energy"
    ECONOMIC = "economic"


AVOIDING = frozenset({AllocationMethod.SUBDIVISION, AllocationMethod.SYSTEM_EXPANSION})
_UNITS = {AllocationMethod.MASS: "kg", AllocationMethod.ENERGY: "MJ"}
_MEMBERS = {
    AllocationMethod.MASS: "mass_kg",
    AllocationMethod.ENERGY: "energy_mj",
    AllocationMethod.ECONOMIC: "price",
}


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What an amount of a product weighs, holds and fetches; None where nobody says.

    Attributes:
        price: In one currency for all products of the process.
    """

    mass_kg: Decimal | None = None
    energy_mj: Decimal | None = None
    price: Decimal | None = None
    place: str = ""

    def __post_init__(self) -> None:
        for member in _MEMBERS.values():
            value = getattr(self, member)
            if value is not None and in_range(value, f"{self.place}/{member}") <= 0:
                raise BomError("co-product-measure-not-positive", f"{self.place}/{member}")

    def of(self, method: AllocationMethod, quantity: Quantity) -> Decimal | None:
        """What the method shares by: as stated, or as the quantity itself says it."""
        stated: Decimal | None = getattr(self, _MEMBERS[method])
        if stated is not None or method not in _UNITS:
            return stated
        try:
            return quantity.to(_UNITS[method]).amount
        except QuantityError:
            return None


@dataclass(frozen=True, kw_only=True)
class Displaced:
    """What a co-product saves elsewhere: so much of a dataset."""

    dataset: str
    quantity: Quantity


@dataclass(frozen=True, kw_only=True)
class CoProduct:
    """Something else of use that the same process makes; waste is none."""

    name: str
    quantity: Quantity
    measures: Measures
    displaced: Displaced | None = None
    place: str = ""

    def __post_init__(self) -> None:
        check_text(self.name, f"{self.place}/name")
        if self.quantity.amount <= 0:
            raise BomError("co-product-amount-not-positive", f"{self.place}/amount", name=self.name)
        if self.displaced is not None and self.displaced.quantity.amount <= 0:
            where = f"{self.place}/displaced/amount"
            raise BomError("co-product-amount-not-positive", where, name=self.name)


@dataclass(frozen=True, kw_only=True)
class OwnLine:
    """A line that serves one product alone; "" is the product of the study."""

    line: LineName
    product: str
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """The co-products of a study and the method that shares the burden among them.

    Attributes:
        product: Mass, energy and price of one unit of the study.
    """

    method: AllocationMethod
    reason: str
    product: Measures
    co_products: tuple[CoProduct, ...]
    own_lines: tuple[OwnLine, ...] = ()

    def __post_init__(self) -> None:
        check_text(self.reason, "/allocation/reason", most=MAX_NOTE, is_note=True)
        if not 1 <= len(self.co_products) <= MOST_CO_PRODUCTS:
            limit = str(MOST_CO_PRODUCTS)
            raise BomError("co-products-too-many", "/allocation/co_products", limit=limit)

    def errors(self, unit: Quantity, lines: Mapping[LineName, Line]) -> Iterator[FootprintError]:
        """Everything that cannot be: reasons, measures and lines that are missing.

        Args:
            unit: The unit of the study.
            lines: Every line of the bill by its assembly and ref.
        """
        if self.method not in AVOIDING and not self.reason.strip():
            where = "/allocation/reason"
            yield BomError("allocation-without-reason", where, method=self.method.value)
        names: set[str] = set()
        for co_product in self.co_products:
            if co_product.name in names:
                yield BomError("co-product-twice", f"{co_product.place}/name", name=co_product.name)
            names.add(co_product.name)
        yield from self._method_errors(unit)
        yield from self._line_errors(names, lines)

    def _method_errors(self, unit: Quantity) -> Iterator[FootprintError]:
        """What the chosen method needs to know of each product."""
        if self.method is AllocationMethod.SYSTEM_EXPANSION:
            for c in self.co_products:
                if c.displaced is None:
                    yield BomError(
                        "co-product-displaces-nothing", f"{c.place}/displaced", name=c.name
                    )
        elif self.method is AllocationMethod.SUBDIVISION:
            if not any(own.product for own in self.own_lines):
                yield BomError("subdivision-without-lines", "/allocation/own_lines")
        else:
            member = _MEMBERS[self.method]
            named = [("/allocation/product", self.product.of(self.method, unit))]
            named += [(c.place, c.measures.of(self.method, c.quantity)) for c in self.co_products]
            for place, measure in named:
                if measure is None:
                    where = f"{place}/{member}"
                    yield BomError("allocation-measure-missing", where, method=self.method.value)

    def _line_errors(
        self, names: Set[str], lines: Mapping[LineName, Line]
    ) -> Iterator[FootprintError]:
        """Lines that are not there, not shared or given to two; products that are none."""
        seen: set[LineName] = set()
        for own in self.own_lines:
            line = lines.get(own.line)
            ref = own.line[1][:64]
            if line is None:
                yield BomError("declared-line-unknown", own.place, ref=ref)
            elif own.product and not is_before_split(line):
                yield BomError("co-product-line-after-split", own.place, ref=ref)
            if own.line in seen:
                yield BomError("declared-line-twice", own.place, ref=ref)
            seen.add(own.line)
            if own.product and own.product not in names:
                where = f"{own.place}/product"
                yield BomError("co-product-unknown", where, name=own.product[:80])

    def computable(self, unit: Quantity) -> tuple[AllocationMethod, ...]:
        """The methods for which enough was declared, in their order."""
        return tuple(method for method in AllocationMethod if self._is_computable(method, unit))

    def _is_computable(self, method: AllocationMethod, unit: Quantity) -> bool:
        if method is AllocationMethod.SYSTEM_EXPANSION:
            return all(c.displaced is not None for c in self.co_products)
        if method is AllocationMethod.SUBDIVISION:
            return any(own.product for own in self.own_lines)
        measures = [self.product.of(method, unit)]
        measures += [c.measures.of(method, c.quantity) for c in self.co_products]
        return None not in measures

    def shares(self, method: AllocationMethod, unit: Quantity) -> tuple[Decimal, ...]:
        """The share of every product in what they have in common, the product of the study first.

        What avoids sharing leaves all of it to the product of the study. The shares sum to one
        exactly: the last digits fall to the largest.

        Raises:
            BomError: ``allocation-measure-missing``.
        """
        if method in AVOIDING:
            return (Decimal(1), *(Decimal(0) for _ in self.co_products))
        found = [self.product.of(method, unit)]
        found += [c.measures.of(method, c.quantity) for c in self.co_products]
        measures = [measure for measure in found if measure is not None]
        if len(measures) < len(found):
            raise BomError("allocation-measure-missing", "/allocation", method=method.value)
        return parts_of_one(measures)

    def weight(
        self, method: AllocationMethod, name: LineName, line: Line, share: Decimal
    ) -> Decimal:
        """The part of a line that the product of the study carries: 0, its share, or all of it."""
        if method is AllocationMethod.SYSTEM_EXPANSION or not is_before_split(line):
            return Decimal(1)
        for own in self.own_lines:
            if own.line == name:
                return Decimal(0) if own.product else Decimal(1)
        return share


def is_before_split(line: Line) -> bool:
    """Whether a line is of the process that makes all the products together."""
    is_packaging = isinstance(line, MaterialLine) and line.is_packaging
    return line.stage in SHARED_STAGES and not is_packaging
