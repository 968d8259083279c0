"""Threats 10 and 29 where no JSON is sent: the forms of the pages and multipart requests.

Every form gets every column of every table as a further field, with a value that stands nowhere
else: wherever it turns up afterwards, a field reached a table. Generated from the routes of the
pages: a new form fails here until it is said what is right in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from sqlalchemy import MetaData

from api.demo.world import DEMO_PASSWORD
from tests.support.browsing import Browser, signed_in
from tests.support.import_files import PLANT
from tests.support.instance import LFP, Instance, a_bom_file
from tests.support.outsiders import contents
from tests.support.right_requests import right_requests
from tests.support.walk import CERTIFIER, Walk, a_granted_case, an_application
from tests.unit.footprint.odd_numbers import NO_AMOUNTS, OUT_OF_RANGE
from tests.web.test_page_access import page_routes

MARK = "foreign-field-7c1f"
RECORD = ("record.txt", b"SPECIMEN record", "text/plain")
NO_IMPORT = "imp_" + "0" * 26
PERIOD = {"period_from": "2026-01-01", "period_to": "2026-01-31"}
PERSONAL = frozenset({"session", "sign_in_attempt", "idempotency"})


@dataclass(frozen=True)
class Sent:
    """A form that is right.

    Attributes:
        person: Who sends it, "" for somebody signed out.
        fields: What is filled in.
        file: The file chosen, None where the form has none.
        parameters: The ids of its path.
    """

    person: str
    fields: Mapping[str, str] = field(default_factory=dict)
    file: tuple[str, bytes, str] | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


def right_forms(instance: Instance) -> dict[str, Sent]:
    """By the path of the page route."""
    label = instance.label
    return {
        **_of_people(instance),
        **_of_studies(instance),
        **_of_imports(),
        **_of_portfolio(instance),
        **_of_reviews(instance),
        **_of_cases(an_application(instance), a_granted_case(instance, model="NL-SECOND")),
        "/labels/{label_id}/status": Sent(
            CERTIFIER,
            {"move": "suspend", "seen_state_version": "2", "reason": "missed-surveillance"},
            parameters={"label_id": str(label["id"])},
        ),
        "/recognitions": Sent(CERTIFIER, {"label_url": "https://nobody.invalid/L/" + "A" * 26}),
        "/recognitions/{recognition_id}/status": Sent(
            CERTIFIER,
            {"move": "suspend", "seen_state_version": "1", "reason": "under-investigation"},
            parameters={"recognition_id": "rcg_" + "0" * 26},
        ),
        "/labels/{label_id}/pack": Sent(CERTIFIER, parameters={"label_id": str(label["id"])}),
        "/account/volumes": Sent(
            LFP.preparer,
            {"label_id": str(label["id"]), "amount": "1", "unit": "kWh", **PERIOD},
            RECORD,
        ),
        "/account/postings/{posting_id}/reversal": Sent(
            LFP.preparer, {"reason": "Wrong."}, parameters={"posting_id": "pst_" + "0" * 26}
        ),
    }


def _of_reviews(instance: Instance) -> dict[str, Sent]:
    request = right_requests(instance)["POST /v1/datasets/{dataset_id}/review/steps"]
    proposal = dict(request.body or {})
    (source,) = proposal.pop("evidence")
    fields = {name: str(value) for name, value in proposal.items()}
    return {
        "/datasets/{dataset_id}/review": Sent(
            str(request.person),
            {**fields, f"evidence:{source}": "yes"},
            parameters={"dataset_id": "electricity-grid-cn-2024"},
        )
    }


def _of_people(instance: Instance) -> dict[str, Sent]:
    maker = instance.organisations["haiju"]
    bank = {"bank_id": instance.organisations["lingnan-bank"], "purpose": "credit-assessment"}
    other = {"account_id": instance.actor("xu.xiguang").account_id}  # who sends nothing here
    return {
        "/sign-in": Sent("", {"email": "lin.haiju@specimen.example", "password": DEMO_PASSWORD}),
        "/sign-out": Sent(LFP.preparer),
        "/invitation": Sent("", {"token": "x" * 43, "name": "N", "email": "n@specimen.example"}),
        "/administration/organisations": Sent(
            "admin",
            {"kind": "bank", "name_zh": "新行（虚构）", "legal_id": "SPECIMEN-X", "region": "HK"},
        ),
        "/administration/invitations": Sent(
            "admin",
            {
                "organisation_id": maker,
                "role": "manufacturer",
                "identity_kind": "passport",
                "identity_issuer": "CN",
                "identity_number": "E76543210",
            },
        ),
        "/administration/bodies/{organisation_id}": Sent(
            "admin",
            {
                "accreditation": "SPECIMEN-VB-0001",
                "categories": "cpc-415 cpc-464",
                "scope_from": "2026-01-01",
                "scope_until": "2030-12-31",
            },
            parameters={"organisation_id": instance.organisations["zhujiang"]},
        ),
        "/administration/accounts/{account_id}/disable": Sent("admin", parameters=other),
        "/administration/accounts/{account_id}/enable": Sent("admin", parameters=other),
        "/api-keys": Sent(LFP.preparer, {"name": "ERP"}),
        "/api-keys/{key_id}/revoke": Sent(LFP.preparer, parameters={"key_id": "key_" + "0" * 26}),
        "/rating/consents": Sent(LFP.preparer, {**bank, "expires_on": "2030-01-31"}),
        "/rating/consents/{consent_id}/revocation": Sent(
            LFP.preparer, parameters={"consent_id": "cns_" + "0" * 26}
        ),
        "/enterprises": Sent("bai.bank", {"enterprise_id": maker, "purpose": "credit-assessment"}),
    }


def _of_studies(instance: Instance) -> dict[str, Sent]:
    study = {"study_id": str(instance.label["study_id"])}
    bill = json.dumps(a_bom_file(LFP), ensure_ascii=False)
    bodies = {
        "verification_body_id": instance.organisations["zhujiang"],
        "certification_body_id": instance.organisations["tanbiao-gd"],
    }
    return {
        "/studies/upload": Sent(LFP.preparer, {}, ("bom.json", bill.encode(), "application/json")),
        "/studies/upload/filled": Sent(
            LFP.preparer, {}, ("bom.json", bill.encode(), "application/json")
        ),
        "/studies/upload/matches": Sent(
            LFP.preparer, {"text": "SUS304", "unit": "kg", "dataset_id": "stainless-steel-cn"}
        ),
        "/studies/upload/faults.csv": Sent(LFP.preparer, {"faults": "a\tb\tc"}),
        "/studies": Sent(LFP.preparer, {"document": bill}),
        "/studies/{study_id}/evidence": Sent(
            LFP.preparer, {"kind": "activity-data"}, RECORD, study
        ),
        "/studies/{study_id}/applications": Sent(LFP.preparer, bodies, None, study),
        "/studies/{study_id}/report": Sent(LFP.preparer, {"language": "en"}, None, study),
    }


def _of_portfolio(instance: Instance) -> dict[str, Sent]:
    release = instance.get("/v1/releases")[0]["id"]
    asked = {"release_id": release, "scope": "organisation"}
    run = instance.post("/v1/portfolio-runs", LFP.preparer, asked, status=202)["id"]
    return {
        "/portfolio-runs": Sent(LFP.preparer, asked),
        "/portfolio-runs/{run_id}/cancel": Sent(LFP.preparer, {}, None, {"run_id": run}),
    }


def _of_imports() -> dict[str, Sent]:
    """Of an import that is none: what is solved takes half a minute each time."""
    chosen = {"note": "with the plant", f"import-{NO_IMPORT}": "yes"}
    frozen = {"note": "with the plant", "imports": NO_IMPORT, "confirmed": "yes"}
    return {
        "/inventory-imports": Sent(
            "admin",
            # fields of its own, though columns too
            {"format": "template", "prefix": "plant", "licence": "ours", "is_publishable": ""},
            ("plant.csv", PLANT, "text/csv"),
        ),
        "/inventory-imports/check": Sent("admin", chosen),
        "/inventory-imports/release": Sent("admin", frozen),
    }


def _of_cases(applied: Walk, granted: Walk) -> dict[str, Sent]:
    def of(walk: Walk, person: str, **fields: str) -> Sent:
        seen = {name: str(value) for name, value in walk.seen().items()}
        return Sent(person, {**seen, **fields}, None, {"case_id": walk.case["id"]})

    accepted = {"action": "review-application", "is_accepted": "true"}
    return {
        "/cases/{case_id}/steps": of(applied, "chen.reviewer", **accepted),
        "/cases/{case_id}/decision": of(granted, CERTIFIER, is_granted="true", reason="Met."),
        "/cases/{case_id}/label": Sent(CERTIFIER, {}, None, {"case_id": granted.case["id"]}),
    }


def columns(instance: Instance) -> set[str]:
    """Every column there is, and what such attacks usually name."""
    metadata = MetaData()
    metadata.reflect(instance.context.engine)
    found = {column.name for table in metadata.sorted_tables for column in table.columns}
    return {*found, "tenant", "tenant_id", "is_admin", "__class__"}


def post(browser: Browser, path: str, sent: Sent, more: Mapping[str, str]) -> httpx2.Response:
    return browser.http.post(
        path.format(**sent.parameters),
        data={**more, **sent.fields},
        files={"file": sent.file} if sent.file else None,
        headers=browser.headers,
        follow_redirects=False,
    )


@pytest.fixture
def forms(issued_instance: Instance) -> tuple[Instance, dict[str, Sent]]:
    found = right_forms(issued_instance)
    assert set(page_routes("POST")) == found.keys(), "say what is right in the new form"
    return issued_instance, found


def test_threat_10_no_further_field_of_a_form_reaches_a_table(
    forms: tuple[Instance, dict[str, Sent]],
) -> None:
    instance, right = forms
    names = sorted(columns(instance))
    assert {"state", "is_test", "person_id", "is_revoked"} & set(names)
    statuses: dict[str, set[int]] = {}
    for path, sent in right.items():
        browser = signed_in(instance, sent.person) if sent.person else Browser(instance)
        for start in range(0, len(names), 40):  # a form has at most fifty fields
            more = {n: MARK for n in names[start : start + 40] if n not in sent.fields}
            answer = post(browser, path, sent, more)
            assert answer.status_code < 500, (path, answer.text)
            statuses.setdefault(path, set()).add(answer.status_code)
        reached = [t for t, rows in contents(instance.context.engine).items() if MARK in str(rows)]
        assert reached == [], path
    assert statuses["/cases/{case_id}/steps"] == {422}, statuses  # refused, not passed over
    assert statuses["/labels/{label_id}/status"] == {422}, statuses


def test_threat_10_no_further_part_of_a_multipart_request_reaches_a_table(
    issued_instance: Instance,
) -> None:
    instance = issued_instance
    headers = {"Authorization": f"Bearer {instance.seeded.keys[LFP.preparer]}"}
    more = dict.fromkeys(columns(instance) - {"kind"}, MARK)
    study = f"/v1/studies/{instance.label['study_id']}/evidence"
    for path, data, file in (
        (study, {"kind": "activity-data"}, RECORD),
        ("/v1/bom-files", {}, ("bom.json", b"{}", "application/json")),
        ("/v1/bom-files/filled", {}, ("bom.json", b"{}", "application/json")),
    ):
        answer = instance.http.post(
            path, headers=headers, data={**more, **data}, files={"file": file}
        )
        assert answer.status_code in {200, 201, 422}, answer.text
        reached = [t for t, rows in contents(instance.context.engine).items() if MARK in str(rows)]
        assert reached == [], path


NUMERIC = (
    ("/account/volumes", "amount"),
    ("/labels/{label_id}/status", "seen_state_version"),
    ("/cases/{case_id}/steps", "case_version"),
    ("/cases/{case_id}/decision", "case_version"),
)
# Every third is enough here: the amounts of a form go through the models that meet them all.
ODD = tuple(text for text in (*NO_AMOUNTS, *OUT_OF_RANGE) if re.search(r"\S", text))[::3]


def test_threat_29_no_odd_number_is_taken_in_a_form(
    forms: tuple[Instance, dict[str, Sent]],
) -> None:
    instance, right = forms
    before = contents(instance.context.engine)
    taken: list[Any] = []
    for path, name in NUMERIC:
        sent = right[path]
        browser = signed_in(instance, sent.person)
        for text in ODD:
            odd = Sent(sent.person, {**sent.fields, name: text}, sent.file, sent.parameters)
            status = post(browser, path, odd, {}).status_code
            if not 400 <= status < 500:
                taken.append((path, name, text[:40], status))
    assert taken == []
    after = contents(instance.context.engine)
    assert {n: r for n, r in after.items() if n not in PERSONAL} == {
        n: r for n, r in before.items() if n not in PERSONAL
    }
