"""Shows a label to its holder or body: facts, history of its status, and the moves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.context import Context
from api.security.policy import Action, can, require
from api.workflows.ask_label_pack import is_complete
from api.workflows.issue_label import RENDER_JOB
from labels.access import Actor, Role, Scope
from labels.label import LabelFacts, LocalText
from labels.label_status import MOVES, Label, LabelEvent, LabelMove, LabelState
from labels.scheme import register_day
from lca_db.records.certification.values import LabelArtefact
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork

# Moves a person asks for on the page; a new version supersedes by being issued.
_OFFERED = (LabelMove.REINSTATE, LabelMove.SUSPEND, LabelMove.WITHDRAW, LabelMove.SURRENDER)


@dataclass(frozen=True, kw_only=True)
class LabelStep:
    """One entry of a label's private history, with names."""

    move: str
    at: datetime
    person: str
    organisation: LocalText
    reason: str
    note: str


@dataclass(frozen=True, kw_only=True)
class MoveOffer:
    """A move this person may make now, and the reasons to choose from."""

    move: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PackProblem:
    """Why the files could not be made, as the code and parameters of its sentence."""

    code: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class LabelRecordView:
    """A label as its holder or body sees it.

    Attributes:
        page_path: Where the public page is, on this instance.
        artefacts: What has been rendered for it and is stored; empty when the job begins.
        is_pack_missing: Files are missing and nobody is making them.
        is_pack_coming: Files are still being made, whether or not others are there.
        pack_problem: Why they could not be made, where that is known.
        can_ask_pack: The reader may have them made again.
    """

    label: Label
    facts: LabelFacts
    state: LabelState
    credential_sha256: str
    history: tuple[LabelStep, ...]
    offers: tuple[MoveOffer, ...]
    artefacts: tuple[LabelArtefact, ...]
    is_pack_missing: bool
    is_pack_coming: bool
    pack_problem: PackProblem | None
    can_ask_pack: bool
    page_path: str


def view_label(context: Context, actor: Actor, label_id: str) -> LabelRecordView:
    """The label of that id.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: It is not the actor's, or there is none.
    """
    require(actor, Action.READ_LABELS)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        record = uow.labels.get_shown(label_id)
        events = uow.labels.list_events(label_id)
        artefacts = uow.labels.list_artefacts(label_id)
        names = uow.organisations.person_names({e.person_id for e in events if e.person_id})
        organisations = {
            id_: uow.organisations.get(id_).names
            for id_ in {e.organisation_id for e in events if e.organisation_id}
        }
    label = record.label
    is_lacking = record.credential is not None and not is_complete(context, artefacts)
    job = _pack_job(context, label) if is_lacking else None
    is_missing = is_lacking and (job is None or job.is_over)
    return LabelRecordView(
        label=label,
        facts=record.facts,
        state=label.state_on(register_day(context.now())),
        credential_sha256=record.credential_sha256 or "",
        history=tuple(_step(event, names, organisations) for event in reversed(events)),
        offers=_offers(label, actor),
        artefacts=tuple(a for a in artefacts if context.files.has(a.sha256)),
        is_pack_missing=is_missing,
        is_pack_coming=is_lacking and not is_missing,
        pack_problem=_problem(job),
        can_ask_pack=is_missing
        and can(actor, Action.ISSUE_LABEL, organisations=(label.certification_body_id,)),
        page_path=f"/L/{label.serial}",
    )


def _pack_job(context: Context, label: Label) -> Job | None:
    """The job is the body's; that it waits, or why it failed, is told to the holder as well."""
    scope = Scope.everything("files of a label", is_test=label.is_test)
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        return uow.jobs.find_newest(RENDER_JOB, {"label_id": label.id})


def _problem(job: Job | None) -> PackProblem | None:
    if job is None or job.problem is None:
        return None
    parameters = job.problem.get("parameters")
    words = parameters if isinstance(parameters, Mapping) else {}
    return PackProblem(
        code=str(job.problem["code"]), parameters={name: str(words[name]) for name in words}
    )


def _offers(label: Label, actor: Actor) -> tuple[MoveOffer, ...]:
    offers = []
    for move in _OFFERED:
        rule = MOVES[move]
        owner = label.holder_id if rule.role is Role.MANUFACTURER else label.certification_body_id
        is_theirs = rule.role is not None and actor.has_role(rule.role)
        if is_theirs and actor.organisation_id == owner and label.state in rule.from_states:
            reasons = tuple(reason.value for reason in rule.reasons)
            offers.append(MoveOffer(move=move.value, reasons=reasons))
    return tuple(offers)


def _step(
    event: LabelEvent, names: Mapping[str, str], organisations: Mapping[str, LocalText]
) -> LabelStep:
    return LabelStep(
        move=event.move,
        at=event.at,
        person=names.get(event.person_id, ""),
        organisation=organisations.get(event.organisation_id, {}),
        reason=event.reason.value if event.reason else "",
        note=event.note,
    )
