"""Reads a line of a bill: its parts, what trade words in it stand for, what only names a use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from lca_db.inventory.matching.atoms import LONGEST_TEXT, Atoms, atoms, size_of
from lca_db.inventory.matching.knowledge import facets, meanings_in
from lca_db.inventory.words import folded

_FOR = "用"
_SHORTEST_USE = 3


@dataclass(frozen=True)
class Expansion:
    """A name that something in the line stands for.

    Attributes:
        start: Position of the first part that is written so.
        end: Position after the last.
        size: How much is written so.
    """

    name: Atoms
    start: int
    end: int
    size: float

    @property
    def span(self) -> tuple[int, int]:
        """First position, and the one after the last."""
        return self.start, self.end


@dataclass(frozen=True)
class ReadLine:
    """A line, read."""

    text: str
    parts: Atoms
    expansions: tuple[Expansion, ...]
    facets: frozenset[str]

    @cached_property
    def uses(self) -> frozenset[int]:
        """Positions of parts that only say what it is for (``锂电用``, ``银触点用``)."""
        found: set[int] = set()
        starts = sorted({0, *self.parts.breaks})
        for start, end in zip(starts, [*starts[1:], len(self.parts.parts)], strict=True):
            if end - start >= _SHORTEST_USE and self.parts.parts[end - 1] == _FOR:
                found.update(range(start, end))
        return frozenset(found)

    @cached_property
    def grams(self) -> frozenset[str]:
        """The pairs and words of the line and of what it stands for."""
        every = set(self.parts.grams)
        for expansion in self.expansions:
            every |= expansion.name.grams
        return frozenset(every)


@lru_cache(maxsize=4096)
def read_line(text: str) -> ReadLine:
    """A line as matching sees it; the same for both scripts."""
    plain = folded(text[:LONGEST_TEXT])
    parts = atoms(plain)
    expansions: dict[tuple[str, ...], Expansion] = {}
    for meaning, span in meanings_in(plain, parts):
        for name in meaning.means:
            known = expansions.get(name.parts)
            if known is None or (known.start - known.end, known.start) > (
                span[0] - span[1],
                span[0],
            ):
                size = size_of(parts.parts[slice(*span)])
                expansions[name.parts] = Expansion(name, *span, size)
    shown = frozenset(facet.name for facet in facets() if facet.line.search(plain))
    return ReadLine(plain, parts, tuple(sorted(expansions.values(), key=_place)), shown)


def _place(expansion: Expansion) -> tuple[int, int, tuple[str, ...]]:
    return expansion.start, expansion.end, expansion.name.parts
