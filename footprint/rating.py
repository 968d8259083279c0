"""Data quality rating: from pedigree scores to a rating of each line and of the product.

Rules (docs/methodology, "Data quality rating"):

* The five indicators are those of the pedigree, which PACT's methodology and ISO 14067:2018, 6.3.5
  name as well, each from 1 (best) to 5. A rating is their arithmetic mean, as the data quality
  rating of the European Commission's Environmental Footprint (Recommendation 2021/2279, annex I,
  4.6.5) is the mean of its criteria.
* A line is rated by the scores of its dataset and, where it states some, of its activity figure:
  the mean of both means. A line with neither has no rating, which is not a bad one.
* The product's rating is the mean of its rated lines, weighted by |impact|; beside it stands the
  share of |impact| that is rated.
* Worth improving first is what gives much and is bad: |impact| times the points above 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from footprint.contribution import Impacts
from footprint.intensities import IntensityTable
from footprint.inventory import ReviewStatus
from footprint.pedigree import BEST, INDICATORS
from footprint.result import LineResult
from footprint.system import BackgroundDemand, DirectFlow, ProductSystem


def rating(scores: Mapping[str, int]) -> float:
    """The mean of the five scores, 1 (best) to 5."""
    return math.fsum(scores[name] for name in INDICATORS) / len(INDICATORS)


def entry_ratings(system: ProductSystem, table: IntensityTable) -> tuple[float | None, ...]:
    """The rating of every entry, demands first; None where nothing is scored."""
    return tuple(_entry_rating(system, table, entry) for entry in system.entries)


def product_rating(ratings: Sequence[float | None], impact: Impacts) -> tuple[float | None, float]:
    """The impact-weighted mean of the ratings, and the share of |impact| that has one."""
    weights = np.abs(impact.entries)
    is_rated = np.array([each is not None for each in ratings], dtype=bool)
    rated, whole = math.fsum(weights[is_rated]), math.fsum(weights)
    if not rated:
        return None, 0.0
    points = math.fsum(w * r for w, r in zip(weights, ratings, strict=True) if r is not None)
    return points / rated, rated / whole


def status_shares(
    system: ProductSystem, table: IntensityTable, impact: Impacts
) -> Mapping[ReviewStatus, float]:
    """Of |impact| that flows through no draft: the share of reviewed and of official datasets that
    the bill names itself."""
    whole = math.fsum(np.abs(impact.entries))
    final = np.maximum(np.abs(impact.entries) - np.abs(impact.drafts), 0.0)
    statuses = [table.products[demand.row].review_status for demand in system.demands]
    return {
        status: _part(final, [each is status for each in statuses], whole)
        for status in (ReviewStatus.REVIEWED, ReviewStatus.OFFICIAL)
    }


def _part(values: NDArray[np.float64], is_of: Sequence[bool], whole: float) -> float:
    counted = math.fsum(v for v, counts in zip(values, is_of, strict=False) if counts)
    return counted / whole if whole else 0.0


def worth(kg_co2e: float, line_rating: float | None) -> float:
    """What there is to gain on a line: |kgCO2e| times its points above the best rating."""
    return 0.0 if line_rating is None else abs(kg_co2e) * (line_rating - BEST)


def worth_improving(lines: Sequence[LineResult]) -> tuple[LineResult, ...]:
    """The rated lines with something to gain, the most worthwhile first."""
    gains = [(worth(line.kg_co2e, line.data_quality_rating), line) for line in lines]
    ordered = sorted(gains, key=lambda each: -each[0])
    return tuple(line for gain, line in ordered if gain > 0)


def _entry_rating(
    system: ProductSystem, table: IntensityTable, entry: BackgroundDemand | DirectFlow
) -> float | None:
    of_dataset = table.products[entry.row].pedigree if isinstance(entry, BackgroundDemand) else None
    of_line = system.lines[entry.line_index].line.pedigree
    means = [rating(scores) for scores in (of_dataset, of_line) if scores is not None]
    return math.fsum(means) / len(means) if means else None
