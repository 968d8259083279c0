"""The footprint: what is hashed, stored and certified; and its provenance, which stands beside it.

The hashed content holds numbers as decimal strings of twelve significant digits, no engine
version and no time: the same artefacts give the same bytes years later.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from footprint.bom import Boundary, LinePart, Stage, StageInclusion, StudyUnit, VerificationClaim
from footprint.canonical import canonical_json
from footprint.declared_results import DeclaredResults, FigureText
from footprint.inventory import EmissionKey
from footprint.methods import ProfileStatus, UptakeBasis
from footprint.quantities import decimal_string, round_significant, significant_string

NOT_ASSESSED = "not assessed"
DIGITS = 12
DRAWN_DIGITS = 4  # a thousand draws carry no more


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """One stage: its inclusion state, the reason given for it, and its part of the total."""

    stage: Stage
    inclusion: StageInclusion
    reason: str
    kg_co2e: float


class LineResult(NamedTuple):
    """One part of a line of the bill, all its occurrences together.

    A line is one part, or several (:class:`LinePart`): the treatment of what it loses is booked to
    manufacturing and its recycling at the end to that stage, whatever the stage of the line. The
    results of a stage sum to that stage.

    Attributes:
        stage: The stage this part is booked to.
        dataset: The dataset of this part, a supplier's document, or gas and origin.
        held_count: How often one functional or declared unit holds the line in its stage: the
            amount in the bill is of one assembly, the footprint here of all of them.
        verification: What is claimed of a supplier's footprint, and whether it can be checked.
        primary_share, draft_share: Of the absolute impact of this part (0..1).
        squared_deviation: How uncertain its activity figure is taken to be; None where the
            footprint was not sampled, as is ``variance_share``.
        variance_share: Its contribution to the variance of the total; all of them sum to one.
        data_quality_rating: Mean of the scores of dataset and line, 1 (best) to 5; None without.
    """

    assembly: str
    ref: str
    part: LinePart
    name: str
    stage: Stage
    dataset: str
    held_count: Decimal
    verification: VerificationClaim
    kg_co2e: float
    primary_share: float
    draft_share: float
    squared_deviation: float | None = None
    variance_share: float | None = None
    data_quality_rating: float | None = None


@dataclass(frozen=True, kw_only=True)
class GasResult:
    """One emission key: its mass and its part of the total."""

    key: EmissionKey
    mass_kg: float
    kg_co2e: float


@dataclass(frozen=True, kw_only=True)
class Partition:
    """What is reported apart; the members sum to the total (ISO 14067:2018, 6.4.9).

    Captured CO2 is a member where the method nets it; it is nothing elsewhere.
    """

    fossil: float
    aircraft: float
    biogenic_emissions: float
    biogenic_removals: float
    land_use: float
    unspecified: float
    captured: float = 0.0

    def items(self) -> tuple[tuple[str, float], ...]:
        """(name, kgCO2e) in the order they are reported."""
        captured = (("captured", self.captured),) if self.captured else ()
        return (
            ("fossil", self.fossil),
            ("aircraft", self.aircraft),
            ("biogenic_emissions", self.biogenic_emissions),
            ("biogenic_removals", self.biogenic_removals),
            ("land_use", self.land_use),
            ("unspecified", self.unspecified),
            *captured,
        )


@dataclass(frozen=True, kw_only=True)
class BiogenicCarbonDioxide:
    """Masses of biogenic CO2, kg: shown whatever basis leaves them out of the partition."""

    emitted_kg: float
    removed_kg: float


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside the total and is never netted in silence.

    Attributes:
        credits_kg_co2e: What recycling is credited with; it is in the total, as negative parts.
        captured_co2_kg: CO2 captured and stored; in the total only where the method nets it.
        biogenic_carbon_kg: kg C in the product, from the lines that state it; None where none
            does. The carbon of its packaging is apart.
    """

    credits_kg_co2e: float
    captured_co2_kg: float
    biogenic_carbon_kg: float | None
    packaging_biogenic_carbon_kg: float | None

    def to_json(self, text: FigureText) -> dict[str, object]:
        """Plain values of the hashed content."""
        return {
            "credits_kg_co2e": text(self.credits_kg_co2e),
            "captured_co2_kg": text(self.captured_co2_kg),
            "biogenic_carbon_kg": _stated(self.biogenic_carbon_kg, text),
            "packaging_biogenic_carbon_kg": _stated(self.packaging_biogenic_carbon_kg, text),
        }


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """What the total would be with ``alternative`` in the place of ``dataset`` on every line."""

    dataset: str
    alternative: str
    total_kg_co2e: float
    change_kg_co2e: float


