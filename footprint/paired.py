"""Two bills on one release: whether they may be compared, and how they differ draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

from footprint.comparability import Audience, Compared, Comparison, compare
from footprint.drawing import draw_total
from footprint.interval import difference_interval, probability_lower
from footprint.prepared import PreparedBill
from footprint.result import Interval
from footprint.sampled_tables import SampledTables


@dataclass(frozen=True, kw_only=True)
class PairedStudies:
    """The second study against the first.

    Attributes:
        probability_lower: That the first is lower than the second, 0..1; None where uncertainty
            is not assessed.
        difference: Interval of the second less the first, on the same draws; None likewise.
    """

    comparison: Comparison
    probability_lower: float | None
    difference: Interval | None


def compare_bills(
    first: PreparedBill, second: PreparedBill, sampled: SampledTables | None, audience: Audience
) -> PairedStudies:
    """Two bills prepared against one release.

    Args:
        first, second: The bills.
        sampled: The sampled tables of the release; without, uncertainty is not assessed.
        audience: Who is shown the comparison.

    Raises:
        FootprintError: Each reason why they may not be compared.
    """
    comparison = compare(Compared.of_bill(first), Compared.of_bill(second), audience)
    one, other = (
        None if sampled is None else draw_total(each, sampled) for each in (first, second)
    )
    return PairedStudies(
        comparison=comparison,
        probability_lower=probability_lower(one, other) if one and other else None,
        difference=difference_interval(one, other) if one and other else None,
    )
