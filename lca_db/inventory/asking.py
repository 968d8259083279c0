"""What somebody who searches asks for, and what of a dataset it is held against. Pure.

The best answer is a dataset of which a name or synonym is what was typed, or what a word of the
trade stands for (``matching/vocabulary.csv``); then one whose name begins or ends so, holds it, or
begins with it unfinished; then any that holds all words. Among equals the place comes first (China,
then the world, then others), how far the dataset was examined, and its year.

A year that is asked for must be there, and says nothing about the name: ``grid 2024``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from footprint.inventory import ReviewStatus
from lca_db.inventory.matching.atoms import LONGEST_TEXT, Atoms, atoms, is_chinese
from lca_db.inventory.matching.knowledge import meanings_in
from lca_db.inventory.trade_codes import asked, joined
from lca_db.inventory.values import DatasetEntry
from lca_db.inventory.words import folded, search_terms

_YEAR = re.compile(r"(?<![\w.-])(?:19|20)\d\d(?![\w.-])", re.ASCII)
_IN_BRACKETS = re.compile(r"[（(\[【][^（）()\[\]【】]*[）)\]】]")
_LAST_YEAR = re.compile(r"(?:19|20)\d\d(?!.*(?:19|20)\d\d)")
_STATUSES = (ReviewStatus.OFFICIAL, ReviewStatus.REVIEWED, ReviewStatus.DRAFT)
_HERE, _WORLD = "CN", ("GLO", "ROW", "RoW")
_YEARS = 10_000


@dataclass(frozen=True)
class Asked:
    """A question to the index.

    Attributes:
        exact: The id that it may be.
        name: What was typed, as the parts of a name with a blank between.
        trade_names: Names that it stands for in the trade, in the same way.
        ways: Words that must all be there; one of the ways is enough.
    """

    exact: str
    name: str
    trade_names: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]


def asked_for(text: str) -> Asked:
    """What a text asks for; without ways where it has no letter or figure."""
    plain = asked(folded(text[:LONGEST_TEXT]))
    without_years = _YEAR.sub(" ", plain).strip()
    named = without_years if search_terms(without_years) else plain
    parts = atoms(named)
    whole = (0, len(parts.parts))
    meant = {
        name.parts: search_terms(_written(name))
        for meaning, span in meanings_in(named, parts)
        if span == whole
        for name in meaning.means
    }
    years = search_terms(" ".join(_YEAR.findall(plain))) if named != plain else ()
    ways = [search_terms(plain), *((*terms, *years) for terms in meant.values())]
    return Asked(
        exact=text.strip().lower(),
        name=" ".join(parts.parts),
        trade_names=tuple(" ".join(name) for name in meant if name != parts.parts),
        ways=tuple(way for way in dict.fromkeys(ways) if way) if ways[0] else (),
    )


def _written(name: Atoms) -> str:
    """A name again as a text: Chinese characters in a row, as the index has them in pairs."""
    text = ""
    for at, part in enumerate(name.parts):
        in_a_row = at not in name.breaks and text and is_chinese(text[-1]) and is_chinese(part)
        text += part if in_a_row else f" {part}"
    return text


def name_keys(entry: DatasetEntry) -> str:
    """Everything a dataset is called, in parts: ``/ sus 304 / 不 锈 钢 /``."""
    codes = [joined(code) for system in entry.codes.values() for code in system]
    bare = [_IN_BRACKETS.sub(" ", name) for name in entry.names.values()]
    texts = (entry.dataset_id, *entry.names.values(), *bare, *entry.synonyms, *codes)
    keys = dict.fromkeys(" ".join(atoms(text).parts) for text in texts)
    return "/ " + "".join(f"{key} / " for key in keys if key)


def standing(entry: DatasetEntry, this_year: int) -> int:
    """What comes first among datasets that are called alike: the smaller."""
    place = entry.location
    distance = 0 if place == _HERE else 1 if place in _WORLD or place.startswith("CN-") else 2
    found = _LAST_YEAR.search(entry.year)
    year = int(found[0]) if found else 0
    age = this_year - year if year and year <= this_year else _YEARS - 1
    return (distance * len(_STATUSES) + _STATUSES.index(entry.review_status)) * _YEARS + age
