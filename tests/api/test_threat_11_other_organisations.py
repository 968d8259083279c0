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
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.demo.world import DEMO_PASSWORD
from api.ids import identifier
from api.jobs.work import run_due_jobs
from api.web import all_pages
from labels.access import Role
from tests.support.api_routes import UNSAFE, Operation, operations
from tests.support.import_files import an_import_of
from tests.support.instance import BASE_URL, LFP, Instance
from tests.support.outsiders import OUTSIDERS, contents, outsider, with_outsiders
from tests.support.right_requests import ADMINISTRATOR, RightRequest, ids_of, right_requests
from tests.support.walk import CERTIFIER

# A recognition is this body's own public statement, served to everybody at /recognitions/{id};
# releases of the inventory are public too, and whose studies move is tested in
# test_inventory_reads.py.
INVENTORY = frozenset({"dataset_id", "release_id", "before_id", "after_id"})
NOBODYS = INVENTORY | {"recognition_id"}
# Refused for want of consent, known enterprise or not; see the test of its own below.
BY_CONSENT = "/v1/finance/enterprises/{enterprise_id}/readings"
# For a role that sees every organisation: nobody else gets in, whatever the id.
BY_ROLE = {
    "/v1/organisations/{organisation_id}/body": Role.ADMINISTRATOR,
    "/v1/organisations/{organisation_id}/body/history": Role.ADMINISTRATOR,
    "/v1/enterprises/{enterprise_id}/indicators": Role.REGULATOR,
    "/v1/user-accounts": Role.ADMINISTRATOR,
    "/v1/user-accounts/{account_id}/disable": Role.ADMINISTRATOR,
    "/v1/user-accounts/{account_id}/enable": Role.ADMINISTRATOR,
    "/v1/inventory-imports": Role.ADMINISTRATOR,
    "/v1/inventory-imports/{import_id}": Role.ADMINISTRATOR,
    "/v1/portfolio-runs": Role.REGULATOR,
    "/v1/portfolio-runs/{run_id}": Role.REGULATOR,
    "/v1/portfolio-runs/{run_id}/results.csv": Role.REGULATOR,
    "/v1/portfolio-runs/{run_id}/results.parquet": Role.REGULATOR,
}

OWNERS: dict[tuple[str, ...], str] = {("job_id",): CERTIFIER}


@dataclass(frozen=True)
class Objects:
    """Everything an enterprise and its bodies have in the instance."""

    instance: Instance
    ids: Mapping[str, str]
    right: Mapping[str, RightRequest]


@pytest.fixture
def objects(issued_instance: Instance) -> Objects:
    found = with_outsiders(issued_instance)
    right = right_requests(found)
    ids = ids_of(found)
    consent = found.post("/v1/consents", LFP.preparer, right["POST /v1/consents"].body)
    found.client.upload(ids["study_id"], LFP.preparer, "activity-data", b"SPECIMEN")
    with found.context.engine.connect() as connection:
        row = connection.execute(
            text("SELECT max(id) FROM evidence WHERE study_id = :id"), {"id": ids["study_id"]}
        )
        evidence_id = str(row.scalar_one())
    document_id = found.get("/v1/documents", LFP.preparer)[0]["id"]
    match = found.post("/v1/dataset-matches", LFP.preparer, right["POST /v1/dataset-matches"].body)
    ids |= {"consent_id": consent["id"], "evidence_id": evidence_id, "document_id": document_id}
    ids["match_id"] = match["id"]
    sold_on = dict.fromkeys(("period_from", "period_to"), found.label["issued_on"])
    sold = {**(right["POST /v1/volumes"].body or {}), **sold_on}
    posting = found.post("/v1/volumes", LFP.preparer, sold)
    ids["posting_id"] = posting["id"]
    ids["import_id"] = an_import_of(found)
    asked = found.post(
        "/v1/portfolio-runs", LFP.preparer, right["POST /v1/portfolio-runs"].body, status=202
    )
    ids["run_id"] = asked["id"]
    return Objects(found, ids, right)


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


