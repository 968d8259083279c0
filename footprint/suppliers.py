"""A supplier's own footprint, and what must be true within it.

Rules (PACT methodology 3 and data model 3.0; ISO 14067:2018, 6.4.9; docs/methodology.md):

* Its figure is the one that leaves biogenic CO2 uptake out. Where the supplier states the figure
  with uptake, the uptake and the biogenic carbon of the product as well, they must add up:
  including = excluding - uptake, and the carbon held by the product was taken up.
* Where the supplier states the parts of the figure, they sum to it.
* A footprint that does not add up is refused, never mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from footprint.errors import BomError, FootprintError, raise_all
from footprint.inventory import CO2E, Direction, EmissionKey, Origin
from footprint.quantities import check_unit, in_range
from footprint.texts import check_text

CO2_PER_CARBON = Decimal(44) / Decimal(12)
TOLERANCE = Decimal("0.005")
"""What rounding to three figures may leave, as a share of the figures that are compared."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHERE = "/supplier_footprint"


class VerificationClaim(StrEnum):
    """What the applicant says of the verification of a supplier's footprint."""

    NO_SUPPLIER = "no-supplier"
    NOT_CLAIMED = "not-claimed"
    WITHOUT_REFERENCE = "without-reference"
    REFERENCED = "referenced"


@dataclass(frozen=True, kw_only=True)
class SupplierVerification:
    """Where the verification of a supplier's footprint can be checked.

    Attributes:
        verifier: Who verified it.
        statement: Number of the verification statement.
        document_sha256: Hash of the statement as it is filed with the evidence.
    """

    verifier: str
    statement: str
    document_sha256: str

    def __post_init__(self) -> None:
        where = f"{_WHERE}/verification"
        check_text(self.verifier, f"{where}/verifier")
        check_text(self.statement, f"{where}/statement")
        if not _SHA256.fullmatch(self.document_sha256):
            raise BomError("hash-malformed", f"{where}/document_sha256")


@dataclass(frozen=True, kw_only=True)
class SupplierParts:
    """What a supplier's figure is made of, kgCO2e per unit; the parts sum to the figure."""

    fossil: Decimal
    land_use: Decimal = Decimal(0)
    biogenic_non_co2: Decimal = Decimal(0)
    aircraft: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        for name, amount in vars(self).items():
            if in_range(amount, f"{_WHERE}/parts/{name}") < 0:
                raise BomError(
                    "supplier-footprint-negative", f"{_WHERE}/parts/{name}", document=name
                )

    def by_origin(self) -> dict[tuple[Origin, bool], Decimal]:
        """kgCO2e by origin, and whether an aircraft emitted it."""
        return {
            (Origin.FOSSIL, False): self.fossil,
            (Origin.LAND_USE, False): self.land_use,
            (Origin.BIOGENIC, False): self.biogenic_non_co2,
            (Origin.FOSSIL, True): self.aircraft,
        }


@dataclass(frozen=True, kw_only=True)
class SupplierUptake:
    """Biogenic CO2 in a supplier's footprint.

    Attributes:
        removed_kg_co2_per_unit: CO2 taken up from the air, kg per unit.
        including_kg_co2e_per_unit: The figure with that uptake, kgCO2e per unit.
        biogenic_carbon_kg_per_unit: Carbon of biogenic origin in the product, kg C per unit.
    """

    removed_kg_co2_per_unit: Decimal
    including_kg_co2e_per_unit: Decimal
    biogenic_carbon_kg_per_unit: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        in_range(self.including_kg_co2e_per_unit, f"{_WHERE}/uptake/including_kg_co2e_per_unit")
        for name in ("removed_kg_co2_per_unit", "biogenic_carbon_kg_per_unit"):
            if in_range(getattr(self, name), f"{_WHERE}/uptake/{name}") < 0:
                raise BomError("amount-negative", f"{_WHERE}/uptake/{name}", ref=name)


