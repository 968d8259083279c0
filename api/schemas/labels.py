"""Labels, their status and verdicts about credentials on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.schemas.bom_members import Shown, Strict
from api.schemas.footprints import Out
from api.schemas.numbers import WholeNumber
from labels.credential.credential import LabelCredential
from labels.credential.verdict import Verdict
from labels.label import PrintedElectricity, PrintedFootprint, PrintedInterval, PrintedRating
from labels.label_status import Label, LabelEvent, LabelMove, ReasonClass
from lca_db.records.certification.values import LabelRecord


class LabelOut(Out):
    """A label as its parties see it."""

    id: str
    number: Annotated[str, Field(examples=["TB-2026-000123:001"])]
    url: str
    state: str
    state_version: int
    value: str
    unit: str
    per: dict[str, str]
    is_specimen: bool
    issued_on: date
    valid_until: date
    case_id: str
    study_id: str
    credential_sha256: str | None

    @classmethod
    def from_core(cls, record: LabelRecord) -> LabelOut:
        """From what is stored."""
        return cls(
            id=record.label.id,
            number=record.label.full_number,
            url=record.facts.url,
            state=record.label.state.value,
            state_version=record.label.state_version,
            value=record.facts.footprint.value,
            unit=record.facts.footprint.unit,
            per=dict(record.facts.footprint.per),
            is_specimen=record.facts.is_specimen,
            issued_on=record.label.issued_on,
            valid_until=record.label.valid_until,
            case_id=record.label.case_id,
            study_id=record.study_id,
            credential_sha256=record.credential_sha256,
        )


class LabelStatusOut(Out):
    """Where a label stands."""

    id: str
    number: str
    state: str
    state_version: int
    reason: str | None
    changed_at: datetime

    @classmethod
    def from_core(cls, label: Label) -> LabelStatusOut:
        """From the core value."""
        return cls(
            id=label.id,
            number=label.full_number,
            state=label.state.value,
            state_version=label.state_version,
            reason=label.reason.value if label.reason else None,
            changed_at=label.changed_at,
        )


class LabelEventOut(Out):
    """One entry of a label's private history."""

    move: str
    at: datetime
    from_state: str
    to_state: str
    reason: str | None
    person_id: str
    note: str

    @classmethod
    def from_core(cls, event: LabelEvent) -> LabelEventOut:
        """From the core value."""
        return cls(
            move=event.move,
            at=event.at,
            from_state=event.from_state.value,
            to_state=event.to_state.value,
            reason=event.reason.value if event.reason else None,
            person_id=event.person_id,
            note=event.note,
        )


class StatusChangeIn(Strict):
    """Suspend, reinstate, withdraw or surrender a label."""

    move: Literal[LabelMove.SUSPEND, LabelMove.REINSTATE, LabelMove.WITHDRAW, LabelMove.SURRENDER]
    seen_state_version: Annotated[WholeNumber, Field(ge=1)]
    reason: ReasonClass | None = None
    note: Annotated[str, StringConstraints(max_length=4000), Shown] = ""


class VerificationIn(Strict):
    """A credential to be judged, byte for byte as it was received."""

    credential: Annotated[
        dict[str, Any], Field(description="The credential document, its bytes as they were signed")
    ]


class CheckOut(Out):
    """One check of a verification."""

    name: str
    outcome: str
    detail: str


class RatingOut(Out):
    """How good the data are: 1 (best) to 5, and the share of the impact that is rated (0..1)."""

    rating: str
    rated_share: str

    @classmethod
    def from_core(cls, quality: PrintedRating) -> RatingOut:
        """From the core value."""
        return cls(rating=quality.rating, rated_share=quality.rated_share)


class IntervalOut(Out):
    """Where the figure lies with that probability, by the uncertainty of the data alone."""

    probability: str
    lower_kg_co2e: str
    upper_kg_co2e: str
    draws: int

    @classmethod
    def from_core(cls, interval: PrintedInterval) -> IntervalOut:
        """From the core value."""
        return cls(
            probability=interval.probability,
            lower_kg_co2e=interval.lower,
            upper_kg_co2e=interval.upper,
            draws=interval.draws,
        )


class PowerShareOut(Out):
    """What supplies a part of the electricity the bill's lines take, and its share (0..1)."""

    supply: Annotated[str, Field(examples=["certificate"])]
    share: str


class LabelElectricityOut(Out):
    """The instruments of the maker's sites, and the figure without any of them."""

    supplies: list[PowerShareOut]
    without_instruments_kg_co2e: str

    @classmethod
    def from_core(cls, power: PrintedElectricity) -> LabelElectricityOut:
        """From the core value."""
        return cls(
            supplies=[PowerShareOut(supply=s.supply, share=s.share) for s in power.supplies],
            without_instruments_kg_co2e=power.without_instruments,
        )


class CertifiedFootprintOut(Out):
    """What a label says of its footprint; null where the study does not know it."""

    value: str
    unit: str
    unit_amount: str
    unit_name: str
    boundary: str
    gwp_set: str
    partition: dict[str, str]
    primary_data_share: str
    data_quality: RatingOut | None
    interval: IntervalOut | None
    biogenic_carbon_kg: str | None
    packaging_biogenic_carbon_kg: str | None
    electricity: LabelElectricityOut | None

    @classmethod
    def from_core(cls, said: PrintedFootprint) -> CertifiedFootprintOut:
        """From the core value, every figure as it was signed."""
        return cls(
            value=said.value,
            unit=said.unit,
            unit_amount=said.unit_amount,
            unit_name=said.unit_name,
            boundary=said.boundary,
            gwp_set=said.gwp_set,
            partition=dict(said.partition),
            primary_data_share=said.primary_data_share,
            data_quality=RatingOut.from_core(said.data_quality) if said.data_quality else None,
            interval=IntervalOut.from_core(said.interval) if said.interval else None,
            biogenic_carbon_kg=said.biogenic_carbon_kg,
            packaging_biogenic_carbon_kg=said.packaging_biogenic_carbon_kg,
            electricity=(
                LabelElectricityOut.from_core(said.electricity) if said.electricity else None
            ),
        )


class VerdictOut(Out):
    """What a credential is worth now; only ``valid`` is a yes."""

    state: str
    is_signature_valid: bool
    checks: list[CheckOut]
    status_as_of: datetime | None
    number: str | None
    value: str | None
    footprint: CertifiedFootprintOut | None
    credential_sha256: str

    @classmethod
    def from_core(cls, verdict: Verdict[LabelCredential]) -> VerdictOut:
        """From the core value; what an unproven document says is not repeated."""
        facts = verdict.content.facts if verdict.content and verdict.is_signature_valid else None
        return cls(
            state=verdict.state.value,
            is_signature_valid=verdict.is_signature_valid,
            checks=[
                CheckOut(name=c.name.value, outcome=c.outcome.value, detail=c.detail)
                for c in verdict.checks
            ],
            status_as_of=verdict.status_as_of,
            number=facts.full_number if facts else None,
            value=facts.footprint.value if facts else None,
            footprint=CertifiedFootprintOut.from_core(facts.footprint) if facts else None,
            credential_sha256=verdict.credential_sha256,
        )
