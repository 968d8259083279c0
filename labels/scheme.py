"""A certification scheme version as data: what it covers, its limits, its periods, its evidence.

Rules:

* A scheme version is one dated JSON file in ``labels/data/schemes``, never edited once a case
  was opened under it; no legal number is in code.
* Every number carries a source and a mark: ``a`` was read in a published source, ``b`` is
  unconfirmed and shown as such. Criteria keep the mark, so a finding can say it.
* A limit either *blocks* a grant or *discloses*: the shortfall is printed and the grant is
  possible. A specimen scheme discloses where a real one would block.
* Days are days of UTC+8, the time of Guangdong, Hong Kong and Macao.
* A case pins id, version and content hash of its scheme; a changed file is another scheme.
"""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

import rfc8785

from labels.errors import SchemeError

REGISTER_ZONE = timezone(timedelta(hours=8))  # Guangdong, Hong Kong and Macao share it
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "pt")
_SCHEMES = files("labels") / "data" / "schemes"


class Mark(StrEnum):
    """How far a figure is confirmed: ``a`` read in a source, ``b`` unconfirmed."""

    CONFIRMED = "a"
    UNCONFIRMED = "b"


class Effect(StrEnum):
    """What an unmet criterion does to a grant."""

    BLOCKS = "blocks"
    DISCLOSES = "discloses"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A number of the scheme with its source."""

    value: Decimal
    mark: Mark
    source: str


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A threshold of the scheme: the number, what missing it does, and its source."""

    value: Decimal
    effect: Effect
    mark: Mark
    source: str


@dataclass(frozen=True, kw_only=True)
class Category:
    """A group of products the scheme covers, by prefix of the classification code."""

    prefix: str
    name: Mapping[str, str]
    mark: Mark
    source: str


@dataclass(frozen=True, kw_only=True)
class RequiredEvidence:
    """The kinds of evidence a case needs, and what a missing one does."""

    kinds: tuple[str, ...]
    effect: Effect
    mark: Mark
    source: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The periods and shares of a scheme."""

    validity_months: Setting
    footprint_validity_months: Setting
    surveillance_months: Setting
    value_drift_share: Setting
    consultancy_look_back_months: Setting


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The thresholds of a scheme; shares are 0..1."""

    draft_share: Limit
    completeness: Limit
    own_process_primary_data: Limit
    unswitchable_share: Limit
    reference_period_months: Limit
    reference_period_most_months: Limit


