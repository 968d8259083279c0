"""A row of the label table as the value it stands for."""

from __future__ import annotations

from labels.label import LabelFacts
from labels.label_status import Label, LabelState, ReasonClass
from lca_db.records.certification.tables import LabelRow
from lca_db.records.certification.values import LabelRecord
from lca_db.records.content import value_of

SHOWN = tuple(s.value for s in LabelState if s not in (LabelState.PREPARED, LabelState.VOID))
PARTIES = (LabelRow.holder_id, LabelRow.verification_body_id, LabelRow.certification_body_id)


def label_of(row: LabelRow) -> Label:
    """The label as it stands."""
    return Label(
        id=row.id,
        case_id=row.case_id,
        holder_id=row.holder_id,
        certification_body_id=row.certification_body_id,
        number=row.number,
        version=row.version,
        serial=row.serial,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        changed_at=row.changed_at,
        state=LabelState(row.state),
        reason=ReasonClass(row.reason) if row.reason else None,
        state_version=row.state_version,
        is_test=row.is_test,
    )


def record_of(row: LabelRow) -> LabelRecord:
    """The label with what it says and what was signed."""
    return LabelRecord(
        label=label_of(row),
        study_id=row.study_id,
        verification_body_id=row.verification_body_id,
        facts=value_of(LabelFacts, row.facts),
        signing_bytes=row.signing_bytes,
        credential=row.credential,
        credential_sha256=row.credential_sha256,
        activated_at=row.activated_at,
    )
