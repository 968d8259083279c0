"""Describes a study in one JSON document: everything its report is drawn from, and nothing else.

The document holds the bill and the result with the bytes they were hashed from (RFC 8785), the
amount behind each line of the result, what flows to it, how the result came about, the datasets
its lines name with their sources, the evidence filed and, where there is one, the verification
statement. It holds no clock: the same study with the same files gives the same bytes, so that they
name the report that was made of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rfc8785

from api.context import Context
from api.schemas.bom import BomIn
from api.schemas.footprints import ResultOut
from api.security.policy import Action, require
from api.strict_json import strict_loads
from api.workflows.describe_flows import describe_flows
from api.workflows.view_study import study_lines
from footprint.methods import method_profile, profile_ids
from labels.access import Actor, Scope
from labels.case import Case
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.inventory.values import DatasetEntry, Release
from lca_db.records.studies.values import Evidence, Study
from lca_db.unit_of_work import UnitOfWork

FORMAT = "tanbiao-study"
FORMAT_VERSION = "1"


def describe_study(context: Context, study_id: str, *, actor: Actor | None = None) -> bytes:
    """The study of that id as canonical JSON.

    Args:
        context: The instance.
        study_id: Which one.
        actor: Who asks; without one, whoever has the shell.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: Neither the actor's own nor one of their body's cases.
    """
    if actor is not None:
        require(actor, Action.READ_STUDIES)
    scope = Scope.everything("describe study") if actor is None else Scope.of(actor)
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        study = uow.studies.get(study_id)
        bill: dict[str, Any] = strict_loads(uow.studies.bom_of(study_id))
        result: dict[str, Any] = strict_loads(study.result)
        release = uow.inventory.get_release(study.release_id)
        entries = _entries(uow, release, result)
        maker = uow.organisations.get(study.organisation_id)
        preparer = uow.organisations.person_names({study.preparer_id})
        evidence = uow.studies.list_evidence(study_id)
        case = uow.cases.find_open(study_id)
        review = _review(uow, case)
    body = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "study": _study(study),
        "commissioner": {
            "names": dict(maker.names),
            "legal_id": maker.legal_id,
            "region": maker.region,
        },
        "practitioner": preparer.get(study.preparer_id, ""),
        "bill": bill,
        "result": result,
        "line_amounts": _amounts(bill, result),
        "flows": describe_flows(context, study, release, bill, result),
        "provenance": dict(study.provenance),
        "method": _method(study, result),
        "release": {
            "id": release.id,
            "created_at": release.created_at.isoformat(),
            "snapshot_sha256": release.snapshot_sha256,
            "dataset_count": release.dataset_count,
            "note": release.note,
        },
        "datasets": {entry.dataset_id: _dataset(entry) for entry in entries},
        "sources": _sources(entries),
        "evidence": [_document(item) for item in evidence],
        "critical_review": review,
    }
    return rfc8785.dumps(body)  # type: ignore[arg-type]


def _amounts(bill: Mapping[str, Any], result: Mapping[str, Any]) -> list[str]:
    """What stands behind each line of the result, in its order, shares of it included."""
    lines = study_lines(BomIn.model_validate(bill), ResultOut.model_validate(result))
    return [line.amount for line in lines]


def _study(study: Study) -> dict[str, object]:
    return {
        "id": study.id,
        "product_id": study.product_id,
        "version": study.version,
        "plant": study.plant,
        "is_specimen": study.is_test,
        "bom_sha256": study.bom_sha256,
        "result_sha256": study.result_sha256,
    }


def _method(study: Study, result: Mapping[str, Any]) -> dict[str, object]:
    """What the profile says of itself; only its id where it is no longer shipped."""
    if study.method not in profile_ids():
        return {"id": study.method}
    method = method_profile(study.method, result["gwp_set"])
    return {
        "id": method.id,
        "title": dict(method.title),
        "valid_from": method.valid_from.isoformat(),
        "scope": method.scope.value,
        "substances": list(method.substances),
        "unswitchable_share_limit": str(method.unswitchable_share_limit),
        "sources": list(method.sources),
        "is_as_applied": method.sha256 == study.provenance["method_sha256"],
    }


def _entries(uow: UnitOfWork, release: Release, result: Mapping[str, Any]) -> list[DatasetEntry]:
    """The datasets that lines and sensitivities name; a co-product's is the one that makes it."""
    named = {line["dataset"] for line in result["lines"]}
    for choice in result["sensitivities"]:
        named |= {choice["dataset"], choice["alternative"]}
    held = uow.inventory.names_of(release.id, named)
    return [uow.inventory.get_dataset(release.id, dataset) for dataset in sorted(held)]


def _dataset(entry: DatasetEntry) -> dict[str, object]:
    content = entry.content
    return {
        "names": dict(entry.names),
        "unit": entry.unit,
        "location": entry.location,
        "year": entry.year,
        "kind": entry.kind.value,
        "review_status": entry.review_status.value,
        "industry": entry.industry,
        "technology": str(content.get("technology", "")),
        "proxy": str(content.get("proxy", "")),
        "pedigree": dict(content.get("pedigree", {})),
        "co_products": list(entry.body["co_products"]),
        "cut_offs": list(entry.body["cut_offs"]),
        "sources": sorted(_sources_named(entry)),
    }


def _sources_named(entry: DatasetEntry) -> set[str]:
    body = entry.body
    return {s for part in ("inputs", "emissions") for item in body[part] for s in item["sources"]}


def _sources(entries: list[DatasetEntry]) -> dict[str, object]:
    """Where the figures of those datasets were read, as far as the shipped inventory says it."""
    known = shipped_sources()
    named = {source for entry in entries for source in _sources_named(entry)}
    return {
        name: {
            "document": known[name].document,
            "issuing_body": known[name].issuing_body,
            "year": known[name].year,
            "table_or_row": known[name].table_or_row,
            "licence": known[name].licence,
            "confidence": known[name].confidence,
        }
        for name in sorted(named)
        if name in known
    }


def _document(item: Evidence) -> dict[str, object]:
    return {
        "kind": item.kind,
        "file_name": item.file_name,
        "sha256": item.sha256,
        "added_at": item.added_at.isoformat(),
    }


def _review(uow: UnitOfWork, case: Case | None) -> dict[str, object] | None:
    """The verification statement of the case on this version, None where none was issued."""
    if case is None or case.statement is None:
        return None
    body = uow.organisations.party(case.verification_body_id)
    statement = case.statement
    return {
        "body": dict(body.name),
        "accreditation": body.accreditation,
        "statement": statement.number,
        "opinion": statement.opinion.value,
        "assurance_level": statement.assurance_level.value,
        "issued_at": statement.issued_at.isoformat(),
        "report_sha256": statement.report_sha256,
    }
