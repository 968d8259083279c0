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
from footprint.recycling import Recycling
from footprint.suppliers import SupplierFootprint
from footprint.texts import MAX_NOTE, check_text

MOST_DEVIATION = 10_000
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PER_KG = {"kg": Decimal(1), "g": Decimal(1000), "mg": Decimal("1e6"), "t": Decimal("0.001")}


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
    """What a line adds to the footprint: its own demand, and what else follows from it.

    Attributes:
        LEAKAGE, END_OF_LIFE_RELEASE: Of a gas in the product: in use, and at its end.
        FOSSIL_CARBON, BIOGENIC_CARBON: The CO2 of what is incinerated.
        RECYCLED_INPUT, BORROWED_INPUT: The recycled part of a material: its recycling, and the
            share of the virgin material it was before (circular footprint formula).
        RECYCLING, RECYCLING_CREDIT: At the end of life: the recycling, and what it displaces.
        DISPLACED: What a co-product that is credited displaces elsewhere: a line of its own.
    """

    LINE = "line"
    LOSS_TREATMENT = "loss-treatment"
    DISPLACED = "displaced-product"
    LEAKAGE = "leakage"
    END_OF_LIFE_RELEASE = "end-of-life-release"
    FOSSIL_CARBON = "fossil-carbon"
    BIOGENIC_CARBON = "biogenic-carbon"
    RECYCLED_INPUT = "recycled-input"
    BORROWED_INPUT = "borrowed-input"
    RECYCLING = "recycling"
    RECYCLING_CREDIT = "recycling-credit"


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
        if self.note:
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

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages its parts are booked to, but for the treatment of what it lost."""
        return (self.stage,)

    @property
    def filled_stages(self) -> tuple[Stage, ...]:
        """Those of its stages in which it is more than nothing."""
        return self.stages if all(self.amounts) else ()


def check_not_negative(line: Line, quantity: Quantity, member: str = "amount") -> None:
    """Nothing for an amount of zero or more; else ``amount-negative`` at its member."""
    if quantity.amount < 0:
        raise BomError("amount-negative", f"{line.place}/{member}", ref=line.ref)


@dataclass(frozen=True, kw_only=True)
class MaterialLine(Line):
    """Material, component or packaging: net ``quantity`` in the product, plus its loss.

    Attributes:
        recycling: What of it is recycled, where its dataset does not say it; the dataset is then
            the virgin material.
        biogenic_carbon: kg C of biogenic origin in one unit of the quantity, where it is known.
    """

    quantity: Quantity
    dataset: str | None = None
    supplier_footprint: SupplierFootprint | None = None
    loss: Loss | None = None
    is_packaging: bool = False
    recycling: Recycling | None = None
    biogenic_carbon: Decimal | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_not_negative(self, self.quantity)
        if (self.dataset is None) == (self.supplier_footprint is None):
            raise BomError("dataset-or-supplier-footprint", f"{self.place}/dataset", ref=self.ref)
        if self.recycling and self.supplier_footprint:
            raise BomError("recycling-needs-dataset", f"{self.place}/recycling", ref=self.ref)
        if self.biogenic_carbon is not None:
            self._check_carbon(self.biogenic_carbon)

    def _check_carbon(self, per_unit: Decimal) -> None:
        """No kilogram holds more than a kilogram of carbon."""
        where = f"{self.place}/biogenic_carbon"
        if in_range(per_unit, where) < 0:
            raise BomError("amount-negative", where, ref=self.ref)
        if per_unit * _PER_KG.get(self.quantity.unit, Decimal(0)) > 1:
            raise BomError("carbon-content-over-one", where, ref=self.ref)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Its own, and end of life where its recycling then counts."""
        is_recycled = self.recycling is not None and self.recycling.recycling_rate > 0
        return (self.stage, Stage.END_OF_LIFE) if is_recycled else (self.stage,)

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
        check_not_negative(self, self.quantity)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.quantity.amount,)


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
        check_not_negative(self, self.quantity)
        is_uptake = self.substance == "CO2" and self.origin is Origin.BIOGENIC
        if self.direction is Direction.REMOVAL and not is_uptake:
            raise BomError("removal-not-allowed", f"{self.place}/direction", ref=self.ref)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.quantity.amount,)


@dataclass(frozen=True, kw_only=True)
class AssemblyLine(Line):
    """``quantity`` times the assembly of that name."""

    assembly: str
    quantity: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        if in_range(self.quantity, f"{self.place}/quantity") < 0:
            raise BomError("amount-negative", f"{self.place}/quantity", ref=self.ref)
