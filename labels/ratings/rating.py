"""The rating of an enterprise from its indicators: score, grade, drivers, gates; reproducible.

Rules:

* Of each kind one indicator counts, among those received by the as-of time: of the newest period,
  and of that the one received last. What an enterprise says of itself displaces what was verified
  only when it moves on: it begins and ends later than the newest verified period, and has as many
  days after it as the longest verified period has, a year at the most. So a figure over three years
  can follow every year, and no single day displaces a year.
* It never displaces a verified fact that holds a gate, of whatever days: only what is verified
  after it lifts it, of all its days or of as many later ones.
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
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import rfc8785

from footprint.quantities import significant_string
from labels.case import checked_sha256, checked_text, checked_time
from labels.errors import SchemeError
from labels.ratings.model import Block, RatingModel
from labels.scheme import Mark, add_months, register_day

NOT_RATED = "not-rated"
SCORE_FIGURES = 4
OLDEST_PERIOD_MONTHS = 120
_YEAR_DAYS = 365
_LEAP_DAYS = 1  # a year after a leap year is as long as it
_EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One reported fact about an enterprise.

    Attributes:
        kind: What it is, as the model names it (``intensity-k-ratio``).
        value: A word or a decimal string.
        period_from, period_to: The days the fact is about, both included.
        source: Who says so (register, meter, report), in words.
        evidence_sha256: The document behind it.
        is_verified: An independent body has verified it.
    """

    id: str
    kind: str
    value: str
    period_from: date
    period_to: date
    source: str
    evidence_sha256: str
    is_verified: bool
    received_at: datetime

    def __post_init__(self) -> None:
        checked_sha256(self.evidence_sha256, "/evidence_sha256")
        checked_text(self.source, "/source")
        checked_time(self.received_at)
        if self.period_to < self.period_from:
            raise SchemeError("indicator-period-reversed", "/period")

    def to_json(self) -> dict[str, object]:
        """Plain values for storing, hashing and showing."""
        return {
            "id": self.id,
            "kind": self.kind,
            "value": self.value,
            "period_from": self.period_from.isoformat(),
            "period_to": self.period_to.isoformat(),
            "source": self.source,
            "evidence_sha256": self.evidence_sha256,
            "is_verified": self.is_verified,
            "received_at": self.received_at.isoformat(),
        }


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


def checked_indicator(indicator: Indicator, model: RatingModel) -> Indicator:
    """The indicator itself when the model can read it: to be called where one arrives.

    Raises:
        SchemeError: ``indicator-kind-unknown``, ``indicator-period-out-of-range`` (days to come, or
            long ago), or a value the curve cannot read.
    """
    latest = register_day(indicator.received_at)
    earliest = add_months(latest, -OLDEST_PERIOD_MONTHS)
    if indicator.period_to > latest or indicator.period_from < earliest:
        raise SchemeError(
            "indicator-period-out-of-range",
            "/period",
            earliest=earliest.isoformat(),
            latest=latest.isoformat(),
        )
    if indicator.kind not in model.indicator_kinds:
        known = ", ".join(sorted(model.indicator_kinds))
        raise SchemeError("indicator-kind-unknown", "/kind", kind=indicator.kind[:60], known=known)
    for block in model.blocks:
        if indicator.kind in block.indicators:
            block.curve.check(block.indicators.index(indicator.kind), indicator.value)
            return indicator
    if indicator.value not in ("yes", "no"):
        raise SchemeError(
            "indicator-value-unknown", "/value", value=indicator.value[:60], known="yes, no"
        )
    return indicator


def counting_by_kind(
    indicators: Iterable[Indicator], model: RatingModel, as_of: datetime
) -> Mapping[str, Indicator]:
    """Of every kind the model reads, the indicator that counts at the as-of time."""
    known = [i for i in indicators if i.kind in model.indicator_kinds and i.received_at <= as_of]
    by_kind: dict[str, list[Indicator]] = {}
    for indicator in sorted(known, key=lambda i: (i.period_to, i.received_at, i.id)):
        by_kind.setdefault(indicator.kind, []).append(indicator)
    return {kind: _counting(found, model) for kind, found in by_kind.items()}


def _counting(of_a_kind: list[Indicator], model: RatingModel) -> Indicator:
    """The one that counts; they come in the order of their periods, then of their receipt."""
    verified = [i for i in of_a_kind if i.is_verified]
    if not verified:
        return of_a_kind[-1]
    adverse = [i for i in verified if _holds_gate(i, model) and not _is_lifted(i, verified, model)]
    if adverse:
        return max(adverse, key=lambda i: (i.received_at, i.id))
    return [i for i in of_a_kind if i.is_verified or _outdates(i, verified)][-1]


def _outdates(own: Indicator, verified: list[Indicator]) -> bool:
    """What was not verified moves on from the newest verified period by enough later days."""
    newest = max(verified, key=lambda i: (i.period_to, _days(i)))
    enough = min(max(_days(each) for each in verified), _YEAR_DAYS)
    begins_later = own.period_from > newest.period_from
    return begins_later and _days_after(own, newest.period_to) >= enough


def _days(indicator: Indicator) -> int:
    return _days_after(indicator, indicator.period_from - timedelta(days=1))


def _days_after(indicator: Indicator, last_on: date) -> int:
    """How many days of the period come after a day; below one where none does."""
    before = max(indicator.period_from - timedelta(days=1), last_on)
    return (indicator.period_to - before).days


def _holds_gate(indicator: Indicator, model: RatingModel) -> bool:
    return any(g.indicator == indicator.kind and g.when == indicator.value for g in model.gates)


def _is_lifted(adverse: Indicator, verified: list[Indicator], model: RatingModel) -> bool:
    """Something else was verified since, of all the same days or of as many later ones."""
    return any(
        other.received_at > adverse.received_at
        and not _holds_gate(other, model)
        and (_covers(other, adverse) or _follows(other, adverse))
        for other in verified
    )


def _covers(other: Indicator, adverse: Indicator) -> bool:
    return other.period_from <= adverse.period_from and adverse.period_to <= other.period_to


def _follows(other: Indicator, adverse: Indicator) -> bool:
    return _days_after(other, adverse.period_to) + _LEAP_DAYS >= _days(adverse)


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
