"""The suggestions for one line: the best few of a ranking, with their confidence."""

from __future__ import annotations

from collections.abc import Sequence

from lca_db.inventory.matching.confidence import NEAR, confidence
from lca_db.inventory.matching.ranking import Scored
from lca_db.inventory.matching.values import CAUTIONS, Because, Reason, Suggestion

MOST_SUGGESTED = 20


def suggestions(ranked: Sequence[Scored], limit: int) -> tuple[Suggestion, ...]:
    """The first ``limit`` datasets of a ranking; what to heed and what weighs most comes first."""
    found: list[Suggestion] = []
    for position, scored in enumerate(ranked[: max(1, min(limit, MOST_SUGGESTED))]):
        others = ranked[1:2] if position == 0 else ranked[:1]
        chance = confidence(scored.score, others[0].score if others else None)
        told = {because.reason for because in scored.reasons}
        if told & CAUTIONS and Reason.CONFIRMED not in told:
            chance = min(chance, NEAR)
        found.append(
            Suggestion(
                candidate=scored.candidate,
                score=scored.score,
                confidence=min(chance, 1.0 - found[0].confidence if found else 1.0),
                reasons=tuple(sorted(scored.reasons, key=_telling)),
            )
        )
    return tuple(found)


def _telling(because: Because) -> tuple[bool, float, str, str]:
    """What changes what a person does comes first, then what weighs most."""
    is_told_first = because.reason in CAUTIONS | {Reason.BY_DENSITY, Reason.GAS_VOLUME}
    return not is_told_first, -abs(because.weight), because.reason, because.value
