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
from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True)
class DataQuality:
    """How good the data of a footprint are rated.

    Attributes:
        ratings: Of every entry of the system, 1 (best) to 5; None where nothing is scored.
        rating: Their mean, weighted by |impact|; None where no entry is rated.
        rated_share: Share of |impact| that is rated (0..1).
        reviewed_share, official_share: Of |impact| that flows through no draft, by the status of
            the dataset the bill names (0..1).
    """

    ratings: tuple[float | None, ...]
    rating: float | None
    rated_share: float
    reviewed_share: float
    official_share: float


def data_quality(system: ProductSystem, table: IntensityTable, impact: Impacts) -> DataQuality:
    """The ratings of a footprint and the standing of its data."""
    ratings = tuple(_entry_rating(system, table, entry) for entry in system.entries)
    weights = np.abs(impact.entries)
    whole = math.fsum(weights)
    rated = [(w, r) for w, r in zip(weights, ratings, strict=True) if r is not None]
    weight = math.fsum(w for w, _ in rated)
    final = np.maximum(weights - np.abs(impact.drafts), 0.0)
    statuses = [table.products[demand.row].review_status for demand in system.demands]
    return DataQuality(
        ratings=ratings,
        rating=math.fsum(w * r for w, r in rated) / weight if weight else None,
        rated_share=weight / whole if whole else 0.0,
        reviewed_share=_part(final, [s is ReviewStatus.REVIEWED for s in statuses], whole),
        official_share=_part(final, [s is ReviewStatus.OFFICIAL for s in statuses], whole),
    )


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
