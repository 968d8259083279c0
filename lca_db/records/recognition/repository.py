"""Recognition: pinned trust lists, arrangements, this body's recognitions, what others showed.

All of it is public or this body's own memory as a verifier, so the scope does not limit it. What a
verifier has seen only grows: a sequence never falls, a withdrawn credential stays withdrawn.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlmodel import col

from labels.credential.verdict import Remembered, StatusSighting
from labels.recognition import RecognitionStanding, RecognitionState
from lca_db.errors import Conflict
from lca_db.records.recognition.recognition_rows import read_foreign, read_recognition
from lca_db.records.recognition.tables import (
    ArrangementRow,
    ForeignRecognitionRow,
    HomeNoticeRow,
    RecognitionRow,
    SeenWithdrawnRow,
    StatusSightingRow,
    TrustListRow,
)
from lca_db.records.recognition.values import ForeignRecognition, HomeNotice, Recognition
from lca_db.repository import Page, Repository

_PREPARED = (
    col(RecognitionRow.credential).is_(None),
    col(RecognitionRow.state) != RecognitionState.REVOKED.value,
)


class RecognitionRepository(Repository):
    """Reads and changes what concerns other bodies."""

    def pin_trust_list(
        self, content: bytes, pinned_by: str, at: datetime, *, replaces: bytes | None
    ) -> None:
        """The trust list that holds from now on.

        Args:
            content: Its exact bytes.
            pinned_by: Who pins it.
            at: Now.
            replaces: The list it was compared with, None where none was pinned.

        Raises:
            Conflict: Another one was pinned meanwhile.
        """
        newest = self._first(select(TrustListRow).order_by(col(TrustListRow.number).desc()))
        if (None if newest is None else newest.content) != replaces:
            raise Conflict("conflict", kind="trust-list")
        self._insert(
            TrustListRow(
                number=1 if newest is None else newest.number + 1,
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
                pinned_by=pinned_by,
                pinned_at=at,
            )
        )

    def trust_list(self) -> bytes | None:
        """The exact bytes of the trust list that holds, None before any was pinned."""
        row = self._first(select(TrustListRow).order_by(col(TrustListRow.number).desc()))
        return None if row is None else row.content

    def put_arrangement(
        self, arrangement_id: str, content: bytes, *, is_signed: bool, at: datetime
    ) -> None:
        """An arrangement, proposed or signed by both; the same again is already there."""
        self._insert_if_new(
            ArrangementRow,
            id=arrangement_id,
            is_signed=is_signed,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            received_at=at,
        )

    def list_arrangements(self, *, is_signed: bool = True) -> tuple[bytes, ...]:
        """All arrangements, signed by both or only proposed."""
        rows = self._all(
            select(ArrangementRow)
            .where(col(ArrangementRow.is_signed) == is_signed)
            .order_by(col(ArrangementRow.id))
        )
        return tuple(row.content for row in rows)

    def add(self, recognition: Recognition) -> None:
        """A prepared recognition with the bytes to be signed.

        Raises:
            Conflict: ``conflict`` when one that is not revoked exists for the same credential
                under the same arrangement.
        """
        self._insert(
            RecognitionRow(
                id=recognition.id,
                body_id=recognition.body_id,
                label_url=recognition.label_url,
                label_number=recognition.label_number,
                label_sha256=recognition.label_sha256,
                label_credential=recognition.label_credential,
                home_issuer=recognition.home_issuer,
                arrangement_id=recognition.arrangement_id,
                arrangement_sha256=recognition.arrangement_sha256,
                signing_bytes=recognition.signing_bytes,
                credential=recognition.credential,
                state=recognition.standing.state.value,
                cause=recognition.standing.cause.value,
                is_confirmed=recognition.standing.is_confirmed,
                state_version=recognition.state_version,
                home_seen_at=recognition.home_seen_at,
                valid_until=recognition.valid_until,
                created_at=recognition.created_at,
                changed_at=recognition.changed_at,
            )
        )

    def sign(self, recognition_id: str, credential: bytes) -> None:
        """The signed bytes of a prepared recognition.

        Raises:
            Conflict: ``conflict`` when it is signed already, or was discarded.
        """
        statement = update(RecognitionRow).where(
            *_PREPARED, col(RecognitionRow.id) == recognition_id
        )
        self._change_or_conflict(statement.values(credential=credential), "recognition")

    def discard(self, prepared: Recognition, at: datetime) -> None:
        """A prepared recognition will never be signed; its label can be recognised anew.

        Raises:
            Conflict: ``conflict`` when it is signed or discarded already.
        """
        statement = update(RecognitionRow).where(*_PREPARED, col(RecognitionRow.id) == prepared.id)
        ended = statement.values(
            state=RecognitionState.REVOKED.value,
            state_version=prepared.state_version + 1,
            changed_at=at,
        )
        self._change_or_conflict(ended, "recognition")

    def find_live(self, label_sha256: str, at: datetime) -> Recognition | None:
        """That of a credential which is neither over nor revoked, signed or only prepared."""
        row = self._first(
            select(RecognitionRow).where(
                col(RecognitionRow.label_sha256) == label_sha256,
                col(RecognitionRow.state) != RecognitionState.REVOKED.value,
                col(RecognitionRow.valid_until) > at,
            )
        )
        return None if row is None else read_recognition(row)

    def list_prepared(
        self, created_before: datetime, *, after: str | None = None, limit: int = 100
    ) -> Page[Recognition]:
        """Recognitions whose signing was interrupted: to be finished."""
        statement = select(RecognitionRow).where(
            *_PREPARED, col(RecognitionRow.created_at) < created_before
        )
        return self._page(statement, RecognitionRow.id, after=after, limit=limit).map(
            read_recognition
        )

    def get(self, recognition_id: str) -> Recognition:
        """The recognition of that id, or :class:`NotFound`."""
        statement = select(RecognitionRow).where(col(RecognitionRow.id) == recognition_id)
        return read_recognition(self._one(statement, "recognition"))

    def list_of_body(
        self, body_id: str, *, after: str | None = None, limit: int = 50
    ) -> Page[Recognition]:
        """The signed recognitions of one certification body, newest first."""
        statement = select(RecognitionRow).where(
            col(RecognitionRow.body_id) == body_id, col(RecognitionRow.credential).is_not(None)
        )
        return self._page(statement, RecognitionRow.id, after=after, limit=limit).map(
            read_recognition
        )

    def list_live(
        self, at: datetime, *, after: str | None = None, limit: int = 200
    ) -> Page[Recognition]:
        """Signed recognitions neither over nor revoked: those whose home must be asked."""
        statement = select(RecognitionRow).where(
            col(RecognitionRow.state) != RecognitionState.REVOKED.value,
            col(RecognitionRow.valid_until) > at,
            col(RecognitionRow.credential).is_not(None),
        )
        return self._page(statement, RecognitionRow.id, after=after, limit=limit).map(
            read_recognition
        )

    def change(
        self,
        before: Recognition,
        standing: RecognitionStanding,
        at: datetime,
        home_seen_at: datetime | None = None,
    ) -> Recognition:
        """A new standing.

        Args:
            before: The recognition as it was read.
            standing: Where it stands now.
            at: Now.
            home_seen_at: As of when the status at home was confirmed; None keeps what was known.

        Raises:
            Conflict: ``conflict`` when it has changed since it was read.
        """
        after = replace(
            before,
            standing=standing,
            state_version=before.state_version + 1,
            home_seen_at=home_seen_at or before.home_seen_at,
            changed_at=at,
        )
        statement = update(RecognitionRow).where(
            col(RecognitionRow.id) == before.id,
            col(RecognitionRow.state) == before.standing.state.value,
            col(RecognitionRow.state_version) == before.state_version,
        )
        self._change_or_conflict(
            statement.values(
                state=standing.state.value,
                cause=standing.cause.value,
                is_confirmed=standing.is_confirmed,
                state_version=after.state_version,
                home_seen_at=after.home_seen_at,
                changed_at=at,
            ),
            "recognition",
        )
        return after

    def see_home(self, recognition_id: str, at: datetime) -> None:
        """The status at home was confirmed as of then; the standing is the same, so its version."""
        seen_at = col(RecognitionRow.home_seen_at)
        self._session.execute(
            update(RecognitionRow)
            .where(
                col(RecognitionRow.id) == recognition_id,
                or_(seen_at.is_(None), seen_at < at),
            )
            .values(home_seen_at=at)
        )

    def note_for_home(self, recognition: Recognition, at: datetime) -> None:
        """The home body is to be told how it stands; takes the place of what it was not told."""
        self._upsert(
            HomeNoticeRow,
            ("recognition_id",),
            {
                "recognition_id": recognition.id,
                "state_version": recognition.state_version,
                "attempts": 0,
                "due_at": at,
            },
            where=col(HomeNoticeRow.state_version) < recognition.state_version,
        )

    def list_due_notices(
        self, at: datetime, recognition_id: str | None = None, limit: int = 100
    ) -> tuple[HomeNotice, ...]:
        """What is due, longest waiting first: of one recognition, or of all."""
        statement = (
            select(HomeNoticeRow, RecognitionRow)
            .join(RecognitionRow, col(RecognitionRow.id) == col(HomeNoticeRow.recognition_id))
            .where(col(HomeNoticeRow.due_at) <= at)
            .order_by(col(HomeNoticeRow.due_at), col(HomeNoticeRow.recognition_id))
            .limit(limit)
        )
        if recognition_id is not None:
            statement = statement.where(col(HomeNoticeRow.recognition_id) == recognition_id)
        rows = self._session.execute(statement)
        return tuple(
            HomeNotice(
                recognition=read_recognition(recognition),
                state_version=notice.state_version,
                attempts=notice.attempts,
                due_at=notice.due_at,
            )
            for notice, recognition in rows
        )

    def drop_notice(self, notice: HomeNotice) -> None:
        """It was taken, or its recognition ended; a notice of a later change stays."""
        self._session.execute(
            delete(HomeNoticeRow).where(
                col(HomeNoticeRow.recognition_id) == notice.recognition.id,
                col(HomeNoticeRow.state_version) == notice.state_version,
            )
        )

    def postpone_notice(self, notice: HomeNotice, due_at: datetime) -> None:
        """It was tried in vain; a notice of a later change, or tried by another, stays as it is."""
        self._change(
            update(HomeNoticeRow)
            .where(
                col(HomeNoticeRow.recognition_id) == notice.recognition.id,
                col(HomeNoticeRow.state_version) == notice.state_version,
                col(HomeNoticeRow.attempts) == notice.attempts,
            )
            .values(attempts=notice.attempts + 1, due_at=due_at)
        )

    def remembered(self) -> Remembered:
        """What this verifier has seen before."""
        sightings = self._all(select(StatusSightingRow))
        withdrawn = self._session.execute(select(col(SeenWithdrawnRow.credential_id))).scalars()
        return Remembered(
            {row.url: StatusSighting(row.url, row.sequence, row.sha256) for row in sightings},
            frozenset(withdrawn),
        )

    def remember(self, remembered: Remembered, at: datetime) -> None:
        """Keeps what was seen; an older sequence and a forgotten withdrawal change nothing."""
        for seen in remembered.sightings.values():
            self._upsert(
                StatusSightingRow,
                ("url",),
                {"url": seen.url, "sequence": seen.sequence, "sha256": seen.sha256},
                where=col(StatusSightingRow.sequence) < seen.sequence,
            )
        for credential_id in sorted(remembered.withdrawn):
            self._insert_if_new(SeenWithdrawnRow, credential_id=credential_id, seen_at=at)

    def put_foreign(self, recognition: ForeignRecognition) -> None:
        """Another body's recognition of a label of ours, where it says other than was known."""
        self._upsert(
            ForeignRecognitionRow,
            ("credential_id",),
            {
                "credential_id": recognition.credential_id,
                "label_url": recognition.label_url,
                "issuer": recognition.issuer,
                "region": recognition.region,
                "content": recognition.content,
                "verdict": recognition.verdict,
                "seen_at": recognition.seen_at,
                "confirmed_at": recognition.confirmed_at,
            },
            where=(col(ForeignRecognitionRow.seen_at) <= recognition.seen_at)
            & or_(
                col(ForeignRecognitionRow.verdict) != recognition.verdict,
                col(ForeignRecognitionRow.content) != recognition.content,
            ),
        )

    def confirm_foreign(self, credential_id: str, at: datetime) -> None:
        """Its status was confirmed as of then; an older confirmation changes nothing."""
        confirmed_at = col(ForeignRecognitionRow.confirmed_at)
        self._session.execute(
            update(ForeignRecognitionRow)
            .where(col(ForeignRecognitionRow.credential_id) == credential_id, confirmed_at < at)
            .values(confirmed_at=at)
        )

    def list_all_foreign(
        self, *, after: str | None = None, limit: int = 200
    ) -> Page[ForeignRecognition]:
        """Every recognition of a label of ours by another body."""
        key = ForeignRecognitionRow.credential_id
        rows = self._page(select(ForeignRecognitionRow), key, after=after, limit=limit)
        return rows.map(read_foreign)

    def list_foreign(self, label_url: str) -> tuple[ForeignRecognition, ...]:
        """Where a label of ours is recognised."""
        rows = self._all(
            select(ForeignRecognitionRow)
            .where(col(ForeignRecognitionRow.label_url) == label_url)
            .order_by(col(ForeignRecognitionRow.credential_id))
        )
        return tuple(read_foreign(row) for row in rows)
