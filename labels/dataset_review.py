"""The review of a dataset: one person proposes a status, another confirms or declines it.

    draft -> reviewed -> official     proposed by one person, confirmed by another
    anything -> draft                 withdrawn, at once and by one

Rules (ISO 14067:2018, 6.3.5 to 6.3.7, on data quality; the four-eyes rule of certification):

1. A review is about one exact content: the dataset's id and the hash of all it says but its status.
   A changed dataset has another hash, and what its file says counts again.
2. Whoever proposes names the evidence they opened: sources of the dataset, or documents their
   organisation keeps. Every step says why.
3. Nobody confirms or declines what they proposed; by person, not by account. The administrator, the
   service and whoever is neither verifier nor reviewer take no step.
4. A status goes up one step at a time, and never above what the evidence allows (``obstacles``,
   from ``lca_db/inventory/evidence.py``); asked again when the proposal is confirmed.
5. One proposal is open at a time. A withdrawal ends it as well.
6. Who imported a dataset, where that is known, neither proposes, confirms nor declines.
7. Each step is one event; an attempt that was not allowed is an event too, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from footprint.errors import FootprintError
from footprint.inventory import ReviewStatus
from labels.access import Actor, Role
from labels.case import checked_text, checked_time
from labels.errors import LabelError, NotAllowed, WrongState

REVIEWERS = frozenset({Role.REVIEWER, Role.VERIFIER})
NEXT_STATUS: Mapping[ReviewStatus, ReviewStatus] = {
    ReviewStatus.DRAFT: ReviewStatus.REVIEWED,
    ReviewStatus.REVIEWED: ReviewStatus.OFFICIAL,
}

Obstacles = Mapping[ReviewStatus, FootprintError]


class ReviewMove(StrEnum):
    """What stands in the history of a review."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    ATTEMPT_REFUSED = "attempt-refused"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A status somebody proposed and nobody has decided on yet."""

    to_status: ReviewStatus
    person_id: str
    organisation_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DatasetReview:
    """Where the review of one content stands.

    Attributes:
        content_sha256: Hash of what the dataset says, its status left out.
        stated: The status its file, or the release without this review, gives it.
        decided: The status that two people, or a withdrawal, gave it; None before the first.
        decided_at: When.
        organisation_ids: Whose people proposed and confirmed it, or who withdrew it.
        changed_at: When the newest step was taken; no step is earlier than the one before it.
        version: Counts the steps; a step names the version its author saw.
    """

    dataset_id: str
    content_sha256: str
    stated: ReviewStatus
    decided: ReviewStatus | None = None
    decided_at: datetime | None = None
    organisation_ids: tuple[str, ...] = ()
    proposal: Proposal | None = None
    changed_at: datetime | None = None
    version: int = 0
    is_test: bool = False

    @property
    def status(self) -> ReviewStatus:
        """The status that counts: what was decided, else what was stated."""
        return self.stated if self.decided is None else self.decided


@dataclass(frozen=True, kw_only=True)
class ReviewStep:
    """A step as a person asks for it.

    Attributes:
        comment: Why; never empty.
        seen_version: The version of the review the author had seen.
        to_status: The status that is proposed; None for every other step.
        evidence: Ids of sources, or hashes of documents, the author opened; for a proposal.
    """

    move: ReviewMove
    comment: str
    seen_version: int
    to_status: ReviewStatus | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReviewEvent:
    """One entry of the history of a content's review."""

    dataset_id: str
    content_sha256: str
    version: int
    move: ReviewMove
    at: datetime
    from_status: ReviewStatus
    to_status: ReviewStatus
    person_id: str
    account_id: str
    organisation_id: str
    role: str
    comment: str
    evidence: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    is_test: bool = False


def take_step(
    review: DatasetReview,
    step: ReviewStep,
    actor: Actor,
    at: datetime,
    *,
    obstacles: Obstacles,
    known_evidence: Collection[str],
    importer_ids: Collection[str] = (),
) -> ReviewEvent:
    """The event of a step; :func:`replay` gives the review after it.

    Args:
        review: The review as it stands.
        step: What is asked.
        actor: Who asks.
        at: When.
        obstacles: For each status the evidence does not allow, why not.
        known_evidence: What may be named: sources of the dataset, documents that are kept.
        importer_ids: Persons who imported the dataset; none where it was not, or by nobody known.

    Raises:
        NotAllowed: ``service-cannot-act``, ``administrator-cannot-act``, ``step-needs-role``,
            ``test-and-live-mixed``, ``review-own-import`` or ``review-own-proposal``.
        WrongState: ``review-version-stale``, ``review-proposal-open``, ``review-proposal-missing``,
            ``review-step-wrong`` or ``review-nothing-to-withdraw``.
        FootprintError: The evidence does not allow the status.
        LabelError: ``text-missing``, ``text-too-long``, ``review-evidence-missing`` or
            ``review-evidence-unknown``.
    """
    _check_actor(review, step, actor)
    if step.move is not ReviewMove.WITHDRAW and actor.person_id in importer_ids:
        raise NotAllowed("review-own-import")
    if step.seen_version != review.version:
        raise WrongState("review-version-stale", version=str(review.version))
    to_status = _status_after(review, step)
    if step.move in (ReviewMove.PROPOSE, ReviewMove.CONFIRM) and to_status in obstacles:
        raise obstacles[to_status]
    comment = checked_text(step.comment, "/comment", is_note=True)
    _check_evidence(step, known_evidence)
    return _event(review, step, actor, at, to_status, comment, review.version + 1, {})


