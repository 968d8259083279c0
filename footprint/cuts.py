"""What a study leaves out on purpose: each flow with its ground, its reason and its estimate.

Rules (ISO 14067:2018, 6.3.4.3; ISO 14044:2006, 4.2.3.3.3; docs/methodology.md):

* A cut names the flow, on what ground it is small (mass, energy, estimated emission) and why.
* Its emission is estimated in kgCO2e, or by a dataset and an amount, or it is not estimated: three
  different things. An estimate is never added to the footprint.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from footprint.errors import BomError
from footprint.quantities import Quantity, in_range
from footprint.texts import MAX_NOTE, check_text

MOST_CUTS = 200


class CutBasis(StrEnum):
    """On what ground a flow is small."""

    MASS = "mass"
    ENERGY = "energy"
    EMISSION = "emission"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A flow that is left out, per unit of the study.

    Attributes:
        share: Its share of the whole on that ground, 0..1; None where nobody says.
        kg_co2e: What it would emit, as estimated by the maker.
        dataset, quantity: Or what the estimate is made from.
    """

    flow: str
    basis: CutBasis
    reason: str
    share: Decimal | None = None
    kg_co2e: Decimal | None = None
    dataset: str = ""
    quantity: Quantity | None = None
    place: str = ""

    def __post_init__(self) -> None:
        check_text(self.flow, f"{self.place}/flow")
        if not self.reason.strip():
            raise BomError("cut-without-reason", f"{self.place}/reason", flow=self.flow[:80])
        check_text(self.reason, f"{self.place}/reason", most=MAX_NOTE, is_note=True)
        if self.share is not None and not 0 <= in_range(self.share, f"{self.place}/share") <= 1:
            raise BomError("share-out-of-range", f"{self.place}/share", share=str(self.share))
        if self.kg_co2e is not None and in_range(self.kg_co2e, f"{self.place}/kg_co2e") < 0:
            raise BomError("cut-estimate-negative", f"{self.place}/kg_co2e", flow=self.flow[:80])
        if self.quantity is not None and self.quantity.amount < 0:
            where = f"{self.place}/estimate/amount"
            raise BomError("cut-estimate-negative", where, flow=self.flow[:80])
        if self.kg_co2e is not None and self.quantity is not None:
            raise BomError("cut-estimated-twice", f"{self.place}/kg_co2e", flow=self.flow[:80])

    @property
    def is_estimated(self) -> bool:
        """Whether anybody says what it would emit."""
        return self.kg_co2e is not None or self.quantity is not None
