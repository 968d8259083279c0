"""Keeps a document of an organisation: a signed agreement, a sales record, enterprise data.

Unlike evidence it belongs to no study and is shown to nobody else. Whoever names its hash (the
agreement in a case, a posting, an indicator) must be the organisation that keeps it, so that the
name can be audited against the bytes.
"""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from api.workflows.add_evidence import check_file, file_name_of
from labels.access import Actor, Scope
from labels.case_evidence import checked_document
from lca_db.records.documents.values import Document
from lca_db.unit_of_work import UnitOfWork


def keep_document(
    context: Context,
    actor: Actor,
    *,
    file_name: str,
    media_type: str,
    content: bytes,
    once: Once[Document] | None = None,
) -> Document:
    """The document as it is kept; the same bytes again are the document that is there.

    Raises:
        NotAllowed: ``role-missing``.
        Problem: 413 ``evidence-too-large``, 415 ``evidence-type-not-supported``, 422
            ``evidence-empty``.
    """
    require(actor, Action.KEEP_DOCUMENT)
    check_file(media_type, content)
    document = Document(
        id=context.ids("doc"),
        organisation_id=actor.organisation_id,
        sha256=context.files.put(content),
        file_name=file_name_of(file_name),
        media_type=media_type,
        size_bytes=len(content),
        added_by=actor.person_id,
        added_at=context.now(),
        is_test=actor.is_test,
    )
    own = Scope(organisation_id=actor.organisation_id, is_test=actor.is_test)
    with UnitOfWork(context.engine, own) as uow:  # the authority sees all and keeps its own
        claim(once, uow, document.added_at)
        kept = uow.documents.keep(document)
        keep(once, uow, kept)
        uow.commit()
    return kept


def kept_document(
    context: Context, uow: UnitOfWork, sha256: str, place: str, *organisation_ids: str
) -> str:
    """The hash itself when one of these organisations keeps that document and its file is stored.

    Raises:
        LabelError: ``document-unknown`` at the place, for another organisation's as for none.
    """
    is_kept = is_kept_by(context, uow, sha256, *organisation_ids)
    return checked_document(sha256, {sha256} if is_kept else (), place)


def is_kept_by(context: Context, uow: UnitOfWork, sha256: str, *organisation_ids: str) -> bool:
    """Whether one of these organisations keeps that document and its file is stored."""
    return context.files.has(sha256) and any(
        uow.documents.is_kept(organisation_id, sha256) for organisation_id in organisation_ids
    )