@dataclass(frozen=True)
class AppliedProfile:
    """The method profile as it was applied: its version, and its rules that nobody confirmed."""

    version: str
    status: ProfileStatus
    unconfirmed: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values of the hashed content."""
        return {
            "version": self.version,
            "status": self.status.value,
            "unconfirmed": list(self.unconfirmed),
        }


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Where 95 % of the draws of the total lie (:mod:`footprint.interval`): parameters only.

    Attributes:
        seed, sampling_sha256: Of the sampled tables of the release.
    """

    draws: int
    seed: int
    sampling_sha256: str
    lower_kg_co2e: float
    median_kg_co2e: float
    upper_kg_co2e: float

    def to_json(self) -> dict[str, object]:
        """Plain values, with four significant digits."""
        return {
            "draws": self.draws,
            "seed": self.seed,
            "sampling_sha256": self.sampling_sha256,
            "lower_kg_co2e": significant_string(self.lower_kg_co2e, DRAWN_DIGITS),
            "median_kg_co2e": significant_string(self.median_kg_co2e, DRAWN_DIGITS),
            "upper_kg_co2e": significant_string(self.upper_kg_co2e, DRAWN_DIGITS),
        }


@dataclass(frozen=True, kw_only=True)
class FootprintResult:
    """A product carbon footprint per functional or declared unit.

    Attributes:
        total_kg_co2e: On the certified basis; stages, lines, gases and partition sum to it,
            and the lines of a stage to that stage.
        including_uptake_kg_co2e, excluding_uptake_kg_co2e: Both totals, whichever is certified.
        certified_value: ``total_kg_co2e`` as one decimal string of three significant figures.
        primary_data_share: Share of |impact| from measured activity and measured, fuel-based or
            verified supplier emission (0..1).
        draft_share: Share of |impact| that flows through datasets at draft (0..1).
        reviewed_share, official_share: Share of the rest by the status of the dataset a line
            names (0..1); what is left of one is what the study states itself.
        data_quality_rating: Impact-weighted mean of the lines that are rated, 1 (best) to 5.
        data_quality_rated_share: Share of |impact| that is rated (0..1).
        uncertainty: None where the footprint was not sampled.
        unswitchable_share: Share of |impact| known only as CO2e (0..1).
        is_over_unswitchable_limit: The method profile's cap on that share is passed.
        declared: What comes of what the bill declares beside its lines.
    """

    unit: StudyUnit
    boundary: Boundary
    geography: str
    method: str
    profile: AppliedProfile
    gwp_set: str
    basis: UptakeBasis
    total_kg_co2e: float
    including_uptake_kg_co2e: float
    excluding_uptake_kg_co2e: float
    certified_value: str
    stages: tuple[StageResult, ...]
    lines: tuple[LineResult, ...]
    gases: tuple[GasResult, ...]
    partition: Partition
    biogenic_co2: BiogenicCarbonDioxide
    beside: Beside
    primary_data_share: float
    draft_share: float
    unswitchable_share: float
    is_over_unswitchable_limit: bool
    sensitivities: tuple[Sensitivity, ...]
    bom_sha256: str
    release_sha256: str
    reviewed_share: float = 0.0
    official_share: float = 0.0
    data_quality_rating: float | None = None
    data_quality_rated_share: float = 0.0
    uncertainty: Interval | None = None
    declared: DeclaredResults = field(default_factory=DeclaredResults)

    def to_json(self) -> dict[str, object]:
        """The content that is hashed and stored."""
        return self.written(_text)

    def written(self, text: FigureText) -> dict[str, object]:
        """The content with its calculated figures written by another rule."""
        return {
            **self.declared.to_json(text),
            "unit": _unit_json(self.unit),
            "boundary": self.boundary.value,
            "geography": self.geography,
            "method": self.method,
            "profile": self.profile.to_json(),
            "gwp_set": self.gwp_set,
            "basis": self.basis.value,
            "total_kg_co2e": text(self.total_kg_co2e),
            "including_uptake_kg_co2e": text(self.including_uptake_kg_co2e),
            "excluding_uptake_kg_co2e": text(self.excluding_uptake_kg_co2e),
            "certified_value": self.certified_value,
            "stages": [
                {
                    "stage": s.stage.value,
                    "inclusion": s.inclusion.value,
                    "reason": s.reason,
                    "kg_co2e": text(s.kg_co2e),
                }
                for s in self.stages
            ],
            "lines": [_line_json(line, text) for line in self.lines],
            "gases": [
                {"key": str(g.key), "mass_kg": text(g.mass_kg), "kg_co2e": text(g.kg_co2e)}
                for g in self.gases
            ],
            "partition": {name: text(value) for name, value in self.partition.items()},
            "biogenic_co2": {
                "emitted_kg": text(self.biogenic_co2.emitted_kg),
                "removed_kg": text(self.biogenic_co2.removed_kg),
            },
            **self.beside.to_json(text),
            "primary_data_share": text(self.primary_data_share),
            "draft_share": text(self.draft_share),
            "unswitchable_share": text(self.unswitchable_share),
            "is_over_unswitchable_limit": self.is_over_unswitchable_limit,
            "sensitivities": [
                {
                    "dataset": s.dataset,
                    "alternative": s.alternative,
                    "total_kg_co2e": text(s.total_kg_co2e),
                    "change_kg_co2e": text(s.change_kg_co2e),
                }
                for s in self.sensitivities
            ],
            **self._quality_json(text),
            "bom_sha256": self.bom_sha256,
            "release_sha256": self.release_sha256,
        }

    def _quality_json(self, text: FigureText) -> dict[str, object]:
        """How good the data are, and how far the total may be off."""
        return {
            "reviewed_share": text(self.reviewed_share),
            "official_share": text(self.official_share),
            "data_quality_rating": _drawn_text(self.data_quality_rating),
            "data_quality_rated_share": text(self.data_quality_rated_share),
            "uncertainty": self.uncertainty.to_json() if self.uncertainty else NOT_ASSESSED,
        }

    def canonical_bytes(self) -> bytes:
        """RFC 8785 bytes of :meth:`to_json`: what is hashed and stored."""
        return self._canonical_bytes

    @cached_property
    def _canonical_bytes(self) -> bytes:
        return canonical_json(self.to_json())

    def sha256(self) -> str:
        """Content hash of the result."""
        return hashlib.sha256(self.canonical_bytes()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """How a result came about; never part of its hash."""

    engine_version: str
    release_id: str
    table_sha256: str
    method_version: str
    method_sha256: str
    calculated_at: datetime

    def to_json(self) -> dict[str, str]:
        """Plain values for storing and showing."""
        return {
            "engine_version": self.engine_version,
            "release_id": self.release_id,
            "table_sha256": self.table_sha256,
            "method_version": self.method_version,
            "method_sha256": self.method_sha256,
            "calculated_at": self.calculated_at.isoformat(),
        }


def _text(value: float) -> str:
    return significant_string(value, DIGITS)


def _drawn_text(value: float | None) -> str | None:
    return None if value is None else significant_string(value, DRAWN_DIGITS)


def _unit_json(unit: StudyUnit) -> dict[str, object]:
    return {
        "kind": unit.kind.value,
        "amount": decimal_string(unit.amount),
        "unit": unit.unit,
        "description": dict(unit.description),
    }


def _stated(value: float | None, text: FigureText) -> str | None:
    return None if value is None else text(value)


def _line_json(line: LineResult, text: FigureText) -> dict[str, object]:
    """In the order in which names are hashed, which spares sorting them for every line."""
    return {
        "assembly": line.assembly,
        "data_quality_rating": _drawn_text(line.data_quality_rating),
        "dataset": line.dataset,
        "draft_share": text(line.draft_share),
        "held_count": decimal_string(round_significant(line.held_count, DIGITS).normalize()),
        "kg_co2e": text(line.kg_co2e),
        "name": line.name,
        "part": str(line.part),
        "primary_share": text(line.primary_share),
        "ref": line.ref,
        "squared_deviation": _drawn_text(line.squared_deviation),
        "stage": str(line.stage),
        "variance_share": _drawn_text(line.variance_share),
        "verification": str(line.verification),
    }