def others(operation: Operation) -> list[str]:
    """Everybody outside, but for the role that may touch whatever there is."""
    allowed = BY_ROLE.get(operation.path)
    return [person for person in OUTSIDERS if allowed is None or person != outsider(allowed)]


def neutral(answered: str, *ids: Mapping[str, str]) -> str:
    """What was answered, without what was asked."""
    for value in {value for each in ids for value in each.values()}:
        answered = answered.replace(value, "ID")
    return re.sub(r"onc_[0-9a-z]{26}", "ONCE", answered)


def call(objects: Objects, operation: Operation, person: str, ids: Mapping[str, str]) -> Any:
    path = operation.at(ids)
    if operation.is_write and operation.path.endswith("/evidence"):
        return objects.instance.http.post(
            path,
            headers={"Authorization": f"Bearer {objects.instance.seeded.keys[person]}"},
            data={"kind": "activity-data"},
            files={"file": ("a.txt", b"x", "text/plain")},
        )
    body = objects.right[str(operation)].body if operation.is_write else None
    return objects.instance.send(operation.method, path, person, body)


def test_threat_11_another_organisations_object_is_like_a_random_id(objects: Objects) -> None:
    before = contents(objects.instance.context.engine, but=frozenset({"rating_reading"}))
    looked_at = 0
    for operation in object_operations(objects.instance):
        statuses = set()
        for person in others(operation):
            random_ids = unknown(objects.instance, objects.ids)
            real = call(objects, operation, person, objects.ids)
            random = call(objects, operation, person, random_ids)
            assert real.status_code == random.status_code, (operation, person, real.text)
            said = neutral(real.text, objects.ids, random_ids)
            assert said == neutral(random.text, objects.ids, random_ids), (operation, person)
            assert real.text == random.text or operation.path == BY_CONSENT, (operation, person)
            statuses.add(real.status_code)
        assert statuses <= {403, 404}, (str(operation), statuses)
        if operation.path not in {BY_CONSENT, *BY_ROLE}:
            assert 404 in statuses, f"{operation}: no outsider has the role, so nothing was shown"
        looked_at += 1
    assert looked_at >= 16
    after = contents(objects.instance.context.engine, but=frozenset({"rating_reading"}))
    assert after == before


def test_threat_11_lists_of_another_organisation_are_empty(objects: Objects) -> None:
    for operation in operations(objects.instance.app):
        if operation.method != "GET" or operation.is_public or operation.parameters:
            continue
        for person in others(operation):
            answer = objects.instance.send("GET", operation.path, person)
            private = objects.ids.keys() - NOBODYS
            for value in (objects.ids[name] for name in private):
                assert value not in answer.text, (str(operation), person)


def test_threat_11_the_owner_sees_what_the_others_do_not(objects: Objects) -> None:
    """So that the tests above cannot pass on an instance without any objects."""
    report = f"/v1/studies/{objects.ids['study_id']}/report"
    objects.instance.post(report, LFP.preparer, None, status=202)
    for _ in range(3):  # a run of the portfolio is planned, calculated and summed up, each a job
        run_due_jobs(objects.instance.context)
    for operation in object_operations(objects.instance):
        if operation.method == "GET":
            is_administered = BY_ROLE.get(operation.path) is Role.ADMINISTRATOR
            owner = OWNERS.get(operation.parameters, LFP.preparer)
            person = ADMINISTRATOR if is_administered else owner
            answer = call(objects, operation, person, objects.ids)
            assert answer.status_code == 200, (str(operation), answer.text)


def test_threat_11_without_consent_a_bank_learns_nothing(objects: Objects) -> None:
    """Its refused reading is logged for the enterprise; whether there is one, it cannot tell."""
    bank = outsider(Role.BANK)
    asked = {"purpose": "credit-assessment"}
    answers = [
        objects.instance.send("POST", BY_CONSENT.format(enterprise_id=enterprise_id), bank, asked)
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
            if set(re.findall(r"{(\w+_id)}", path)) - INVENTORY:
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
