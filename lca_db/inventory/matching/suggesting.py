"""The suggestions for one line: the best few of a ranking, with their confidence."""

from __future__ import annotations

from collections.abc import Sequence

from lca_db.inventory.matching.confidence import confidence
from lca_db.inventory.matching.ranking import Scored
from lca_db.inventory.matching.values import Suggestion

MOST_SUGGESTED = 20


def suggestions(ranked: Sequence[Scored], limit: int) -> tuple[Suggestion, ...]:
    """The first ``limit`` datasets of a ranking; reasons that weigh most come first."""
    found: list[Suggestion] = []
    for position, scored in enumerate(ranked[: max(1, min(limit, MOST_SUGGESTED))]):
        others = ranked[1:2] if position == 0 else ranked[:1]
        chance = confidence(scored.score, others[0].score if others else None)
        found.append(
            Suggestion(
                candidate=scored.candidate,
                score=scored.score,
                confidence=min(chance, 1.0 - found[0].confidence if found else 1.0),
                reasons=tuple(
                    sorted(scored.reasons, key=lambda r: (-abs(r.weight), r.reason, r.value))
                ),
            )
        )
    return tuple(found)
