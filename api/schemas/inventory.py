"""The inventory on the wire: releases and datasets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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


class DatasetOut(DatasetSummaryOut):
    """A dataset with its exchanges, its sources and its result by gas."""

    release_id: str
    method: str
    kg_co2e_per_unit: DecimalText
    draft_share: DecimalText
    gases: list[GasOut]
    process: dict[str, Any]
    uncertainty: UncertaintyOut | None

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
        )


class ReleaseOut(Out):
    """A frozen release."""

    id: str
    snapshot_sha256: str
    table_sha256: str
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
            dataset_count=release.dataset_count,
            note=release.note,
            created_at=release.created_at,
        )
