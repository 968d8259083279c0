"""Ranks the datasets a line may be: pure, the same whatever order they come in.

A score is a sum of reasons, each with its weight:

* the longest name of the dataset that stands in the line, as written or as a trade word stands
  for it; names that stand elsewhere in the line add less;
* where none does, the closest name (rapidfuzz; pairs of characters in common);
* how much of the line the dataset's words explain, rare words counting more than common ones;
* facets (``facets.csv``), codes, unit, place, category;
* what the organisation confirmed for the same text before, which decides.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from footprint.errors import QuantityError
from footprint.quantities import conversion_factor
from lca_db.inventory.matching.atoms import Atoms, atoms
from lca_db.inventory.matching.knowledge import facets
from lca_db.inventory.matching.nearness import bridge, cautions
from lca_db.inventory.matching.reading import ReadLine, read_line
from lca_db.inventory.matching.retrieval import STEM
from lca_db.inventory.matching.values import Because, Candidate, Question, Reason
from lca_db.inventory.trade_codes import beginning, codes_in


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How much each reason counts; chosen on the tuning half of the labelled texts."""

    name: float = 1.0
    other_name: float = 0.35
    whole: float = 0.25
    first: float = 0.15
    head: float = 0.15
    use: float = 0.45
    trade_word: float = 0.5
    trade_position: float = 1.0
    least_word: float = 2.0
    grade: float = 0.8
    inner: float = 0.85
    close: float = 0.6
    words: float = 1.6
    facets: float = 1.0
    unit: float = 0.1
    other_unit: float = 3.0
    place: float = 0.15
    near_place: float = 0.1
    category: float = 0.6
    code: float = 2.5
    year: float = 0.3
    confirmed: float = 20.0


WEIGHTS = Weights()
_CLOSE_LETTERS = 84.0
_CLOSE_CHINESE = 74.0
_SHORTEST_CLOSE = 5
_EVERYWHERE = ("GLO", "ROW")
_SHARED = 0.5
_SHORTEST_CODE = 5
_IS_CODE = re.compile(r"[0-9][0-9.-]*", re.ASCII)


@dataclass(frozen=True)
class Scored:
    """A candidate with its score and the reasons that make it up."""

    candidate: Candidate
    score: float
    reasons: tuple[Because, ...]


def rank(
    question: Question,
    candidates: Iterable[Candidate],
    frequencies: Mapping[str, int],
    confirmed: Iterable[str] = (),
    weights: Weights = WEIGHTS,
) -> tuple[Scored, ...]:
    """All candidates, the best first.

    Args:
        question: The line.
        candidates: Datasets that may be it, in any order.
        frequencies: In how many datasets each word of the line occurs; 0 where not known.
        confirmed: Datasets this organisation confirmed for the same text.
        weights: What each reason counts.
    """
    line = read_line(question.text)
    before = frozenset(confirmed)
    found = [(candidate, _names_found(line, candidate, weights)) for candidate in candidates]
    spans = {name.span for _, names in found for name in names}
    scored = [
        _scored(
            question,
            line,
            candidate,
            _less_where_inside(names, spans, weights),
            frequencies,
            before,
            weights,
        )
        for candidate, names in found
    ]
    return tuple(sorted(scored, key=_order))


def _order(scored: Scored) -> tuple[float, str]:
    """By score to nine decimals, so that the order in which floats were added decides nothing."""
    return -float(f"{scored.score:.9f}"), scored.candidate.dataset_id


def _scored(
    question: Question,
    line: ReadLine,
    candidate: Candidate,
    names: list[_Found],
    frequencies: Mapping[str, int],
    confirmed: frozenset[str],
    weights: Weights,
) -> Scored:
    named = _by_name(names or _close_name(line, candidate, weights), weights)
    reasons = [
        *named,
        *cautions(line.text, _written(line, names), candidate),
        *_by_words(line, candidate, frequencies, weights),
        *_by_facets(line, candidate, weights),
        *_by_unit(question, candidate, weights),
        *_by_place(question, candidate, weights),
        *_by_year(line, candidate, weights),
        *_by_category(question, line, candidate, weights),
    ]
    fits = not question.unit or converts(question.unit, candidate.unit)
    if fits and candidate.dataset_id in confirmed:
        reasons.append(Because(Reason.CONFIRMED, "", weights.confirmed))
    return Scored(candidate, sum(reason.weight for reason in reasons), tuple(reasons))


