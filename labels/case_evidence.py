"""Which documents count in a case: those named must be filed, those stated are what is decided on.

Rules:

* Whoever names a document names one that is filed: behind the study, or kept by the organisation
  whose document it is. Another organisation's document is refused like an unknown one.
* A verification statement pins the documents its verifier examined, each with the kind it was
  filed as. From then on the scheme's criteria read these and no others: what is filed later, and
  what the verifier left out, is shown and does not count. It takes a new statement, in a new case.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from labels.assessment import EvidenceItem
from labels.case import Case, checked_sha256
from labels.errors import LabelError


class EvidenceStanding(StrEnum):
    """How a document of the study stands in the case."""

    OPEN = "open"  # no statement yet
    STATED = "in-statement"
    LATER = "after-statement"
    LEFT_OUT = "not-in-statement"


def checked_document(sha256: str, filed: Collection[str], place: str) -> str:
    """The hash itself when the document it names is filed.

    Raises:
        LabelError: ``hash-malformed``, or ``document-unknown`` at the place that named it.
    """
    if checked_sha256(sha256, place) not in filed:
        raise LabelError("document-unknown", place, sha256=sha256)
    return sha256


def checked_documents(named: Sequence[str], filed: Collection[str], place: str) -> tuple[str, ...]:
    """The hashes themselves when each of them is filed; see :func:`checked_document`."""
    return tuple(
        checked_document(sha256, filed, f"{place}/{position}")
        for position, sha256 in enumerate(named)
    )


def counted_evidence(case: Case, filed: Sequence[EvidenceItem]) -> tuple[EvidenceItem, ...]:
    """What the scheme's criteria read: the statement's list, or what is filed before there is one.

    Args:
        case: The case.
        filed: Every document behind its study as of now.
    """
    return tuple(filed) if case.statement is None else case.statement.evidence


def standing_of(case: Case, kind: str, sha256: str, added_at: datetime) -> EvidenceStanding:
    """How a document filed at a time stands in the case."""
    if case.statement is None:
        return EvidenceStanding.OPEN
    if EvidenceItem(kind=kind, sha256=sha256) in case.statement.evidence:
        return EvidenceStanding.STATED
    is_later = added_at > case.statement.issued_at
    return EvidenceStanding.LATER if is_later else EvidenceStanding.LEFT_OUT
