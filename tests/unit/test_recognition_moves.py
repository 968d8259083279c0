"""What a body may do to its own recognition."""

from __future__ import annotations

import pytest

from labels.credential.verdict import VerdictState
from labels.errors import LabelError, WrongState
from labels.label_status import ReasonClass
from labels.recognition import RecognitionStanding, RecognitionState, SuspensionCause
from labels.recognition_moves import RecognitionMove, after_own_move, check_home_is_valid

RECOGNISED = RecognitionStanding(RecognitionState.RECOGNISED)
BY_HOME = RecognitionStanding(RecognitionState.SUSPENDED, SuspensionCause.HOME)
BY_OWN = RecognitionStanding(RecognitionState.SUSPENDED, SuspensionCause.OWN)
REVOKED = RecognitionStanding(RecognitionState.REVOKED)
SUSPEND, REINSTATE, REVOKE = RecognitionMove
REASON_OF = {
    SUSPEND: ReasonClass.UNDER_INVESTIGATION,
    REINSTATE: None,
    REVOKE: ReasonClass.FALSE_DATA,
}


@pytest.mark.parametrize(
    ("before", "move", "after"),
    [
        (RECOGNISED, SUSPEND, BY_OWN),
        (BY_HOME, SUSPEND, BY_OWN),
        (BY_OWN, SUSPEND, None),
        (REVOKED, SUSPEND, None),
        (RECOGNISED, REINSTATE, None),
        (BY_HOME, REINSTATE, None),
        (BY_OWN, REINSTATE, RECOGNISED),
        (REVOKED, REINSTATE, None),
        (RECOGNISED, REVOKE, REVOKED),
        (BY_HOME, REVOKE, REVOKED),
        (BY_OWN, REVOKE, REVOKED),
        (REVOKED, REVOKE, None),
    ],
)
def test_every_standing_allows_its_own_moves_and_no_other(
    before: RecognitionStanding, move: RecognitionMove, after: RecognitionStanding | None
) -> None:
    if after is None:
        with pytest.raises(WrongState, match="recognition-state-wrong"):
            after_own_move(before, move, REASON_OF[move])
    else:
        assert after_own_move(before, move, REASON_OF[move]) == after


@pytest.mark.parametrize(
    ("before", "move", "reason"),
    [
        (RECOGNISED, SUSPEND, None),
        (RECOGNISED, SUSPEND, ReasonClass.NEW_VERSION),
        (RECOGNISED, REVOKE, None),
        (BY_OWN, REINSTATE, ReasonClass.FALSE_DATA),
    ],
)
def test_a_move_gives_a_reason_of_its_list(
    before: RecognitionStanding, move: RecognitionMove, reason: ReasonClass | None
) -> None:
    with pytest.raises(LabelError, match="label-reason-not-allowed"):
        after_own_move(before, move, reason)


def test_what_home_did_not_confirm_stays_unconfirmed_in_a_suspension() -> None:
    unsure = RecognitionStanding(RecognitionState.RECOGNISED, is_confirmed=False)
    assert not after_own_move(unsure, SUSPEND, REASON_OF[SUSPEND]).is_confirmed


@pytest.mark.parametrize("home", [state for state in VerdictState if state != "valid"])
def test_a_suspension_is_lifted_only_while_home_is_valid(home: VerdictState) -> None:
    check_home_is_valid(VerdictState.VALID)
    with pytest.raises(WrongState, match="recognition-home-not-valid"):
        check_home_is_valid(home)
