"""Issues the label of a granted case: store what will be signed, sign it, then activate it.

Why in this order: if the power fails between two steps there is always a record of what was
planned. :func:`finish_interrupted_issues` signs again (Ed25519 is deterministic) and activates.

1. One transaction reserves number, address and status slot and stores the exact bytes to be signed.
2. The bytes are signed, with no transaction open.
3. One transaction stores the credential, ends the version before it, activates the label, closes
   the case, appends the public register entries and promises the rendering job.
4. Status list, checkpoint and the pages in four languages are published.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from api.workflows.by_itself import by_itself
from api.workflows.calculate_footprint import Calculation, recalculate_study
from api.workflows.enter_register import enter_register
from api.workflows.publish_checkpoint import publish_checkpoint
from api.workflows.publish_label_pages import publish_label_pages
from api.workflows.publish_status_list import publish_status_list
from labels.access import Actor, Body, BodyKind, Scope
from labels.case import Case
from labels.case_commands import MarkIssued
from labels.certification import apply
from labels.credential.credential import label_credential, sign_label
from labels.credential.keys import Purpose
from labels.errors import NotAllowed, WrongState
from labels.label import LabelFacts, label_number, serial
from labels.label_facts import LabelIssue, LabelParties, facts_from
from labels.label_status import Label, LabelMove, change_status
from labels.register.entry import EntryKind
from labels.scheme import register_day, scheme
from lca_db.errors import Conflict
from lca_db.records.certification.values import LabelRecord
from lca_db.records.jobs.values import Job
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork

SERIAL_BYTES = 16
RENDER_JOB = "render-label-pack"
INTERRUPTED_AFTER = timedelta(seconds=30)
PAGE_OF_INTERRUPTED = 100


def issue_label(
    context: Context, actor: Actor, case_id: str, once: Once[LabelRecord] | None = None
) -> LabelRecord:
    """The active label of a granted case.

    Raises:
        NotAllowed: ``role-missing``, or not a certifier of the body.
        WrongState: ``label-without-grant``.
        Conflict: ``conflict`` where somebody issued it at the same moment.
    """
    require(actor, Action.ISSUE_LABEL)
    try:
        prepared = _prepare(context, actor, case_id, once)
    except Conflict:  # somebody prepared it at the same moment: theirs is the one, or it is issued
        prepared = _prepare(context, actor, case_id, once)
    active = activate(context, prepared, actor, once)
    publish_label(context, active)
    return active


def _prepare(
    context: Context, actor: Actor, case_id: str, once: Once[LabelRecord] | None
) -> LabelRecord:
    """Step 1; a label prepared before and interrupted is taken up again."""
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        if once is not None:
            once.look(uow)
        case = uow.cases.get(case_id)
        existing = uow.labels.find_of_case(case_id)
        study = uow.studies.get(case.study_id)
        bom_bytes = uow.studies.bom_of(case.study_id)
    if existing is not None and existing.credential is None:
        if _is_of_today(context, existing):
            return existing
        _discard(context, existing, Actor.service("issue label anew", is_test=case.is_test))
    elif existing is not None:
        raise WrongState("label-issued-already", number=existing.label.full_number)
    calculation = recalculate_study(context, study, bom_bytes)
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        bodies = _hold_bodies(uow, case)
        record = _record(context, uow, case, study, calculation)
        # what the last step would refuse is refused here, before a number is taken for good
        apply(case, _mark_issued(case, record.label, bodies), actor, context.now())
        uow.labels.add(record)
        uow.commit()
    return record


def _record(
    context: Context, uow: UnitOfWork, case: Case, study: Study, calculation: Calculation
) -> LabelRecord:
    """The label as it will be signed, with its number, serial and status slot taken."""
    now = context.now()
    facts = _facts(context, uow, case, study, calculation)
    label_id = context.ids("lbl")
    slot = uow.register.take_slot(context.status_list_url, label_id, context.random_below)
    signing_bytes = label_credential(
        facts,
        issuer_did=context.did,
        kid=context.signer(Purpose.LABEL).kid,
        status_url=context.status_list_url,
        status_slot=slot,
        issued_at=now,
    )
    label = Label(
        id=label_id,
        case_id=case.id,
        holder_id=case.applicant_id,
        certification_body_id=case.certification_body_id,
        number=facts.number,
        version=facts.version,
        serial=facts.serial,
        issued_on=facts.issued_on,
        valid_until=facts.valid_until,
        changed_at=now,
        is_test=case.is_test,
    )
    return LabelRecord(
        label=label,
        study_id=case.study_id,
        verification_body_id=case.verification_body_id,
        facts=facts,
        signing_bytes=signing_bytes,
        credential=None,
        credential_sha256=None,
    )


def rehearse_issue(
    context: Context, uow: UnitOfWork, case: Case, study: Study, calculation: Calculation
) -> None:
    """Nothing when a label could be issued today from the granted case; takes no number, no slot.

    Raises:
        LabelError: What the issue would answer: a text no credential can carry, a validity that
            has ended, no version left.
    """
    facts = _facts(context, uow, case, study, calculation, is_rehearsal=True)
    label_credential(
        facts,
        issuer_did=context.did,
        kid=context.signer(Purpose.LABEL).kid,
        status_url=context.status_list_url,
        status_slot=0,
        issued_at=context.now(),
    )


def _facts(
    context: Context,
    uow: UnitOfWork,
    case: Case,
    study: Study,
    calculation: Calculation,
    *,
    is_rehearsal: bool = False,
) -> LabelFacts:
    """Everything that is printed, from the case, its study and a fresh number."""
    today = register_day(context.now())
    body = uow.organisations.body(case.certification_body_id, BodyKind.CERTIFICATION)
    earlier = uow.label_versions.newest_of_product(study.id, case.id)
    rules = scheme(case.scheme.id, case.scheme.version)
    return facts_from(
        case=case,
        result=calculation.result,
        bom=calculation.bom,
        scheme=rules,
        parties=LabelParties(
            manufacturer=uow.organisations.party(case.applicant_id),
            plant=study.plant,
            verification_body=uow.organisations.party(case.verification_body_id),
            certification_body=uow.organisations.party(case.certification_body_id),
        ),
        issue=LabelIssue(
            number=earlier.number
            if earlier
            else label_number(
                today.year, 1 if is_rehearsal else uow.labels.next_sequence(today.year)
            ),
            version=earlier.version + 1 if earlier else 1,
            serial=serial(context.random_bytes(SERIAL_BYTES)),
            base_url=context.settings.public_base_url,
            issued_on=today,
            valid_until=rules.valid_until(today, body.scope_until, calculation.bom.period_to),
        ),
    )


def activate(
    context: Context,
    prepared: LabelRecord,
    actor: Actor,
    once: Once[LabelRecord] | None = None,
) -> LabelRecord:
    """Steps 2 and 3: signs the stored bytes and activates in one conditional write."""
    credential = sign_label(prepared.signing_bytes, context.signer(Purpose.LABEL))
    now = context.now()
    scope = Scope.everything("activate label", is_test=prepared.label.is_test)
    with UnitOfWork(context.engine, scope if actor.is_service else Scope.of(actor)) as uow:
        claim(once, uow, now)
        case = uow.cases.get(prepared.label.case_id)
        bodies = _hold_bodies(uow, case)
        label, event = change_status(
            prepared.label,
            LabelMove.ACTIVATE,
            actor,
            now,
            seen_state_version=prepared.label.state_version,
        )
        superseded = uow.label_versions.list_live_before(label)
        for earlier in superseded:
            _supersede(context, uow, earlier, actor)
        uow.labels.activate(prepared.label, label, event, credential)
        closed, closing = apply(case, _mark_issued(case, label, bodies), actor, context.now())
        uow.cases.save(case, closed, closing)
        uow.jobs.add(render_job(context, label))
        record = uow.labels.get(label.id)
        keep(once, uow, record)
        _enter(context, uow, record, superseded)
        uow.commit()
    return record


def _supersede(context: Context, uow: UnitOfWork, earlier: LabelRecord, actor: Actor) -> None:
    """The version before ends for good in the moment its successor becomes active."""
    label, event = change_status(
        earlier.label,
        LabelMove.SUPERSEDE,
        actor,
        context.now(),
        seen_state_version=earlier.label.state_version,
    )
    uow.labels.change(earlier.label, label, event)


def _enter(
    context: Context, uow: UnitOfWork, record: LabelRecord, superseded: tuple[LabelRecord, ...]
) -> None:
    """What the public register says: the version that ended names its successor."""
    facts = record.facts
    for earlier in superseded:
        enter_register(
            context,
            uow,
            EntryKind.LABEL_SUPERSEDED,
            label_url=earlier.facts.url,
            label_number=earlier.facts.full_number,
            credential_sha256=str(earlier.credential_sha256),
            successor_number=facts.full_number,
        )
    enter_register(
        context,
        uow,
        EntryKind.LABEL_ISSUED,
        label_url=facts.url,
        label_number=facts.full_number,
        credential_sha256=str(record.credential_sha256),
    )


def render_job(context: Context, label: Label) -> Job:
    """The promise of certificate and marks; the job belongs to the body that issues."""
    now = context.now()
    return Job(
        id=context.ids("job"),
        kind=RENDER_JOB,
        organisation_id=label.certification_body_id,
        input={"label_id": label.id},
        created_at=now,
        heartbeat_at=now,
        is_test=label.is_test,
    )


def _mark_issued(case: Case, label: Label, bodies: tuple[Body, Body]) -> MarkIssued:
    verification_body, certification_body = bodies
    return MarkIssued(
        seen=case.seen,
        label_id=label.id,
        label_number=label.full_number,
        verification_body=verification_body,
        certification_body=certification_body,
    )


def _hold_bodies(uow: UnitOfWork, case: Case) -> tuple[Body, Body]:
    """Who verifies and who certifies, neither suspended until the commit.

    Held before anything else of the transaction, as by everybody who changes a label: of two that
    meet, one waits and none is refused.
    """
    return (
        uow.organisations.hold(case.verification_body_id, BodyKind.VERIFICATION),
        uow.organisations.hold(case.certification_body_id, BodyKind.CERTIFICATION),
    )


def publish_label(context: Context, record: LabelRecord) -> None:
    """Step 4: what the public reads; done again by the sweep should it be interrupted.

    The pages of the versions before it are made anew: they lead to the newest.
    """
    publish_status_list(context)
    publish_checkpoint(context)
    scope = Scope.everything("publish label", is_test=record.label.is_test)
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        earlier = uow.label_versions.list_earlier(record.label)
    for version in (record, *earlier):
        publish_label_pages(context, version.label.serial)


def finish_interrupted_issues(context: Context) -> int:
    """Signs and activates what was prepared and then interrupted; how many."""
    before = context.now() - INTERRUPTED_AFTER
    finished = 0
    for is_test in (False, True):
        scope = Scope.everything("finish interrupted issues", is_test=is_test)
        service = Actor.service("finish-interrupted-issues", is_test=is_test)
        for record in _interrupted(context, scope, before):
            with by_itself("finish interrupted issue", record.label.id):
                _finish(context, record, service)
                finished += 1
    return finished


def _finish(context: Context, record: LabelRecord, service: Actor) -> None:
    """Activates it, or discards what may no longer be issued as it was prepared."""
    if not _is_of_today(context, record):
        _discard(context, record, service)
        return
    try:
        active = activate(context, record, service)
    except (WrongState, NotAllowed):  # the case has ended, or a body is no longer fit
        _discard(context, record, service)
        return
    publish_label(context, active)


def _is_of_today(context: Context, record: LabelRecord) -> bool:
    """The day of issue that is written in it is the day on which it would be issued."""
    return record.label.issued_on == register_day(context.now())


def _interrupted(context: Context, scope: Scope, before: datetime) -> Iterator[LabelRecord]:
    """All of them, page by page: those that stay prepared never keep others from their turn."""
    after: str | None = None
    while True:
        with UnitOfWork(context.engine, scope, read_only=True) as uow:
            page = uow.labels.list_prepared(before, after=after, limit=PAGE_OF_INTERRUPTED)
        yield from page.items
        after = page.next_after
        if after is None:
            return


def _discard(context: Context, record: LabelRecord, service: Actor) -> None:
    """A prepared label that may no longer be issued is never shown to anybody.

    Finished later it would be issued with the days of long ago; a certifier issues a new one, of
    that day.
    """
    label, event = change_status(
        record.label,
        LabelMove.DISCARD,
        service,
        context.now(),
        seen_state_version=record.label.state_version,
    )
    scope = Scope.everything("discard label", is_test=record.label.is_test)
    with UnitOfWork(context.engine, scope) as uow:
        uow.labels.change(record.label, label, event)
        uow.commit()
