"""Reads the documents an organisation keeps, and the agreement that a case names."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.errors import NotFound
from lca_db.records.documents.values import Document
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class DocumentFile:
    """A file as it was kept: its bytes still have the hash they were kept under."""

    file_name: str
    media_type: str
    content: bytes = field(repr=False)


def list_documents(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[Document]:
    """Documents one's organisation keeps, newest first; for the regulator those of all."""
    require(actor, Action.READ_DOCUMENTS)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.documents.list_(after=after, limit=limit)


def read_document(context: Context, actor: Actor, document_id: str) -> DocumentFile:
    """The document of that id, for who keeps it and for the regulator.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: Another organisation keeps it, or nobody does.
    """
    require(actor, Action.READ_DOCUMENTS)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        document = uow.documents.get(document_id)
    content = context.files.get(document.sha256)
    return DocumentFile(document.file_name, document.media_type, content)


def read_agreement(context: Context, actor: Actor, case_id: str) -> DocumentFile:
    """The agreement a case names, for its parties, wherever its body keeps or filed it.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: The actor is no party of the case, or no agreement is concluded yet.
    """
    require(actor, Action.READ_CASES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        case = uow.cases.get(case_id)
        behind_study = uow.studies.list_evidence(case.study_id)
    sha256 = case.agreement_sha256
    if not sha256:
        raise NotFound("document")
    # The body keeps it, and the body is not the reader: the case is what lets the parties see it.
    everything = Scope.everything("agreement of a case", is_test=case.is_test)
    with UnitOfWork(context.engine, everything, read_only=True) as uow:
        kept = uow.documents.find(case.certification_body_id, sha256)
    found = kept or next((item for item in behind_study if item.sha256 == sha256), None)
    content = context.files.get(sha256)
    if found is None:  # filed by the body behind another study, whose names are not this case's
        return DocumentFile(f"agreement-{case_id}", "application/octet-stream", content)
    return DocumentFile(found.file_name, found.media_type, content)
