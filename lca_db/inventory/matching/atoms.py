"""A text as the smallest parts that names are compared by: characters, letter runs, digit runs.

``SUS304不锈钢板`` is ``sus``, ``304`` and five characters; ``SUS 304`` and ``sus-304`` are the same
parts. A name stands in a text when its parts stand there in a row, so that ``PE`` is not found in
``PET`` nor ``304`` in ``3040``, whatever is written between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lca_db.inventory.words import folded

_CHINESE = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_ATOM = re.compile(rf"[{_CHINESE}]|[0-9]+|[^\W\d_{_CHINESE}]+")
_IS_CHINESE = re.compile(f"[{_CHINESE}]")
_BETWEEN = "\x1f"
LONGEST_TEXT = 500


@dataclass(frozen=True)
class Atoms:
    """The parts of one text.

    Attributes:
        parts: In order.
        breaks: Positions before which something stood between: a blank, a mark.
    """

    parts: tuple[str, ...]
    breaks: frozenset[int]

    @cached_property
    def key(self) -> str:
        """All parts with a separator around each: what ``in`` is asked of."""
        return _BETWEEN + "".join(part + _BETWEEN for part in self.parts)

    @cached_property
    def grams(self) -> frozenset[str]:
        """Pairs of neighbouring characters, words of letters and numbers of two or more."""
        found = {part for part in self.parts if len(part) > 1}
        for first, second in zip(self.parts, self.parts[1:], strict=False):
            if _IS_CHINESE.match(first) and _IS_CHINESE.match(second):
                found.add(first + second)
        return frozenset(found)

    @cached_property
    def size(self) -> float:
        """How much is said: one for a character, up to three for a word."""
        return size_of(self.parts)

    def find(self, other: Atoms) -> int:
        """The position at which the other's parts stand in a row, -1 where they do not."""
        at = self.key.find(other.key) if other.parts else -1
        return -1 if at < 0 else self.key.count(_BETWEEN, 0, at)

    def ends_a_run(self, end: int) -> bool:
        """Whether a name that ends before this position is followed by a break or the end."""
        return end >= len(self.parts) or end in self.breaks or not is_chinese(self.parts[end])


def is_chinese(part: str) -> bool:
    """Whether a part is a Chinese character."""
    return _IS_CHINESE.match(part) is not None


def size_of(parts: Iterable[str]) -> float:
    """How much some parts say."""
    return sum(_size(part) for part in parts)


def _size(part: str) -> float:
    if is_chinese(part):
        return 1.0
    return 1.2 if part.isdigit() else min(3.0, 0.7 * len(part))


@lru_cache(maxsize=65_536)
def atoms(text: str) -> Atoms:
    """The parts of a text, folded."""
    parts: list[str] = []
    breaks: set[int] = set()
    end = 0
    for match in _ATOM.finditer(folded(text[:LONGEST_TEXT])):
        if match.start() > end:
            breaks.add(len(parts))
        parts.append(match[0])
        end = match.end()
    return Atoms(tuple(parts), frozenset(breaks))
