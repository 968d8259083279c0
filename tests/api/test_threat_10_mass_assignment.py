"""Threat 10: no member beyond those of the wire model reaches a table.

For every writing operation every column of every table is sent as one member more, at the top and
inside every object of the body: 422 each time, and not one row has changed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import MetaData

from tests.support.api_routes import Operation, operations
from tests.support.instance import LFP, Instance, a_bom_file
from tests.support.outsiders import contents
from tests.support.walk import CERTIFIER, VERIFIER, a_reviewed_case

ID = "org_" + "0" * 26
SHA256 = "a" * 64
# Bodies that are signed documents: their members are checked by their own parsers (threat 3).
DOCUMENTS = frozenset(
    {
        "PUT /v1/trust-list",
        "POST /v1/arrangements",
        "POST /v1/arrangements/countersigned",
        "POST /v1/arrangements/accepted",
        "POST /v1/recognition-statements",
    }
)
FILES = frozenset({"POST /v1/bom-files", "POST /v1/studies/{study_id}/evidence"})
WITHOUT_BODY = frozenset(
    {
        "POST /v1/cases/{case_id}/label",
        "POST /v1/jobs/{job_id}/cancel",
        "POST /v1/recognitions/refresh",
        "DELETE /v1/consents/{consent_id}",
    }
)


def bodies(instance: Instance) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Operation -> (path, person, a body that is right)."""
    walk = a_reviewed_case(instance)
    seen = walk.seen()
    label = instance.label
    until = (instance.context.now() + timedelta(days=1)).isoformat()
    period = {"period_from": "2026-01-01", "period_to": "2026-01-31"}
    return {
        "POST /v1/footprints": ("/v1/footprints", LFP.preparer, a_bom_file(LFP)),
        "POST /v1/cases": (
            "/v1/cases",
            LFP.preparer,
            {
                "study_id": label["study_id"],
                "verification_body_id": instance.organisations["zhujiang"],
                "certification_body_id": instance.organisations["tanbiao-gd"],
            },
        ),
        "POST /v1/cases/{case_id}/steps": (
            f"{walk.path}/steps",
            VERIFIER,
            {"seen": seen, "action": "start-verification"},
        ),
        "POST /v1/cases/{case_id}/decision": (
            f"{walk.path}/decision",
            CERTIFIER,
            {"seen": seen, "is_granted": True, "reason": "Met."},
        ),
        "POST /v1/labels/{label_id}/status": (
            f"/v1/labels/{label['id']}/status",
            CERTIFIER,
            {"move": "suspend", "seen_state_version": 2, "reason": "missed-surveillance"},
        ),
        "POST /v1/verifications": ("/v1/verifications", CERTIFIER, {"credential": {}}),
        "POST /v1/volumes": (
            "/v1/volumes",
            LFP.preparer,
            {
                "label_id": label["id"],
                "amount": "1",
                "unit": "kWh",
                **period,
                "evidence_sha256": SHA256,
            },
        ),
        "POST /v1/indicators": (
            "/v1/indicators",
            LFP.preparer,
            {
                "kind": "target-set",
                "value": "yes",
                **period,
                "source": "record",
                "evidence_sha256": SHA256,
            },
        ),
        "PUT /v1/finance/bank-table": (
            "/v1/finance/bank-table",
            "bai.bank",
            {
                "version": "1",
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
                "by_grade": {"A": "-30"},
            },
        ),
        "POST /v1/consents": (
            "/v1/consents",
            LFP.preparer,
            {"bank_id": ID, "purpose": "credit-assessment", "expires_at": until},
        ),
        "POST /v1/recognitions": (
            "/v1/recognitions",
            CERTIFIER,
            {"label_url": "http://127.0.0.1:1/L/X"},
        ),
    }


def columns(instance: Instance) -> list[str]:
    metadata = MetaData()
    metadata.reflect(instance.context.engine)
    names = {column.name for table in metadata.sorted_tables for column in table.columns}
    return sorted({*names, "tenant", "tenant_id", "role", "roles", "is_admin", "__class__"})


def objects_of(body: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Places of the objects in a body that have a wire model, the body itself first."""
    if isinstance(body, dict) and place[-1:] not in {("name",), ("description",), ("stages",)}:
        yield place
    if isinstance(body, dict):
        for name, value in body.items():
            yield from objects_of(value, (*place, name))
    elif isinstance(body, list) and body:
        yield from objects_of(body[0], (*place, 0))


def with_member(body: dict[str, Any], place: tuple[Any, ...], name: str) -> dict[str, Any] | None:
    """The body with one member more at a place; None where it has that member by right."""
    changed = copy.deepcopy(body)
    target: Any = changed
    for step in place:
        target = target[step]
    if name in target:
        return None
    target[name] = "1"
    return changed


OPEN_MAPS = ("assemblies", "credential", "by_grade")  # members are names chosen by the sender
OPTIONAL = frozenset(
    {
        *("scheme", "note", "plant", "gtin", "stage", "method", "assumptions", "cut_offs", "loss"),
        *("activity_origin", "dataset", "supplier_footprint", "per_point", "base_score", "reason"),
        "assemblies",
    }
)


def test_threat_10_no_column_of_a_table_can_be_sent(issued_instance: Instance) -> None:
    instance = issued_instance
    known = bodies(instance)
    names = [name for name in columns(instance) if name not in OPTIONAL]
    writes = [o for o in operations(instance.app) if o.is_write]
    unnamed = {str(o) for o in writes} - set(known) - DOCUMENTS - FILES - WITHOUT_BODY
    assert not unnamed, f"say here what a right body of these is: {unnamed}"
    before = contents(instance.context.engine)
    tried = 0
    for operation in writes:
        if str(operation) not in known:
            continue
        path, person, right = known[str(operation)]
        for body in _attempts(right, names):
            answer = instance.send(operation.method, path, person, body)
            assert answer.status_code == 422, (str(operation), body, answer.text)
            assert "member-unknown" in {e["code"] for e in answer.json()["errors"]}, answer.text
            tried += 1
    assert tried > 800
    assert contents(instance.context.engine) == before


def _attempts(right: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    for number, place in enumerate(objects_of(right)):
        if place[:1] and place[0] in OPEN_MAPS and len(place) == 1:
            continue
        # every column at the top; inside, where it costs most for least, every seventh
        for name in names if number == 0 else names[number % 7 :: 7]:
            body = with_member(right, place, name)
            if body is not None:
                yield body


def test_threat_10_every_json_body_forbids_other_members(sqlite_instance: Instance) -> None:
    """The same from the other side: every model of a body is closed, wherever it is nested."""
    for operation in operations(sqlite_instance.app):
        if operation.json_schema is not None:
            _expect_closed(operation, operation.json_schema, str(operation), 0)


def _expect_closed(operation: Operation, schema: Any, place: str, depth: int) -> None:
    schema = operation.resolved(schema)
    if depth > 8:
        return
    if "properties" in schema:
        assert schema.get("additionalProperties") is False, place
    for name, member in schema.get("properties", {}).items():
        _expect_closed(operation, member, f"{place}/{name}", depth + 1)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            _expect_closed(operation, schema[key], place, depth + 1)
    for key in ("anyOf", "oneOf"):
        for branch in schema.get(key, ()):
            _expect_closed(operation, branch, place, depth + 1)
