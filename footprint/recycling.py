"""Recycled content and recycling at the end of life: who carries the burden, who has the credit.

Three approaches, one for each material of a bill (ISO 14067:2018, 6.4.6; docs/methodology.md):

* *cut-off*: recycled material carries its recycling and nothing of its life before; what is
  recycled at the end leaves free of burden and earns nothing. Recycled content alone.
* *circular footprint formula*, its material part (Commission Recommendation (EU) 2021/2279,
  Annex I, 4.4.8.1): (1 - R1) Ev + R1 (A Erecycled + (1 - A) Ev Qsin/Qp)
  + (1 - A) R2 (ErecyclingEoL - E*v Qsout/Qp). Both sides of a recycling share by A.
* *closed loop*: recycling at the end displaces the line's own virgin material one for one.
  Recycling at the end alone: its content counts as virgin, for the credit of a loop is given once.

The five terms stay apart up to the result, where the last one is shown as a credit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from footprint.errors import BomError, FootprintError, raise_all
from footprint.quantities import in_range

_EXACT = Context(prec=34)
LEAST_A, MOST_A = Decimal("0.2"), Decimal("0.8")  # the range the formula's text allows


class RecyclingApproach(StrEnum):
    """How the two lives of a recycled material share its burden."""

    CUT_OFF = "cut-off"
    CIRCULAR_FOOTPRINT = "circular-footprint"
    CLOSED_LOOP = "closed-loop"


@dataclass(frozen=True, kw_only=True)
class RecyclingTerms:
    """What each term of an approach is multiplied with: the first three the material that is
    bought, the last two the material in the product."""

    virgin: Decimal
    recycled: Decimal
    borrowed: Decimal
    recycling: Decimal
    credit: Decimal


def circular_footprint_terms(
    a: Decimal, r1: Decimal, r2: Decimal, quality_in: Decimal, quality_out: Decimal
) -> RecyclingTerms:
    """The material part of the circular footprint formula, term by term.

    Args:
        a: Allocation factor: 1 gives everything to the life that uses recycled material.
        r1: Recycled content. r2: Recycled at the end of life, as it leaves the recycling.
        quality_in: Qsin/Qp. quality_out: Qsout/Qp.
    """
    other = 1 - a
    return RecyclingTerms(
        virgin=1 - r1,
        recycled=_EXACT.multiply(r1, a),
        borrowed=_EXACT.multiply(_EXACT.multiply(r1, other), quality_in),
        recycling=_EXACT.multiply(other, r2),
        credit=-_EXACT.multiply(_EXACT.multiply(other, r2), quality_out),
    )


@dataclass(frozen=True, kw_only=True)
class Recycling:
    """How one material of the bill is recycled; its own dataset is the virgin material.

    Attributes:
        recycled_content: R1, share of the material that is recycled (0..1).
        recycled_dataset: Erecycled, the recycling that made it.
        recycling_rate: R2, share of the material in the product that is recycled at its end.
        recycling_dataset: ErecyclingEoL, that recycling with its collection and sorting.
        displaced_dataset: E*v, the virgin material displaced; the material's own where not said,
            and in a closed loop.
        allocation_factor: A, 0.2 to 0.8.
        quality_in, quality_out: Qsin/Qp and Qsout/Qp, above 0 and at most 1.
    """

    approach: RecyclingApproach = RecyclingApproach.CUT_OFF
    recycled_content: Decimal = Decimal(0)
    recycled_dataset: str | None = None
    recycling_rate: Decimal = Decimal(0)
    recycling_dataset: str | None = None
    displaced_dataset: str | None = None
    allocation_factor: Decimal | None = None
    quality_in: Decimal | None = None
    quality_out: Decimal | None = None

    def __post_init__(self) -> None:
        for member in ("recycled_content", "recycling_rate"):
            share = in_range(getattr(self, member), f"/recycling/{member}")
            if not 0 <= share <= 1:
                raise BomError("share-out-of-range", f"/recycling/{member}", share=str(share))
        if self.approach is RecyclingApproach.CIRCULAR_FOOTPRINT:
            raise_all([*self._range_errors()])
        elif self.recycled_content and self.recycling_rate:
            where, approach = "/recycling/recycling_rate", self.approach.value
            raise BomError("recycling-credited-twice", where, approach=approach)
        raise_all([*self._member_errors()])

    @property
    def terms(self) -> RecyclingTerms:
        """What the five datasets are multiplied with."""
        nothing = Decimal(0)
        match self.approach:
            case RecyclingApproach.CUT_OFF:
                r1 = self.recycled_content
                return RecyclingTerms(
                    virgin=1 - r1, recycled=r1, borrowed=nothing, recycling=nothing, credit=nothing
                )
            case RecyclingApproach.CLOSED_LOOP:
                r2 = self.recycling_rate
                return RecyclingTerms(
                    virgin=Decimal(1), recycled=nothing, borrowed=nothing, recycling=r2, credit=-r2
                )
            case RecyclingApproach.CIRCULAR_FOOTPRINT:
                return circular_footprint_terms(
                    self.allocation_factor or nothing,
                    self.recycled_content,
                    self.recycling_rate,
                    self.quality_in or nothing,
                    self.quality_out or nothing,
                )

    def _wanted(self) -> dict[str, bool]:
        """Which members the approach takes; a member it takes may not be missing."""
        is_formula = self.approach is RecyclingApproach.CIRCULAR_FOOTPRINT
        has_input = bool(self.recycled_content)
        has_output = bool(self.recycling_rate)
        return {
            "recycled_dataset": has_input,
            "recycling_dataset": has_output,
            "allocation_factor": is_formula,
            "quality_in": is_formula and has_input,
            "quality_out": is_formula and has_output,
        }

    def _member_errors(self) -> Iterator[FootprintError]:
        """What the approach does not take, and what it lacks."""
        approach = self.approach.value
        takes = {
            RecyclingApproach.CUT_OFF: {"recycled_content"},
            RecyclingApproach.CLOSED_LOOP: {"recycling_rate"},
            RecyclingApproach.CIRCULAR_FOOTPRINT: {"recycled_content", "recycling_rate"},
        }[self.approach]
        for member in ("recycled_content", "recycling_rate"):
            if getattr(self, member) and member not in takes:
                where = f"/recycling/{member}"
                yield BomError(
                    "recycling-member-not-taken", where, member=member, approach=approach
                )
        for member, is_wanted in self._wanted().items():
            where, is_there = f"/recycling/{member}", getattr(self, member) is not None
            if is_wanted and not is_there:
                yield BomError("recycling-member-missing", where, member=member, approach=approach)
            elif is_there and not is_wanted:
                yield BomError(
                    "recycling-member-not-taken", where, member=member, approach=approach
                )
        is_formula = self.approach is RecyclingApproach.CIRCULAR_FOOTPRINT
        if self.displaced_dataset is not None and not (is_formula and self.recycling_rate):
            where, member = "/recycling/displaced_dataset", "displaced_dataset"
            yield BomError("recycling-member-not-taken", where, member=member, approach=approach)

    def _range_errors(self) -> Iterator[FootprintError]:
        a = self.allocation_factor
        if a is not None and not LEAST_A <= a <= MOST_A:
            where = "/recycling/allocation_factor"
            yield BomError(
                "allocation-factor-out-of-range", where, least=str(LEAST_A), most=str(MOST_A)
            )
        for member in ("quality_in", "quality_out"):
            ratio = getattr(self, member)
            if ratio is not None and not 0 < ratio <= 1:
                yield BomError("quality-ratio-out-of-range", f"/recycling/{member}")
