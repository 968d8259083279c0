"""Certification cases and their private history.

A case is seen by its applicant and its two bodies. A step is one conditional update on the state
and version it was decided on, and one event; of two at once, one is a conflict.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import ColumnElement, func, select, update
from sqlmodel import col

from labels.case import Case, CaseEvent, CaseState
from labels.scheme import SchemeReference
from lca_db.records.certification.tables import CaseEventRow, CaseRow
from lca_db.records.content import text_of, value_of
from lca_db.repository import Page, Repository

DEAD_ENDS = (CaseState.REFUSED.value, CaseState.SURRENDERED.value, CaseState.VOID.value)


class CaseRepository(Repository):
    """Reads and changes certification cases."""

    def add(self, case: Case, event: CaseEvent) -> None:
        """A new case and its first event.

        Raises:
            Conflict: ``conflict`` when an open case of that study and scheme exists,
                ``reference-missing`` when the study does not have these hashes,
                ``rule-violated`` for persons or bodies that are not apart.
            StorageError: ``scope-violated``.
        """
        self._admit(*_parties(case), is_test=case.is_test)
        self._insert(
            CaseRow(
                id=case.id,
                study_id=case.study_id,
                applicant_id=case.applicant_id,
                verification_body_id=case.verification_body_id,
                certification_body_id=case.certification_body_id,
                scheme_id=case.scheme.id,
                bom_sha256=case.bom_sha256,
                result_sha256=case.result_sha256,
                preparer_id=case.preparer_id,
                is_test=case.is_test,
                submitted_at=case.submitted_at,
                **_moving(case),
            )
        )
        self._append(event)

    def get(self, case_id: str) -> Case:
        """The case of that id, or :class:`NotFound`."""
        return _case(self._one(self._visible().where(col(CaseRow.id) == case_id), "case"))

    def find_open(self, study_id: str) -> Case | None:
        """The newest case of a study that is neither refused, surrendered nor void."""
        row = self._first(
            self._visible()
            .where(col(CaseRow.study_id) == study_id, col(CaseRow.state).not_in(DEAD_ENDS))
            .order_by(col(CaseRow.id).desc())
        )
        return None if row is None else _case(row)

    def list_(
        self, *, state: CaseState | None = None, after: str | None = None, limit: int = 50
    ) -> Page[Case]:
        """Cases the organisation takes part in, in one state or any."""
        statement = self._visible()
        if state is not None:
            statement = statement.where(col(CaseRow.state) == state.value)
        return self._page(statement, CaseRow.id, after=after, limit=limit).map(_case)

    def save(self, before: Case, after: Case, event: CaseEvent) -> None:
        """One step: the case as it is after it, and its event.

        Raises:
            Conflict: ``conflict`` when the case is no longer what it was before, ``rule-violated``
                or ``record-immutable`` when the tables refuse the step.
            StorageError: ``scope-violated``.
        """
        self._admit(*_parties(before), is_test=before.is_test)
        statement = update(CaseRow).where(
            col(CaseRow.id) == before.id,
            col(CaseRow.state) == before.state.value,
            col(CaseRow.version) == before.version,
            self._is_party(),
        )
        self._change_or_conflict(statement.values(**_moving(after)), "case")
        self._append(event)

    def add_event(self, event: CaseEvent) -> None:
        """An event that changes nothing: a refused attempt. Or :class:`NotFound`."""
        held = self._visible().where(col(CaseRow.id) == event.case_id).with_for_update()
        self._one(held, "case")
        self._append(event)

    def list_events(self, case_id: str) -> tuple[CaseEvent, ...]:
        """The private history of a case, oldest first, or :class:`NotFound`."""
        self._one(self._visible().where(col(CaseRow.id) == case_id), "case")
        rows = self._all(
            select(CaseEventRow)
            .where(col(CaseEventRow.case_id) == case_id)
            .order_by(col(CaseEventRow.number))
        )
        return tuple(_event(row.body) for row in rows)

    def _append(self, event: CaseEvent) -> None:
        """The event under the next number; the case's row is held by the change before it."""
        newest = select(func.max(CaseEventRow.number)).where(
            col(CaseEventRow.case_id) == event.case_id
        )
        self._insert(
            CaseEventRow(
                case_id=event.case_id,
                number=int(self._session.execute(newest).scalar_one() or 0) + 1,
                at=event.at,
                kind=event.kind,
                from_state=event.from_state.value if event.from_state else None,
                to_state=event.to_state.value,
                role=event.role,
                body=rfc8785.dumps(event.to_json()),  # type: ignore[arg-type]
            )
        )

    def _is_party(self) -> ColumnElement[bool]:
        return self._of_mode(CaseRow.is_test) & self._owned(
            CaseRow.applicant_id, CaseRow.verification_body_id, CaseRow.certification_body_id
        )

    def _visible(self) -> Any:
        return select(CaseRow).where(self._is_party())


def _parties(case: Case) -> tuple[str, str, str]:
    return case.applicant_id, case.verification_body_id, case.certification_body_id


def _moving(case: Case) -> dict[str, Any]:
    """The columns a step can change."""
    return {
        "state": case.state.value,
        "version": case.version,
        "verifier_id": case.verifier_id,
        "reviewer_id": case.reviewer_id,
        "decision_maker_id": case.decision_maker_id,
        "updated_at": case.updated_at,
        "body": text_of(case),
    }


def _case(row: CaseRow) -> Case:
    return value_of(Case, row.body)


def _event(body: bytes) -> CaseEvent:
    content = json.loads(body)
    from_state = content["from_state"]
    scheme_id, scheme_version, scheme_sha256 = content["scheme"]
    return CaseEvent(
        case_id=content["case_id"],
        case_version=content["case_version"],
        kind=content["kind"],
        at=datetime.fromisoformat(content["at"]),
        person_id=content["person_id"],
        account_id=content["account_id"],
        organisation_id=content["organisation_id"],
        role=content["role"],
        from_state=CaseState(from_state) if from_state else None,
        to_state=CaseState(content["to_state"]),
        scheme=SchemeReference(id=scheme_id, version=scheme_version, sha256=scheme_sha256),
        bom_sha256=content["bom_sha256"],
        result_sha256=content["result_sha256"],
        details=content["details"],
    )
