"""Takes in another body's signed statement on a label of ours, and shows it on the label's page."""

from __future__ import annotations

from api.clients.guarded_http import PartnerUnreachable
from api.context import Context
from api.workflows.publish_label_pages import publish_label_pages
from api.workflows.publish_trust_list import publish_trust_list
from labels.access import Scope
from labels.credential.trust_list import TrustList
from labels.credential.verdict import Verdict, VerdictState
from labels.errors import CredentialError
from labels.recognition import RecognitionCredential, parse_recognition, verify_recognition
from lca_db.errors import NotFound
from lca_db.records.recognition.values import ForeignRecognition
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("receive recognition")


def receive_recognition(context: Context, data: bytes) -> ForeignRecognition:
    """Anybody may send one; only what a listed body signed about a label of ours is kept.

    Raises:
        CredentialError: ``recognition-not-believed`` with what is wrong, or a form error.
        PartnerUnreachable: ``recognition-status-unknown``: the sender's status list is not to be
            had now; nothing changes.
        NotFound: The label is not one of ours.
    """
    recognition = parse_recognition(data)
    serial = recognition.label_url.rpartition("/")[2]
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        record = uow.labels.find_by_serial(serial)
        remembered = uow.recognitions.remembered()
    if record is None or record.facts.url != recognition.label_url:
        raise NotFound("label")
    trust_list = publish_trust_list(context)

    def judged(status_list: bytes | None) -> Verdict[RecognitionCredential]:
        return verify_recognition(
            data,
            label_sha256=str(record.credential_sha256),
            trust_list=trust_list,
            status_list=status_list,
            remembered=remembered,
            at=context.now(),
        )

    signed = judged(None)
    if not signed.is_signature_valid:  # nobody is called for what no listed body signed
        raise CredentialError("recognition-not-believed", state=signed.state.value)
    verdict = judged(status_list_of(context, recognition, trust_list, {}))
    if verdict.state is VerdictState.CANNOT_BE_CONFIRMED:  # what was known before still stands
        raise PartnerUnreachable("recognition-status-unknown", issuer=recognition.envelope.issuer)
    seen = ForeignRecognition(
        credential_id=recognition.envelope.id,
        label_url=recognition.label_url,
        issuer=recognition.envelope.issuer,
        region=recognition.region,
        content=data,
        verdict=verdict.state.value,
        seen_at=context.now(),
        confirmed_at=verdict.status_as_of or context.now(),
    )
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.recognitions.put_foreign(seen)
        uow.recognitions.confirm_foreign(seen.credential_id, seen.confirmed_at)
        uow.recognitions.remember(remembered.after(verdict), context.now())
        uow.commit()
    publish_label_pages(context, record.label.serial)
    return seen


def status_list_of(
    context: Context,
    recognition: RecognitionCredential,
    trust_list: TrustList,
    fetched: dict[str, bytes | None],
) -> bytes | None:
    """The sender's status list, from its own host only.

    Args:
        context: The instance.
        recognition: Signed by a body of the list.
        trust_list: The bodies that are believed.
        fetched: Status lists of this round by address, None for one that was not to be had; what
            is fetched is put into it.
    """
    status = recognition.envelope.status
    issuer = trust_list.issuer(recognition.envelope.issuer)
    if status is None or not issuer.owns(status.list_url):
        return None
    url = status.list_url
    if url not in fetched:
        try:
            fetched[url] = context.partners.get(url).body
        except PartnerUnreachable:
            fetched[url] = None
    return fetched[url]
