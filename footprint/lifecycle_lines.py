"""The lines of a bill that lie after the gate, or in the air: freight, use, leaks, end of life.

Rules (ISO 14067:2018, 6.3 and 6.4; docs/methodology.md):

* Freight by tonne-kilometres holds its own load and empty running. Only a leg by vehicle-kilometres
  states them: vehicle-km = mass / load x distance x (1 + share of the way driven back for it).
* A refrigerant that is topped up leaks rate x charge every year and is all there at the end; one
  that is not leaks its rate of what is left. What is not recovered at the end is let off then.
* Incineration: CO2 = mass x carbon content x oxidation x 44/12; fossil and biogenic carbon apart.
* Captured CO2 is a flow of its own, in neither the gases of the process nor the uptake of plants.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal

from footprint.errors import BomError
from footprint.inventory import Origin
from footprint.lines import Line, Stage, check_not_negative
from footprint.quantities import SMALLEST, Quantity, in_range
from footprint.texts import check_text

_EXACT = Context(prec=34)
CO2_PER_CARBON = _EXACT.divide(Decimal(44), Decimal(12))  # kg CO2 from 1 kg C: molar masses
MOST_YEARS = 1_000
STORED_ORIGINS = frozenset({Origin.FOSSIL, Origin.BIOGENIC})


def check_share(line: Line, share: Decimal, member: str) -> None:
    """Nothing for a share from 0 to 1.

    Raises:
        BomError: ``share-out-of-range`` at the member.
    """
    where = f"{line.place}/{member}"
    if not 0 <= in_range(share, where) <= 1:
        raise BomError("share-out-of-range", where, share=str(share))


def check_years(line: Line, years: Decimal) -> None:
    """Nothing for a lifetime from 0 to 1,000 years.

    Raises:
        BomError: ``lifetime-out-of-range``.
    """
    where = f"{line.place}/lifetime_years"
    if not 0 <= in_range(years, where) <= MOST_YEARS:
        raise BomError("lifetime-out-of-range", where, most=str(MOST_YEARS))


@dataclass(frozen=True, kw_only=True)
class TransportLine(Line):
    """A transport leg, by a dataset of tonne-kilometres or of vehicle-kilometres.

    Attributes:
        load: What the vehicle carries on the way there; with a vehicle-kilometre dataset only.
        return_share: Share of the distance driven back empty for this leg (0..1), likewise.
        is_refrigerated: The goods travel cooled, so that the dataset must say it cools.
    """

    mass: Quantity
    distance: Quantity
    dataset: str
    load: Quantity | None = None
    return_share: Decimal | None = None
    is_refrigerated: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_not_negative(self, self.mass, "mass")
        check_not_negative(self, self.distance, "distance")
        if self.load is not None and self.load.amount <= 0:
            raise BomError("transport-load-not-positive", f"{self.place}/load", ref=self.ref)
        if self.return_share is not None:
            check_share(self, self.return_share, "return_share")

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.mass.amount, self.distance.amount)


@dataclass(frozen=True, kw_only=True)
class UseLine(Line):
    """Use phase: ``quantity_per_service`` of ``dataset`` times the services over the lifetime.

    Attributes:
        services: Over the lifetime; in a year where ``lifetime_years`` says how many there are.
    """

    quantity_per_service: Quantity
    services: Decimal
    dataset: str
    lifetime_years: Decimal | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_not_negative(self, self.quantity_per_service, "amount_per_service")
        if in_range(self.services, f"{self.place}/services") < 0:
            raise BomError("amount-negative", f"{self.place}/services", ref=self.ref)
        if self.lifetime_years is not None:
            check_years(self, self.lifetime_years)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        years = () if self.lifetime_years is None else (self.lifetime_years,)
        return (self.quantity_per_service.amount, self.services, *years)

    @property
    def used(self) -> Quantity:
        """How much is used over the whole lifetime."""
        years = Decimal(1) if self.lifetime_years is None else self.lifetime_years
        return self.quantity_per_service.times(self.services).times(years)


@dataclass(frozen=True, kw_only=True)
class LeakageLine(Line):
    """A gas that leaks from the product in use, and is let off or recovered at its end.

    The first filling, and what is topped up, are material lines.

    Attributes:
        charge: What the product holds.
        yearly_rate: Share of the charge that leaks in a year (0..1).
        recovered_share: Share of what is left at the end that is recovered (0..1).
        is_topped_up: Whether the charge is kept full: the lines of TEWI (EN 378-1); else the
            charge declines by its rate every year.
    """

    substance: str
    origin: Origin
    charge: Quantity
    yearly_rate: Decimal
    lifetime_years: Decimal
    recovered_share: Decimal
    is_topped_up: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_not_negative(self, self.charge, "charge")
        check_share(self, self.yearly_rate, "yearly_rate")
        check_years(self, self.lifetime_years)
        check_share(self, self.recovered_share, "recovered_share")

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Use, and end of life where something is let off then."""
        return (self.stage, Stage.END_OF_LIFE) if self.let_off.amount else (self.stage,)

    @property
    def filled_stages(self) -> tuple[Stage, ...]:
        """Those in which any gas gets out."""
        return self.stages if self.leaked.amount else self.stages[1:]

    @property
    def left_share(self) -> Decimal:
        """Share of the charge that is still there at the end."""
        if self.is_topped_up:
            return Decimal(1)
        kept = 1 - self.yearly_rate
        if not kept:  # nothing to the power of nothing has no value; nothing has leaked by then
            return Decimal(1) if not self.lifetime_years else Decimal(0)
        return _EXACT.power(kept, self.lifetime_years)

    @property
    def leaked(self) -> Quantity:
        """What leaks over the lifetime."""
        if self.is_topped_up:
            return _part_of(self.charge, self.yearly_rate, self.lifetime_years)
        return _part_of(self.charge, _EXACT.subtract(Decimal(1), self.left_share))

    @property
    def let_off(self) -> Quantity:
        """What is neither leaked before nor recovered at the end."""
        return _part_of(self.charge, self.left_share, 1 - self.recovered_share)


