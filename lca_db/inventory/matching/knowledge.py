"""What the trade knows and names do not say: four readable tables, each row with its reason.

* ``vocabulary.csv``: what is written (grades, makers' codes, abbreviations, words of Hong Kong and
  of Portuguese) and which names it stands for. ``written`` holds several ways separated by ``|``;
  one that begins with ``re:`` is a regular expression of ours on the folded text. ``means`` holds
  names separated by ``|``, as datasets carry them.
* ``facets.csv``: sides of a thing that a line and a dataset must agree on (recycled or not, a
  service or the goods, burnt as waste or used, of which place), the words that show them, and how
  much agreement and disagreement count.
* ``densities.csv``: what a cubic metre of a fuel or of water weighs, with its source.
* ``one_kind.csv``: synonyms that averages of a group carry and that are one kind of it only.

No row names a dataset: the tables serve any release.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import chain

from lca_db.inventory.matching.atoms import Atoms, atoms

_IS_PATTERN = "re:"


@dataclass(frozen=True)
class Meaning:
    """One way of writing and the names it stands for."""

    written: Atoms
    pattern: re.Pattern[str] | None
    means: tuple[Atoms, ...]
    reason: str

    def covers(self, text: str, parts: Atoms) -> tuple[int, int] | None:
        """First and last position plus one of the parts that are written so, None where none."""
        if self.pattern is None:
            at = parts.find(self.written)
            return None if at < 0 else (at, at + len(self.written.parts))
        found = self.pattern.search(text)
        if found is None:
            return None
        before = len(atoms(text[: found.start()]).parts)
        return before, before + len(atoms(found[0]).parts)


@dataclass(frozen=True)
class Facet:
    """One side of a thing.

    Attributes:
        both: What is added where line and dataset show it.
        missing: What is taken off where the line shows it and the dataset does not.
        extra: What is taken off where only the dataset shows it.
    """

    name: str
    line: re.Pattern[str]
    dataset: re.Pattern[str]
    both: float
    missing: float
    extra: float


@cache
def meanings() -> tuple[Meaning, ...]:
    """All rows of the vocabulary, one for each way of writing."""
    found = []
    for row in _rows("vocabulary.csv"):
        means = tuple(atoms(name) for name in row["means"].split("|"))
        ways = (
            [row["written"]]
            if row["written"].startswith(_IS_PATTERN)
            else row["written"].split("|")
        )
        for way in ways:
            is_pattern = way.startswith(_IS_PATTERN)
            pattern = re.compile(way.removeprefix(_IS_PATTERN), re.ASCII) if is_pattern else None
            found.append(Meaning(atoms(way), pattern, means, row["reason"]))
    return tuple(found)


def meanings_in(text: str, parts: Atoms) -> Iterator[tuple[Meaning, tuple[int, int]]]:
    """The rows whose way of writing stands in a text, with its positions."""
    patterns, by_first = _sorted_meanings()
    beginning = (by_first.get(part, ()) for part in sorted(set(parts.parts)))
    for meaning in (*patterns, *chain.from_iterable(beginning)):
        span = meaning.covers(text, parts)
        if span is not None:
            yield meaning, span


@cache
def _sorted_meanings() -> tuple[tuple[Meaning, ...], dict[str, list[Meaning]]]:
    """Patterns, and the rest by the first part that is written."""
    by_first: dict[str, list[Meaning]] = {}
    for meaning in meanings():
        if meaning.pattern is None:
            by_first.setdefault(meaning.written.parts[0], []).append(meaning)
    return tuple(m for m in meanings() if m.pattern is not None), by_first


@cache
def facets() -> tuple[Facet, ...]:
    """All facets."""
    return tuple(
        Facet(
            row["facet"],
            re.compile(row["line"], re.ASCII),
            re.compile(row["dataset"], re.ASCII),
            float(row["both"]),
            float(row["missing"]),
            float(row["extra"]),
        )
        for row in _rows("facets.csv")
    )


@cache
def densities() -> tuple[tuple[frozenset[tuple[str, ...]], Decimal], ...]:
    """Names of things and how many kg a cubic metre of them weighs; each row has its source."""
    return tuple(
        (frozenset(atoms(name).parts for name in row["of"].split("|")), Decimal(row["kg_per_m3"]))
        for row in _rows("densities.csv")
    )


@cache
def kinds() -> frozenset[tuple[str, ...]]:
    """What is written and is one kind of a group: a synonym of its average all the same."""
    return frozenset(
        atoms(name).parts for row in _rows("one_kind.csv") for name in row["written"].split("|")
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files("lca_db.inventory.matching").joinpath(name)
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines(), strict=True)