@dataclass(frozen=True, kw_only=True)
class SupplierFootprint:
    """A supplier's own cradle-to-gate footprint, used instead of a dataset.

    Attributes:
        is_verified: The applicant's word; it counts only together with ``verification``.
        primary_share: Share of primary data in the supplier's own figure (0..1).
        parts: What the figure is made of, where the supplier says so.
        uptake: Biogenic CO2 taken up, where the supplier says so.
    """

    kg_co2e_per_unit: Decimal
    unit: str
    gwp_set: str
    document: str
    is_verified: bool = False
    verification: SupplierVerification | None = None
    primary_share: Decimal = Decimal(0)
    parts: SupplierParts | None = None
    uptake: SupplierUptake | None = None

    def __post_init__(self) -> None:
        where = _WHERE
        if in_range(self.kg_co2e_per_unit, f"{where}/kg_co2e_per_unit") < 0:
            document = self.document[:80]
            raise BomError(
                "supplier-footprint-negative", f"{where}/kg_co2e_per_unit", document=document
            )
        if not 0 <= in_range(self.primary_share, f"{where}/primary_share") <= 1:
            raise BomError("share-out-of-range", f"{where}/primary_share")
        if self.verification and not self.is_verified:
            raise BomError("verification-not-claimed", f"{where}/is_verified")
        check_unit(self.unit, f"{where}/unit")
        check_text(self.document, f"{where}/document")
        raise_all([*self._part_errors(), *self._uptake_errors()])

    def _part_errors(self) -> Iterator[FootprintError]:
        """Parts that are not the whole."""
        if self.parts is None:
            return
        total = sum(self.parts.by_origin().values(), Decimal(0))
        if _differ(total, self.kg_co2e_per_unit):
            yield BomError(
                "supplier-parts-do-not-add-up",
                f"{_WHERE}/parts",
                parts=_shown(total),
                total=_shown(self.kg_co2e_per_unit),
            )

    def _uptake_errors(self) -> Iterator[FootprintError]:
        """Two totals whose difference is not the uptake; carbon that nobody took up."""
        if self.uptake is None:
            return
        taken = self.uptake.removed_kg_co2_per_unit
        expected = self.kg_co2e_per_unit - taken
        scale = max(abs(self.kg_co2e_per_unit), abs(taken))
        if _differ(self.uptake.including_kg_co2e_per_unit, expected, scale):
            yield BomError(
                "supplier-totals-contradict-uptake",
                f"{_WHERE}/uptake/including_kg_co2e_per_unit",
                including=_shown(self.uptake.including_kg_co2e_per_unit),
                expected=_shown(expected),
            )
        held = self.uptake.biogenic_carbon_kg_per_unit * CO2_PER_CARBON
        if held > taken and _differ(held, taken):
            yield BomError(
                "supplier-carbon-not-taken-up",
                f"{_WHERE}/uptake/biogenic_carbon_kg_per_unit",
                held=_shown(held),
                uptake=_shown(taken),
            )

    def flows(self) -> tuple[tuple[EmissionKey, Decimal], ...]:
        """kg of every emission key per unit: by origin where the supplier says so."""
        by_origin = (
            {(Origin.UNSPECIFIED, False): self.kg_co2e_per_unit}
            if self.parts is None
            else self.parts.by_origin()
        )
        flows = [
            (EmissionKey(CO2E, origin, is_aircraft=is_aircraft, gwp_set=self.gwp_set), amount)
            for (origin, is_aircraft), amount in by_origin.items()
        ]
        if self.uptake is not None and self.uptake.removed_kg_co2_per_unit:
            key = EmissionKey("CO2", Origin.BIOGENIC, Direction.REMOVAL)
            flows.append((key, self.uptake.removed_kg_co2_per_unit))
        return tuple(flows)

    @property
    def claim(self) -> VerificationClaim:
        """What is said of its verification; only what is referenced can be checked."""
        if not self.is_verified:
            return VerificationClaim.NOT_CLAIMED
        has_reference = self.verification is not None
        return (
            VerificationClaim.REFERENCED if has_reference else VerificationClaim.WITHOUT_REFERENCE
        )

    @property
    def counted_primary_share(self) -> Decimal:
        """Its primary share where its verification can be checked; without, it has none."""
        is_checkable = self.claim is VerificationClaim.REFERENCED
        return self.primary_share if is_checkable else Decimal(0)


def _differ(one: Decimal, other: Decimal, scale: Decimal | None = None) -> bool:
    """More than rounding lies between two figures."""
    return abs(one - other) > TOLERANCE * (scale or max(abs(one), abs(other)))


def _shown(value: Decimal) -> str:
    return f"{value.normalize():.6g}"