def _written(line: ReadLine, names: list[_Found]) -> Atoms | None:
    """What the line says where the name that counts most was found; sorted by now.

    The span of a pattern that begins inside a word may reach beyond the line by one part.
    """
    if not names:
        return None
    said, span = line.parts.parts, names[0].span
    return atoms(" ".join(said[at] for at in sorted(span) if at < len(said)))


def _strength(size: float) -> float:
    """What a name of that size says: doubling its length adds one."""
    return math.log2(1.0 + size)


@dataclass(frozen=True)
class _Found:
    reason: Reason
    alias: Atoms
    weight: float
    span: frozenset[int]


def _less_where_inside(
    names: list[_Found], spans: set[frozenset[int]], weights: Weights
) -> list[_Found]:
    """A name inside a longer one of any dataset says less: gold ingot in magnesium ingot."""
    return [
        replace(name, weight=name.weight * weights.inner)
        if any(name.span < span for span in spans)
        else name
        for name in names
    ]


def _by_name(found: list[_Found], weights: Weights) -> list[Because]:
    found.sort(key=lambda f: (-f.weight, f.alias.parts))
    reasons: list[Because] = []
    seen: frozenset[int] = frozenset()
    for name in found:
        if reasons and name.span & seen:
            continue
        factor = weights.other_name ** len(reasons)
        reasons.append(Because(name.reason, _shown(name.alias), name.weight * factor))
        seen |= name.span
    return reasons


def _names_found(line: ReadLine, candidate: Candidate, weights: Weights) -> list[_Found]:
    found = []
    for alias in candidate.aliases:
        at = line.parts.find(alias)
        if at >= 0:
            end = at + len(alias.parts)
            weight = weights.name * _strength(alias.size) + _position(line, at, end, weights)
            span = frozenset(range(at, end))
            if span <= line.uses:
                weight *= weights.use
            found.append(_Found(Reason.NAME, alias, weight, span))
        for expansion in line.expansions:
            if expansion.name.parts == alias.parts:
                span = frozenset(range(expansion.start, expansion.end))
                said = max(expansion.size, weights.least_word)
                weight = weights.name * _strength(said) + weights.trade_word
                weight += weights.trade_position * _position(
                    line, expansion.start, expansion.end, weights
                )
                if any(part.isdigit() for part in line.parts.parts[slice(*expansion.span)]):
                    weight *= weights.grade  # what it is made of, and not what it is
                if span <= line.uses:
                    weight *= weights.use
                found.append(_Found(Reason.TRADE_WORD, alias, weight, span))
    return found


def _position(line: ReadLine, start: int, end: int, weights: Weights) -> float:
    """What the place of a name adds: first in the line, last of its run, the whole of it."""
    added = 0.0
    if start == 0:
        added += weights.first
    if line.parts.ends_a_run(end):
        added += weights.head
        if start == 0 or start in line.parts.breaks:
            added += weights.whole
    return added


def _close_name(line: ReadLine, candidate: Candidate, weights: Weights) -> list[_Found]:
    """The name that comes closest, where none stands in the line."""
    best: _Found | None = None
    everywhere = frozenset(range(len(line.parts.parts)))
    text = "".join(line.parts.parts)
    for alias in candidate.aliases:
        closeness = _closeness(line, text, alias)
        if closeness > 0:
            weight = weights.close * closeness * _strength(alias.size)
            if best is None or (weight, alias.parts) > (best.weight, best.alias.parts):
                best = _Found(Reason.CLOSE_NAME, alias, weight, everywhere)
    return [best] if best else []


def _closeness(line: ReadLine, text: str, alias: Atoms) -> float:
    """0 to 1: pairs in common, or letters but for a slip of the pen."""
    grams = {gram for gram in alias.grams if not gram.isdigit()}  # a number is no likeness
    shared = len(grams & line.grams) / len(grams) if grams else 0.0
    joined = "".join(alias.parts)
    slip = 0.0
    if len(joined) >= _SHORTEST_CLOSE and len(joined) <= len(text):
        limit = _CLOSE_LETTERS if joined.isascii() else _CLOSE_CHINESE
        slip = fuzz.partial_ratio(joined, text, score_cutoff=limit) / 100.0
    return max(shared if shared >= _SHARED else 0.0, slip)


