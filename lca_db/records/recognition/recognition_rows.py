"""Reads rows of recognitions into their values."""

from __future__ import annotations

from labels.recognition import RecognitionStanding, RecognitionState, SuspensionCause
from lca_db.records.recognition.tables import ForeignRecognitionRow, RecognitionRow
from lca_db.records.recognition.values import ForeignRecognition, Recognition


def read_foreign(row: ForeignRecognitionRow) -> ForeignRecognition:
    """A recognition by another body, as its row holds it."""
    return ForeignRecognition(
        credential_id=row.credential_id,
        label_url=row.label_url,
        issuer=row.issuer,
        region=row.region,
        content=row.content,
        verdict=row.verdict,
        seen_at=row.seen_at,
        confirmed_at=row.confirmed_at,
    )


def read_recognition(row: RecognitionRow) -> Recognition:
    """A recognition of a body of this instance, as its row holds it."""
    return Recognition(
        id=row.id,
        body_id=row.body_id,
        label_url=row.label_url,
        label_number=row.label_number,
        label_sha256=row.label_sha256,
        label_credential=row.label_credential,
        home_issuer=row.home_issuer,
        arrangement_id=row.arrangement_id,
        arrangement_sha256=row.arrangement_sha256,
        signing_bytes=row.signing_bytes,
        credential=row.credential,
        standing=RecognitionStanding(
            RecognitionState(row.state), SuspensionCause(row.cause), row.is_confirmed
        ),
        state_version=row.state_version,
        home_seen_at=row.home_seen_at,
        valid_until=row.valid_until,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
