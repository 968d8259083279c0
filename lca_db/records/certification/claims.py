"""Which certificates of electricity which case claims: one megawatt-hour, one claim.

A claim is made when an application is opened and is never changed. It holds while its case is not
refused, surrendered or void; nothing needs to be released. A later version of the same product may
claim again what an earlier one claims. Whether somebody else claims a serial is asked across all
organisations, and the answer names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from footprint.serials import SerialRange
from labels.case import Case
from lca_db.errors import Conflict
from lca_db.records.certification.cases import DEAD_ENDS
from lca_db.records.certification.tables import CaseRow, InstrumentClaimRow
from lca_db.records.numbers.counters import next_value
from lca_db.repository import Repository
from lca_db.rows import METADATA


class InstrumentClaimRepository(Repository):
    """Adds claims; a guard refuses as well what overlaps."""

    def claim(self, case: Case, serials: Sequence[SerialRange], at: datetime) -> None:
        """Claims every serial for the case, or none.

        Raises:
            Conflict: ``certificate-claimed-elsewhere`` where a live case on another product has
                one of them.
            StorageError: ``scope-violated``.
        """
        self._admit(case.applicant_id, is_test=case.is_test)
        for one in serials:
            number = next_value(self._session, "instrument-claim")  # others wait for the commit
            if self._is_claimed_elsewhere(case, one):
                raise Conflict("certificate-claimed-elsewhere", serial=str(one))
            self._insert(
                InstrumentClaimRow(
                    number=number,
                    case_id=case.id,
                    study_id=case.study_id,
                    organisation_id=case.applicant_id,
                    registry_code=one.registry,
                    prefix=one.prefix,
                    first_number=one.first,
                    last_number=one.last,
                    is_test=case.is_test,
                    claimed_at=at,
                )
            )

    def _is_claimed_elsewhere(self, case: Case, serials: SerialRange) -> bool:
        study = METADATA.tables["study"]  # its module imports this area's tables
        own = select(study.c.product_id).where(study.c.id == case.study_id).scalar_subquery()
        statement = (
            select(InstrumentClaimRow)
            .join(CaseRow, col(CaseRow.id) == col(InstrumentClaimRow.case_id))
            .join(study, study.c.id == col(InstrumentClaimRow.study_id))
            .where(
                col(InstrumentClaimRow.registry_code) == serials.registry,
                col(InstrumentClaimRow.prefix) == serials.prefix,
                col(InstrumentClaimRow.first_number) <= serials.last,
                col(InstrumentClaimRow.last_number) >= serials.first,
                self._of_mode(InstrumentClaimRow.is_test),
                col(CaseRow.state).not_in(DEAD_ENDS),
                study.c.product_id != own,
            )
        )
        return self._first(statement) is not None
