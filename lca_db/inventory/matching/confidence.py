"""How likely the first suggestion is right: a logistic curve on its score and its lead.

Fitted on the tuning half of the labelled texts, each twice: as it is, and with its right datasets
taken away, so that whatever is suggested is wrong. A confidence therefore presumes that one line in
two has no dataset at all, and a low one says that nothing fits. Of the suggestions further down it
only tells the order (docs/inventory-matching.md).
"""

from __future__ import annotations

import math

FITS_FROM = 0.5
NEAR = 0.7
"""The most that a stand-in or a part of a blend gets: near, and never the thing itself."""
_CONSTANT, _SCORE, _LEAD = -7.3067, 1.9046, 0.8962
_LONGEST_LEAD = 3.0


def confidence(score: float, best_other: float | None) -> float:
    """The chance that a dataset of this score is right, 0 to 1.

    Args:
        score: Its own.
        best_other: The best score of any other dataset; None where there is none.
    """
    lead = _LONGEST_LEAD if best_other is None else min(score - best_other, _LONGEST_LEAD)
    exponent = _CONSTANT + _SCORE * score + _LEAD * lead
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(exponent, 50.0))))
