"""The pedigree of a figure: five data quality indicators, each scored from 1 (best) to 5.

The indicators and their scores are those of the ecoinvent data quality guideline 3 (2013).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from footprint.errors import InventoryError

INDICATORS = ("reliability", "completeness", "time", "geography", "technology")
BEST, WORST = 1, 5


def check_pedigree(pedigree: Mapping[str, int], place: str = "/pedigree") -> None:
    """Nothing when every indicator has a score.

    Raises:
        InventoryError: ``pedigree-malformed``.
    """
    is_whole = set(pedigree) == set(INDICATORS)
    if not is_whole or any(score not in range(BEST, WORST + 1) for score in pedigree.values()):
        raise InventoryError("pedigree-malformed", place, indicators=", ".join(INDICATORS))


def mean_score(pedigree: Mapping[str, int]) -> float:
    """The arithmetic mean of the five scores, 1 (best) to 5."""
    return math.fsum(pedigree[indicator] for indicator in INDICATORS) / len(INDICATORS)


def pedigree_of(content: Mapping[str, object]) -> Mapping[str, int] | None:
    """The scores that a dataset's content states; None where it states none.

    Raises:
        InventoryError: ``pedigree-malformed``.
    """
    stated = content.get("pedigree")
    if stated is None:
        return None
    scores = stated if isinstance(stated, Mapping) else {}
    check_pedigree(scores)
    return scores
