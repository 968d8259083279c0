"""What the public register says of a conformity-assessment body when what is entered of it changes.

Rules:

* The newest entry of a body says how it stands. ``body-listed``, ``body-reinstated`` and
  ``body-announced`` carry its categories and its first and last day: it may act on these days and
  on no other, so a scope that begins or runs out on a day they name needs no further entry.
* A body whose first day is still to come is announced, never listed or reinstated.
* A scope that changes is told anew; that of a suspended body when it is reinstated. One that is
  corrected after it has run out is told and withdrawn, for the days told before were not so.
* Of a body first entered with a scope that is over nothing is said: it may never act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from labels.access import Body, BodyStanding
from labels.label_status import ReasonClass
from labels.register.entry import EntryKind

_LOST = {
    BodyStanding.SUSPENDED: EntryKind.BODY_SUSPENDED,
    BodyStanding.OVER: EntryKind.BODY_WITHDRAWN,
}


@dataclass(frozen=True)
class BodyEntry:
    """One entry to write; members by the names ``register_entry`` takes."""

    kind: EntryKind
    members: Mapping[str, str]


def entries_of_body_change(
    before: Body | None, after: Body, region: str, on: date
) -> tuple[BodyEntry, ...]:
    """What the register says of a change, in this order.

    Args:
        before: What was entered of it; None for a body the register does not know yet.
        after: What is entered of it now.
        region: Where it is.
        on: The day of the change.
    """
    stood = BodyStanding.OVER if before is None else before.standing(on)
    stands = after.standing(on)
    if before is None and stands is BodyStanding.OVER:
        return ()
    if stood is stands and (
        stands is BodyStanding.SUSPENDED or (before and _is_same(before, after))
    ):
        return ()
    entries = []
    if stands not in _LOST or stood is BodyStanding.OVER:
        entries.append(BodyEntry(_scope_kind(stood, after, on), _scope_members(after, region)))
    if stands in _LOST:
        lost = {
            "body": after.organisation_id,
            "reason_class": ReasonClass.BODY_SCOPE_LOST.value,
        }
        entries.append(BodyEntry(_LOST[stands], lost))
    return tuple(entries)


def _scope_kind(stood: BodyStanding, after: Body, on: date) -> EntryKind:
    if on < after.scope_from:
        return EntryKind.BODY_ANNOUNCED
    is_back = stood is BodyStanding.SUSPENDED
    return EntryKind.BODY_REINSTATED if is_back else EntryKind.BODY_LISTED


def _scope_members(body: Body, region: str) -> dict[str, str]:
    return {
        "body": body.organisation_id,
        "region": region,
        "categories": " ".join(sorted(set(body.categories))),
        "scope_from": body.scope_from.isoformat(),
        "scope_until": body.scope_until.isoformat(),
    }


def _is_same(before: Body, after: Body) -> bool:
    """Whether categories and days are the ones the register has told."""
    return _scope_members(before, "") == _scope_members(after, "")
