"""What a recomputed portfolio says: every study of a chunk, and the summary of all chunks.

Numbers are decimal strings of twelve significant digits, so that the same studies and releases
give the same bytes on every machine, however they were shared out. Rules of the summary:

* The relative change of a study is its change over the absolute total before; a study whose total
  was zero has none, and stands in no quantile.
* A dataset answers for the mean of what its change alone does to the studies that hold it,
  relative to their totals before; the list is by the sum of that, whatever its sign.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from footprint.portfolio import Portfolio
from footprint.portfolio_moves import Moves
from footprint.quantities import significant_string

DIGITS = 12
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
MOST_DATASETS, MOST_STUDIES, MOST_FAILURES = 20, 50, 500
Body = dict[str, Any]


def chunk_body(
    portfolio: Portfolio, found: Iterable[Moves], refused: Mapping[str, Mapping[str, object]]
) -> Body:
    """How every study of a chunk moved.

    Args:
        portfolio: The studies of the chunk that have columns.
        found: Their moves.
        refused: By study, code and parameters of why it has no columns.
    """
    studies: list[Body] = []
    failures: list[Body] = [{"study": study, **why} for study, why in refused.items()]
    shares = np.zeros(len(portfolio.products))
    counts = np.zeros(len(portfolio.products), dtype=np.int64)
    for stretch in found:
        for position in range(len(stretch.totals)):
            study = portfolio.studies[stretch.first + position]
            fault = stretch.failures.get(stretch.first + position)
            if fault is None:
                studies.append(_study(portfolio, stretch, position, study))
            else:
                why = {"code": fault.code, "parameters": dict(fault.parameters)}
                failures.append({"study": study, **why})
        shares += stretch.share_of
        counts += stretch.count_of
    return {
        "studies": studies,
        "failures": sorted(failures, key=lambda failure: str(failure["study"])),
        "datasets": [
            {
                "dataset": portfolio.products[row].dataset,
                "studies": int(counts[row]),
                "share_sum": _text(shares[row]),
            }
            for row in np.flatnonzero(counts)
        ],
    }


def _study(portfolio: Portfolio, stretch: Moves, position: int, study: str) -> Body:
    before, after = stretch.totals[position]
    drivers = zip(stretch.drivers[position], stretch.driver_kg_co2e[position], strict=True)
    return {
        "study": study,
        "before_kg_co2e": _text(before),
        "after_kg_co2e": _text(after),
        "change_kg_co2e": _text(after - before),
        "has_moved": bool(stretch.has_moved[position]),
        "drivers": [
            {"dataset": portfolio.products[row].dataset, "kg_co2e": _text(kg)}
            for row, kg in drivers
            if row >= 0
        ],
    }


@dataclass
class PortfolioSummary:
    """The chunks of a run, added in order; holds one number per study and the longest lists."""

    studies: int = 0
    moved: int = 0
    changes: array[float] = field(default_factory=lambda: array("d"))
    largest: list[tuple[float, str, Body]] = field(default_factory=list)
    failure_codes: Counter[str] = field(default_factory=Counter)
    failures: list[Body] = field(default_factory=list)
    dataset_studies: Counter[str] = field(default_factory=Counter)
    dataset_shares: dict[str, float] = field(default_factory=dict)

    def add(self, chunk: Body) -> None:
        """One more chunk, as :func:`chunk_body` made it."""
        for study in chunk["studies"]:
            self._add_study(study)
        self.largest = sorted(self.largest)[:MOST_STUDIES]
        for failure in chunk["failures"]:
            self.failure_codes[failure["code"]] += 1
        self.failures = (self.failures + chunk["failures"])[:MOST_FAILURES]
        for one in chunk["datasets"]:
            name = one["dataset"]
            self.dataset_studies[name] += one["studies"]
            self.dataset_shares[name] = self.dataset_shares.get(name, 0.0) + float(one["share_sum"])

    def _add_study(self, study: Body) -> None:
        self.studies += 1
        before, change = float(study["before_kg_co2e"]), float(study["change_kg_co2e"])
        relative = change / abs(before) if before and study["has_moved"] else 0.0
        if before:
            self.changes.append(relative)
        if study["has_moved"]:
            self.moved += 1
            told = {**study, "relative_change": _text(relative) if before else None}
            self.largest.append((-abs(relative), study["study"], told))

    def body(self) -> Body:
        """The summary."""
        names = sorted(self.dataset_studies, key=lambda n: (-abs(self.dataset_shares[n]), n))
        return {
            "studies": self.studies + self.failure_codes.total(),
            "recomputed": self.studies,
            "moved": self.moved,
            "failed": self.failure_codes.total(),
            "relative_change_quantiles": self._quantiles(),
            "datasets": [
                {
                    "dataset": name,
                    "studies": self.dataset_studies[name],
                    "mean_relative_change": _text(
                        self.dataset_shares[name] / self.dataset_studies[name]
                    ),
                }
                for name in names[:MOST_DATASETS]
            ],
            "largest": [told for _, _, told in self.largest],
            "failure_codes": dict(sorted(self.failure_codes.items())),
            "failures": self.failures,
        }

    def _quantiles(self) -> dict[str, str]:
        if not self.changes:
            return {}
        found = np.quantile(np.frombuffer(self.changes), QUANTILES, method="inverted_cdf")
        return {f"{q:g}": _text(value) for q, value in zip(QUANTILES, found, strict=True)}


def _text(value: float) -> str:
    return significant_string(float(value), DIGITS)
