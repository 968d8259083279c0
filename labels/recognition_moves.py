"""What a body does to its own recognition: suspend, reinstate or revoke it by its own decision.

Rules:

1. A suspension of its own may come on top of one from home; a reinstatement at home lifts home's
   alone, so the body's own stays until the body lifts it.
2. A suspension of its own is lifted only while the label is valid at home now, and while the
   accreditation of the body covers the product (``labels.access.check_certifying``).
3. Suspension and revocation give a reason class, the ones of a label. Revoked is for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from labels.credential.verdict import VerdictState
from labels.errors import LabelError, WrongState
from labels.label_status import MOVES, LabelMove, ReasonClass
from labels.recognition import RecognitionStanding, RecognitionState, SuspensionCause


class RecognitionMove(StrEnum):
    """What a body may do to its own recognition."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"


_REASONS: Mapping[RecognitionMove, tuple[ReasonClass, ...]] = {
    RecognitionMove.SUSPEND: MOVES[LabelMove.SUSPEND].reasons,
    RecognitionMove.REINSTATE: (),
    RecognitionMove.REVOKE: MOVES[LabelMove.WITHDRAW].reasons,
}


def open_moves(standing: RecognitionStanding) -> tuple[RecognitionMove, ...]:
    """The moves its body can make now; a reinstatement also needs the label valid at home."""
    if standing.state is RecognitionState.REVOKED:
        return ()
    is_own = standing.cause is SuspensionCause.OWN
    first = RecognitionMove.REINSTATE if is_own else RecognitionMove.SUSPEND
    return (first, RecognitionMove.REVOKE)


def reasons_of(move: RecognitionMove) -> tuple[ReasonClass, ...]:
    """The reason classes of which a move gives one; none for a reinstatement."""
    return _REASONS[move]


def after_own_move(
    standing: RecognitionStanding, move: RecognitionMove, reason: ReasonClass | None
) -> RecognitionStanding:
    """Where a recognition stands after its own body's move.

    A reinstatement further needs :func:`check_home_is_valid`.

    Raises:
        WrongState: ``recognition-state-wrong``.
        LabelError: ``label-reason-not-allowed``.
    """
    if move not in open_moves(standing):
        raise WrongState("recognition-state-wrong", state=standing.state.value, move=move.value)
    if reason not in (_REASONS[move] or (None,)):
        allowed = ", ".join(known.value for known in _REASONS[move])
        raise LabelError("label-reason-not-allowed", "/reason", move=move.value, allowed=allowed)
    match move:
        case RecognitionMove.SUSPEND:
            return replace(standing, state=RecognitionState.SUSPENDED, cause=SuspensionCause.OWN)
        case RecognitionMove.REINSTATE:
            return RecognitionStanding(RecognitionState.RECOGNISED)
        case RecognitionMove.REVOKE:
            return RecognitionStanding(RecognitionState.REVOKED)


def check_home_is_valid(home: VerdictState) -> None:
    """Whether a suspension may be lifted as far as home is concerned.

    Raises:
        WrongState: ``recognition-home-not-valid``.
    """
    if home is not VerdictState.VALID:
        raise WrongState("recognition-home-not-valid", state=home.value)
