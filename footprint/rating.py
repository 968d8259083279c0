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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from footprint.contribution import Impacts
from footprint.intensities import IntensityTable
from footprint.inventory import ReviewStatus
from footprint.pedigree import BEST, mean_score
from footprint.result import LineResult
from footprint.system import ProductSystem


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
    ratings = tuple(_entry_ratings(system, table))
    weights = np.abs(impact.entries)
    whole = math.fsum(weights.tolist())
    rated = [(w, r) for w, r in zip(weights.tolist(), ratings, strict=True) if r is not None]
    weight = math.fsum([w for w, _ in rated])
    final = np.maximum(weights - np.abs(impact.drafts), 0.0)[: len(system.demands)]
    statuses = table.statuses[system.rows]

    def share_at(status: ReviewStatus) -> float:
        counted = final[statuses == list(ReviewStatus).index(status)]
        return math.fsum(counted.tolist()) / whole if whole else 0.0

    return DataQuality(
        ratings=ratings,
        rating=math.fsum([w * r for w, r in rated]) / weight if weight else None,
        rated_share=weight / whole if whole else 0.0,
        reviewed_share=share_at(ReviewStatus.REVIEWED),
        official_share=share_at(ReviewStatus.OFFICIAL),
    )


def worth(kg_co2e: float, line_rating: float | None) -> float:
    """What there is to gain on a line: |kgCO2e| times its points above the best rating."""
    return 0.0 if line_rating is None else abs(kg_co2e) * (line_rating - BEST)


def worth_improving(lines: Sequence[LineResult]) -> tuple[LineResult, ...]:
    """The rated lines with something to gain, the most worthwhile first."""
    gains = [(worth(line.kg_co2e, line.data_quality_rating), line) for line in lines]
    ordered = sorted(gains, key=lambda each: -each[0])
    return tuple(line for gain, line in ordered if gain > 0)


def _entry_ratings(system: ProductSystem, table: IntensityTable) -> Iterator[float | None]:
    """That of the dataset, of the line, or the mean of both: of every demand, then every flow."""
    lines = system.lines
    for demand in system.demands:
        of_dataset, scores = table.ratings[demand.row], lines[demand.line_index].line.pedigree
        if scores is None:
            yield of_dataset
        elif of_dataset is None:
            yield mean_score(scores)
        else:
            yield (of_dataset + mean_score(scores)) / 2
    for flow in system.flows:
        stated = lines[flow.line_index].line.pedigree
        yield None if stated is None else mean_score(stated)
