"""How uncertain the amounts of a dataset are: from its pedigree to a lognormal distribution.

Rules (docs/methodology; ecoinvent data quality guideline 3, the pedigree approach):

* An amount is the median of a lognormal distribution. The variance of its logarithm is a basic
  one, by what flows, plus one for the score of each of the five data quality indicators.
* The figures stand in ``footprint/data/pedigree_variance.csv``, each with its source; they are the
  default of the field, no measurement of our own.
* A dataset without pedigree has no uncertainty that could be stated, which is not none.
* Nothing is drawn here (:mod:`footprint.drawn_amounts`, :mod:`footprint.foreground`), and no total
  is changed: the certified number is the deterministic one.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from footprint.pedigree import INDICATORS, check_pedigree

_TRANSPORT = frozenset({"tkm", "kgkm", "vkm", "pkm"})
_TABLE = files("footprint") / "data" / "pedigree_variance.csv"
_QUANTILE = 2.0  # two deviations of the logarithm each way: about 95 % of the draws


@dataclass(frozen=True)
class Lognormal:
    """The distribution of one amount around its median.

    Attributes:
        variance: Of the natural logarithm of the amount.
    """

    variance: float

    @classmethod
    def of_squared_deviation(cls, deviation: float) -> Lognormal:
        """The one whose squared geometric standard deviation is this, at least 1."""
        return cls((math.log(deviation) / _QUANTILE) ** 2)

    @property
    def squared_deviation(self) -> float:
        """The squared geometric standard deviation: 95 % of the draws lie within a factor of it."""
        return math.exp(_QUANTILE * math.sqrt(self.variance))

    def interval(self, amount: float) -> tuple[float, float]:
        """The bounds of about 95 % of the draws, the lower one first, whatever the sign."""
        lower, upper = amount / self.squared_deviation, amount * self.squared_deviation
        return (lower, upper) if amount >= 0 else (upper, lower)


def input_uncertainty(unit: str, pedigree: Mapping[str, int]) -> Lognormal:
    """The distribution of an input, counted in this unit, of a dataset with this pedigree.

    Raises:
        InventoryError: ``pedigree-malformed``.
    """
    return _lognormal("transport" if unit in _TRANSPORT else "input", pedigree)


def emission_uncertainty(substance: str, pedigree: Mapping[str, int]) -> Lognormal:
    """The distribution of an emission or removal of a substance in a dataset with this pedigree.

    Raises:
        InventoryError: ``pedigree-malformed``.
    """
    return _lognormal(substance if ("basic", substance) in _variances() else "other", pedigree)


def _lognormal(flow: str, pedigree: Mapping[str, int]) -> Lognormal:
    check_pedigree(pedigree)
    return _of_scores(flow, tuple(pedigree[indicator] for indicator in INDICATORS))


@lru_cache(maxsize=1024)
def _of_scores(flow: str, scores: tuple[int, ...]) -> Lognormal:
    variances = _variances()
    of_scores = (variances[i, str(score)] for i, score in zip(INDICATORS, scores, strict=True))
    return Lognormal(variances["basic", flow] + math.fsum(of_scores))


@lru_cache(maxsize=1)
def _variances() -> Mapping[tuple[str, str], float]:
    with _TABLE.open(encoding="utf-8") as table:
        return {(row["of"], row["case"]): float(row["variance"]) for row in csv.DictReader(table)}
