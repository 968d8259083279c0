"""Labels, their private history, and the pages and files made of them.

A label is seen by its holder and the two bodies; once shown it is public and found by its serial.
Issuing is two transactions: :meth:`LabelRepository.add` stores the bytes to be signed,
:meth:`LabelRepository.activate` the signed ones. What was signed is never changed.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

import rfc8785
from sqlalchemy import ColumnElement, select, true, update
from sqlmodel import col

from labels.label import gtin_forms
from labels.label_status import LIVE, Label, LabelEvent, LabelState, ReasonClass
from lca_db.errors import Conflict
from lca_db.records.certification.label_rows import PARTIES, SHOWN, label_of, record_of
from lca_db.records.certification.tables import (
    LabelArtefactRow,
    LabelEventRow,
    LabelPageRow,
    LabelRow,
)
from lca_db.records.certification.values import LabelArtefact, LabelPage, LabelRecord
from lca_db.records.content import text_of
from lca_db.records.numbers.counters import next_value
from lca_db.repository import Page, Repository


class LabelRepository(Repository):
    """Reads and changes labels."""

    def next_sequence(self, year: int) -> int:
        """The next number of labels of a year, from 1."""
        return next_value(self._session, f"label:{year}")

    def add(self, record: LabelRecord) -> None:
        """A prepared label with the bytes to be signed.

        Raises:
            Conflict: ``conflict`` when the case or the study already has a live label, or number
                or serial is taken; ``reference-missing`` when the case does not fit.
            StorageError: ``scope-violated``.
        """
        label = record.label
        self._admit(*_parties(record), is_test=label.is_test)
        self._insert(
            LabelRow(
                id=label.id,
                case_id=label.case_id,
                study_id=record.study_id,
                holder_id=label.holder_id,
                verification_body_id=record.verification_body_id,
                certification_body_id=label.certification_body_id,
                number=label.number,
                version=label.version,
                serial=label.serial,
                gtin=record.facts.product.gtin,
                issued_on=label.issued_on,
                valid_until=label.valid_until,
                is_test=label.is_test,
                facts=text_of(record.facts),
                signing_bytes=record.signing_bytes,
                **_moving(label),
            )
        )

    def activate(self, before: Label, after: Label, event: LabelEvent, credential: bytes) -> None:
        """The label is signed and shown.

        Raises:
            Conflict: ``conflict`` when it is no longer prepared: somebody was faster.
        """
        self._move(
            before,
            after,
            event,
            credential=credential,
            credential_sha256=hashlib.sha256(credential).hexdigest(),
            activated_at=after.changed_at,
        )

    def change(self, before: Label, after: Label, event: LabelEvent) -> None:
        """One move of a label, and its event.

        Raises:
            Conflict: ``conflict`` when the label is no longer what it was before.
        """
        self._move(before, after, event)

    def get(self, label_id: str) -> LabelRecord:
        """The label of that id, or :class:`NotFound`."""
        return record_of(self._one(self._visible().where(col(LabelRow.id) == label_id), "label"))

    def get_shown(self, label_id: str) -> LabelRecord:
        """As :meth:`get`, and no label that was prepared and never issued."""
        statement = self._visible().where(
            col(LabelRow.id) == label_id, col(LabelRow.state).in_(SHOWN)
        )
        return record_of(self._one(statement, "label"))

    def lock(self, label_id: str) -> None:
        """Holds the label until the commit, or :class:`NotFound`; call it before reading."""
        held = self._visible().where(col(LabelRow.id) == label_id)
        self._one(held.with_for_update(), "label")

    def find_of_case(self, case_id: str) -> LabelRecord | None:
        """The label of a case, prepared ones included, void ones not."""
        row = self._first(
            self._visible().where(
                col(LabelRow.case_id) == case_id, col(LabelRow.state) != LabelState.VOID.value
            )
        )
        return None if row is None else record_of(row)

    def find_by_serial(self, serial: str, gtin: str | None = None) -> LabelRecord | None:
        """The label at a public address, ended ones included; whoever asks.

        Args:
            serial: Its serial.
            gtin: The GTIN the address names; the label is there only when it is the label's.
        """
        row = self._first(_public(serial).where(_of_gtin(gtin)))
        return None if row is None else record_of(row)

    def list_(
        self, *, state: LabelState | None = None, after: str | None = None, limit: int = 50
    ) -> Page[Label]:
        """Labels the organisation takes part in, in one state or any that is ever shown."""
        statement = self._visible()
        if state is None:
            statement = statement.where(col(LabelRow.state).in_(SHOWN))
        else:
            statement = statement.where(col(LabelRow.state) == state.value)
        return self._page(statement, LabelRow.id, after=after, limit=limit).map(label_of)

    def list_prepared(
        self, changed_before: datetime, *, after: str | None = None, limit: int = 100
    ) -> Page[LabelRecord]:
        """Labels whose issue was interrupted: to be finished or voided."""
        statement = self._visible().where(
            col(LabelRow.state) == LabelState.PREPARED.value,
            col(LabelRow.changed_at) < changed_before,
        )
        return self._page(statement, LabelRow.id, after=after, limit=limit).map(record_of)

    def list_overdue(self, on: date, *, after: str | None = None, limit: int = 100) -> Page[Label]:
        """Live labels past their last day."""
        statement = self._visible().where(
            col(LabelRow.state).in_(state.value for state in LIVE),
            col(LabelRow.valid_until) < on,
        )
        return self._page(statement, LabelRow.id, after=after, limit=limit).map(label_of)

    def list_behind(self, *, after: str | None = None, limit: int = 100) -> Page[Label]:
        """Shown labels whose public pages are missing or of an earlier state."""
        current = select(col(LabelPageRow.label_id)).where(
            col(LabelPageRow.label_id) == col(LabelRow.id),
            col(LabelPageRow.state_version) == col(LabelRow.state_version),
        )
        statement = self._visible().where(col(LabelRow.state).in_(SHOWN), ~current.exists())
        return self._page(statement, LabelRow.id, after=after, limit=limit).map(label_of)

    def list_rendered_before(
        self, certification_body_id: str, moment: datetime, limit: int = 100
    ) -> tuple[Label, ...]:
        """Shown labels of a body that have a public page made before a moment."""
        older = select(col(LabelPageRow.label_id)).where(
            col(LabelPageRow.label_id) == col(LabelRow.id),
            col(LabelPageRow.rendered_at) < moment,
        )
        statement = self._visible().where(
            col(LabelRow.certification_body_id) == certification_body_id,
            col(LabelRow.state).in_(SHOWN),
            older.exists(),
        )
        rows = self._all(statement.order_by(col(LabelRow.id)).limit(limit))
        return tuple(label_of(row) for row in rows)

    def list_events(self, label_id: str) -> tuple[LabelEvent, ...]:
        """The private history of a label, oldest first, or :class:`NotFound`."""
        self._one(self._visible().where(col(LabelRow.id) == label_id), "label")
        rows = self._all(
            select(LabelEventRow)
            .where(col(LabelEventRow.label_id) == label_id)
            .order_by(col(LabelEventRow.state_version))
        )
        return tuple(_event(row.body) for row in rows)

    def put_page(self, label_id: str, page: LabelPage) -> bool:
        """The public page in one language; False when a page of a later state is there."""
        return self._upsert(
            LabelPageRow,
            ("label_id", "language"),
            {
                "label_id": label_id,
                "language": page.language,
                "state_version": page.state_version,
                "content": page.content,
                "etag": page.etag,
                "rendered_at": page.rendered_at,
            },
            where=col(LabelPageRow.state_version) <= page.state_version,
        )

    def find_page(self, serial: str, language: str, gtin: str | None = None) -> LabelPage | None:
        """The public page at an address, as :meth:`find_by_serial` finds its label."""
        row = self._first(
            select(LabelPageRow)
            .join(LabelRow, col(LabelRow.id) == col(LabelPageRow.label_id))
            .where(
                col(LabelRow.serial) == serial,
                col(LabelRow.state).in_(SHOWN),
                col(LabelPageRow.language) == language,
                _of_gtin(gtin),
            )
        )
        if row is None:
            return None
        return LabelPage(
            language=row.language,
            content=row.content,
            etag=row.etag,
            state_version=row.state_version,
            rendered_at=row.rendered_at,
        )

    def add_artefact(self, label_id: str, artefact: LabelArtefact) -> None:
        """A file made for a label; the same file again is already there.

        Raises:
            Conflict: ``artefact-differs`` when another file of that kind is there.
        """
        is_new = self._insert_if_new(
            LabelArtefactRow,
            label_id=label_id,
            kind=artefact.kind,
            sha256=artefact.sha256,
            media_type=artefact.media_type,
            size_bytes=artefact.size_bytes,
            made_at=artefact.made_at,
        )
        if is_new:
            return
        row = self._one(
            select(LabelArtefactRow).where(
                col(LabelArtefactRow.label_id) == label_id,
                col(LabelArtefactRow.kind) == artefact.kind,
            ),
            "artefact",
        )
        if row.sha256 != artefact.sha256:
            raise Conflict("artefact-differs", kind=artefact.kind)

    def list_artefacts(self, label_id: str) -> tuple[LabelArtefact, ...]:
        """Files made for a label, or :class:`NotFound`."""
        self._one(self._visible().where(col(LabelRow.id) == label_id), "label")
        rows = self._all(
            select(LabelArtefactRow)
            .where(col(LabelArtefactRow.label_id) == label_id)
            .order_by(col(LabelArtefactRow.kind))
        )
        return tuple(_artefact(row) for row in rows)

    def find_artefact(self, serial: str, kind: str) -> LabelArtefact | None:
        """A file of the label at a public address; whoever asks."""
        row = self._first(
            select(LabelArtefactRow)
            .join(LabelRow, col(LabelRow.id) == col(LabelArtefactRow.label_id))
            .where(
                col(LabelRow.serial) == serial,
                col(LabelRow.state).in_(SHOWN),
                col(LabelArtefactRow.kind) == kind,
            )
        )
        return None if row is None else _artefact(row)

    def _move(self, before: Label, after: Label, event: LabelEvent, **signed: Any) -> None:
        statement = update(LabelRow).where(
            col(LabelRow.id) == before.id,
            col(LabelRow.state) == before.state.value,
            col(LabelRow.state_version) == before.state_version,
            self._is_party(),
        )
        self._change_or_conflict(statement.values(**_moving(after), **signed), "label")
        self._insert(
            LabelEventRow(
                label_id=event.label_id,
                state_version=event.state_version,
                at=event.at,
                move=event.move,
                from_state=event.from_state.value,
                to_state=event.to_state.value,
                body=rfc8785.dumps(event.to_json()),  # type: ignore[arg-type]
            )
        )

    def _is_party(self) -> ColumnElement[bool]:
        return self._of_mode(LabelRow.is_test) & self._owned(*PARTIES)

    def _visible(self) -> Any:
        return select(LabelRow).where(self._is_party())


def _public(serial: str) -> Any:
    return select(LabelRow).where(col(LabelRow.serial) == serial, col(LabelRow.state).in_(SHOWN))


def _of_gtin(gtin: str | None) -> ColumnElement[bool]:
    """The condition that the label's product bears the GTIN; none where no GTIN was named."""
    return true() if gtin is None else col(LabelRow.gtin).in_(gtin_forms(gtin))


def _parties(record: LabelRecord) -> tuple[str, str, str]:
    label = record.label
    return label.holder_id, record.verification_body_id, label.certification_body_id


def _moving(label: Label) -> dict[str, Any]:
    """The columns a move can change."""
    return {
        "state": label.state.value,
        "state_version": label.state_version,
        "changed_at": label.changed_at,
        "reason": label.reason.value if label.reason else None,
    }


def _event(body: bytes) -> LabelEvent:
    content = json.loads(body)
    return LabelEvent(
        label_id=content["label_id"],
        state_version=content["state_version"],
        move=content["move"],
        at=datetime.fromisoformat(content["at"]),
        from_state=LabelState(content["from_state"]),
        to_state=LabelState(content["to_state"]),
        reason=ReasonClass(content["reason"]) if content["reason"] else None,
        person_id=content["person_id"],
        account_id=content["account_id"],
        organisation_id=content["organisation_id"],
        note=content["note"],
    )


def _artefact(row: LabelArtefactRow) -> LabelArtefact:
    return LabelArtefact(
        kind=row.kind,
        sha256=row.sha256,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        made_at=row.made_at,
    )
