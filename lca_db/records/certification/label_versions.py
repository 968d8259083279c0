"""Versions of a label: which one a product has, which one took over.

A product keeps its label number under one scheme and body; every new label of it is the next
version, and at most one version of a number is live (a unique index says so).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from labels.label_status import LIVE, Label
from lca_db.records.certification.label_rows import PARTIES, SHOWN, label_of, record_of
from lca_db.records.certification.tables import CaseRow, LabelRow
from lca_db.records.certification.values import LabelRecord
from lca_db.repository import Repository
from lca_db.rows import METADATA


class LabelVersionRepository(Repository):
    """Reads labels by their number."""

    def newest_of_product(self, study_id: str, case_id: str) -> Label | None:
        """The newest label of the study's product, under the scheme and body of the case.

        Whatever state it is in: its number is the product's, and a version that was prepared and
        never shown is not given again, so that versions may have gaps.
        """
        study = METADATA.tables["study"]  # its module imports this area's tables
        product = select(study.c.product_id).where(study.c.id == study_id).scalar_subquery()
        asked, earlier = aliased(CaseRow), aliased(CaseRow)
        row = self._first(
            self._visible()
            .join(study, study.c.id == col(LabelRow.study_id))
            .join(earlier, earlier.id == col(LabelRow.case_id))
            .join(asked, asked.id == case_id)
            .where(
                study.c.product_id == product,
                earlier.scheme_id == asked.scheme_id,
                earlier.certification_body_id == asked.certification_body_id,
            )
            .order_by(col(LabelRow.version).desc())
        )
        return None if row is None else label_of(row)

    def list_live_before(self, label: Label) -> tuple[LabelRecord, ...]:
        """Live labels of the same number with a lower version: what the label takes over from."""
        rows = self._all(
            self._visible().where(
                col(LabelRow.number) == label.number,
                col(LabelRow.version) < label.version,
                col(LabelRow.state).in_(state.value for state in LIVE),
            )
        )
        return tuple(record_of(row) for row in rows)

    def list_earlier(self, label: Label) -> tuple[LabelRecord, ...]:
        """Shown labels of the same number with a lower version, newest first; whoever asks."""
        rows = self._all(
            select(LabelRow)
            .where(
                col(LabelRow.number) == label.number,
                col(LabelRow.version) < label.version,
                col(LabelRow.state).in_(SHOWN),
            )
            .order_by(col(LabelRow.version).desc())
        )
        return tuple(record_of(row) for row in rows)

    def find_successor(self, label: Label) -> Label | None:
        """The newest shown label of the same number with a higher version; whoever asks."""
        row = self._first(
            select(LabelRow)
            .where(
                col(LabelRow.number) == label.number,
                col(LabelRow.version) > label.version,
                col(LabelRow.state).in_(SHOWN),
            )
            .order_by(col(LabelRow.version).desc())
        )
        return None if row is None else label_of(row)

    def _visible(self) -> Any:
        return select(LabelRow).where(self._of_mode(LabelRow.is_test), self._owned(*PARTIES))
