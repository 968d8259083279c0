"""What comes of the declarations of a bill: allocation, and what stands beside the footprint.

Plain values with their place in the hashed result; each is absent where the bill declares nothing.
``to_json`` takes the rule by which a figure becomes text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from footprint.allocation import AllocationMethod
from footprint.quantities import decimal_string

FigureText = Callable[[float], str]


@dataclass(frozen=True, kw_only=True)
class CoProductResult:
    """A co-product: its share of what is common, or what it displaces (kgCO2e, negative)."""

    name: str
    share: float
    displaced: str
    credit_kg_co2e: float


@dataclass(frozen=True, kw_only=True)
class AllocationAlternative:
    """The total under another method, everything else as it is."""

    method: AllocationMethod
    share: float
    total_kg_co2e: float


@dataclass(frozen=True, kw_only=True)
class AllocationResult:
    """How the burden of the process was shared, and what other methods would make of the total.

    Attributes:
        share: Of the product of the study in what the products have in common (0..1).
        shared_kg_co2e: What they have in common, before it is shared.
        alternatives: Every method for which enough was declared, the chosen one among them.
    """

    method: AllocationMethod
    reason: str
    share: float
    shared_kg_co2e: float
    co_products: tuple[CoProductResult, ...]
    alternatives: tuple[AllocationAlternative, ...]

    def to_json(self, text: FigureText) -> dict[str, object]:
        """The content that is hashed and stored."""
        return {
            "method": self.method.value,
            "reason": self.reason,
            "share": text(self.share),
            "shared_kg_co2e": text(self.shared_kg_co2e),
            "co_products": [
                {
                    "name": c.name,
                    "share": text(c.share),
                    "displaced": c.displaced,
                    "credit_kg_co2e": text(c.credit_kg_co2e),
                }
                for c in self.co_products
            ],
            "alternatives": [
                {
                    "method": a.method.value,
                    "share": text(a.share),
                    "total_kg_co2e": text(a.total_kg_co2e),
                }
                for a in self.alternatives
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Side:
    """One kind of mass on one side of a balance."""

    kind: str
    mass_kg: float


@dataclass(frozen=True, kw_only=True)
class NotWeighed:
    """A line, or a co-product or loop (without ref), that has a mass nobody stated, and why.

    Attributes:
        why: ``unit`` (no unit of mass), ``fuel`` (burnt with oxygen of the air), ``left-out`` (by
            the maker), ``co-product`` (without mass), ``captured`` (CO2 that no line weighed
            before capture), ``internal-loop`` (what a loop uses up again).
    """

    assembly: str
    ref: str
    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class MassBalanceResult:
    """What goes in and what comes out, kg per unit of the study.

    Attributes:
        difference_kg: What goes in less what comes out.
        difference_share: Its absolute value over the larger side (0..1).
    """

    inputs: tuple[Side, ...]
    outputs: tuple[Side, ...]
    input_kg: float
    output_kg: float
    difference_kg: float
    difference_share: float
    tolerance: Decimal
    is_tolerance_confirmed: bool
    is_over_tolerance: bool
    not_weighed: tuple[NotWeighed, ...]

    def to_json(self, text: FigureText) -> dict[str, object]:
        """The content that is hashed and stored."""
        return {
            "inputs": [{"kind": s.kind, "mass_kg": text(s.mass_kg)} for s in self.inputs],
            "outputs": [{"kind": s.kind, "mass_kg": text(s.mass_kg)} for s in self.outputs],
            "input_kg": text(self.input_kg),
            "output_kg": text(self.output_kg),
            "difference_kg": text(self.difference_kg),
            "difference_share": text(self.difference_share),
            "tolerance": decimal_string(self.tolerance),
            "is_tolerance_confirmed": self.is_tolerance_confirmed,
            "is_over_tolerance": self.is_over_tolerance,
            "not_weighed": [
                {"assembly": n.assembly, "ref": n.ref, "name": n.name, "why": n.why}
                for n in self.not_weighed
            ],
        }


@dataclass(frozen=True, kw_only=True)
class CutResult:
    """A flow that was left out; None, and absent in JSON, where nobody says.

    Attributes:
        basis: The ground it was cut on, "" for a cut in words alone.
        emission_share: Of the estimate in what was counted and estimated together.
    """

    flow: str
    basis: str
    reason: str
    stated_share: float | None
    kg_co2e: float | None
    emission_share: float | None
    is_over_limit: bool

    def to_json(self, text: FigureText) -> dict[str, object]:
        """The content that is hashed and stored."""
        figures = {
            "stated_share": self.stated_share,
            "kg_co2e": self.kg_co2e,
            "emission_share": self.emission_share,
        }
        return {
            "flow": self.flow,
            "basis": self.basis,
            "reason": self.reason,
            "is_over_limit": self.is_over_limit,
            **{name: text(value) for name, value in figures.items() if value is not None},
        }


@dataclass(frozen=True, kw_only=True)
class CutsTogether:
    """All cuts on one ground."""

    basis: str
    share: float
    is_over_limit: bool


@dataclass(frozen=True, kw_only=True)
class CompletenessResult:
    """How much of the impact was counted.

    Attributes:
        share: Counted over counted and estimated (0..1).
        is_at_most: Some cuts were not estimated, so that the true share is lower.
        counted_kg_co2e: The sum of absolute contributions.
    """

    share: float
    is_at_most: bool
    counted_kg_co2e: float
    estimated_kg_co2e: float
    single_limit: Decimal
    together_limit: Decimal
    are_limits_confirmed: bool
    cuts: tuple[CutResult, ...]
    together: tuple[CutsTogether, ...]

    def to_json(self, text: FigureText) -> dict[str, object]:
        """The content that is hashed and stored."""
        return {
            "share": text(self.share),
            "is_at_most": self.is_at_most,
            "counted_kg_co2e": text(self.counted_kg_co2e),
            "estimated_kg_co2e": text(self.estimated_kg_co2e),
            "single_limit": decimal_string(self.single_limit),
            "together_limit": decimal_string(self.together_limit),
            "are_limits_confirmed": self.are_limits_confirmed,
            "cuts": [cut.to_json(text) for cut in self.cuts],
            "together": [
                {"basis": t.basis, "share": text(t.share), "is_over_limit": t.is_over_limit}
                for t in self.together
            ],
        }


@dataclass(frozen=True, kw_only=True)
class InstrumentResult:
    """An instrument that was used; share of the consumption of its site (0..1)."""

    kind: str
    dataset: str
    transmission: str
    mwh: float
    share: float
    serials: tuple[str, ...]
    vintage_year: str

    def to_json(self, text: FigureText) -> dict[str, object]:
        """The content that is hashed and stored."""
        return {
            "kind": self.kind,
            "dataset": self.dataset,
            "transmission": self.transmission,
            "mwh": text(self.mwh),
            "share": text(self.share),
            "serials": list(self.serials),
            "vintage_year": self.vintage_year,
        }


@dataclass(frozen=True, kw_only=True)
class SiteResult:
    """The electricity of one site; the rest stands on the datasets of the lines themselves."""

    site: str
    consumption_mwh: float
    covered_mwh: float
    rest_mwh: float
    rest_mix: str
    rest_datasets: tuple[str, ...]
    instruments: tuple[InstrumentResult, ...]

    def to_json(self, text: FigureText) -> dict[str, object]:
        """The content that is hashed and stored."""
        return {
            "site": self.site,
            "consumption_mwh": text(self.consumption_mwh),
            "covered_mwh": text(self.covered_mwh),
            "rest_mwh": text(self.rest_mwh),
            "rest_mix": self.rest_mix,
            "rest_datasets": list(self.rest_datasets),
            "instruments": [instrument.to_json(text) for instrument in self.instruments],
        }


@dataclass(frozen=True, kw_only=True)
class SupplyResult:
    """kWh that lines of the bill take of one supply, per unit of the product.

    A supply is a kind of instrument, the mix that stands for the rest of a site, or
    ``undeclared``: electricity of a line that no site declares.
    """

    supply: str
    kwh: float

    def to_json(self, text: FigureText) -> dict[str, object]:
        """The content that is hashed and stored."""
        return {"supply": self.supply, "kwh": text(self.kwh)}


@dataclass(frozen=True, kw_only=True)
class ElectricityResult:
    """The instruments of a study, what its lines take of them, and its footprint without any."""

    total_without_kg_co2e: float
    sites: tuple[SiteResult, ...]
    supplies: tuple[SupplyResult, ...]

    def to_json(self, text: FigureText) -> dict[str, object]:
        """The content that is hashed and stored."""
        return {
            "total_without_kg_co2e": text(self.total_without_kg_co2e),
            "sites": [site.to_json(text) for site in self.sites],
            "supplies": [supply.to_json(text) for supply in self.supplies],
        }


@dataclass(frozen=True, kw_only=True)
class DeclaredResults:
    """What comes of all the declarations; None of what was not declared."""

    allocation: AllocationResult | None = None
    mass_balance: MassBalanceResult | None = None
    completeness: CompletenessResult | None = None
    electricity: ElectricityResult | None = None

    def to_json(self, text: FigureText) -> dict[str, object]:
        """Members of the hashed result; what was not declared is not among them."""
        parts = {
            "allocation": self.allocation,
            "mass_balance": self.mass_balance,
            "completeness": self.completeness,
            "electricity": self.electricity,
        }
        return {name: part.to_json(text) for name, part in parts.items() if part is not None}
