"""The life of a label: its states, the reasons for leaving one, and who may change it.

    prepared -> active <-> suspended
    active or suspended -> withdrawn | expired | surrendered | superseded   (final)
    prepared -> void                                                        (never shown)

Rules (ISO/IEC 17065:2012, 7.11; policy clauses on the label life cycle):

1. A label is prepared before it is signed, and active once the signature stands in the register.
2. Suspension and withdrawal are the certification body's, each with a reason class from a list;
   surrender is the holder's; expiry and the cleaning up of a prepared label are the service's.
3. A suspended label is reinstated only within its validity, and only while the accreditation of
   its certification body covers the product; a body that lost it may still suspend and withdraw.
   Nothing leaves a final state.
4. Past its last day a label counts as expired, whether or not the expiry was written yet
   (:func:`state_on`).
5. The public sees state, reason class and date, for ended labels too; never persons or documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from labels.access import Actor, Body, Role, check_certifying
from labels.case import MAX_TEXT, checked_time
from labels.errors import LabelError, NotAllowed, WrongState
from labels.label import full_number
from labels.names import check_shown
from labels.scheme import register_day


class LabelState(StrEnum):
    """Where a label stands."""

    PREPARED = "prepared"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SURRENDERED = "surrendered"
    SUPERSEDED = "superseded"
    VOID = "void"


class LabelMove(StrEnum):
    """What can be done to a label."""

    ACTIVATE = "activate"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    SURRENDER = "surrender"
    SUPERSEDE = "supersede"
    DISCARD = "discard"


class ReasonClass(StrEnum):
    """Why a label left the active state: the class that is published."""

    MISSED_SURVEILLANCE = "missed-surveillance"
    BODY_SCOPE_LOST = "body-scope-lost"
    MATERIAL_CHANGE = "material-change"
    VALUE_DRIFT = "value-drift"
    MARK_MISUSE = "mark-misuse"
    NON_PAYMENT = "non-payment"
    FALSE_DATA = "false-data"
    UNDER_INVESTIGATION = "under-investigation"
    NOT_REMEDIED = "not-remedied"
    HOLDER_REQUEST = "holder-request"
    VALIDITY_ENDED = "validity-ended"
    NEW_VERSION = "new-version"


_R = ReasonClass
_GROUNDS = (_R.MISSED_SURVEILLANCE, _R.BODY_SCOPE_LOST, _R.MATERIAL_CHANGE, _R.MARK_MISUSE)
LIVE = frozenset({LabelState.ACTIVE, LabelState.SUSPENDED})
ENDED = frozenset(
    {LabelState.WITHDRAWN, LabelState.EXPIRED, LabelState.SURRENDERED, LabelState.SUPERSEDED}
)


@dataclass(frozen=True, kw_only=True)
class MoveRule:
    """One move: from where, to where, by whom, and for which reasons.

    Attributes:
        role: The role it takes; for the certification body's staff or the holder's.
        reasons: Allowed reason classes; empty where none is given.
        is_open_to_service: The service itself may do it.
    """

    from_states: frozenset[LabelState]
    to_state: LabelState
    role: Role | None
    reasons: tuple[ReasonClass, ...] = ()
    is_open_to_service: bool = False


MOVES: Mapping[LabelMove, MoveRule] = {
    LabelMove.ACTIVATE: MoveRule(
        from_states=frozenset({LabelState.PREPARED}),
        to_state=LabelState.ACTIVE,
        role=Role.CERTIFIER,
        is_open_to_service=True,
    ),
    LabelMove.SUSPEND: MoveRule(
        from_states=frozenset({LabelState.ACTIVE}),
        to_state=LabelState.SUSPENDED,
        role=Role.CERTIFIER,
        reasons=(*_GROUNDS, _R.VALUE_DRIFT, _R.NON_PAYMENT, _R.UNDER_INVESTIGATION),
    ),
    LabelMove.REINSTATE: MoveRule(
        from_states=frozenset({LabelState.SUSPENDED}),
        to_state=LabelState.ACTIVE,
        role=Role.CERTIFIER,
    ),
    LabelMove.WITHDRAW: MoveRule(
        from_states=LIVE,
        to_state=LabelState.WITHDRAWN,
        role=Role.CERTIFIER,
        reasons=(*_GROUNDS, _R.NON_PAYMENT, _R.FALSE_DATA, _R.NOT_REMEDIED),
    ),
    LabelMove.EXPIRE: MoveRule(
        from_states=LIVE,
        to_state=LabelState.EXPIRED,
        role=None,
        reasons=(_R.VALIDITY_ENDED,),
        is_open_to_service=True,
    ),
    LabelMove.SURRENDER: MoveRule(
        from_states=LIVE,
        to_state=LabelState.SURRENDERED,
        role=Role.MANUFACTURER,
        reasons=(_R.HOLDER_REQUEST,),
    ),
    LabelMove.SUPERSEDE: MoveRule(
        from_states=LIVE,
        to_state=LabelState.SUPERSEDED,
        role=Role.CERTIFIER,
        reasons=(_R.NEW_VERSION,),
        is_open_to_service=True,
    ),
    LabelMove.DISCARD: MoveRule(
        from_states=frozenset({LabelState.PREPARED}),
        to_state=LabelState.VOID,
        role=None,
        is_open_to_service=True,
    ),
}


@dataclass(frozen=True, kw_only=True)
class LabelTransition:
    """One legal move: a row of the database's table of transitions; role "" is the service."""

    from_state: LabelState
    move: LabelMove
    to_state: LabelState
    role: str


