"""Recognises a label of another body: fetch, verify, decide under an arrangement, sign, tell.

The recognition is this body's own signed and revocable statement, never a flag; a body whose
accreditation does not cover the product on the day makes none. What was prepared and interrupted
is signed on its own day only, and only where it would be granted again. Afterwards
:func:`refresh_recognitions` follows the label's status at home: suspended there, suspended here.
One round asks each home once; a recognition whose turn fails is logged and the next one followed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from api.clients.guarded_http import PartnerUnreachable
from api.context import Context
from api.security.policy import Action, require
from api.workflows.by_itself import by_itself
from api.workflows.enter_register import enter_register
from api.workflows.publish_trust_list import publish_trust_list
from api.workflows.tell_home import tell_home
from labels.access import Actor, Scope, check_certifying
from labels.arrangement import SignedArrangement, verify_arrangement
from labels.credential.credential import LabelCredential, parse_label
from labels.credential.document import sha256_hex
from labels.credential.keys import Purpose
from labels.credential.trust_list import TrustList
from labels.credential.verdict import Verdict, VerdictState
from labels.credential.verify import verify_label
from labels.errors import CredentialError, NotAllowed, SchemeError
from labels.recognition import (
    RecognitionDecision,
    RecognitionStanding,
    RecognitionState,
    after_home_status,
    decide_recognition,
    recognition_credential,
    sign_recognition,
)
from labels.register.entry import HOME_STATUS, EntryKind
from labels.scheme import register_day
from lca_db.errors import Conflict
from lca_db.records.recognition.values import Recognition
from lca_db.unit_of_work import UnitOfWork

INTERRUPTED_AFTER = timedelta(minutes=1)
_SCOPE = Scope.everything("recognise label")
_CONFIRMED = {
    VerdictState.VALID,
    VerdictState.SUSPENDED,
    VerdictState.WITHDRAWN,
    VerdictState.SUPERSEDED,
}
_LOG = structlog.get_logger("tanbiao.recognition")


def recognise_label(context: Context, actor: Actor, label_url: str) -> Recognition:
    """The signed recognition of a label by its address.

    Raises:
        PartnerUnreachable: The home body did not answer.
        SchemeError: ``recognition-refused`` with every reason.
        NotAllowed: ``body-suspended``, ``body-scope-missing``: the accreditation of the body
            does not cover the product today.
        Conflict: ``label-recognised-already`` until that is over or revoked,
            ``recognition-pending`` while it is being made, ``label-recognised-by-another``.
    """
    require(actor, Action.RECOGNISE)
    data = context.partners.get(f"{label_url}/credential").body
    verdict = judge_foreign_label(context, data)
    decision = _decide(context, verdict)
    if not decision.is_granted:
        reasons = ", ".join(f"{r.code} ({r.found})" for r in decision.reasons)
        raise SchemeError("recognition-refused", reasons=reasons or verdict.state.value)
    prepared = _prepare(context, actor, decision, data, verdict)
    try:
        recognition = _sign(context, prepared)
    except NotAllowed:  # what was refused to somebody is not signed later behind their back
        _discard(context, prepared)
        raise
    tell_home(context, recognition.id)
    return recognition


def judge_foreign_label(
    context: Context, data: bytes, fetched: dict[str, bytes | None] | None = None
) -> Verdict[LabelCredential]:
    """Verifies against the trust list, with the home body's present status list.

    Args:
        context: The instance.
        data: The label's exact bytes.
        fetched: Status lists of this round by address, None for a home that did not answer; what
            is fetched is put into it.
    """
    trust_list = publish_trust_list(context)
    status_list = _home_status_list(context, data, trust_list, {} if fetched is None else fetched)
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        remembered = uow.recognitions.remembered()
    now = context.now()
    verdict = verify_label(
        data,
        trust_list=trust_list,
        status_list=status_list,
        remembered=remembered,
        at=now,
    )
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.recognitions.remember(remembered.after(verdict), now)
        uow.commit()
    return verdict


def _home_status_list(
    context: Context, data: bytes, trust_list: TrustList, fetched: dict[str, bytes | None]
) -> bytes | None:
    """The status list of a listed body, from its own host only."""
    try:
        envelope = parse_label(data).envelope
        if envelope.status is None or not trust_list.issuer(envelope.issuer).owns(
            envelope.status.list_url
        ):
            return None
    except CredentialError:
        return None
    url = envelope.status.list_url
    if url not in fetched:
        try:
            fetched[url] = context.partners.get(url).body
        except PartnerUnreachable:
            fetched[url] = None
    return fetched[url]


def _decide(context: Context, verdict: Verdict[LabelCredential]) -> RecognitionDecision:
    """The first arrangement that grants, else the last refusal."""
    decisions = _decisions(context, verdict)
    if not decisions:
        raise SchemeError("recognition-refused", reasons="no arrangement")
    return next((d for d in decisions if d.is_granted), decisions[-1])


def _decisions(context: Context, verdict: Verdict[LabelCredential]) -> list[RecognitionDecision]:
    """What each arrangement says of the label now."""
    now = context.now().replace(microsecond=0)
    return [
        decide_recognition(verdict, arrangement, receiver=context.did, at=now)
        for arrangement in _arrangements(context)
    ]


def _arrangements(context: Context) -> list[SignedArrangement]:
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        signed = uow.recognitions.list_arrangements()
    trust_list = publish_trust_list(context)
    believed = []
    for content in signed:
        try:
            believed.append(verify_arrangement(content, trust_list=trust_list, at=context.now()))
        except (CredentialError, SchemeError) as error:
            _LOG.warning("arrangement no longer believed", code=error.code)
    return believed


def _prepare(
    context: Context,
    actor: Actor,
    decision: RecognitionDecision,
    data: bytes,
    verdict: Verdict[LabelCredential],
) -> Recognition:
    """Stores what will be signed."""
    label = decision.label
    assert label is not None  # granted decisions have one  # noqa: S101
    recognition_id = context.ids("rcg")
    now = context.now().replace(microsecond=0)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        check_recognising(uow, actor.organisation_id, label, now)
        known = uow.recognitions.find_live(label.envelope.sha256, now)
        if known is not None:
            raise Conflict(_why_not_again(known, actor), number=known.label_number)
        slot = uow.register.take_slot(context.status_list_url, recognition_id, context.random_below)
        unsigned = recognition_credential(
            decision,
            recognition_url=f"{context.settings.public_base_url}/recognitions/{recognition_id}",
            kid=context.signer(Purpose.RECOGNITION).kid,
            status_url=context.status_list_url,
            status_slot=slot,
            issued_at=now,
        )
        recognition = Recognition(
            id=recognition_id,
            body_id=actor.organisation_id,
            label_url=label.facts.url,
            label_number=label.facts.full_number,
            label_sha256=label.envelope.sha256,
            label_credential=data,
            home_issuer=label.envelope.issuer,
            arrangement_id=decision.arrangement.arrangement.id,
            arrangement_sha256=decision.arrangement.sha256,
            signing_bytes=unsigned,
            credential=None,
            standing=RecognitionStanding(RecognitionState.RECOGNISED),
            state_version=1,
            home_seen_at=verdict.status_as_of,
            valid_until=decision.valid_until,
            created_at=now,
            changed_at=now,
        )
        uow.recognitions.add(recognition)
        uow.commit()
    return recognition


def _why_not_again(known: Recognition, actor: Actor) -> str:
    """The code that says what a recognition in force, or in the making, is."""
    if known.body_id != actor.organisation_id:
        return "label-recognised-by-another"
    return "recognition-pending" if known.credential is None else "label-recognised-already"


def check_recognising(uow: UnitOfWork, body_id: str, label: LabelCredential, at: datetime) -> None:
    """The body may put a recognition of that label in force, and until the commit still may.

    Raises:
        NotAllowed: ``body-suspended``, ``body-scope-missing``.
    """
    body = uow.organisations.hold_certification_body(body_id)
    check_certifying(body, label.facts.product.category, register_day(at))


def _sign(context: Context, prepared: Recognition) -> Recognition:
    """Signs what is stored, enters it in the register, and notes it for its home body.

    Raises:
        NotAllowed: The body may not act now.
        Conflict: It is signed or discarded already.
    """
    credential = sign_recognition(prepared.signing_bytes, context.signer(Purpose.RECOGNITION))
    label = parse_label(prepared.label_credential)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        check_recognising(uow, prepared.body_id, label, context.now())
        uow.recognitions.sign(prepared.id, credential)
        enter_recognition(
            context, uow, prepared, sha256_hex(credential), EntryKind.LABEL_RECOGNISED
        )
        uow.recognitions.note_for_home(prepared, context.now())
        uow.commit()
    return replace(prepared, credential=credential)


def finish_interrupted_recognitions(context: Context) -> int:
    """Signs what was prepared and then interrupted, where it still may be; how many."""
    before = context.now() - INTERRUPTED_AFTER
    finished, after = 0, None
    while True:
        with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
            page = uow.recognitions.list_prepared(before, after=after)
        for recognition in page.items:
            with by_itself("finish interrupted recognition", recognition.id):
                finished += _finish(context, recognition)
        after = page.next_after
        if after is None:
            return finished


def _finish(context: Context, prepared: Recognition) -> bool:
    """Signs it or discards what would not be made today as it was prepared; whether it signed.

    A home that cannot confirm its label now is asked again in the next round of this day.
    """
    if register_day(prepared.created_at) != register_day(context.now()):
        _discard(context, prepared)
        return False
    verdict = judge_foreign_label(context, prepared.label_credential)
    if verdict.state is VerdictState.CANNOT_BE_CONFIRMED:
        return False
    if not any(
        decision.is_granted and decision.arrangement.sha256 == prepared.arrangement_sha256
        for decision in _decisions(context, verdict)
    ):
        _discard(context, prepared)
        return False
    try:
        _sign(context, prepared)
    except NotAllowed:  # suspended meanwhile, or no longer accredited for the product
        _discard(context, prepared)
        return False
    return True


def _discard(context: Context, prepared: Recognition) -> None:
    """It was never made, so nobody is told; the label can be recognised anew, as of that day."""
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.recognitions.discard(prepared, context.now())
        uow.commit()
    _LOG.info("prepared recognition discarded", recognition=prepared.id)


def enter_recognition(
    context: Context,
    uow: UnitOfWork,
    recognition: Recognition,
    credential_sha256: str,
    kind: EntryKind,
    reason: str = HOME_STATUS,
) -> None:
    """What the public register says of a recognition: that it was made, or why it changed."""
    members = {
        "label_url": recognition.label_url,
        "label_number": recognition.label_number,
        "credential_sha256": recognition.label_sha256,
        "home_issuer": recognition.home_issuer,
        "recognition_sha256": credential_sha256,
    }
    if kind is EntryKind.LABEL_RECOGNISED:
        members["arrangement_id"] = recognition.arrangement_id
        members["arrangement_sha256"] = recognition.arrangement_sha256
    else:
        members["reason_class"] = reason
    enter_register(context, uow, kind, **members)


_ENTRY_OF_STATE = {
    RecognitionState.RECOGNISED: EntryKind.RECOGNITION_REINSTATED,
    RecognitionState.SUSPENDED: EntryKind.RECOGNITION_SUSPENDED,
    RecognitionState.REVOKED: EntryKind.RECOGNITION_REVOKED,
}


def refresh_recognitions(
    context: Context, actor: Actor, page_size: int = 200
) -> tuple[Recognition, ...]:
    """Follows the home status of every live recognition; those whose standing changed.

    The sweep of the service calls it as the service itself, a certifier may call it at once.

    Args:
        context: The instance.
        actor: Who asks.
        page_size: How many recognitions are read at a time; all of them are followed.
    """
    if not actor.is_service:
        require(actor, Action.RECOGNISE)
    changed: list[Recognition] = []
    fetched: dict[str, bytes | None] = {}
    after: str | None = None
    while True:
        with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
            page = uow.recognitions.list_live(context.now(), after=after, limit=page_size)
        for recognition in page.items:
            with by_itself("follow home status", recognition.id):
                followed = _followed(context, recognition, fetched)
                changed += [] if followed is None else [followed]
        after = page.next_after
        if after is None:
            break
    if changed:
        tell_home(context)
    return tuple(changed)


def _followed(
    context: Context, recognition: Recognition, fetched: dict[str, bytes | None]
) -> Recognition | None:
    """The recognition as its home's status leaves it; None when its standing is the same."""
    verdict = judge_foreign_label(context, recognition.label_credential, fetched)
    seen_at = verdict.status_as_of if verdict.state in _CONFIRMED else None
    now = context.now()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        can_lift = _can_lift(uow, recognition, verdict.content, now)
        standing = after_home_status(recognition.standing, verdict.state, can_lift=can_lift)
        if standing == recognition.standing:
            if seen_at is not None:
                uow.recognitions.see_home(recognition.id, seen_at)
                uow.commit()
            return None
        after = uow.recognitions.change(recognition, standing, now, home_seen_at=seen_at)
        if standing.state is not recognition.standing.state:
            kind = _ENTRY_OF_STATE[standing.state]
            enter_recognition(context, uow, after, sha256_hex(after.credential or b""), kind)
            uow.recognitions.note_for_home(after, now)
        uow.commit()
    return after


def _can_lift(
    uow: UnitOfWork, recognition: Recognition, label: LabelCredential | None, at: datetime
) -> bool:
    """Whether the recognition may be put in force again; never for a label that cannot be read."""
    if label is None:
        return False
    try:
        check_recognising(uow, recognition.body_id, label, at)
    except NotAllowed:
        return False
    return True
