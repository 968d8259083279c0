"""Datasets on the wire: in a list, whole, and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.i18n import sentence
from api.inventory_views import DatasetPage, VersionView
from api.review_views import PublicReview
from api.schemas.footprints import DecimalText, GasOut, Out
from footprint.inventory import DatasetSource
from footprint.quantities import significant_string
from footprint.uncertainty import Lognormal
from lca_db.inventory.checks.finding import Finding
from lca_db.inventory.description import Uncertainty
from lca_db.inventory.values import DatasetEntry

_DIGITS = 6
_FIGURES_OF_DEVIATION = 4
Text = dict[str, str]


def figure(value: float) -> str:
    """A figure as a decimal string, six significant digits."""
    return significant_string(value, _DIGITS)


def optional_figure(value: float | None) -> str | None:
    """The same of a figure that may be missing."""
    return None if value is None else figure(value)


class DatasetSummaryOut(Out):
    """A dataset in a list."""

    id: str
    name: Text
    unit: str
    location: str
    year: str
    kind: str
    review_status: str
    industry: Annotated[str, Field(description="Key of the industry; empty where none is given")]
    codes: Annotated[dict[str, list[str]], Field(description="Codes of the trade by system")]

    @classmethod
    def from_core(cls, entry: DatasetEntry) -> DatasetSummaryOut:
        """From the stored entry."""
        return cls(
            id=entry.dataset_id,
            name=dict(entry.names),
            unit=entry.unit,
            location=entry.location,
            year=entry.year,
            kind=entry.kind.value,
            review_status=entry.review_status.value,
            industry=entry.industry,
            codes=entry.codes,
        )


class FindingOut(Out):
    """A finding of the checks a release was frozen with."""

    code: str
    severity: str
    dataset: Annotated[str, Field(description="Empty where it is about the whole inventory")]
    pointer: str
    detail: Annotated[str, Field(description="The sentence, in the language that was asked for")]
    explanation: Annotated[str, Field(description="Why it may stand; empty for none")]

    @classmethod
    def from_core(cls, finding: Finding, language: str) -> FindingOut:
        """With its sentence in a language."""
        return cls(
            code=finding.code,
            severity=finding.severity.value,
            dataset=finding.dataset,
            pointer=finding.place,
            detail=sentence(finding.code, language, finding.parameters),
            explanation=finding.explanation,
        )


class InputOut(Out):
    """An input per reference amount, with the dataset that makes it."""

    provider: str
    dataset: Annotated[str, Field(description="Makes the provider; another id for a co-product")]
    name: Text
    amount: DecimalText
    unit: str
    is_credit: bool
    sources: list[str]
    derivation: str
    note: str
    stands_for: str


class EmissionOut(Out):
    """An emission of the process itself per reference amount."""

    substance: str
    origin: str
    notes: list[str]
    amount_kg: DecimalText
    sources: list[str]
    derivation: str
    note: str


class SourceOut(Out):
    """Where a figure was read."""

    id: str
    document: str
    issuing_body: str
    year: str
    table_or_row: str
    licence: str
    confidence: str

    @classmethod
    def from_core(cls, source: DatasetSource) -> SourceOut:
        """From the table of sources."""
        return cls(
            id=source.id,
            document=source.document,
            issuing_body=source.issuing_body,
            year=source.year,
            table_or_row=source.table_or_row,
            licence=source.licence,
            confidence=source.confidence,
        )


class ComparisonOut(Out):
    """How the total compares with a published one: the verdict, never the value.

    ``not_comparable`` says in what the published value differs in kind; such a verdict tells
    nothing of the dataset and is listed so that nothing is hidden.
    """

    what: str
    verdict: str
    checked_on: str
    excuse: str
    not_comparable: str


class UncertaintyOut(Out):
    """How uncertain each amount is: its squared geometric standard deviation.

    About 95 % of a lognormal distribution lie within a factor of it; in the order of the dataset's
    exchanges, derived from its pedigree.
    """

    inputs: list[DecimalText]
    emissions: list[DecimalText]

    @classmethod
    def from_core(cls, uncertainty: Uncertainty) -> UncertaintyOut:
        """From the distributions."""
        return cls(
            inputs=[_squared(each) for each in uncertainty.inputs],
            emissions=[_squared(each) for each in uncertainty.emissions],
        )


def _squared(distribution: Lognormal) -> str:
    return significant_string(distribution.squared_deviation, _FIGURES_OF_DEVIATION)


class PublicReviewStepOut(Out):
    """A step of a dataset's review: by which organisation and when, never by whom."""

    move: str
    at: datetime
    from_status: str
    to_status: str
    organisation_id: str
    organisation: dict[str, str]
    is_present: Annotated[
        bool, Field(description="About what the dataset says now, not about an earlier content")
    ]


