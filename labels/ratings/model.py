"""A rating model as dated data: blocks with weights and curves, gates, grades, colours.

Rules:

* A model version is one JSON file in ``labels/ratings/data``. Weights, thresholds and caps are data
  with a source and a mark (``a`` confirmed, ``b`` not); the reference model says it is no law.
* A curve turns the indicators of its block into a share 0..1 of the block's weight. Four kinds:
  *choice* (a word), *share* (a number over the value that counts in full), *bands* (upper bounds,
  included), *coverage* (a share times how near a rating is to its best value).
* A choice may name a word that takes the block out; the other blocks are then rescaled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Any

import rfc8785

from footprint.errors import QuantityError
from footprint.quantities import decimal_amount
from labels.errors import SchemeError
from labels.scheme import Mark, Setting

_DATA = files("labels.ratings") / "data"


@dataclass(frozen=True, kw_only=True)
class ChoiceCurve:
    """A word gives the share; one word may take the block out."""

    shares: Mapping[str, Fraction]
    outside: str = ""

    def check(self, _position: int, value: str) -> None:
        """The value is one of the words."""
        known = (*self.shares, *((self.outside,) if self.outside else ()))
        if value not in known:
            raise SchemeError(
                "indicator-value-unknown", "/value", value=value[:60], known=", ".join(known)
            )

    def share(self, values: tuple[str, ...]) -> Fraction | None:
        """The share of the weight, None when the block does not apply."""
        self.check(0, values[0])
        return self.shares.get(values[0])


@dataclass(frozen=True, kw_only=True)
class ShareCurve:
    """A number over the value that counts in full, between 0 and 1."""

    full_at: Fraction

    def check(self, _position: int, value: str) -> None:
        """The value is a share of at most 1 (no percentage); a negative one counts as 0."""
        _between(value, None, Fraction(1))

    def share(self, values: tuple[str, ...]) -> Fraction:
        """The share of the weight."""
        return max(Fraction(0), min(Fraction(1), _number(values[0]) / self.full_at))


@dataclass(frozen=True, kw_only=True)
class BandCurve:
    """The first band whose upper bound (included) is not passed gives the share."""

    bands: tuple[tuple[Fraction, Fraction], ...]
    beyond: Fraction

    def check(self, _position: int, value: str) -> None:
        """The value is a number, not negative."""
        _between(value, Fraction(0), None)

    def share(self, values: tuple[str, ...]) -> Fraction:
        """The share of the weight."""
        number = _between(values[0], Fraction(0), None)
        return next((share for up_to, share in self.bands if number <= up_to), self.beyond)


@dataclass(frozen=True, kw_only=True)
class CoverageCurve:
    """A share times how near a rating is to its best value."""

    worst: Fraction
    best: Fraction

    def check(self, position: int, value: str) -> None:
        """First value: a share; second: a rating between best and worst."""
        if position == 0:
            _between(value, Fraction(0), Fraction(1))
        else:
            _between(value, min(self.best, self.worst), max(self.best, self.worst))

    def share(self, values: tuple[str, ...]) -> Fraction:
        """The share of the weight from (covered share, mean rating)."""
        for position, value in enumerate(values):
            self.check(position, value)
        covered, rating = (_number(value) for value in values)
        return covered * (self.worst - rating) / (self.worst - self.best)


Curve = ChoiceCurve | ShareCurve | BandCurve | CoverageCurve


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of the score: weight, the indicators it reads, its curve."""

    id: str
    weight: Fraction
    indicators: tuple[str, ...]
    curve: Curve
    formula: str
    mark: Mark
    source: str


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A cap on the grade when an indicator has a value; no indicator: when data are unverified."""

    id: str
    indicator: str
    when: str
    cap: str
    formula: str
    mark: Mark
    source: str


@dataclass(frozen=True, kw_only=True)
class Grade:
    """A grade, the score it starts at, and the colour it is shown in."""

    grade: str
    from_score: Decimal
    colour: str


@dataclass(frozen=True, kw_only=True)
class RatingModel:
    """One version of a rating model; grades from best to worst."""

    id: str
    version: str
    name: Mapping[str, str]
    notice: Mapping[str, str]
    valid_from: date
    valid_to: date
    rating_valid_months: Setting
    indicator_counts_months: Setting
    blocks: tuple[Block, ...]
    gates: tuple[Gate, ...]
    grades: tuple[Grade, ...]
    sha256: str

    @property
    def indicator_kinds(self) -> frozenset[str]:
        """Every kind of indicator the model reads."""
        in_blocks = {kind for block in self.blocks for kind in block.indicators}
        return frozenset(in_blocks | {gate.indicator for gate in self.gates if gate.indicator})

    def grade_at(self, score: Decimal) -> Grade:
        """The grade of a score of 0 to 100."""
        return next(g for g in self.grades if score >= g.from_score)

    def grade_named(self, name: str) -> Grade:
        """The grade of that letter.

        Raises:
            SchemeError: ``grade-unknown``.
        """
        for grade in self.grades:
            if grade.grade == name:
                return grade
        raise SchemeError("grade-unknown", grade=name[:20])

    def worse_of(self, one: Grade, other: Grade) -> Grade:
        """The lower of two grades."""
        return max(one, other, key=self.grades.index)


@lru_cache(maxsize=1)
def rating_models() -> tuple[RatingModel, ...]:
    """Every rating model shipped, oldest version first."""
    entries = (entry for entry in _DATA.iterdir() if entry.name.endswith(".json"))
    found = [model_from_json(json.loads(entry.read_text("utf-8"))) for entry in entries]
    return tuple(sorted(found, key=lambda m: (m.id, m.valid_from)))


def in_force(versions: Sequence[RatingModel], on: date) -> RatingModel:
    """Of the versions of one model, oldest first, the one in force on a day.

    Where none is, the newest: to rate by it is refused with its days.
    """
    current = [model for model in versions if model.valid_from <= on <= model.valid_to]
    return (current or versions)[-1]


def rating_model(model_id: str, on: date, version: str | None = None) -> RatingModel:
    """The model of that id: the given version, else the one in force on a day.

    Raises:
        SchemeError: ``rating-model-unknown``, with the models there are.
    """
    found = [m for m in rating_models() if m.id == model_id and version in (None, m.version)]
    if not found:
        known = ", ".join(f"{m.id} {m.version}" for m in rating_models())
        raise SchemeError("rating-model-unknown", "", model=model_id[:60], known=known)
    return in_force(found, on)


def model_from_json(body: dict[str, Any]) -> RatingModel:
    """A rating model from its data file."""
    return RatingModel(
        id=body["id"],
        version=body["version"],
        name=body["name"],
        notice=body["notice"],
        valid_from=date.fromisoformat(body["valid_from"]),
        valid_to=date.fromisoformat(body["valid_to"]),
        rating_valid_months=_setting(body["rating_valid_months"]),
        indicator_counts_months=_setting(body["indicator_counts_months"]),
        blocks=tuple(_block(entry) for entry in body["blocks"]),
        gates=tuple(Gate(**{**entry, "mark": Mark(entry["mark"])}) for entry in body["gates"]),
        grades=tuple(
            Grade(grade=g["grade"], from_score=Decimal(g["from"]), colour=g["colour"])
            for g in body["grades"]
        ),
        sha256=hashlib.sha256(rfc8785.dumps(body)).hexdigest(),
    )


def _setting(body: dict[str, str]) -> Setting:
    return Setting(value=Decimal(body["value"]), mark=Mark(body["mark"]), source=body["source"])


def _block(body: dict[str, Any]) -> Block:
    return Block(
        id=body["id"],
        weight=Fraction(body["weight"]),
        indicators=tuple(body["indicators"]),
        curve=_curve(body["curve"]),
        formula=body["formula"],
        mark=Mark(body["mark"]),
        source=body["source"],
    )


def _curve(body: dict[str, Any]) -> Curve:
    match body["kind"]:
        case "choice":
            shares = {word: Fraction(share) for word, share in body["shares"].items()}
            return ChoiceCurve(shares=shares, outside=body.get("outside", ""))
        case "share":
            return ShareCurve(full_at=Fraction(body["full_at"]))
        case "bands":
            bands = tuple((Fraction(b["up_to"]), Fraction(b["share"])) for b in body["bands"])
            return BandCurve(bands=bands, beyond=Fraction(body["beyond"]))
        case "coverage":
            return CoverageCurve(worst=Fraction(body["worst"]), best=Fraction(body["best"]))
        case kind:
            raise SchemeError("curve-unknown", "/curve/kind", kind=str(kind)[:60])


def _number(text: str) -> Fraction:
    try:
        return Fraction(decimal_amount(text))
    except QuantityError:
        raise SchemeError("indicator-value-not-a-number", "/value", value=text[:60]) from None


def _between(text: str, least: Fraction | None, most: Fraction | None) -> Fraction:
    number = _number(text)
    if (least is not None and number < least) or (most is not None and number > most):
        raise SchemeError("indicator-value-out-of-range", "/value", value=text[:60])
    return number
