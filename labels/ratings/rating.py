"""The rating of an enterprise from its indicators: score, grade, drivers, gates; reproducible.

Rules:

* Of each kind one indicator counts (:mod:`labels.ratings.indicator`).
* A missing indicator scores 0 in its block. A block that does not apply is left out and the rest
  rescaled to 100. With no scoring indicator at all the enterprise is *not rated*.
* The score has four significant figures, and the grade is that of the score as shown.
* Gates cap the grade, never the score; each gate that held is named.
* Every driver names indicators, value, period, source, evidence hash, verification and formula, so
  that anybody can recompute the rating from it; the same inputs give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import rfc8785

from footprint.quantities import significant_string
from labels.case import checked_time
from labels.errors import SchemeError
from labels.ratings.indicator import Indicator, counting_by_kind
from labels.ratings.model import Block, RatingModel
from labels.scheme import Mark, add_months, register_day

NOT_RATED = "not-rated"
SCORE_FIGURES = 4
_EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, kw_only=True)
class Driver:
    """What one block gave: points as decimal strings, the indicators used, the formula.

    Attributes:
        applies: False when the block was left out.
        missing: Kinds of indicator that were not there.
        is_confirmed: Whether weight and curve have a confirmed source.
    """

    block: str
    points: str
    weight: str
    applies: bool
    indicators: tuple[Indicator, ...]
    missing: tuple[str, ...]
    formula: str
    source: str
    is_confirmed: bool


@dataclass(frozen=True, kw_only=True)
class AppliedGate:
    """A gate that held, and the indicators that made it hold."""

    gate: str
    cap: str
    formula: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, kw_only=True)
class Rating:
    """The rating of one enterprise under one model version.

    Attributes:
        score: 0..100 with four significant figures; None when not rated.
        grade: A to E, or ``not-rated``.
        colour: One of the four colours, "" when not rated.
        score_grade: The grade before gates, "" when not rated.
    """

    enterprise_id: str
    model_id: str
    model_version: str
    model_sha256: str
    as_of: datetime
    valid_until: date
    score: Decimal | None
    grade: str
    colour: str
    score_grade: str
    drivers: tuple[Driver, ...]
    gates: tuple[AppliedGate, ...]

    @property
    def is_rated(self) -> bool:
        """Whether there was anything to rate."""
        return self.score is not None

    def to_json(self) -> dict[str, object]:
        """The content that is hashed, signed and stored."""
        return {
            "enterprise_id": self.enterprise_id,
            "model": {
                "id": self.model_id,
                "version": self.model_version,
                "sha256": self.model_sha256,
            },
            "as_of": self.as_of.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "score": None if self.score is None else f"{self.score:f}",
            "grade": self.grade,
            "colour": self.colour,
            "score_grade": self.score_grade,
            "drivers": [
                {
                    "block": d.block,
                    "points": d.points,
                    "weight": d.weight,
                    "applies": d.applies,
                    "indicators": [i.to_json() for i in d.indicators],
                    "missing": list(d.missing),
                    "formula": d.formula,
                    "source": d.source,
                    "is_confirmed": d.is_confirmed,
                }
                for d in self.drivers
            ],
            "gates": [
                {
                    "gate": g.gate,
                    "cap": g.cap,
                    "formula": g.formula,
                    "indicators": [i.id for i in g.indicators],
                }
                for g in self.gates
            ],
        }

    def canonical_bytes(self) -> bytes:
        """RFC 8785 bytes of :meth:`to_json`."""
        return rfc8785.dumps(self.to_json())  # type: ignore[arg-type]

    def sha256(self) -> str:
        """Content hash of the rating."""
        return hashlib.sha256(self.canonical_bytes()).hexdigest()


@dataclass(frozen=True)
class _Scored:
    block: Block
    share: Fraction | None  # None: the block does not apply
    used: tuple[Indicator, ...]
    missing: tuple[str, ...]


def rate(
    enterprise_id: str, indicators: Iterable[Indicator], model: RatingModel, as_of: datetime
) -> Rating:
    """The rating of an enterprise as of a time.

    Args:
        enterprise_id: Who is rated.
        indicators: Everything received about the enterprise, in any order.
        model: The model version.
        as_of: Indicators received later do not count.

    Raises:
        SchemeError: ``rating-model-not-in-force``, or an indicator's value does not fit the model.
    """
    on = register_day(checked_time(as_of))
    if not model.valid_from <= on <= model.valid_to:
        raise SchemeError("rating-model-not-in-force", model=f"{model.id} {model.version}")
    latest = counting_by_kind(indicators, model, as_of)
    scored = tuple(_score(block, latest) for block in model.blocks)
    gates = tuple(_gates(model, latest, scored))
    score = _score_of(scored)
    grade, colour, score_grade = NOT_RATED, "", ""
    if score is not None:
        reached = model.grade_at(score)
        score_grade = reached.grade
        for gate in gates:
            reached = model.worse_of(reached, model.grade_named(gate.cap))
        grade, colour = reached.grade, reached.colour
    return Rating(
        enterprise_id=enterprise_id,
        model_id=model.id,
        model_version=model.version,
        model_sha256=model.sha256,
        as_of=as_of,
        valid_until=min(add_months(on, int(model.rating_valid_months.value)), model.valid_to),
        score=score,
        grade=grade,
        colour=colour,
        score_grade=score_grade,
        drivers=tuple(_driver(s) for s in scored),
        gates=gates,
    )


def _score(block: Block, latest: Mapping[str, Indicator]) -> _Scored:
    used = tuple(latest[kind] for kind in block.indicators if kind in latest)
    missing = tuple(kind for kind in block.indicators if kind not in latest)
    share = Fraction(0) if missing else block.curve.share(tuple(i.value for i in used))
    return _Scored(block, share, used, missing)


def _score_of(scored: tuple[_Scored, ...]) -> Decimal | None:
    if not any(s.used for s in scored):
        return None
    applicable = [(s.block.weight, s.share) for s in scored if s.share is not None]
    whole = sum(weight for weight, _ in applicable)
    if not whole:
        return None
    score = 100 * sum((weight * share for weight, share in applicable), Fraction(0)) / whole
    return Decimal(_rounded(score))


def _driver(scored: _Scored) -> Driver:
    block, share = scored.block, scored.share
    return Driver(
        block=block.id,
        points=_rounded(block.weight * share) if share is not None else "0",
        weight=_rounded(block.weight),
        applies=share is not None,
        indicators=scored.used,
        missing=scored.missing,
        formula=block.formula,
        source=block.source,
        is_confirmed=block.mark is Mark.CONFIRMED,
    )


def _gates(
    model: RatingModel, latest: Mapping[str, Indicator], scored: tuple[_Scored, ...]
) -> Iterator[AppliedGate]:
    used = [indicator for s in scored for indicator in s.used]
    for gate in model.gates:
        if not gate.indicator:
            holding = tuple(i for i in used if not i.is_verified)
        else:
            found = latest.get(gate.indicator)
            holding = (found,) if found is not None and found.value == gate.when else ()
        if holding:
            yield AppliedGate(gate=gate.id, cap=gate.cap, formula=gate.formula, indicators=holding)


def _rounded(number: Fraction) -> str:
    exact = _EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))
    return significant_string(exact, SCORE_FIGURES)