LABEL_TRANSITIONS: tuple[LabelTransition, ...] = tuple(
    LabelTransition(from_state=from_state, move=move, to_state=rule.to_state, role=role)
    for move, rule in MOVES.items()
    for from_state in sorted(rule.from_states)
    for role in (
        *((rule.role.value,) if rule.role else ()),
        *(("",) if rule.is_open_to_service else ()),
    )
)


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label in the register; what it says is its ``LabelFacts``.

    Attributes:
        version: The printed version (``:001``).
        state_version: Counts the moves; a write names the one it saw.
        changed_at: When the present state began.
        reason: Why it is not active, where the state has a reason.
    """

    id: str
    case_id: str
    holder_id: str
    certification_body_id: str
    number: str
    version: int
    serial: str
    issued_on: date
    valid_until: date
    changed_at: datetime
    state: LabelState = LabelState.PREPARED
    reason: ReasonClass | None = None
    state_version: int = 1
    is_test: bool = False

    @property
    def full_number(self) -> str:
        """Number and version as printed."""
        return full_number(self.number, self.version)

    @property
    def changed_on(self) -> date:
        """The day the present state began, as published."""
        return register_day(self.changed_at)

    def state_on(self, on: date) -> LabelState:
        """The state on a day: a live label past its last day counts as expired."""
        if self.state in LIVE and on > self.valid_until:
            return LabelState.EXPIRED
        return self.state


@dataclass(frozen=True, kw_only=True)
class LabelEvent:
    """One entry of a label's private history; the register publishes state, reason and date."""

    label_id: str
    state_version: int
    move: str
    at: datetime
    from_state: LabelState
    to_state: LabelState
    reason: ReasonClass | None
    person_id: str
    account_id: str
    organisation_id: str
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """The content that is stored, as plain values."""
        return {
            "label_id": self.label_id,
            "state_version": self.state_version,
            "move": self.move,
            "at": self.at.isoformat(),
            "from_state": self.from_state.value,
            "to_state": self.to_state.value,
            "reason": self.reason.value if self.reason else None,
            "person_id": self.person_id,
            "account_id": self.account_id,
            "organisation_id": self.organisation_id,
            "note": self.note,
        }


