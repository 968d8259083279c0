"""Reads a document behind a study, for the maker and the bodies of a case on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.records.studies.values import Evidence
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class EvidenceFile:
    """A document with its bytes."""

    evidence: Evidence
    content: bytes = field(repr=False)


def read_evidence(context: Context, actor: Actor, evidence_id: str) -> EvidenceFile:
    """The document of that id; its bytes still have the hash they were filed under.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: The study is outside what the actor may see, or there is no such document.
    """
    require(actor, Action.READ_STUDIES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        evidence = uow.studies.get_evidence(evidence_id)
    return EvidenceFile(evidence, context.files.get(evidence.sha256))
