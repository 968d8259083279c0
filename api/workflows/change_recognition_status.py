"""Suspends, reinstates or revokes a recognition of this body by its own decision, publicly.

Register, status list and the home body are told as when the recognition follows its label.
"""

from __future__ import annotations

import structlog

from api.context import Context
from api.security.policy import Action, require
from api.workflows.recognise_label import (
    check_recognising,
    enter_recognition,
    judge_foreign_label,
)
from api.workflows.tell_home import tell_home
from labels.access import Actor, Scope
from labels.credential.document import sha256_hex
from labels.label_status import ReasonClass
from labels.recognition_moves import RecognitionMove, after_own_move, check_home_is_valid
from labels.register.entry import HOME_STATUS, EntryKind, parse_entry
from lca_db.errors import Conflict, NotFound
from lca_db.records.recognition.values import Recognition
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("change recognition status")
_LOG = structlog.get_logger("tanbiao.recognition")
_ENTRY_KINDS = {
    RecognitionMove.SUSPEND: EntryKind.RECOGNITION_SUSPENDED,
    RecognitionMove.REINSTATE: EntryKind.RECOGNITION_REINSTATED,
    RecognitionMove.REVOKE: EntryKind.RECOGNITION_REVOKED,
}


def change_recognition_status(
    context: Context,
    actor: Actor,
    recognition_id: str,
    move: RecognitionMove,
    *,
    seen_state_version: int,
    reason: ReasonClass | None = None,
) -> Recognition:
    """The recognition after the move; register and status list say so when this returns.

    Raises:
        NotAllowed: Not a certifier of the body; or, to reinstate, the accreditation of the body
            whose recognition it is does not cover the product today.
        NotFound: There is no such signed recognition of the actor's body.
        Conflict: ``conflict`` when it has changed since it was seen.
        WrongState: ``recognition-state-wrong``, or ``recognition-home-not-valid`` for a
            reinstatement while the label is not known to be valid at home.
        LabelError: ``label-reason-not-allowed``.
    """
    before = own_recognition(context, actor, recognition_id)
    if before.state_version != seen_state_version:
        raise Conflict("conflict", kind="recognition")
    standing = after_own_move(before.standing, move, reason)
    home_seen_at, label = None, None
    if move is RecognitionMove.REINSTATE:
        verdict = judge_foreign_label(context, before.label_credential)
        check_home_is_valid(verdict.state)
        home_seen_at, label = verdict.status_as_of, verdict.content
    now = context.now()
    recognition_sha256 = sha256_hex(before.credential or b"")  # own_recognition is signed
    with UnitOfWork(context.engine, _SCOPE) as uow:
        if label is not None:  # as of every label found valid at home
            check_recognising(uow, before.body_id, label, now)
        after = uow.recognitions.change(before, standing, now, home_seen_at=home_seen_at)
        said = _lifted_reason(uow, after, recognition_sha256) if reason is None else reason.value
        kind = _ENTRY_KINDS[move]
        enter_recognition(context, uow, after, recognition_sha256, kind, reason=said)
        uow.recognitions.note_for_home(after, now)
        uow.commit()
    _LOG.info(
        "recognition changed", recognition=after.id, move=move.value, account=actor.account_id
    )
    tell_home(context, after.id)
    return after


def own_recognition(context: Context, actor: Actor, recognition_id: str) -> Recognition:
    """The signed recognition of the actor's body; another body's is the same as none.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such signed recognition of the actor's body.
    """
    require(actor, Action.RECOGNISE)
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        found = uow.recognitions.get(recognition_id)
    if found.credential is None or found.body_id != actor.organisation_id:
        raise NotFound("recognition")
    return found


def _lifted_reason(uow: UnitOfWork, recognition: Recognition, recognition_sha256: str) -> str:
    """The reason class of this body's own suspension that is lifted, as the register has it."""
    entries = [
        parse_entry(body) for _, body in uow.register.entries_of_label(recognition.label_url)
    ]
    reasons = [
        entry.members["reasonClass"]
        for entry in entries
        if entry.kind is EntryKind.RECOGNITION_SUSPENDED
        and entry.members["recognitionSha256"] == recognition_sha256
        and entry.members["reasonClass"] != HOME_STATUS
    ]
    return reasons[-1]