def _part_of(charge: Quantity, *factors: Decimal) -> Quantity:
    """The charge times the factors; what is too small to be an amount is none."""
    amount = charge.amount
    for factor in factors:
        amount = _EXACT.multiply(amount, factor)
    return Quantity(amount if abs(amount) >= SMALLEST else Decimal(0), charge.unit)


@dataclass(frozen=True, kw_only=True)
class TreatedLine(Line):
    """A share of a mass that is treated in one way at its end.

    Attributes:
        item: What is treated. Lines that name none and state the same mass treat the same thing;
            the shares of one thing sum to at most one.
    """

    mass: Quantity
    share: Decimal
    item: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_not_negative(self, self.mass, "mass")
        check_share(self, self.share, "share")
        if self.item:
            check_text(self.item, f"{self.place}/item")

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        return (self.mass.amount, self.share)

    @property
    def treated(self) -> Quantity:
        """How much goes to this treatment."""
        return self.mass.times(self.share)


@dataclass(frozen=True, kw_only=True)
class EndOfLifeLine(TreatedLine):
    """End of life by a dataset: landfill, recycling, or incineration that holds its own carbon."""

    dataset: str


@dataclass(frozen=True, kw_only=True)
class IncinerationLine(TreatedLine):
    """Incineration whose CO2 is worked out from the carbon in what is burnt.

    Attributes:
        fossil_carbon, biogenic_carbon: kg C per kg of what is burnt, together at most one.
        oxidation: Share of the carbon that burns (0..1).
        dataset: What the plant needs besides, without the CO2 of what is burnt.
    """

    fossil_carbon: Decimal
    biogenic_carbon: Decimal
    oxidation: Decimal = Decimal(1)
    dataset: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for member in ("fossil_carbon", "biogenic_carbon", "oxidation"):
            check_share(self, getattr(self, member), member)
        if self.fossil_carbon + self.biogenic_carbon > 1:
            where = f"{self.place}/biogenic_carbon"
            raise BomError("carbon-content-over-one", where, ref=self.ref)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The factors of its activity figure."""
        carbon = self.fossil_carbon + self.biogenic_carbon
        emitted = carbon * self.oxidation if self.dataset is None else Decimal(1)
        return (*super().amounts, emitted)

    def co2(self, carbon: Decimal) -> Quantity:
        """The CO2 of a content of carbon, in the unit of the mass."""
        burnt = _EXACT.multiply(_EXACT.multiply(carbon, self.oxidation), CO2_PER_CARBON)
        return self.treated.times(burnt)


@dataclass(frozen=True, kw_only=True)
class CapturedCarbonLine(Line):
    """CO2 that is captured and stored for good instead of being let into the air.

    The process states what it makes before capture; what is captured stands beside the footprint
    and is netted only where the method profile allows it.

    Attributes:
        origin: Of its carbon: fossil or biogenic.
        evidence: What shows that it is stored, and where.
    """

    origin: Origin
    quantity: Quantity
    evidence: str

    def __post_init__(self) -> None:
        super().__post_init__()
        check_not_negative(self, self.quantity)
        if self.origin not in STORED_ORIGINS:
            raise BomError("captured-origin-unknown", f"{self.place}/origin", ref=self.ref)
        check_text(self.evidence, f"{self.place}/evidence")

    @property
    def filled_stages(self) -> tuple[Stage, ...]:
        """None: what is not emitted is no reason to call a stage included."""
        return ()