def _by_words(
    line: ReadLine, candidate: Candidate, frequencies: Mapping[str, int], weights: Weights
) -> list[Because]:
    """The share of what the line says that the dataset's words explain."""
    whole = common = 0.0
    for gram in line.grams:
        weight = _rarity(gram, frequencies)
        whole += weight
        if gram in candidate.grams:
            common += weight
    if not common:
        return []
    return [Because(Reason.WORDS, f"{common / whole:.2f}", weights.words * common / whole)]


def _rarity(gram: str, frequencies: Mapping[str, int]) -> float:
    if gram.isdigit():
        return 0.2
    carried = frequencies.get(gram, frequencies.get(gram[:STEM], 0))
    return 1.0 / (1.0 + math.log2(1.0 + carried))


def _by_facets(line: ReadLine, candidate: Candidate, weights: Weights) -> list[Because]:
    reasons = []
    shown = _facets_of(candidate.saying)
    for facet in facets():
        in_line, in_dataset = facet.name in line.facets, facet.name in shown
        if in_line and in_dataset and facet.both:
            reasons.append(Because(Reason.AGREES, facet.name, weights.facets * facet.both))
        elif in_line and not in_dataset and facet.missing:
            reasons.append(Because(Reason.DIFFERS, facet.name, -weights.facets * facet.missing))
        elif in_dataset and not in_line and facet.extra:
            reasons.append(Because(Reason.DIFFERS, facet.name, -weights.facets * facet.extra))
    return reasons


@lru_cache(maxsize=65_536)
def _facets_of(saying: str) -> frozenset[str]:
    return frozenset(facet.name for facet in facets() if facet.dataset.search(saying))


def _by_unit(question: Question, candidate: Candidate, weights: Weights) -> list[Because]:
    if not question.unit:
        return []
    if converts(question.unit, candidate.unit):
        return [Because(Reason.UNIT, candidate.unit, weights.unit)]
    over = bridge(question.unit, candidate)
    return [over or Because(Reason.OTHER_UNIT, candidate.unit, -weights.other_unit)]


@lru_cache(maxsize=4096)
def converts(unit: str, other: str) -> bool:
    """Whether an amount in one unit is one in the other."""
    try:
        return conversion_factor(unit, other) > 0
    except QuantityError:
        return False


def _by_place(question: Question, candidate: Candidate, weights: Weights) -> list[Because]:
    wanted, place = (question.location or "CN").upper(), candidate.location.upper()
    if place == wanted:
        return [Because(Reason.PLACE, candidate.location, weights.place)]
    if place in _EVERYWHERE or wanted.startswith(place + "-"):
        return [Because(Reason.PLACE, candidate.location, weights.near_place)]
    return []


def _by_year(line: ReadLine, candidate: Candidate, weights: Weights) -> list[Because]:
    """The year that the line names; else the newer of two datasets, by a trifle."""
    if candidate.year and candidate.year in line.parts.parts:
        return [Because(Reason.NAME, candidate.year, weights.year)]
    years = [
        int(part) for part in atoms(candidate.dataset_id).parts if len(part) == 4 and part.isdigit()
    ]
    return [Because(Reason.WORDS, candidate.year, 1e-3 * (years[-1] - 2000))] if years else []


def _by_category(
    question: Question, line: ReadLine, candidate: Candidate, weights: Weights
) -> list[Because]:
    """The industry, and codes that the category or the text itself names."""
    reasons = []
    if question.category and question.category == candidate.industry:
        reasons.append(Because(Reason.CATEGORY, candidate.industry, weights.category))
    named = {*codes_in(f"{question.category} "), *codes_in(line.text)}
    named |= {beginning(question.category)} if _IS_CODE.fullmatch(question.category) else set()
    for system, codes in sorted(candidate.codes.items()):
        for code in codes:
            if len(beginning(code)) >= _SHORTEST_CODE and beginning(code) in named:
                reasons.append(Because(Reason.CODE, f"{system} {code}", weights.code))
                break
    return reasons


def _shown(alias: Atoms) -> str:
    shown = ""
    for part in alias.parts:
        between = " " if shown and shown[-1].isascii() and part.isascii() else ""
        shown += between + part
    return shown
