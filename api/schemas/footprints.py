"""Footprints on the wire: exactly the stored result, decimals as strings with their unit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.answers import DecimalText, Out
from api.schemas.declared_results import DeclaredOut
from api.views import PairedComparison
from footprint.bom import LinePart, VerificationClaim
from footprint.comparability import Caution
from footprint.methods import EmissionScope, ProfileStatus, UptakeBasis, method_profile
from footprint.profile_switch import SwitchedTotal
from footprint.quantities import significant_string
from footprint.result import DIGITS, DRAWN_DIGITS, Interval
from lca_db.records.products.values import Product
from lca_db.records.studies.values import Evidence, Study, StudySummary

__all__ = ["DecimalText", "Out"]  # others import them from here


class UnitOut(Out):
    """The functional or declared unit."""

    kind: str
    amount: DecimalText
    unit: str
    description: dict[str, str]


class StageOut(Out):
    """One life-cycle stage."""

    stage: str
    inclusion: str
    reason: Annotated[str, Field(description="Why it is left out, where the study says so")]
    kg_co2e: DecimalText


class LineOut(Out):
    """One part of a line of the bill, all its occurrences together."""

    assembly: str
    ref: str
    part: Annotated[
        LinePart,
        Field(
            description="A line, or what else follows from it: the treatment of what it lost, a "
            "recycling credit; the parts of a stage sum to it"
        ),
    ]
    name: str
    stage: str
    dataset: str
    held_count: Annotated[
        DecimalText,
        Field(
            description="How often the product holds the line: the bill gives the amount of one "
            "assembly, the figures here are of all of them per functional or declared unit"
        ),
    ]
    verification: Annotated[
        VerificationClaim,
        Field(description="What is claimed of a supplier's footprint; only referenced counts"),
    ]
    kg_co2e: DecimalText
    primary_share: Annotated[DecimalText, Field(description="Primary data in this part, 0 to 1")]
    draft_share: DecimalText
    squared_deviation: Annotated[
        str | None,
        Field(description="Its activity figure lies within this factor; null where not sampled"),
    ]
    variance_share: Annotated[
        str | None,
        Field(description="Contribution to the variance of the total; all sum to 1"),
    ]
    data_quality_rating: Annotated[
        str | None, Field(description="Mean of the scores of dataset and line, 1 (best) to 5")
    ]


class IntervalOut(Out):
    """Where 95 % of the draws of the total lie; parameters only, four significant digits."""

    draws: int
    seed: Annotated[int, Field(description="Of the release's sampled tables")]
    sampling_sha256: Annotated[str, Field(description="Of the index of the sampled tables")]
    lower_kg_co2e: DecimalText
    median_kg_co2e: DecimalText
    upper_kg_co2e: DecimalText

    @classmethod
    def from_core(cls, interval: Interval) -> IntervalOut:
        """From the value."""
        return cls.model_validate(interval.to_json())


class GasOut(Out):
    """One gas by origin."""

    key: str
    mass_kg: DecimalText
    kg_co2e: DecimalText


class BiogenicCarbonDioxideOut(Out):
    """Masses of biogenic CO2, beside the partition whatever its basis leaves out."""

    emitted_kg: DecimalText
    removed_kg: DecimalText


class SensitivityOut(Out):
    """What the total would be with another choice of one dataset."""

    dataset: str
    alternative: str
    total_kg_co2e: DecimalText
    change_kg_co2e: DecimalText


class ProfileOut(Out):
    """The method profile as it was applied."""

    version: str
    status: ProfileStatus
    unconfirmed: Annotated[
        list[str], Field(description="Rules of the profile that nobody has confirmed")
    ]


class SwitchedTotalOut(Out):
    """The footprint under one method profile and GWP set."""

    method: str
    gwp_set: str
    basis: UptakeBasis
    total_kg_co2e: DecimalText
    figure: Annotated[DecimalText, Field(description="With the profile's significant figures")]
    including_uptake_kg_co2e: DecimalText
    excluding_uptake_kg_co2e: DecimalText
    partition: dict[str, DecimalText]
    unswitchable_share: Annotated[
        DecimalText, Field(description="Known only as CO2e, which no GWP set changes, 0 to 1")
    ]
    is_over_limit: Annotated[bool, Field(description="That share passes the profile's limit")]

    @classmethod
    def from_core(cls, total: SwitchedTotal) -> SwitchedTotalOut:
        """With twelve significant digits, as in a result."""

        def text(value: float) -> str:
            return significant_string(value, DIGITS)

        return cls(
            method=total.method,
            gwp_set=total.gwp_set,
            basis=total.basis,
            total_kg_co2e=text(total.total_kg_co2e),
            figure=total.figure,
            including_uptake_kg_co2e=text(total.including_uptake_kg_co2e),
            excluding_uptake_kg_co2e=text(total.excluding_uptake_kg_co2e),
            partition={name: text(value) for name, value in total.partition.items()},
            unswitchable_share=text(total.unswitchable_share),
            is_over_limit=total.is_over_limit,
        )


class ResultOut(DeclaredOut):
    """The hashed result."""

    unit: UnitOut
    boundary: str
    geography: str
    method: str
    profile: ProfileOut
    gwp_set: str
    basis: str
    total_kg_co2e: DecimalText
    including_uptake_kg_co2e: DecimalText
    excluding_uptake_kg_co2e: DecimalText
    certified_value: Annotated[
        DecimalText, Field(description="kgCO2e per unit, three significant figures, half-even")
    ]
    stages: list[StageOut]
    lines: list[LineOut]
    gases: list[GasOut]
    partition: dict[str, DecimalText]
    biogenic_co2: BiogenicCarbonDioxideOut
    credits_kg_co2e: Annotated[
        DecimalText, Field(description="What recycling is credited with; it is in the total")
    ]
    captured_co2_kg: Annotated[
        DecimalText,
        Field(description="CO2 captured and stored; in the total only where the method nets it"),
    ]
    biogenic_carbon_kg: Annotated[
        DecimalText | None,
        Field(description="kg C in the product; null where no line states any"),
    ]
    packaging_biogenic_carbon_kg: DecimalText | None
    primary_data_share: DecimalText
    draft_share: DecimalText
    unswitchable_share: DecimalText
    is_over_unswitchable_limit: bool
    sensitivities: list[SensitivityOut]
    reviewed_share: Annotated[
        DecimalText, Field(description="Share that flows through no draft, by reviewed datasets")
    ]
    official_share: Annotated[
        DecimalText, Field(description="Share that flows through no draft, by official datasets")
    ]
    data_quality_rating: Annotated[
        str | None, Field(description="1 (best) to 5, weighted by impact; null where none is rated")
    ]
    data_quality_rated_share: Annotated[
        DecimalText, Field(description="Share of the impact that is rated, 0 to 1")
    ]
    uncertainty: Annotated[
        IntervalOut | Literal["not assessed"],
        Field(description="Not assessed where the release was not sampled"),
    ]
    bom_sha256: str
    release_sha256: str

    @property
    def is_switchable(self) -> bool:
        """Its masses are those of the whole life cycle within its boundary."""
        method = method_profile(self.method)
        return method.scope is EmissionScope.LIFE_CYCLE and not method.excluded_stages


class FootprintOut(Out):
    """A stored study with its footprint."""

    id: Annotated[str, Field(description="The study", examples=["std_01..."])]
    product_id: str
    version: int
    bom_sha256: str
    result_sha256: str
    result: ResultOut
    provenance: dict[str, str]
    created_at: datetime

    @classmethod
    def from_core(cls, study: Study) -> FootprintOut:
        """From what is stored."""
        return cls(
            id=study.id,
            product_id=study.product_id,
            version=study.version,
            bom_sha256=study.bom_sha256,
            result_sha256=study.result_sha256,
            result=ResultOut.model_validate_json(study.result),
            provenance=dict(study.provenance),
            created_at=study.created_at,
        )


class SubmittedOut(FootprintOut):
    """A study just stored, with what it changed."""

    voided_case_ids: Annotated[
        list[str], Field(description="Cases on earlier versions of the product, void from now on")
    ]

    @classmethod
    def of(cls, study: Study, voided_case_ids: tuple[str, ...]) -> SubmittedOut:
        """From what was stored."""
        stored = FootprintOut.from_core(study)
        return cls(**dict(stored), voided_case_ids=list(voided_case_ids))


class StudySummaryOut(Out):
    """A study in a list."""

    id: str
    product_id: str
    version: int
    method: str
    result_sha256: str
    created_at: datetime

    @classmethod
    def from_core(cls, study: StudySummary) -> StudySummaryOut:
        """From the list's value."""
        return cls(
            id=study.id,
            product_id=study.product_id,
            version=study.version,
            method=study.method,
            result_sha256=study.result_sha256,
            created_at=study.created_at,
        )


