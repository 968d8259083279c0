"""What matching takes and gives: a line, datasets it may be, and suggestions with reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from lca_db.inventory.matching.atoms import Atoms, atoms
from lca_db.inventory.words import folded

_IN_BRACKETS = re.compile(r"[（(\[【][^（）()\[\]【】]*[）)\]】]")
# where the data of a proxy come from tells nothing about what the dataset is
_ORIGIN = re.compile(
    r"[（(][^（）()]*(代用|工艺|製程|工藝|代用數據|process|proxy|British|American|"
    r"processo|aproxima|能源|energia)[^（）()]*[）)]"
)
_FIRST_CLAUSE = re.compile(r"[，,、;；]")


class Reason(StrEnum):
    """Why a dataset is suggested, or why it may not fit."""

    CONFIRMED = "confirmed-before"
    NAME = "name-in-text"
    TRADE_WORD = "trade-word"
    CLOSE_NAME = "close-name"
    CODE = "code"
    WORDS = "words-in-common"
    AGREES = "agrees-on"
    DIFFERS = "differs-on"
    UNIT = "unit-fits"
    OTHER_UNIT = "unit-does-not-fit"
    BY_DENSITY = "unit-by-density"
    GAS_VOLUME = "gas-volume-without-condition"
    STANDS_IN = "stands-in"
    BLEND = "one-of-a-blend"
    PLACE = "place-fits"
    CATEGORY = "category-fits"


CAUTIONS = frozenset({Reason.STANDS_IN, Reason.BLEND})
"""What says that a suggestion is near the thing at most: its confidence has a limit."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A line of a bill of materials.

    Attributes:
        unit: Canonical name of the unit it is counted in; "" where it is not known.
        location: Where it comes from or is used (``CN``, ``CN-GD``); "" where it is not known.
        category: Industry it belongs to, or a code: HS, CAS, CPC; "" where it is not known.
    """

    text: str
    unit: str = ""
    location: str = ""
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A dataset as matching sees it."""

    dataset_id: str
    names: Mapping[str, str]
    synonyms: tuple[str, ...]
    unit: str
    location: str
    year: str
    industry: str = ""
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def aliases(self) -> tuple[Atoms, ...]:
        """Every name and synonym, and the beginning of each name, as parts."""
        texts: dict[str, None] = {}
        for name in self.names.values():
            bare = _IN_BRACKETS.sub(" ", name).strip()
            texts[bare] = None
            texts[_FIRST_CLAUSE.split(bare, maxsplit=1)[0].strip()] = None
        texts.update(dict.fromkeys(self.synonyms))
        found = {atoms(text).parts: atoms(text) for text in texts}
        return tuple(alias for parts, alias in sorted(found.items()) if parts)

    @cached_property
    def saying(self) -> str:
        """Names and synonyms, folded: where facets are looked for."""
        names = [_ORIGIN.sub(" ", name) for name in self.names.values()]
        return folded("\n".join([*names, *self.synonyms]))

    @cached_property
    def grams(self) -> frozenset[str]:
        """The pairs and words of names and synonyms."""
        every: set[str] = set()
        for text in (*self.names.values(), *self.synonyms):
            every |= atoms(text).grams
        return frozenset(every)


@dataclass(frozen=True)
class Because:
    """One reason.

    Attributes:
        value: What it is about: the name, the unit, the facet.
        weight: What it added to the score, or took off.
    """

    reason: Reason
    value: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A dataset for a line.

    Attributes:
        confidence: The chance that this is right, 0 to 1, as measured on the tuning texts.
    """

    candidate: Candidate
    score: float
    confidence: float
    reasons: tuple[Because, ...]
