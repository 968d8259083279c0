"""Renders and stores the public page of a label in four languages, as the bytes that are served.

The page says what was really checked when it was made: the stored credential is verified under
this body's published keys, and its register entry under the newest signed head.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.context import Context
from api.workflows.publish_trust_list import publish_trust_list
from labels.access import Scope
from labels.arrangement import verify_arrangement
from labels.credential.credential import LabelCredential
from labels.credential.document import sha256_hex
from labels.credential.keys import Purpose
from labels.credential.trust_list import TrustList
from labels.credential.verdict import (
    NOTHING_REMEMBERED,
    CheckName,
    Outcome,
    Verdict,
    VerdictState,
)
from labels.credential.verify import verify_label
from labels.errors import LabelError
from labels.label import LocalText
from labels.label_status import Label, LabelState
from labels.locale import LANGUAGES
from labels.recognition import RecognitionCredential, parse_recognition
from labels.register.audit import verify_register
from labels.register.entry import RegisterEntry, parse_entry
from labels.render.scan_page import (
    Check,
    Document,
    EarlierVersion,
    HistoryEntry,
    Recognition,
    ScanPage,
    scan_context,
)
from labels.scheme import register_day
from lca_db.records.certification.values import LabelPage, LabelRecord
from lca_db.records.recognition.values import ForeignRecognition
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("publish label pages")
_NOT_BELIEVED = {VerdictState.MALFORMED, VerdictState.UNKNOWN_ISSUER, VerdictState.TAMPERED}
_CAN_CHANGE = {"recognised", "suspended"}
_ARTEFACT_DOCUMENTS = {
    "certificate": "certificate.pdf",
    "label_svg": "label.svg",
    "label_png": "label.png",
}


def publish_label_pages(context: Context, label_serial: str) -> None:
    """Renders the pages anew; an older rendering never replaces a newer one."""
    now = context.now()  # before the reading: the page may know more than its time says, not less
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        record = uow.labels.find_by_serial(label_serial)
        if record is None:
            return
        status = uow.register.latest_status_list(context.status_list_url)
        entries = uow.register.entries_of_label(record.facts.url)
        all_entries = uow.register.list_entries()
        head = uow.register.latest_checkpoint()
        foreign = uow.recognitions.list_foreign(record.facts.url)
        arrangements = uow.recognitions.list_arrangements()
        artefacts = {a.kind for a in uow.labels.list_artefacts(record.label.id)}
        earlier = uow.label_versions.list_earlier(record.label)
        successor = uow.label_versions.find_successor(record.label)
        certifying = uow.organisations.find_entered_body(record.label.certification_body_id)
    verdict = verify_label(
        record.credential or b"",
        trust_list=publish_trust_list(context),
        status_list=status.content if status else None,
        remembered=NOTHING_REMEMBERED,
        at=now,
    )
    report = verify_register(
        all_entries,
        head.note if head else b"",
        origin=context.register_origin,
        key=context.signer(Purpose.CHECKPOINT).public_key,
    )
    public = [parse_entry(body) for _, body in entries]
    state = _shown_state(record, verdict, now)
    page = ScanPage(
        facts=record.facts,
        state=state,
        state_on=_state_began(record.label, state),
        checks=_checks(record, verdict, is_logged=bool(public) and report.is_sound),
        checked_at=now,
        documents=_documents(record, artefacts),
        history=_history(public, record),
        recognitions=_recognitions(foreign, arrangements, publish_trust_list(context), now),
        earlier=tuple(
            EarlierVersion(
                version=before.facts.version,
                value=before.facts.footprint.value,
                url=f"/L/{before.label.serial}",
            )
            for before in earlier
        ),
        reason_class=record.label.reason.value if record.label.reason else "",
        newer_url=f"/L/{successor.serial}" if successor else "",
        contact=certifying.contact if certifying else "",
    )
    _store(context, record, page)


def _store(context: Context, record: LabelRecord, page: ScanPage) -> None:
    template = _environment().get_template("label.html")
    pages = []
    for language in LANGUAGES:
        path = record.facts.url.split("/", 3)[3]
        content = template.render(scan_context(page, language, path=f"/{path}")).encode()
        etag = hashlib.sha256(content).hexdigest()[:32]
        pages.append(
            LabelPage(
                language=language,
                content=content,
                etag=etag,
                state_version=record.label.state_version,
                rendered_at=page.checked_at,
            )
        )
    with UnitOfWork(context.engine, _SCOPE) as uow:
        for rendered in pages:
            uow.labels.put_page(record.label.id, rendered)
        uow.commit()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(str(files("api.web") / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown_state(record: LabelRecord, verdict: Verdict[LabelCredential], at: datetime) -> str:
    """The label's own state, unless what is stored is not what this body signed."""
    if verdict.state in _NOT_BELIEVED:
        return verdict.state.value
    if not _is_what_was_signed(record, verdict):
        return VerdictState.TAMPERED.value
    return record.label.state_on(register_day(at)).value


