"""The lines of a bill of materials: a few kinds, each checked when it is made.

Rules (ISO 14067:2018, 6.3; docs/methodology.md):

* Every line belongs to one of five stages and says where its activity figure came from.
* Amounts are never negative: what leaves the system has a line kind of its own.
* 1 kg in the product with 5 % loss needs 1/0.95 kg. Each loss names its route: waste treatment
  (with the treating dataset), sold scrap (no burden, no credit), internal remelt (no extra input).
* A material has a dataset or a supplier's own footprint, never both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from footprint.errors import BomError
from footprint.inventory import Direction, Origin
from footprint.pedigree import check_pedigree
from footprint.quantities import Quantity, in_range
from footprint.suppliers import SupplierFootprint
from footprint.texts import MAX_NOTE, check_text

MOST_DEVIATION = 10_000
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Stage(StrEnum):
    """The five life-cycle stages, in order."""

    RAW_MATERIAL = "raw-material"
    MANUFACTURING = "manufacturing"
    DISTRIBUTION = "distribution"
    USE = "use"
    END_OF_LIFE = "end-of-life"


class ActivityOrigin(StrEnum):
    """Where the activity figure of a line came from."""

    MEASURED = "measured"
    CALCULATED = "calculated"
    DESIGN = "design"
    ESTIMATED = "estimated"


class LinePart(StrEnum):
    """What a line adds to the footprint: its own demand, and the treatment of what it lost.

    A co-product that is credited is a line of its own: what it displaces elsewhere.
    """

    LINE = "line"
    LOSS_TREATMENT = "loss-treatment"
    DISPLACED = "displaced-product"


class LossRoute(StrEnum):
    """What happens to material that is lost on the way into the product."""

    WASTE_TREATMENT = "waste-treatment"
    SOLD_SCRAP = "sold-scrap"
    INTERNAL_REMELT = "internal-remelt"


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A share of the input that does not reach the product, and where it goes."""

    rate: Decimal
    route: LossRoute
    dataset: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= in_range(self.rate, "/loss/rate") < 1:
            raise BomError("loss-rate-out-of-range", "/loss/rate", rate=str(self.rate))
        if (self.route is LossRoute.WASTE_TREATMENT) != (self.dataset is not None):
            raise BomError("loss-route-dataset-mismatch", "/loss/dataset", route=self.route.value)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What every line carries.

    Attributes:
        ref: Short name, unique within its assembly; results name lines by it.
        pedigree: Scores of its activity figure by indicator, 1 (best) to 5; None where nobody
            scored it.
        squared_deviation: The squared geometric standard deviation of its activity figure, where
            the maker knows it: 95 % of what it may be lies within that factor. At least 1.
        place: JSON Pointer or row of the submitted document, for errors.
    """

    ref: str
    name: str
    stage: Stage
    activity_origin: ActivityOrigin = ActivityOrigin.ESTIMATED
    note: str = ""
    pedigree: Mapping[str, int] | None = None
    squared_deviation: Decimal | None = None
    place: str = ""

    def __post_init__(self) -> None:
        if not REFERENCE.fullmatch(self.ref):
            raise BomError("line-ref-malformed", f"{self.place}/ref", ref=self.ref[:64])
        check_text(self.name, f"{self.place}/name")
        check_text(self.note, f"{self.place}/note", most=MAX_NOTE, is_note=True)
        if self.pedigree is not None:
            check_pedigree(self.pedigree, f"{self.place}/pedigree")
        if self.squared_deviation is not None and not 1 <= self.squared_deviation <= MOST_DEVIATION:
            where = f"{self.place}/squared_deviation"
            raise BomError("squared-deviation-out-of-range", where, most=str(MOST_DEVIATION))

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """What its activity figure is the product of: it is nothing when one of them is zero."""
        return ()


def _not_negative(line: Line, quantity: Quantity, member: str = "amount") -> None:
    if quantity.amount < 0:
        raise BomError("amount-negative", f"{line.place}/{member}", ref=line.ref)


@dataclass(frozen=True, kw_only=True)
class MaterialLine(Line):
    """Material, component or packaging: net ``quantity`` in the product, plus its loss."""

    quantity: Quantity
    dataset: str | None = None
    supplier_footprint: SupplierFootprint | None = None
    loss: Loss | None = None
    is_packaging: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.quantity)
        if (self.dataset is None) == (self.supplier_footprint is None):
            raise BomError("dataset-or-supplier-footprint", f"{self.place}/dataset", ref=self.ref)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.quantity.amount,)


@dataclass(frozen=True, kw_only=True)
class EnergyLine(Line):
    """Energy, fuel or auxiliaries consumed: ``quantity`` of ``dataset``."""

    quantity: Quantity
    dataset: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.quantity)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.quantity.amount,)


@dataclass(frozen=True, kw_only=True)
class TransportLine(Line):
    """A transport leg: mass over distance by a tonne-kilometre dataset."""

    mass: Quantity
    distance: Quantity
    dataset: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.mass, "mass")
        _not_negative(self, self.distance, "distance")

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.mass.amount, self.distance.amount)


@dataclass(frozen=True, kw_only=True)
class DirectEmissionLine(Line):
    """A gas emitted or taken up by the maker's own process or by the product in use.

    Only biogenic CO2 can be taken up (ISO 14067:2018, 6.4.9.2): any other removal would be an
    offset or captured CO2, and neither is ever netted in the figure.
    """

    substance: str
    origin: Origin
    quantity: Quantity
    direction: Direction = Direction.EMISSION

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.quantity)
        is_uptake = self.substance == "CO2" and self.origin is Origin.BIOGENIC
        if self.direction is Direction.REMOVAL and not is_uptake:
            raise BomError("removal-not-allowed", f"{self.place}/direction", ref=self.ref)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.quantity.amount,)


@dataclass(frozen=True, kw_only=True)
class UseLine(Line):
    """Use phase: ``quantity_per_service`` of ``dataset`` times the services over the lifetime."""

    quantity_per_service: Quantity
    services: Decimal
    dataset: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.quantity_per_service, "amount_per_service")
        if in_range(self.services, f"{self.place}/services") < 0:
            raise BomError("amount-negative", f"{self.place}/services", ref=self.ref)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.quantity_per_service.amount, self.services)


@dataclass(frozen=True, kw_only=True)
class EndOfLifeLine(Line):
    """End of life: a share of a mass goes to one treatment dataset.

    Attributes:
        item: What is treated. Lines that name none and state the same mass treat the same thing;
            the shares of one thing sum to at most one.
    """

    mass: Quantity
    share: Decimal
    dataset: str
    item: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.mass, "mass")
        if not 0 <= in_range(self.share, f"{self.place}/share") <= 1:
            raise BomError("share-out-of-range", f"{self.place}/share", share=str(self.share))
        if self.item:
            check_text(self.item, f"{self.place}/item")

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.mass.amount, self.share)


@dataclass(frozen=True, kw_only=True)
class AssemblyLine(Line):
    """``quantity`` times the assembly of that name."""

    assembly: str
    quantity: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        if in_range(self.quantity, f"{self.place}/quantity") < 0:
            raise BomError("amount-negative", f"{self.place}/quantity", ref=self.ref)