def refusal_event(
    review: DatasetReview, step: ReviewStep, actor: Actor, at: datetime, error: Exception
) -> ReviewEvent:
    """The event of an attempt that was not allowed; the review stays as it is."""
    code, parameters = getattr(error, "code", ""), getattr(error, "parameters", {})
    details = {"step": step.move.value, "code": str(code), **parameters}
    refused = replace(step, move=ReviewMove.ATTEMPT_REFUSED, evidence=())
    comment = step.comment.strip()[:200]
    return _event(review, refused, actor, at, review.status, comment, review.version, details)


def must_be_recorded(error: Exception) -> bool:
    """Whether a refused attempt belongs into the history: not allowed, or above the evidence."""
    return isinstance(error, NotAllowed | FootprintError)


def replay(start: DatasetReview, events: Iterable[ReviewEvent]) -> DatasetReview:
    """The review after the events of its content, in their order."""
    review = start
    for event in events:
        review = _after(review, event)
    return review


def _after(review: DatasetReview, event: ReviewEvent) -> DatasetReview:
    if event.move is ReviewMove.ATTEMPT_REFUSED:
        return review
    after = replace(review, version=event.version, changed_at=event.at, proposal=None)
    if event.move is ReviewMove.PROPOSE:
        proposal = Proposal(
            to_status=event.to_status,
            person_id=event.person_id,
            organisation_id=event.organisation_id,
            at=event.at,
        )
        return replace(after, proposal=proposal)
    if event.move is ReviewMove.DECLINE:
        return after
    proposing = review.proposal.organisation_id if review.proposal else ""
    by = (proposing, event.organisation_id) if event.move is ReviewMove.CONFIRM else ()
    return replace(
        after,
        decided=event.to_status,
        decided_at=event.at,
        organisation_ids=by or (event.organisation_id,),
    )


def _check_actor(review: DatasetReview, step: ReviewStep, actor: Actor) -> None:
    if actor.is_service:
        raise NotAllowed("service-cannot-act")
    if actor.has_role(Role.ADMINISTRATOR):
        raise NotAllowed("administrator-cannot-act")
    if not actor.roles & REVIEWERS:
        raise NotAllowed("step-needs-role", role=Role.REVIEWER.value)
    if actor.is_test is not review.is_test:
        raise NotAllowed("test-and-live-mixed")
    is_answer = step.move in (ReviewMove.CONFIRM, ReviewMove.DECLINE)
    if is_answer and review.proposal and review.proposal.person_id == actor.person_id:
        raise NotAllowed("review-own-proposal")


def _status_after(review: DatasetReview, step: ReviewStep) -> ReviewStatus:
    """The status the step leads to, or would lead to once it is confirmed."""
    if step.move is ReviewMove.PROPOSE:
        if review.proposal is not None:
            raise WrongState("review-proposal-open", status=review.proposal.to_status.value)
        wanted = step.to_status
        if wanted is None or wanted is not NEXT_STATUS.get(review.status):
            raise WrongState("review-step-wrong", status=review.status.value)
        return wanted
    if step.move is ReviewMove.WITHDRAW:
        if review.proposal is None and review.status is ReviewStatus.DRAFT:
            raise WrongState("review-nothing-to-withdraw")
        return ReviewStatus.DRAFT
    if review.proposal is None:
        raise WrongState("review-proposal-missing")
    return review.proposal.to_status if step.move is ReviewMove.CONFIRM else review.status


def _check_evidence(step: ReviewStep, known: Collection[str]) -> None:
    if step.move is ReviewMove.PROPOSE and not step.evidence:
        raise LabelError("review-evidence-missing", "/evidence")
    for position, name in enumerate(step.evidence):
        if name not in known:
            place = f"/evidence/{position}"
            raise LabelError("review-evidence-unknown", place, evidence=name[:80])


def _event(
    review: DatasetReview,
    step: ReviewStep,
    actor: Actor,
    at: datetime,
    to_status: ReviewStatus,
    comment: str,
    version: int,
    details: Mapping[str, str],
) -> ReviewEvent:
    newest = review.changed_at or at
    return ReviewEvent(
        dataset_id=review.dataset_id,
        content_sha256=review.content_sha256,
        version=version,
        move=step.move,
        at=max(checked_time(at), newest),
        from_status=review.status,
        to_status=to_status,
        person_id=actor.person_id,
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        role=next((role.value for role in sorted(actor.roles & REVIEWERS)), ""),
        comment=comment,
        evidence=step.evidence,
        details=details,
        is_test=review.is_test,
    )