def _state_began(label: Label, state: str) -> date:
    """The day it began; a label expires after its last day, whenever that is written down."""
    if state == LabelState.EXPIRED.value:
        return label.valid_until + timedelta(days=1)
    return label.changed_on


def _is_what_was_signed(record: LabelRecord, verdict: Verdict[LabelCredential]) -> bool:
    return verdict.content is not None and verdict.content.facts == record.facts


def _checks(
    record: LabelRecord, verdict: Verdict[LabelCredential], *, is_logged: bool
) -> tuple[Check, ...]:
    """What the verification found, and that page and register agree with the credential."""
    found = {check.name: check.outcome.value for check in verdict.checks}
    is_same = _is_what_was_signed(record, verdict)
    return (
        Check("signature", found[CheckName.SIGNATURE]),
        Check("issuer", found[CheckName.ISSUER]),
        Check("content", _outcome(is_passed=is_same)),
        Check("register", _outcome(is_passed=is_logged)),
        Check("validity", found[CheckName.VALIDITY]),
        Check("status", found[CheckName.STATUS]),
    )


def _outcome(*, is_passed: bool) -> str:
    return (Outcome.PASSED if is_passed else Outcome.FAILED).value


def _documents(record: LabelRecord, artefacts: set[str]) -> tuple[Document, ...]:
    base = f"/L/{record.label.serial}"
    rendered = tuple(
        Document(kind, f"{base}/{name}")
        for kind, name in _ARTEFACT_DOCUMENTS.items()
        if name in artefacts
    )
    return (*rendered, Document("credential", f"{base}/credential"))


def _history(entries: list[RegisterEntry], record: LabelRecord) -> tuple[HistoryEntry, ...]:
    return tuple(
        HistoryEntry(
            on=register_day(entry.at),
            event=entry.kind.value,
            version=record.facts.version,
            reason_class=entry.members.get("reasonClass", ""),
        )
        for entry in reversed(entries)
    )


def _recognitions(
    foreign: tuple[ForeignRecognition, ...],
    arrangements: tuple[bytes, ...],
    trust_list: TrustList,
    at: datetime,
) -> tuple[Recognition, ...]:
    names = {issuer.did: issuer.name for issuer in trust_list.issuers}
    signed = {sha256_hex(content): content for content in arrangements}
    shown = []
    for item in foreign:
        statement = parse_recognition(item.content)
        state, since = _recognition_state(item, statement, at)
        shown.append(
            Recognition(
                region=item.region,
                body=names.get(item.issuer, {"en": item.issuer}),
                since=register_day(since),
                state=state,
                conditions=_conditions(statement, signed, trust_list, at),
                confirmed_on=register_day(item.confirmed_at) if state in _CAN_CHANGE else None,
            )
        )
    return tuple(shown)


def _recognition_state(
    item: ForeignRecognition, statement: RecognitionCredential, at: datetime
) -> tuple[str, datetime]:
    """The word for how a recognition stands, and since when; for an ended one, until when.

    A suspension or revocation is dated by when it was seen here: a status list does not say when
    it came about, and the page words it so. It ends at the moment it names itself, whether or not
    anybody could judge it again since.
    """
    last = statement.envelope.valid_until
    match item.verdict:
        case VerdictState.WITHDRAWN:
            return "revoked", item.seen_at
        case _ if at > last:
            return "ended", last
        case VerdictState.VALID:
            return "recognised", statement.envelope.valid_from
        case VerdictState.SUSPENDED:
            return "suspended", item.seen_at
        case _:
            return "unconfirmed", item.seen_at


def _conditions(
    statement: RecognitionCredential,
    signed: dict[str, bytes],
    trust_list: TrustList,
    at: datetime,
) -> tuple[LocalText, ...]:
    """The conditions of the arrangement the recognition names by its hash, where we hold it.

    They stay what they were when the arrangement has ended, and while the trust list waits for
    its next update: no signature is less true for that.
    """
    content = signed.get(statement.arrangement_sha256)
    if content is None:
        return ()
    patient = replace(trust_list, next_update=max(at, trust_list.next_update))
    try:
        verified = verify_arrangement(content, trust_list=patient, at=at)
    except LabelError:  # a partner's key was taken back meanwhile: nothing is said in its name
        return ()
    return verified.arrangement.conditions
