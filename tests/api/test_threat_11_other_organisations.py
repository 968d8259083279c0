"""Threat 11: whose object it is decides, on every object route of the API and of the pages.

Generated from the OpenAPI document and from the routes of the pages: a new route is tested as soon
as it exists, and a new writing route fails here until a body is named for it. Nothing may tell
another organisation's object from one that does not exist: neither status nor body.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from api.demo.world import DEMO_PASSWORD
from api.ids import identifier
from api.web import all_pages
from labels.access import Role
from tests.support.api_routes import UNSAFE, Operation, operations
from tests.support.instance import BASE_URL, LFP, Instance
from tests.support.outsiders import OUTSIDERS, contents, outsider, with_outsiders
from tests.support.walk import CERTIFIER

# A recognition is this body's own public statement, served to everybody at /recognitions/{id}.
NOBODYS = frozenset({"recognition_id"})
# Refused for want of consent, known enterprise or not; see the test of its own below.
BY_CONSENT = "/v1/finance/enterprises/{enterprise_id}/rating"


@dataclass(frozen=True)
class Objects:
    """Everything an enterprise and its bodies have in the instance."""

    instance: Instance
    ids: Mapping[str, str]
    seen: Mapping[str, Any]

    def body(self, operation: Operation) -> object:
        """A body that would be accepted from the right person."""
        return {
            "/v1/cases/{case_id}/steps": {"seen": self.seen, "action": "start-verification"},
            "/v1/cases/{case_id}/decision": {
                "seen": self.seen,
                "is_granted": True,
                "reason": "Met.",
            },
            "/v1/cases/{case_id}/label": None,
            "/v1/labels/{label_id}/status": {
                "move": "suspend",
                "seen_state_version": 2,
                "reason": "missed-surveillance",
            },
            "/v1/jobs/{job_id}/cancel": None,
            "/v1/consents/{consent_id}": None,
        }[operation.path]


@pytest.fixture
def objects(issued_instance: Instance) -> Objects:
    found = with_outsiders(issued_instance)
    case_id = found.label["case_id"]
    case = found.get(f"/v1/cases/{case_id}", LFP.preparer)
    study = found.get(f"/v1/studies/{case['study_id']}", LFP.preparer)
    expires_at = found.context.now() + timedelta(days=30)
    consent = found.post(
        "/v1/consents",
        LFP.preparer,
        {
            "bank_id": found.organisations["lingnan-bank"],
            "purpose": "credit-assessment",
            "expires_at": expires_at.isoformat(),
        },
    )
    sha256 = found.client.upload(study["id"], LFP.preparer, "activity-data", b"SPECIMEN")
    assert sha256
    with found.context.engine.connect() as connection:
        evidence_id = connection.exec_driver_sql("SELECT max(id) FROM evidence").scalar_one()
    ids = {
        "product_id": study["product_id"],
        "study_id": study["id"],
        "case_id": case_id,
        "label_id": found.label["id"],
        "job_id": found.get("/v1/jobs", CERTIFIER)[0]["id"],
        "organisation_id": found.organisations["haiju"],
        "enterprise_id": found.organisations["haiju"],
        "consent_id": consent["id"],
        "evidence_id": evidence_id,
    }
    return Objects(found, ids, case["seen"])


def unknown(instance: Instance, ids: Mapping[str, str]) -> dict[str, str]:
    """Ids as well-formed and as recent as the real ones, of nothing."""
    at = instance.context.now()
    return {
        name: identifier(value.partition("_")[0], at, secrets.randbits(80))
        for name, value in ids.items()
    }


def object_operations(instance: Instance) -> Iterator[Operation]:
    for operation in operations(instance.app):
        parameters = set(operation.parameters)
        is_object = any(name.endswith("_id") for name in parameters)
        if is_object and not operation.is_public and not parameters & NOBODYS:
            yield operation


def neutral(text: str, *ids: Mapping[str, str]) -> str:
    """What was answered, without what was asked."""
    for value in {value for each in ids for value in each.values()}:
        text = text.replace(value, "ID")
    return re.sub(r"onc_[0-9a-z]{26}", "ONCE", text)


def call(objects: Objects, operation: Operation, person: str, ids: Mapping[str, str]) -> Any:
    path = operation.at(ids)
    if operation.path == BY_CONSENT:
        path += "?purpose=credit-assessment"
    if operation.path.endswith("/evidence"):
        return objects.instance.http.post(
            path,
            headers={"Authorization": f"Bearer {objects.instance.seeded.keys[person]}"},
            data={"kind": "activity-data"},
            files={"file": ("a.txt", b"x", "text/plain")},
        )
    body = objects.body(operation) if operation.is_write else None
    return objects.instance.send(operation.method, path, person, body)


def test_threat_11_another_organisations_object_is_like_a_random_id(objects: Objects) -> None:
    before = contents(objects.instance.context.engine, but=frozenset({"rating_reading"}))
    looked_at = 0
    for operation in object_operations(objects.instance):
        statuses = set()
        for person in OUTSIDERS:
            random_ids = unknown(objects.instance, objects.ids)
            real = call(objects, operation, person, objects.ids)
            random = call(objects, operation, person, random_ids)
            assert real.status_code == random.status_code, (operation, person, real.text)
            said = neutral(real.text, objects.ids, random_ids)
            assert said == neutral(random.text, objects.ids, random_ids), (operation, person)
            assert real.text == random.text or operation.path == BY_CONSENT, (operation, person)
            statuses.add(real.status_code)
        assert statuses <= {403, 404}, (str(operation), statuses)
        if operation.path != BY_CONSENT:
            assert 404 in statuses, f"{operation}: no outsider has the role, so nothing was shown"
        looked_at += 1
    assert looked_at >= 13
    after = contents(objects.instance.context.engine, but=frozenset({"rating_reading"}))
    assert after == before


def test_threat_11_lists_of_another_organisation_are_empty(objects: Objects) -> None:
    for operation in operations(objects.instance.app):
        if operation.method != "GET" or operation.is_public or operation.parameters:
            continue
        for person in OUTSIDERS:
            answer = objects.instance.send("GET", operation.path, person)
            for value in (*objects.ids.values(), objects.instance.label["number"]):
                assert value not in answer.text, (str(operation), person)


def test_threat_11_the_owner_sees_what_the_others_do_not(objects: Objects) -> None:
    """So that the tests above cannot pass on an instance without any objects."""
    for operation in object_operations(objects.instance):
        if operation.method == "GET" and operation.path != BY_CONSENT:
            person = CERTIFIER if "job_id" in operation.parameters else LFP.preparer
            answer = call(objects, operation, person, objects.ids)
            assert answer.status_code == 200, (str(operation), answer.text)


def test_threat_11_without_consent_a_bank_learns_nothing(objects: Objects) -> None:
    """Its refused reading is logged for the enterprise; whether there is one, it cannot tell."""
    bank = outsider(Role.BANK)
    path = BY_CONSENT + "?purpose=credit-assessment"
    answers = [
        objects.instance.send("GET", path.format(enterprise_id=enterprise_id), bank)
        for enterprise_id in (objects.ids["enterprise_id"], "org_" + "0" * 26)
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert {answer.json()["code"] for answer in answers} == {"consent-missing"}
    readings = objects.instance.get("/v1/consents", LFP.preparer)["readings"]
    assert [reading["is_allowed"] for reading in readings] == [False]


def page_operations() -> Iterator[tuple[str, str]]:
    for router in all_pages():
        for route in router.routes:
            path = getattr(route, "path", "")
            if re.search(r"{\w+_id}", path) and "{dataset_id}" not in path:
                for method in getattr(route, "methods", ()) or ():
                    if method != "HEAD":
                        yield method, path


def visit(objects: Objects, method: str, path: str, ids: Mapping[str, str]) -> httpx2.Response:
    address = re.sub(r"{(\w+)}", lambda found: ids[found[1]], path)
    return objects.instance.http.request(
        method,
        address,
        headers={"Accept": "text/html", "Origin": BASE_URL},
        data={} if method in UNSAFE else None,
        follow_redirects=False,
    )


@pytest.mark.parametrize("role", [Role.MANUFACTURER, Role.VERIFIER, Role.CERTIFIER, Role.BANK])
def test_threat_11_pages_of_another_organisation_are_like_a_random_id(
    objects: Objects, role: Role
) -> None:
    form = {"email": f"{outsider(role)}@specimen.example", "password": DEMO_PASSWORD}
    signed_in = objects.instance.http.post(
        "/sign-in", data=form, headers={"Origin": BASE_URL}, follow_redirects=False
    )
    assert signed_in.status_code == 303, signed_in.text
    before = contents(objects.instance.context.engine)
    for method, path in page_operations():
        random_ids = unknown(objects.instance, objects.ids)
        real = visit(objects, method, path, objects.ids)
        random = visit(objects, method, path, random_ids)
        assert real.status_code == random.status_code, (method, path, real.status_code)
        said = neutral(real.text, objects.ids, random_ids)
        assert said == neutral(random.text, objects.ids, random_ids), (method, path)
        assert real.status_code in {403, 404}, (method, path, real.status_code)
    assert contents(objects.instance.context.engine) == before
