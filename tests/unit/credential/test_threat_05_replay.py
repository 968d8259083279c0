"""Threat 5: a withdrawn label shown again, or an old signed status list served again."""

from __future__ import annotations

import random
from datetime import timedelta

from labels.credential.verdict import NOTHING_REMEMBERED, Remembered, VerdictState
from tests.unit.credential.builders import NOW, SLOT, a_signed_label, a_status_list, judged


def after_seeing(*lists: bytes) -> Remembered:
    memory = NOTHING_REMEMBERED
    for status_list in lists:
        memory = memory.after(judged(a_signed_label(), status_list=status_list, remembered=memory))
    return memory


def test_an_older_list_served_again_confirms_nothing() -> None:
    memory = after_seeing(a_status_list(sequence=8))
    verdict = judged(a_signed_label(), status_list=a_status_list(sequence=7), remembered=memory)
    assert verdict.state == "cannot-be-confirmed"
    assert verdict.checks[-1].detail == "status-list-replayed"
    assert verdict.sighting is None


def test_the_same_list_again_is_no_replay() -> None:
    status_list = a_status_list(sequence=8)
    assert judged(
        a_signed_label(), status_list=status_list, remembered=after_seeing(status_list)
    ).is_valid


def test_two_lists_under_one_number_confirm_nothing() -> None:
    memory = after_seeing(a_status_list(sequence=8, suspended=(1,)))
    verdict = judged(a_signed_label(), status_list=a_status_list(sequence=8), remembered=memory)
    assert verdict.state == "cannot-be-confirmed"
    assert verdict.checks[-1].detail == "status-list-two-versions"


def test_a_withdrawn_label_stays_withdrawn_when_a_newer_list_clears_it() -> None:
    memory = after_seeing(a_status_list(sequence=8, revoked=(SLOT,)))
    verdict = judged(a_signed_label(), status_list=a_status_list(sequence=9), remembered=memory)
    assert verdict.state == "withdrawn"
    assert verdict.checks[-1].detail == "status-withdrawn-before"


def test_a_withdrawn_label_stays_withdrawn_without_any_list() -> None:
    memory = after_seeing(a_status_list(sequence=8, revoked=(SLOT,)))
    verdict = judged(a_signed_label(), offline=True, remembered=memory)
    assert verdict.state == "withdrawn"


def test_a_withdrawn_label_stays_withdrawn_after_a_restart() -> None:
    memory = after_seeing(a_status_list(sequence=8, revoked=(SLOT,)))
    restarted = Remembered.from_bytes(memory.to_bytes())
    verdict = judged(a_signed_label(), status_list=a_status_list(sequence=9), remembered=restarted)
    assert verdict.state == "withdrawn"


def test_a_withdrawal_in_an_older_list_counts_all_the_same() -> None:
    memory = after_seeing(a_status_list(sequence=8))
    verdict = judged(
        a_signed_label(),
        status_list=a_status_list(sequence=7, revoked=(SLOT,)),
        remembered=memory,
    )
    assert verdict.state == "withdrawn"


def test_a_lifted_suspension_is_lifted() -> None:
    memory = after_seeing(a_status_list(sequence=8, suspended=(SLOT,)))
    assert judged(
        a_signed_label(), status_list=a_status_list(sequence=9), remembered=memory
    ).is_valid


def test_a_network_that_replays_at_will_never_makes_an_ended_label_valid() -> None:
    """150 seeded runs: the body publishes, suspends, withdraws; the network serves any old list."""
    reached = dict.fromkeys(VerdictState, 0)
    data = a_signed_label()
    for seed in range(150):
        chance = random.Random(seed)
        memory = NOTHING_REMEMBERED
        published: list[bytes] = []
        suspended_from = chance.randint(1, 6)
        withdrawn_from = chance.randint(3, 9)
        seen_withdrawn = False
        for sequence in range(1, 11):
            at = NOW + timedelta(minutes=20 * sequence)
            is_withdrawn = sequence >= withdrawn_from
            published.append(
                a_status_list(
                    sequence=sequence,
                    made_at=at,
                    suspended=(SLOT,) if suspended_from <= sequence < suspended_from + 2 else (),
                    revoked=(SLOT,) if is_withdrawn else (),
                )
            )
            served = chance.randrange(len(published)) if chance.random() < 0.4 else sequence - 1
            verdict = judged(data, status_list=published[served], remembered=memory, at=at)
            memory = memory.after(verdict)
            reached[verdict.state] += 1
            seen_withdrawn |= verdict.state is VerdictState.WITHDRAWN
            if verdict.is_valid:
                assert served + 1 >= max(1, sequence - 3), "a list older than an hour was believed"
                assert not seen_withdrawn
            if seen_withdrawn:
                assert verdict.state is VerdictState.WITHDRAWN
    for state in (
        VerdictState.VALID,
        VerdictState.SUSPENDED,
        VerdictState.WITHDRAWN,
        VerdictState.CANNOT_BE_CONFIRMED,
    ):
        assert reached[state] > 30, f"{state} was hardly reached: {reached}"
