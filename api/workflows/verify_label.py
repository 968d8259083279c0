"""Judges a credential somebody holds, and serves what the public may see of a label.

The public routes read stored bytes by their key and sign nothing; a verdict is given only from
this instance's own trust list, never from keys a message brings along.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.clients.guarded_http import PartnerUnreachable
from api.context import Context
from api.workflows.publish_trust_list import publish_trust_list
from labels.access import Scope
from labels.credential.credential import LabelCredential, parse_label
from labels.credential.envelope import label_context
from labels.credential.verdict import RegisterEvidence, Verdict
from labels.credential.verify import verify_label as judge_label
from labels.errors import CredentialError
from labels.register.entry import evidence_of, parse_entry
from lca_db.errors import LabelUnknown, NotFound
from lca_db.records.certification.values import LabelArtefact, LabelPage
from lca_db.records.register.values import StoredCheckpoint, StoredStatusList
from lca_db.unit_of_work import UnitOfWork

_PUBLIC = Scope.everything("public verification")


def verify_label(context: Context, data: bytes) -> Verdict[LabelCredential]:
    """A clear verdict on any bytes; never an exception for what they say."""
    now = context.now()
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        remembered = uow.recognitions.remembered()
    trust_list = publish_trust_list(context)

    def judged(
        status_list: bytes | None, evidence: RegisterEvidence | None = None
    ) -> Verdict[LabelCredential]:
        return judge_label(
            data,
            trust_list=trust_list,
            status_list=status_list,
            remembered=remembered,
            at=now,
            evidence=evidence,
        )

    verdict = judged(None)
    if verdict.is_signature_valid:  # nobody is called for what no listed body signed
        verdict = judged(_status_list(context, data), _own_evidence(context, verdict))
    if verdict.sighting is not None:
        with UnitOfWork(context.engine, _PUBLIC) as uow:
            uow.recognitions.remember(remembered.after(verdict), now)
            uow.commit()
    return verdict


def _own_evidence(context: Context, verdict: Verdict[LabelCredential]) -> RegisterEvidence | None:
    """What this body's own register says of the credential; another's is not at hand."""
    if verdict.content is None:
        return None
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        stored = uow.register.entries_of_label(verdict.content.facts.url)
    entries = [parse_entry(body) for _, body in stored]
    own = [entry for entry in entries if entry.issuer == verdict.content.envelope.issuer]
    return evidence_of(own, verdict.credential_sha256) if own else None


def _status_list(context: Context, data: bytes) -> bytes | None:
    """Our own stored list, or the one of a listed partner; never a request to ourselves."""
    try:
        envelope = parse_label(data).envelope
    except CredentialError:
        return None
    status = envelope.status
    if status is None:
        return None
    if status.list_url == context.status_list_url:
        return read_status_list(context).content
    trust_list = publish_trust_list(context)
    is_partner = envelope.issuer != context.did
    if not is_partner or not trust_list.issuer(envelope.issuer).owns(status.list_url):
        return None
    try:
        return context.partners.get(status.list_url).body
    except PartnerUnreachable:
        return None


def read_label_page(
    context: Context, serial: str, language: str, gtin: str | None = None
) -> LabelPage:
    """The stored public page, or :class:`NotFound`: not known here, or not under this GTIN."""
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        page = uow.labels.find_page(serial, language, gtin)
    if page is None:
        raise LabelUnknown
    return page


def read_credential(context: Context, serial: str, gtin: str | None = None) -> bytes:
    """The signed credential, byte for byte."""
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        record = uow.labels.find_by_serial(serial, gtin)
    if record is None or record.credential is None:
        raise LabelUnknown
    return record.credential


@dataclass(frozen=True)
class ArtefactFile:
    """A rendered file of a label."""

    artefact: LabelArtefact
    content: bytes


def read_artefact(context: Context, serial: str, name: str) -> ArtefactFile:
    """A rendered file of a label, or :class:`NotFound`."""
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        artefact = uow.labels.find_artefact(serial, name)
    if artefact is None:
        raise NotFound("artefact")
    return ArtefactFile(artefact, context.files.get(artefact.sha256))


def read_status_list(context: Context) -> StoredStatusList:
    """This body's newest signed status list."""
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        stored = uow.register.latest_status_list(context.status_list_url)
    if stored is None:
        raise NotFound("status-list")
    return stored


def read_checkpoint(context: Context) -> StoredCheckpoint:
    """The newest signed head of the register."""
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        stored = uow.register.latest_checkpoint()
    if stored is None:
        raise NotFound("checkpoint")
    return stored


def read_register(context: Context, start: int, end: int) -> tuple[bytes, ...]:
    """Entries of the public register, as the bytes that were hashed."""
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        return uow.register.list_entries(start, end)


def read_label_context() -> bytes:
    """The JSON-LD context our credentials name."""
    return label_context()


def read_recognition(context: Context, recognition_id: str) -> bytes:
    """This body's signed recognition of a label of another body."""
    with UnitOfWork(context.engine, _PUBLIC, read_only=True) as uow:
        recognition = uow.recognitions.get(recognition_id)
    if recognition.credential is None:
        raise NotFound("recognition")
    return recognition.credential
