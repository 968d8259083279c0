"""One reported fact about an enterprise, and which of several of one kind a rating counts.

Rules:

* Of each kind one indicator counts, among those received by the as-of time: of the newest period,
  and of that the one received last. What an enterprise says of itself displaces what was verified
  only when it moves on: it begins and ends later than the newest verified period, and has as many
  days after it as the longest verified period has, a year at the most. So a figure over three years
  can follow every year, and no single day displaces a year.
* It never displaces a verified fact that holds a gate, of whatever days: only what is verified
  after it lifts it, of all its days or of as many later ones.
* Figures age: one counts for the months the model says after its last day, then none is there. A
  verified fact that holds a gate does not age; it waits for what lifts it.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from labels.case import checked_sha256, checked_text, checked_time
from labels.errors import SchemeError
from labels.ratings.model import RatingModel
from labels.scheme import add_months, register_day

OLDEST_PERIOD_MONTHS = 120
_YEAR_DAYS = 365


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
            raise SchemeError("indicator-period-reversed", "/period_to")

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
            "/period_to" if indicator.period_to > latest else "/period_from",
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
    """Of every kind the model reads, the indicator that counts at the as-of time, if one does."""
    known = [i for i in indicators if i.kind in model.indicator_kinds and i.received_at <= as_of]
    by_kind: dict[str, list[Indicator]] = {}
    for indicator in sorted(known, key=lambda i: (i.period_to, i.received_at, i.id)):
        by_kind.setdefault(indicator.kind, []).append(indicator)
    on = register_day(as_of)
    counting = ((kind, _counting(found, model, on)) for kind, found in by_kind.items())
    return {kind: indicator for kind, indicator in counting if indicator is not None}


def _counting(of_a_kind: list[Indicator], model: RatingModel, on: date) -> Indicator | None:
    """The one that counts; they come in the order of their periods, then of their receipt."""
    verified = [i for i in of_a_kind if i.is_verified]
    adverse = [i for i in verified if _holds_gate(i, model) and not _is_lifted(i, verified, model)]
    if adverse:
        return max(adverse, key=lambda i: (i.received_at, i.id))
    months = int(model.indicator_counts_months.value)
    recent = [i for i in of_a_kind if on <= add_months(i.period_to, months)]
    proven = [i for i in recent if i.is_verified]
    eligible = [i for i in recent if i.is_verified or not proven or _outdates(i, proven)]
    return eligible[-1] if eligible else None


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


def _whole_months(indicator: Indicator) -> int:
    """How many calendar months the period is, from a first day to a last one; else 0."""
    first, after = indicator.period_from, indicator.period_to + timedelta(days=1)
    is_whole = first.day == after.day == 1
    return (after.year - first.year) * 12 + after.month - first.month if is_whole else 0


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
    """Of as many later days, or of as many whole months right after: a half year is a half year."""
    months = _whole_months(adverse)
    first_after = adverse.period_to + timedelta(days=1)
    if months and other.period_from <= first_after <= other.period_to:
        last = add_months(first_after, months) - timedelta(days=1)
        if other.period_to >= last:
            return True
    later = _days_after(other, adverse.period_to)
    first_on = max(other.period_from, adverse.period_to + timedelta(days=1))
    has_more = _leap_days(adverse.period_from, adverse.period_to) > _leap_days(
        first_on, other.period_to
    )
    return later + has_more >= _days(adverse)


def _leap_days(first_on: date, last_on: date) -> int:
    """How many days of 29 February the period has."""
    years = [year for year in range(first_on.year, last_on.year + 1) if isleap(year)]
    return sum(first_on <= date(year, 2, 29) <= last_on for year in years)