class PublicReviewOut(Out):
    """What reviewers decided about a dataset's present content."""

    content_sha256: str
    status: Annotated[str, Field(description="Counts from the next release on")]
    history: list[PublicReviewStepOut]

    @classmethod
    def from_core(cls, review: PublicReview) -> PublicReviewOut:
        """From the workflow's view."""
        return cls(
            content_sha256=review.content_sha256,
            status=review.status.value,
            history=[
                PublicReviewStepOut(
                    move=step.move.value,
                    at=step.at,
                    from_status=step.from_status.value,
                    to_status=step.to_status.value,
                    organisation_id=step.organisation_id,
                    organisation=dict(step.organisation),
                    is_present=step.is_present,
                )
                for step in review.history
            ],
        )


class DatasetOut(DatasetSummaryOut):
    """A dataset with its exchanges and their sources, its result by gas, and what is said of it."""

    release_id: str
    is_current: Annotated[bool, Field(description="The release is the newest one")]
    synonyms: list[str]
    technology: str
    comment: str
    proxy: str
    pedigree: Annotated[dict[str, int], Field(description="1 (best) to 5 by indicator")]
    confidence: Annotated[str, Field(description="Of its weakest figure; empty where unknown")]
    method: str
    kg_co2e_per_unit: DecimalText
    draft_share: DecimalText
    gases: list[GasOut]
    reference_amount: DecimalText
    inputs: list[InputOut]
    emissions: list[EmissionOut]
    co_products: list[dict[str, str]]
    cut_offs: list[dict[str, str]]
    sources: list[SourceOut]
    findings: list[FindingOut]
    comparisons: list[ComparisonOut]
    uncertainty: UncertaintyOut | None
    review: PublicReviewOut
    process: Annotated[dict[str, Any], Field(description="The process as it is hashed")]

    @classmethod
    def of_page(cls, view: DatasetPage, language: str) -> DatasetOut:
        """From the workflow's view, findings told in a language."""
        summary = DatasetSummaryOut.from_core(view.entry)
        return cls(
            **summary.model_dump(),
            release_id=view.release.id,
            is_current=view.is_current,
            synonyms=list(view.entry.synonyms),
            technology=view.technology,
            comment=view.comment,
            proxy=view.proxy,
            pedigree=dict(view.pedigree),
            confidence=view.confidence,
            method=view.found.method,
            kg_co2e_per_unit=figure(view.found.total_kg_co2e),
            draft_share=figure(view.found.draft_share),
            gases=[
                GasOut(key=str(g.key), mass_kg=figure(g.mass_kg), kg_co2e=figure(g.kg_co2e))
                for g in view.found.gases
            ],
            reference_amount=view.reference_amount,
            inputs=_inputs(view),
            emissions=_emissions(view),
            co_products=[dict(each) for each in view.co_products],
            cut_offs=[dict(each) for each in view.cut_offs],
            sources=[SourceOut.from_core(source) for source in view.sources.values()],
            findings=[FindingOut.from_core(finding, language) for finding in view.findings],
            comparisons=[
                ComparisonOut(
                    what=each.what,
                    verdict=each.verdict,
                    checked_on=each.checked_on.isoformat(),
                    excuse=each.excuse,
                    not_comparable=each.not_comparable,
                )
                for each in view.comparisons
            ],
            uncertainty=_uncertainty(view),
            review=PublicReviewOut.from_core(view.found.review),
            process=dict(view.entry.body),
        )


def _uncertainty(view: DatasetPage) -> UncertaintyOut | None:
    return None if view.uncertainty is None else UncertaintyOut.from_core(view.uncertainty)


def _inputs(view: DatasetPage) -> list[InputOut]:
    return [
        InputOut(
            provider=each.provider,
            dataset=each.maker,
            name=dict(each.names),
            amount=each.amount,
            unit=each.unit,
            is_credit=each.is_credit,
            sources=list(each.sources),
            derivation=each.derivation,
            note=each.note,
            stands_for=each.stands_for,
        )
        for each in view.inputs
    ]


def _emissions(view: DatasetPage) -> list[EmissionOut]:
    return [
        EmissionOut(
            substance=each.substance,
            origin=each.origin,
            notes=list(each.notes),
            amount_kg=each.amount_kg,
            sources=list(each.sources),
            derivation=each.derivation,
            note=each.note,
        )
        for each in view.emissions
    ]


class VersionOut(Out):
    """A dataset in one release, held against the release before it."""

    release_id: str
    frozen_at: datetime
    state: Annotated[
        str,
        Field(description="first, same, changed (its content), moved (only its total) or absent"),
    ]
    members: Annotated[list[str], Field(description="What of its content differs")]
    unit: str
    kg_co2e_per_unit: str | None
    relative_change: str | None

    @classmethod
    def from_core(cls, version: VersionView) -> VersionOut:
        """From the workflow's view."""
        return cls(
            release_id=version.release.id,
            frozen_at=version.release.created_at,
            state=version.state.value,
            members=list(version.members),
            unit=version.unit,
            kg_co2e_per_unit=optional_figure(version.kg_co2e),
            relative_change=optional_figure(version.relative),
        )
