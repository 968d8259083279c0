"""Adds a document behind a study: the file by its hash first, then the row."""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.problems import Problem
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.product_names import checked_file_name
from labels.scheme import schemes
from lca_db.records.studies.values import Evidence
from lca_db.unit_of_work import UnitOfWork

MAX_BYTES = 50_000_000
MEDIA_TYPES = frozenset(
    {
        "application/pdf",
        "application/json",
        "text/csv",
        "text/plain",
        "image/png",
        "image/jpeg",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


def add_evidence(
    context: Context,
    actor: Actor,
    study_id: str,
    *,
    kind: str,
    file_name: str,
    media_type: str,
    content: bytes,
    once: Once[Evidence] | None = None,
) -> Evidence:
    """The document as it is filed; the same bytes of the same kind again are the one that is there.

    The name is kept as text and never used as a path.

    Raises:
        Problem: 413 ``evidence-too-large``, 415 ``evidence-type-not-supported``, 422
            ``evidence-kind-unknown`` or ``evidence-empty``.
        NotFound: The study is neither one's own nor in a case of one's body.
    """
    require(actor, Action.ADD_EVIDENCE)
    check_file(media_type, content)
    kinds = sorted({known for s in schemes() for known in s.evidence_kinds})
    if kind not in kinds:
        raise Problem(422, "evidence-kind-unknown", "/kind", parameters={"known": ", ".join(kinds)})
    name = file_name_of(file_name)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        uow.studies.get(study_id)
    evidence = Evidence(
        id=context.ids("evd"),
        study_id=study_id,
        organisation_id=actor.organisation_id,
        kind=kind,
        sha256=context.files.put(content),
        file_name=name,
        media_type=media_type,
        size_bytes=len(content),
        added_by=actor.person_id,
        added_at=context.now(),
    )
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, evidence.added_at)
        filed = uow.studies.add_evidence(evidence)
        keep(once, uow, filed)
        uow.commit()
    return filed


def check_file(media_type: str, content: bytes) -> None:
    """A document that can be kept, whatever it belongs to.

    Raises:
        Problem: 413 ``evidence-too-large``, 415 ``evidence-type-not-supported``, 422
            ``evidence-empty``.
    """
    if len(content) > MAX_BYTES:
        raise Problem(413, "evidence-too-large", "/file", parameters={"limit": "50"})
    if not content:
        raise Problem(422, "evidence-empty", "/file")
    if media_type not in MEDIA_TYPES:
        raise Problem(415, "evidence-type-not-supported", "/file")


def file_name_of(sent: str) -> str:
    """The name a file came with, as text for people that is never used as a path."""
    return checked_file_name(sent)
