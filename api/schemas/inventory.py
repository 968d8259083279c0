"""The inventory on the wire: releases and datasets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.review_views import PublicReview
from api.schemas.footprints import DecimalText, GasOut, Out
from api.views import DatasetView
from footprint.quantities import significant_string
from footprint.uncertainty import Lognormal
from lca_db.inventory.description import Uncertainty, uncertainty_of
from lca_db.inventory.values import DatasetEntry, Release

_DIGITS = 6
_FIGURES_OF_DEVIATION = 4


class DatasetSummaryOut(Out):
    """A dataset in a list."""

    id: str
    name: dict[str, str]
    unit: str
    location: str
    year: str
    kind: str
    review_status: str

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
        )


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
    """A dataset with its exchanges, its sources and its result by gas."""

    release_id: str
    method: str
    kg_co2e_per_unit: DecimalText
    draft_share: DecimalText
    gases: list[GasOut]
    process: dict[str, Any]
    uncertainty: UncertaintyOut | None
    review: PublicReviewOut

    @classmethod
    def from_core(cls, view: DatasetView) -> DatasetOut:  # type: ignore[override]
        """From the workflow's view."""
        summary = DatasetSummaryOut.from_core(view.entry)
        uncertainty = uncertainty_of(view.entry.body)
        return cls(
            **summary.model_dump(),
            release_id=view.release.id,
            method=view.method,
            kg_co2e_per_unit=significant_string(view.total_kg_co2e, _DIGITS),
            draft_share=significant_string(view.draft_share, _DIGITS),
            gases=[
                GasOut(
                    key=str(gas.key),
                    mass_kg=significant_string(gas.mass_kg, _DIGITS),
                    kg_co2e=significant_string(gas.kg_co2e, _DIGITS),
                )
                for gas in view.gases
            ],
            process=dict(view.entry.body),
            uncertainty=None if uncertainty is None else UncertaintyOut.from_core(uncertainty),
            review=PublicReviewOut.from_core(view.review),
        )


class ReleaseOut(Out):
    """A frozen release."""

    id: str
    snapshot_sha256: str
    table_sha256: str
    reviews_sha256: Annotated[
        str, Field(description="Hash of the list of reviews that were applied to the files")
    ]
    dataset_count: int
    note: str
    created_at: datetime

    @classmethod
    def from_core(cls, release: Release) -> ReleaseOut:
        """From the stored release."""
        return cls(
            id=release.id,
            snapshot_sha256=release.snapshot_sha256,
            table_sha256=release.table_sha256,
            reviews_sha256=release.reviews_sha256,
            dataset_count=release.dataset_count,
            note=release.note,
            created_at=release.created_at,
        )
