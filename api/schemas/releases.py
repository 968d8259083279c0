"""Frozen releases on the wire: what each holds, and what differs between two of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.inventory_views import ReleaseDiff, ReleasePage, StudyMoves
from api.schemas.footprints import Out
from api.schemas.inventory import Text, optional_figure
from lca_db.inventory.release_diff import DatasetChange
from lca_db.inventory.values import Release


class ReleaseOut(Out):
    """A frozen release."""

    id: str
    snapshot_sha256: str
    table_sha256: str
    findings_sha256: str
    reviews_sha256: Annotated[str, Field(description="Of the reviews that were applied")]
    sampling_sha256: Annotated[
        str | None,
        Field(description="Of the index of its draws; null where uncertainty is not assessed"),
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
            findings_sha256=release.findings_sha256,
            reviews_sha256=release.reviews_sha256,
            sampling_sha256=release.sampling_sha256,
            dataset_count=release.dataset_count,
            note=release.note,
            created_at=release.created_at,
        )


class SourceUseOut(Out):
    """A document a release was made of."""

    document: str
    issuing_body: str
    year: str
    licence: str
    figures: Annotated[int, Field(description="Figures read in it")]
    datasets: Annotated[int, Field(description="Datasets that rest on one of them")]


class ReleaseImportOut(Out):
    """An import whose datasets a release holds, and the terms it was given under."""

    id: str
    file_name: str
    dataset_count: int
    licence: str
    is_publishable: bool


class ReleasePageOut(ReleaseOut):
    """A release with its counts, its findings by severity and the documents it was made of."""

    statistics: dict[str, Any]
    findings: Annotated[dict[str, int], Field(description="How many of each severity")]
    examined: Annotated[dict[str, int], Field(description="How many datasets each check looked at")]
    solved_by: Annotated[str, Field(description="How its table was solved: direct or iteration")]
    licences: Annotated[dict[str, int], Field(description="Figures read under each licence")]
    sources: list[SourceUseOut]
    unlisted_sources: Annotated[int, Field(description="Sources whose document is not known here")]
    is_public: Annotated[bool, Field(description="Whether everything in it may be published")]
    imports: list[ReleaseImportOut]

    @classmethod
    def of_page(cls, page: ReleasePage) -> ReleasePageOut:
        """From the workflow's view."""
        return cls(
            **ReleaseOut.from_core(page.release).model_dump(),
            statistics=dict(page.holdings.statistics),
            findings=dict(page.counts),
            examined=dict(page.examined),
            solved_by=page.solved_by,
            licences=page.holdings.by_licence(),
            sources=[
                SourceUseOut(
                    document=use.document,
                    issuing_body=use.issuing_body,
                    year=use.year,
                    licence=use.licence,
                    figures=use.figures,
                    datasets=use.datasets,
                )
                for use in page.holdings.sources
            ],
            unlisted_sources=page.holdings.unlisted,
            is_public=page.is_public,
            imports=[
                ReleaseImportOut(
                    id=each.id,
                    file_name=each.file_name,
                    dataset_count=each.dataset_count,
                    licence=each.terms.licence,
                    is_publishable=each.terms.is_publishable,
                )
                for each in page.imports
            ],
        )


class DatasetChangeOut(Out):
    """A dataset that is not what it was."""

    dataset: str
    change: Annotated[str, Field(description="added, removed, changed or moved")]
    members: list[str]
    unit: str
    before_kg_co2e: str | None
    after_kg_co2e: str | None
    relative_change: str | None

    @classmethod
    def from_core(cls, change: DatasetChange) -> DatasetChangeOut:
        """From the comparison."""
        return cls(
            dataset=change.dataset_id,
            change=change.kind.value,
            members=list(change.members),
            unit=change.unit,
            before_kg_co2e=optional_figure(change.before),
            after_kg_co2e=optional_figure(change.after),
            relative_change=optional_figure(change.relative),
        )


class ReleaseDiffOut(Out):
    """What differs between two releases, by dataset, in the order of their ids."""

    before: str
    after: str
    counts: Annotated[dict[str, int], Field(description="All datasets that differ, by kind")]
    changes: list[DatasetChangeOut]

    @classmethod
    def from_core(cls, diff: ReleaseDiff, changes: tuple[DatasetChange, ...]) -> ReleaseDiffOut:
        """The comparison, with one page of its changes."""
        return cls(
            before=diff.before.id,
            after=diff.after.id,
            counts=diff.counts(),
            changes=[DatasetChangeOut.from_core(change) for change in changes],
        )


class StudyMoveOut(Out):
    """The newest study of a product on both releases."""

    study_id: str
    product_id: str
    product: Text
    before_kg_co2e: str | None
    after_kg_co2e: str | None
    relative_change: str | None
    reason: Annotated[str, Field(description="Codes of what stands in the way; empty for none")]


class StudyMovesOut(Out):
    """The studies of the own organisation that would move."""

    examined: Annotated[int, Field(description="Products whose newest study was calculated")]
    is_cut: Annotated[bool, Field(description="There are more products than were calculated")]
    moves: list[StudyMoveOut]

    @classmethod
    def from_core(cls, found: StudyMoves) -> StudyMovesOut:
        """From the comparison."""
        return cls(
            examined=found.examined,
            is_cut=found.is_cut,
            moves=[
                StudyMoveOut(
                    study_id=move.study_id,
                    product_id=move.product_id,
                    product=dict(found.names[move.product_id]),
                    before_kg_co2e=optional_figure(move.before),
                    after_kg_co2e=optional_figure(move.after),
                    relative_change=optional_figure(move.relative),
                    reason=move.reason,
                )
                for move in found.moves
            ],
        )
