"""How uncertain the figures of a bill are, and their draws.

Rules (docs/methodology, "The interval of a footprint"):

* An activity figure is a lognormal around what the line says, as wide as the line's own squared
  deviation; else as its pedigree says (:mod:`footprint.uncertainty`); else as the scores that
  stand for the origin of the figure say (``footprint/data/activity_scores.csv``, our own defaults).
* A supplier's footprint is a lognormal as well, as wide as the class of its verification
  (``footprint/data/supplier_deviation.csv``, our own defaults).
* The draws come from the seed of the sampled tables and a name: the same line of the same model,
  or the same supplier's document, has the same draws in every bill. Figures of different models are
  independent.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from footprint.bom import ActivityOrigin, Line, VerificationClaim
from footprint.pedigree import INDICATORS
from footprint.sampled_tables import SampledTables
from footprint.system import BackgroundDemand, DirectFlow
from footprint.uncertainty import Lognormal, emission_uncertainty, input_uncertainty

_DATA = files("footprint") / "data"
_APART = 1 << 63  # in the last word of the counter, where the background counts its draws


def activity_uncertainty(line: Line, entry: BackgroundDemand | DirectFlow, unit: str) -> Lognormal:
    """The distribution of a line's activity figure.

    Args:
        line: The line.
        entry: What of it is looked at.
        unit: Of the product that is demanded; "" for a flow.
    """
    if line.squared_deviation is not None:
        return Lognormal.of_squared_deviation(float(line.squared_deviation))
    scores = line.pedigree or _activity_scores()[line.activity_origin]
    if isinstance(entry, DirectFlow) and entry.supplier is None:
        return emission_uncertainty(entry.key.substance, scores)
    return input_uncertainty(unit, scores)


def supplier_uncertainty(claim: VerificationClaim) -> Lognormal:
    """The distribution of a supplier's footprint by the class of its verification."""
    return Lognormal.of_squared_deviation(_supplier_deviations()[claim])


def normal_draws(sampled: SampledTables, names: Iterable[str]) -> Iterator[NDArray[np.float64]]:
    """Standard normals of every name, one for each draw of the background: shape (draws,).

    They are the same for the same seed and name, whatever else is drawn. The array is the caller's
    until the next one.
    """
    stream = np.random.Philox(key=sampled.seed)
    generator, state = np.random.Generator(stream), stream.state
    normals = np.empty(sampled.draws)
    for name in names:
        digest = hashlib.sha256(name.encode()).digest()
        words = [int.from_bytes(digest[begin : begin + 8], "big") for begin in (0, 8)]
        # As doubles, which round the words to 53 bits: so they were rounded in every release.
        counter = np.array([0, 0, words[0], words[1] | _APART], dtype=np.float64)
        state["state"]["counter"][:] = counter.astype(np.uint64)
        stream.state = state
        generator.standard_normal(out=normals)
        yield normals


@lru_cache(maxsize=1)
def _activity_scores() -> Mapping[ActivityOrigin, Mapping[str, int]]:
    with (_DATA / "activity_scores.csv").open(encoding="utf-8") as lines:
        return {
            ActivityOrigin(row["activity_origin"]): {name: int(row[name]) for name in INDICATORS}
            for row in csv.DictReader(lines)
        }


@lru_cache(maxsize=1)
def _supplier_deviations() -> Mapping[VerificationClaim, float]:
    with (_DATA / "supplier_deviation.csv").open(encoding="utf-8") as lines:
        return {
            VerificationClaim(row["verification"]): float(row["squared_deviation"])
            for row in csv.DictReader(lines)
        }