def change_status(
    label: Label,
    move: LabelMove,
    actor: Actor,
    at: datetime,
    *,
    seen_state_version: int,
    reason: ReasonClass | None = None,
    note: str = "",
    body: Body | None = None,
    category: str = "",
) -> tuple[Label, LabelEvent]:
    """The label after one move, and the event for its history.

    Args:
        label: The label as it stands.
        move: What to do.
        actor: Who asks.
        at: When.
        seen_state_version: The state version the actor had seen.
        reason: Needed exactly where the move has reasons; a move with only one takes it by itself.
        note: Private explanation.
        body: The label's certification body as it stands; a reinstatement needs it.
        category: Category of the product, for the same.

    Raises:
        NotAllowed: ``administrator-cannot-act``, ``service-cannot-act``, ``service-only``,
            ``step-needs-role``, ``organisation-not-party``, ``test-and-live-mixed``, ``body-...``.
        WrongState: ``label-state-wrong``, ``label-version-stale``, ``label-validity-...``.
        LabelError: ``label-reason-not-allowed``, ``text-...``, ``name-character-refused``.
    """
    rule = MOVES[move]
    at = max(checked_time(at), label.changed_at)
    _check_mover(label, rule, actor)
    _check_open(label, move, seen_state_version, register_day(at))
    if move is LabelMove.REINSTATE:
        check_certifying(body, category, register_day(at))
    _check_note(note)
    given = _checked_reason(move, reason)
    after = replace(
        label,
        state=rule.to_state,
        reason=given,
        changed_at=at,
        state_version=label.state_version + 1,
    )
    return after, LabelEvent(
        label_id=label.id,
        state_version=after.state_version,
        move=move.value,
        at=at,
        from_state=label.state,
        to_state=after.state,
        reason=given,
        person_id=actor.person_id,
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        note=note,
    )


@dataclass(frozen=True, order=True)
class ActivePeriod:
    """Days on which a label was active, both ends included."""

    first_on: date
    last_on: date

    def holds(self, first_on: date, last_on: date) -> bool:
        """Whether every day from first to last is one of them."""
        return self.first_on <= first_on and last_on <= self.last_on


def active_periods(label: Label, events: Iterable[LabelEvent]) -> tuple[ActivePeriod, ...]:
    """The days on which a label was active, from its history.

    The day of activation or reinstatement counts, the day of a suspension or an end does not; an
    active label counts up to its last day.
    """
    periods: list[ActivePeriod] = []
    since: date | None = None
    for event in sorted(events, key=lambda e: e.state_version):
        if event.to_state is LabelState.ACTIVE:
            since = register_day(event.at)
        elif since is not None:
            last_on = min(register_day(event.at) - timedelta(days=1), label.valid_until)
            if since <= last_on:
                periods.append(ActivePeriod(since, last_on))
            since = None
    if since is not None:
        periods.append(ActivePeriod(since, label.valid_until))
    return tuple(periods)


def _check_note(note: str) -> None:
    if len(note) > MAX_TEXT:
        raise LabelError("text-too-long", "/note", limit=str(MAX_TEXT))
    check_shown(note, "/note", is_note=True)


def _check_mover(label: Label, rule: MoveRule, actor: Actor) -> None:
    if actor.is_test is not label.is_test:
        raise NotAllowed("test-and-live-mixed")
    if actor.is_service:
        if not rule.is_open_to_service:
            raise NotAllowed("service-cannot-act")
        return
    if actor.has_role(Role.ADMINISTRATOR):
        raise NotAllowed("administrator-cannot-act")
    if rule.role is None:
        raise NotAllowed("service-only")
    if not actor.has_role(rule.role):
        raise NotAllowed("step-needs-role", role=rule.role.value)
    is_holder = rule.role is Role.MANUFACTURER
    if actor.organisation_id != (label.holder_id if is_holder else label.certification_body_id):
        side = "applicant" if is_holder else "certification-body"
        raise NotAllowed("organisation-not-party", side=side)


def _checked_reason(move: LabelMove, reason: ReasonClass | None) -> ReasonClass | None:
    reasons = MOVES[move].reasons
    given = reasons[0] if reason is None and len(reasons) == 1 else reason
    if given not in (reasons or (None,)):
        allowed = ", ".join(r.value for r in reasons)
        raise LabelError("label-reason-not-allowed", "/reason", move=move.value, allowed=allowed)
    return given


def _check_open(label: Label, move: LabelMove, seen_state_version: int, today: date) -> None:
    """The label is as it was seen, and in a state and at a time at which the move is open."""
    if seen_state_version != label.state_version:
        raise WrongState("label-version-stale", version=str(label.state_version))
    if label.state not in MOVES[move].from_states:
        raise WrongState("label-state-wrong", state=label.state.value, move=move.value)
    is_past = today > label.valid_until
    if move in (LabelMove.ACTIVATE, LabelMove.REINSTATE) and is_past:
        raise WrongState("label-validity-ended", until=label.valid_until.isoformat())
    if move is LabelMove.EXPIRE and not is_past:
        raise WrongState("label-validity-not-ended", until=label.valid_until.isoformat())