class ProductOut(Out):
    """A product."""

    id: str
    name: dict[str, str]
    model: str
    category: str
    gtin: str | None
    created_at: datetime

    @classmethod
    def from_core(cls, product: Product) -> ProductOut:
        """From the value."""
        return cls(
            id=product.id,
            name=dict(product.names),
            model=product.model,
            category=product.category,
            gtin=product.gtin,
            created_at=product.created_at,
        )


class EvidenceOut(Out):
    """A document behind a study."""

    id: str
    study_id: str
    kind: str
    sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    added_at: datetime

    @classmethod
    def from_core(cls, evidence: Evidence) -> EvidenceOut:
        """From the value."""
        return cls(
            id=evidence.id,
            study_id=evidence.study_id,
            kind=evidence.kind,
            sha256=evidence.sha256,
            file_name=evidence.file_name,
            media_type=evidence.media_type,
            size_bytes=evidence.size_bytes,
            added_at=evidence.added_at,
        )


class FindingOut(Out):
    """One difference between a stored study and its recomputation."""

    subject: Annotated[str, Field(description="bill, exchange, profile, table or result")]
    place: Annotated[str, Field(description="JSON Pointer, lists by the name of their members")]
    before: str
    after: str


class RecomputedOut(Out):
    """A stored study recomputed from its own artefacts."""

    study_id: str
    release_id: str
    is_rebuilt: bool
    stored_sha256: str
    recomputed_sha256: str
    verdict: Annotated[str, Field(description="same-bytes, equal-within-1e-12 or different")]
    findings: list[FindingOut]


class PairedComparisonOut(Out):
    """Two footprints compared draw by draw; equal draws count for half."""

    study_id: str
    other_id: str
    probability_lower: Annotated[
        DecimalText, Field(description="That the study is lower than the other, 0 to 1")
    ]
    interval: IntervalOut
    other_interval: IntervalOut
    difference_interval: Annotated[
        IntervalOut, Field(description="Of the other less the study, draw by draw")
    ]
    cautions: Annotated[
        list[Caution], Field(description="What makes the comparison weaker without forbidding it")
    ]

    @classmethod
    def from_core(cls, found: PairedComparison) -> PairedComparisonOut:
        """From the value."""
        return cls(
            study_id=found.one_id,
            other_id=found.other_id,
            probability_lower=significant_string(found.probability_lower, DRAWN_DIGITS),
            interval=IntervalOut.from_core(found.one),
            other_interval=IntervalOut.from_core(found.other),
            difference_interval=IntervalOut.from_core(found.difference),
            cautions=list(found.cautions),
        )
