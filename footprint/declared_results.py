"""What comes of the declarations of a bill: allocation, and what stands beside the footprint.

Plain values with their place in the hashed result; each is absent where the bill declares nothing.
``to_json`` takes the rule by which a figure becomes text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from footprint.allocation import AllocationMethod

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
class DeclaredResults:
    """What comes of all the declarations; None of what was not declared."""

    allocation: AllocationResult | None = None

    def to_json(self, text: FigureText) -> dict[str, object]:
        """Members of the hashed result; what was not declared is not among them."""
        parts = {"allocation": self.allocation}
        return {name: part.to_json(text) for name, part in parts.items() if part is not None}
