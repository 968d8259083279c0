"""For every writing operation of the API a request that is right, from the right person.

Tests that are generated from the OpenAPI document change one thing in it: a member more, a number
that is none, another person, another site. A new operation fails those tests until it stands here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.api_routes import Operation, operations
from tests.support.instance import LFP, Instance, a_bom_file
from tests.support.walk import CERTIFIER, REVIEWER, VERIFIER, Walk, a_reviewed_case

ADMINISTRATOR, BANK, AUTHORITY = "admin", "bai.bank", "guan.authority"
# Bodies that are signed documents: their members are checked by their own parsers (threat 3).
DOCUMENTS: Mapping[str, str | None] = {
    "PUT /v1/trust-list": ADMINISTRATOR,
    "POST /v1/arrangements": ADMINISTRATOR,
    "POST /v1/arrangements/countersigned": ADMINISTRATOR,
    "POST /v1/arrangements/accepted": ADMINISTRATOR,
    "POST /v1/recognition-statements": None,
}
FILES: Mapping[str, str] = {
    "POST /v1/bom-files": LFP.preparer,
    "POST /v1/bom-files/filled": LFP.preparer,
    "POST /v1/studies/{study_id}/evidence": LFP.preparer,
    "POST /v1/documents": LFP.preparer,
    "POST /v1/inventory-imports": ADMINISTRATOR,
}


@dataclass(frozen=True)
class RightRequest:
    """Who sends what; ``body`` is None where the operation takes none."""

    person: str | None
    body: dict[str, Any] | None = None


def right_requests(instance: Instance) -> dict[str, RightRequest]:
    """By operation, on an instance with one issued label and one case that is reviewed."""
    walk = a_reviewed_case(instance, model=f"NL-{secrets.token_hex(4)}")  # in no case yet
    return {
        "POST /v1/footprints": RightRequest(LFP.preparer, a_bom_file(LFP)),
        **_of_scenarios(),
        "POST /v1/studies/{study_id}/report": RightRequest(LFP.preparer),
        "POST /v1/portfolio-runs": RightRequest(
            LFP.preparer, {"release_id": instance.get("/v1/releases")[0]["id"]}
        ),
        "POST /v1/portfolio-runs/{run_id}/cancel": RightRequest(LFP.preparer),
        **_of_matches(),
        **_of_reviews(instance),
        **_of_cases(instance, walk),
        **_of_labels(instance),
        **_of_ratings(instance),
        **_of_administration(instance),
    }


def _of_scenarios() -> dict[str, RightRequest]:
    half = {"kind": "amount", "line": a_bom_file(LFP)["lines"][0]["ref"], "factor": "0.5"}
    tried = {"scenarios": [{"name": "half", "changes": [half]}]}
    return {"POST /v1/studies/{study_id}/scenarios": RightRequest(LFP.preparer, tried)}


def _of_matches() -> dict[str, RightRequest]:
    line = {"text": "SUS304 2B 1.0t", "unit": "kg"}
    confirmed = {**line, "dataset_id": "stainless-steel-cn"}
    return {
        "POST /v1/datasets/match": RightRequest(LFP.preparer, {"lines": [line]}),
        "POST /v1/dataset-matches": RightRequest(LFP.preparer, confirmed),
        "DELETE /v1/dataset-matches/{match_id}": RightRequest(LFP.preparer),
    }


def _of_reviews(instance: Instance) -> dict[str, RightRequest]:
    """A proposal for the dataset that ``ids_of`` names."""
    seen = instance.get("/v1/datasets/electricity-grid-cn-2024/review", REVIEWER)
    proposal = {
        "move": "propose",
        "to_status": "reviewed",
        "content_sha256": seen["content_sha256"],
        "seen_version": seen["version"],
        "comment": "Compared with the source.",
        "evidence": seen["evidence"][:1],
    }
    return {"POST /v1/datasets/{dataset_id}/review/steps": RightRequest(REVIEWER, proposal)}


def _of_cases(instance: Instance, walk: Walk) -> dict[str, RightRequest]:
    seen = walk.seen()
    application = {
        "study_id": instance.label["study_id"],
        "verification_body_id": instance.organisations["zhujiang"],
        "certification_body_id": instance.organisations["tanbiao-gd"],
    }
    decision = {"seen": seen, "is_granted": True, "reason": "Met."}
    step = {"seen": seen, "action": "start-verification"}
    return {
        "POST /v1/cases": RightRequest(LFP.preparer, application),
        "POST /v1/cases/{case_id}/steps": RightRequest(VERIFIER, step),
        "POST /v1/cases/{case_id}/decision": RightRequest(CERTIFIER, decision),
        "POST /v1/cases/{case_id}/label": RightRequest(CERTIFIER),
        "POST /v1/jobs/{job_id}/cancel": RightRequest(CERTIFIER),
    }


def _of_labels(instance: Instance) -> dict[str, RightRequest]:
    move = {"move": "suspend", "seen_state_version": 2, "reason": "missed-surveillance"}
    recognition = {"label_url": "http://127.0.0.1:1/L/X"}
    return {
        "POST /v1/labels/{label_id}/status": RightRequest(CERTIFIER, move),
        "POST /v1/labels/{label_id}/pack": RightRequest(CERTIFIER),
        "POST /v1/verifications": RightRequest(None, {"credential": {"id": "x"}}),
        "POST /v1/recognitions": RightRequest(CERTIFIER, recognition),
        "POST /v1/recognitions/{recognition_id}/status": RightRequest(CERTIFIER, move),
        "POST /v1/recognitions/refresh": RightRequest(CERTIFIER),
    }


def _of_ratings(instance: Instance) -> dict[str, RightRequest]:
    record = instance.client.keep(LFP.preparer, "record", b"SPECIMEN record")
    until = (instance.context.now() + timedelta(days=1)).isoformat()
    period = {"period_from": "2026-01-01", "period_to": "2026-01-31"}
    indicator = {
        "kind": "target-set",
        "value": "yes",
        **period,
        "source": "record",
        "evidence_sha256": record,
    }
    volume = {"label_id": instance.label["id"], "amount": "1", "unit": "kWh"}
    consent = {
        "bank_id": instance.organisations["lingnan-bank"],
        "purpose": "credit-assessment",
        "expires_at": until,
    }
    table = {
        "version": "1",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "by_grade": {"A": "-30"},
        "per_point": "0",
        "base_score": "0",
    }
    return {
        "POST /v1/volumes": RightRequest(
            LFP.preparer, {**volume, **period, "evidence_sha256": record}
        ),
        "POST /v1/postings/{posting_id}/reversal": RightRequest(
            LFP.preparer, {"reason": "Ten times too much."}
        ),
        "POST /v1/indicators": RightRequest(LFP.preparer, indicator),
        "POST /v1/enterprises/{enterprise_id}/indicators": RightRequest(AUTHORITY, indicator),
        "POST /v1/ratings": RightRequest(LFP.preparer),
        "POST /v1/finance/enterprises/{enterprise_id}/readings": RightRequest(
            BANK, {"purpose": "credit-assessment"}
        ),
        "PUT /v1/finance/bank-table": RightRequest(BANK, table),
        "POST /v1/consents": RightRequest(LFP.preparer, consent),
        "DELETE /v1/consents/{consent_id}": RightRequest(LFP.preparer),
    }


def _of_administration(instance: Instance) -> dict[str, RightRequest]:
    organisation = {
        "kind": "manufacturer",
        "names": {"zh-Hans": "新厂（虚构）"},
        "legal_id": "SPECIMEN-NEW",
        "region": "CN-GD",
    }
    scope = {
        "kind": "verification-body",
        "accreditation": "SPECIMEN-VB",
        "categories": ["cpc-464"],
        "scope_from": "2026-01-01",
        "scope_until": "2030-01-01",
    }
    invitation = {
        "organisation_id": instance.organisations["haiju"],
        "roles": ["manufacturer"],
        "identity_kind": "passport",
        "identity_issuer": "CN",
        "identity_number": "SPECIMEN-1",
    }
    return {
        "POST /v1/organisations": RightRequest(ADMINISTRATOR, organisation),
        "PUT /v1/organisations/{organisation_id}/body": RightRequest(ADMINISTRATOR, scope),
        "POST /v1/invitations": RightRequest(ADMINISTRATOR, invitation),
        "POST /v1/user-accounts/{account_id}/disable": RightRequest(ADMINISTRATOR),
        "POST /v1/user-accounts/{account_id}/enable": RightRequest(ADMINISTRATOR),
        "POST /v1/releases": RightRequest(
            ADMINISTRATOR, {"imports": ["imp_" + "0" * 26], "note": "with the plant"}
        ),
        "POST /v1/releases/check": RightRequest(ADMINISTRATOR, {"imports": ["imp_" + "0" * 26]}),
        "POST /v1/api-keys": RightRequest(LFP.preparer, {"name": "ERP"}),
        "DELETE /v1/api-keys/{key_id}": RightRequest(LFP.preparer),
    }


def writes(instance: Instance) -> list[Operation]:
    """Every writing operation; refuses one that has no right request above."""
    found = [operation for operation in operations(instance.app) if operation.is_write]
    named = {**right_requests(instance), **DOCUMENTS, **FILES}
    unnamed = sorted({str(operation) for operation in found} - set(named))
    assert not unnamed, f"say in tests/support/right_requests.py what is right for {unnamed}"
    return found


def ids_of(instance: Instance) -> dict[str, str]:
    """An id of each kind that is in the instance; of those that are not, one that fits."""
    label = instance.label
    release = instance.get("/v1/releases")[0]["id"]
    study = instance.get(f"/v1/studies/{label['study_id']}", LFP.preparer)
    return {
        "product_id": study["product_id"],
        "study_id": study["id"],
        "other_id": study["id"],
        "case_id": label["case_id"],
        "label_id": label["id"],
        "job_id": instance.get("/v1/jobs", CERTIFIER)[0]["id"],
        "organisation_id": instance.organisations["haiju"],
        "enterprise_id": instance.organisations["haiju"],
        "account_id": instance.actor(LFP.preparer).account_id,
        "key_id": instance.get("/v1/api-keys", LFP.preparer)[0]["id"],
        "match_id": "mtc_" + "0" * 26,
        "consent_id": "cns_" + "0" * 26,
        "document_id": "doc_" + "0" * 26,
        "posting_id": "pst_" + "0" * 26,
        "recognition_id": "rec_" + "0" * 26,
        "import_id": "imp_" + "0" * 26,
        "run_id": "prn_" + "0" * 26,
        "dataset_id": "electricity-grid-cn-2024",
        "release_id": release,
        "before_id": release,
        "after_id": release,
    }
