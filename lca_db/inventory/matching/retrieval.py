"""Which words the index is asked for a line, and which of the datasets found are looked at closer.

Pure: the index answers in between (``InventoryRepository.hits``). A dataset counts for each word it
carries, a rare word more than a common one; a word that too many carry is not followed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lca_db.inventory.matching.atoms import is_chinese
from lca_db.inventory.matching.reading import ReadLine
from lca_db.inventory.trade_codes import codes_in
from lca_db.inventory.words import LONGEST_WORD

MOST_TERMS = 64
MOST_CANDIDATES = 100
STEM = 5
Term = tuple[str, bool]


@dataclass(frozen=True)
class Retrieved:
    """What the index gave.

    Attributes:
        dataset_ids: The most promising datasets, the best first.
        frequencies: In how many datasets each word occurs, at most one more than is followed.
    """

    dataset_ids: tuple[str, ...]
    frequencies: Mapping[str, int]


def terms_of(line: ReadLine) -> tuple[Term, ...]:
    """The words to ask for, and whether a word that begins so is enough.

    Pairs of characters and single ones that stand alone or last, numbers and short words whole,
    longer words by their beginning: endings differ, and slips of the pen are found by the rest.
    Codes of the trade as the index has them, digits alone.
    """
    terms: dict[Term, None] = {(code[:LONGEST_WORD], True): None for code in codes_in(line.text)}
    for text in (line.parts, *(expansion.name for expansion in line.expansions)):
        parts = text.parts
        for at, part in enumerate(parts):
            follower = parts[at + 1] if at + 1 < len(parts) else ""
            if not is_chinese(part):
                if len(part) > 1:
                    word = part[:LONGEST_WORD]
                    terms[(word[:STEM], True) if len(word) > STEM else (word, False)] = None
            elif follower and is_chinese(follower) and at + 1 not in text.breaks:
                terms[part + follower, False] = None
            else:
                terms[part, False] = None
    return tuple(terms)[:MOST_TERMS]


def retrieved(terms: Sequence[Term], hits: Sequence[Sequence[str]], most_hits: int) -> Retrieved:
    """The datasets to look at, from what the index answered to :func:`terms_of`."""
    weights: defaultdict[str, float] = defaultdict(float)
    frequencies: dict[str, int] = {}
    for (word, _), ids in zip(terms, hits, strict=True):
        frequencies[word] = len(ids)
        if len(ids) <= most_hits:
            for dataset_id in ids:
                weights[dataset_id] += 1.0 / (1.0 + math.log2(1.0 + len(ids)))
    best = sorted(weights, key=lambda dataset_id: (-weights[dataset_id], dataset_id))
    return Retrieved(tuple(best[:MOST_CANDIDATES]), frequencies)