@dataclass(frozen=True, kw_only=True)
class SchemeReference:
    """Which scheme version a case was opened under: id, version, sha256 of its content."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """One version of a certification scheme.

    Attributes:
        level: ``disclosed``, the first of the three levels (disclosed, reduced, neutral).
        is_specimen: Labels under it carry no legal effect and say SPECIMEN.
        opinions: Verification opinions under which a grant is possible.
        sha256: Hash of the canonical content.
    """

    id: str
    version: str
    name: Mapping[str, str]
    owner: Mapping[str, str]
    level: str
    is_specimen: bool
    valid_from: date
    valid_to: date
    basis: tuple[str, ...]
    categories: tuple[Category, ...]
    methods: tuple[str, ...]
    boundaries: tuple[str, ...]
    assurance_levels: tuple[str, ...]
    opinions: tuple[str, ...]
    evidence_kinds: tuple[str, ...]
    required_evidence: RequiredEvidence
    settings: Settings
    limits: Limits
    sha256: str

    @property
    def reference(self) -> SchemeReference:
        """What a case pins."""
        return SchemeReference(id=self.id, version=self.version, sha256=self.sha256)

    def is_in_force(self, on: date) -> bool:
        """Whether the version may be used on that day."""
        return self.valid_from <= on <= self.valid_to

    def find_category(self, code: str) -> Category | None:
        """The narrowest group that holds the product category, None when not yet covered."""
        found = [c for c in self.categories if code.startswith(c.prefix)]
        return max(found, key=lambda c: len(c.prefix)) if found else None

    def unconfirmed(self) -> tuple[str, ...]:
        """Names of the numbers of this scheme that have no confirmed source."""
        numbers = {**vars(self.settings), **vars(self.limits)}
        return tuple(name for name, number in numbers.items() if number.mark is Mark.UNCONFIRMED)

    def look_back_from(self, on: date) -> date:
        """Consultancies that ended before this day no longer bar a body."""
        return add_months(on, -int(self.settings.consultancy_look_back_months.value))

    def footprint_until(self, period_to: date) -> date:
        """Last day on which a footprint of a reference period that ended then may be labelled."""
        return add_months(period_to, int(self.settings.footprint_validity_months.value))

    def is_period_too_long(self, first: date, last: date) -> bool:
        """Whether a reference period is longer than the scheme lets it be."""
        return last >= add_months(first, int(self.limits.reference_period_most_months.value))

    def check_period_length(self, first: date, last: date) -> None:
        """Nothing when a grant is possible on a reference period of that length.

        Raises:
            SchemeError: ``reference-period-too-long``.
        """
        most = self.limits.reference_period_most_months
        if most.effect is Effect.BLOCKS and self.is_period_too_long(first, last):
            period = f"{first.isoformat()}/{last.isoformat()}"
            raise SchemeError(
                "reference-period-too-long",
                "/reference_period",
                most=f"{most.value:f}",
                period=period,
            )

    def valid_until(self, issued_on: date, body_scope_until: date, period_to: date) -> date:
        """Last day of a label: the earliest end of scheme validity, body scope and footprint.

        Args:
            issued_on: First day of the label.
            body_scope_until: Last day of the certification body's accredited scope.
            period_to: Last day of the footprint's reference period.

        Raises:
            SchemeError: ``validity-already-ended`` when that day is before the first.
        """
        by_scheme = add_months(issued_on, int(self.settings.validity_months.value)) - timedelta(
            days=1
        )
        last = min(by_scheme, body_scope_until, self.footprint_until(period_to))
        if last < issued_on:
            raise SchemeError("validity-already-ended", until=last.isoformat())
        return last


def register_day(at: datetime) -> date:
    """The calendar day in Guangdong, Hong Kong and Macao: every date of a label is such a day."""
    return at.astimezone(REGISTER_ZONE).date()


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last day."""
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=1)
def schemes() -> tuple[Scheme, ...]:
    """Every scheme version shipped, by id, oldest version first."""
    entries = (entry for entry in _SCHEMES.iterdir() if entry.name.endswith(".json"))
    found = [scheme_from_json(json.loads(entry.read_text("utf-8"))) for entry in entries]
    return tuple(sorted(found, key=lambda s: (s.id, s.valid_from)))


def scheme(scheme_id: str, version: str | None = None) -> Scheme:
    """The shipped scheme of that id: the given version, else the newest.

    Raises:
        SchemeError: ``scheme-unknown``, with the schemes there are.
    """
    found = [s for s in schemes() if s.id == scheme_id and version in (None, s.version)]
    if not found:
        known = ", ".join(f"{s.id} {s.version}" for s in schemes())
        raise SchemeError("scheme-unknown", "/scheme", scheme=scheme_id[:60], known=known)
    return found[-1]


def scheme_from_json(body: dict[str, Any]) -> Scheme:
    """A scheme from its data file."""
    evidence = body["required_evidence"]
    return Scheme(
        id=body["id"],
        version=body["version"],
        name=body["name"],
        owner=body["owner"],
        level=body["level"],
        is_specimen=body["is_specimen"],
        valid_from=date.fromisoformat(body["valid_from"]),
        valid_to=date.fromisoformat(body["valid_to"]),
        basis=tuple(body["basis"]),
        categories=tuple(
            Category(prefix=c["prefix"], name=c["name"], mark=Mark(c["mark"]), source=c["source"])
            for c in body["categories"]
        ),
        methods=tuple(body["methods"]),
        boundaries=tuple(body["boundaries"]),
        assurance_levels=tuple(body["assurance_levels"]),
        opinions=tuple(body["opinions"]),
        evidence_kinds=tuple(body["evidence_kinds"]),
        required_evidence=RequiredEvidence(
            kinds=tuple(evidence["value"]),
            effect=Effect(evidence["effect"]),
            mark=Mark(evidence["mark"]),
            source=evidence["source"],
        ),
        settings=Settings(**{name: _setting(s) for name, s in body["settings"].items()}),
        limits=Limits(**{name: _limit(entry) for name, entry in body["limits"].items()}),
        sha256=hashlib.sha256(rfc8785.dumps(body)).hexdigest(),
    )


def _setting(body: dict[str, str]) -> Setting:
    return Setting(value=Decimal(body["value"]), mark=Mark(body["mark"]), source=body["source"])


def _limit(body: dict[str, str]) -> Limit:
    return Limit(
        value=Decimal(body["value"]),
        effect=Effect(body["effect"]),
        mark=Mark(body["mark"]),
        source=body["source"],
    )
