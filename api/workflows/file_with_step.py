"""Files the document that was sent with a step of a case, in the transaction of the step.

A step that is refused takes its document with it: no row names it, whoever was to read it. The
bytes are stored before, because a transaction holds nothing slow; a file that no row names is
shown to nobody and is the same file when it is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from api.context import Context
from api.security.policy import Action, require
from api.workflows.add_evidence import check_file, file_name_of
from labels.access import Actor, Scope
from labels.case import Case
from lca_db.records.documents.values import Document
from lca_db.records.studies.values import Evidence
from lca_db.unit_of_work import UnitOfWork

# What the document of a step is filed as behind the study; "" is kept by the organisation itself.
FILED_AS = {
    "conclude-agreement": "",
    "issue-statement": "verification-report",
    "answer-finding": "activity-data",
}


@dataclass(frozen=True)
class SentDocument:
    """A document as it was sent."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class StoredDocument:
    """A document whose bytes are stored and which no row names yet."""

    kind: str
    name: str
    media_type: str
    sha256: str
    size_bytes: int


def store_for_step(
    context: Context, actor: Actor, case_id: str, action: str, sent: SentDocument
) -> StoredDocument:
    """Stores the bytes of the document of a step.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: The case is none of the actor's organisation's.
        Problem: 413 ``evidence-too-large``, 415 ``evidence-type-not-supported``, 422
            ``evidence-empty``.
    """
    kind = FILED_AS[action]
    require(actor, Action.ADD_EVIDENCE if kind else Action.KEEP_DOCUMENT)
    check_file(sent.media_type, sent.content)
    name = file_name_of(sent.name)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        uow.cases.get(case_id)  # nobody else makes us store anything
    return StoredDocument(
        kind, name, sent.media_type, context.files.put(sent.content), len(sent.content)
    )


def file_with_step(
    context: Context, uow: UnitOfWork, actor: Actor, case: Case, stored: StoredDocument
) -> None:
    """Files the document behind the case's study, or with the actor's organisation."""
    if stored.kind:
        evidence = Evidence(
            id=context.ids("evd"),
            study_id=case.study_id,
            organisation_id=actor.organisation_id,
            kind=stored.kind,
            sha256=stored.sha256,
            file_name=stored.name,
            media_type=stored.media_type,
            size_bytes=stored.size_bytes,
            added_by=actor.person_id,
            added_at=context.now(),
        )
        uow.studies.add_evidence(evidence)
        return
    document = Document(
        id=context.ids("doc"),
        organisation_id=actor.organisation_id,
        sha256=stored.sha256,
        file_name=stored.name,
        media_type=stored.media_type,
        size_bytes=stored.size_bytes,
        added_by=actor.person_id,
        added_at=context.now(),
        is_test=actor.is_test,
    )
    uow.documents.keep(document)
