"""Finds the datasets a line of a bill may be: asks the index, then ranks what it gave."""

from __future__ import annotations

from collections.abc import Iterable

from lca_db.inventory.dataset_search import MOST_HITS
from lca_db.inventory.matching.ranking import rank
from lca_db.inventory.matching.reading import read_line
from lca_db.inventory.matching.retrieval import retrieved, terms_of
from lca_db.inventory.matching.suggesting import suggestions
from lca_db.inventory.matching.values import Question, Suggestion
from lca_db.inventory.repository import InventoryRepository


def match_line(
    inventory: InventoryRepository,
    release_id: str,
    question: Question,
    *,
    confirmed: Iterable[str] = (),
    limit: int = 5,
) -> tuple[Suggestion, ...]:
    """The most likely datasets of a release, the best first; none where no word is known.

    Args:
        inventory: Of the unit of work that reads.
        release_id: The release to look in.
        question: The line.
        confirmed: Datasets that the organisation confirmed for the same text.
        limit: The most suggestions.
    """
    before = tuple(confirmed)
    terms = terms_of(read_line(question.text))
    found = retrieved(terms, inventory.hits(release_id, terms), MOST_HITS)
    candidates = inventory.candidates(release_id, {*found.dataset_ids, *before})
    return suggestions(rank(question, candidates, found.frequencies, before), limit)
