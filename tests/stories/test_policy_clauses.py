"""Smaller stories, each the way of one kind of person through the product, for single clauses.

Every story starts from the bill of materials or from a label issued over the HTTP API and shows
what the clause asks for to somebody outside; what only exists as a part has no story here.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from api.demo import finance, scanning
from api.demo.certification import CertifiedProduct
from api.demo.world import GUANGDONG_PEOPLE
from labels.credential.keys import Purpose
from labels.credential.trust_list import parse_trust_list
from labels.credential.verdict import VerdictState
from labels.register.audit import verify_register
from tests.support.browsing import signed_in
from tests.support.instance import ALUMINIUM, LFP, Instance, a_bom_file
from tests.support.walk import (
    ADMINISTRATOR,
    CERTIFIER,
    REVIEWER,
    VERIFIER,
    a_study,
    an_application,
    an_issued_label,
    enter_certifying_body,
    set_suspended,
)

BANK = "bai.bank"


def the_certified(instance: Instance) -> CertifiedProduct:
    """The battery system of the template, as its maker sees it."""
    case = instance.get(f"/v1/cases/{instance.label['case_id']}", LFP.preparer)
    study = instance.get(f"/v1/studies/{case['study_id']}", LFP.preparer)
    return CertifiedProduct(LFP, study, case, dict(instance.label))


def an_evidence(instance: Instance) -> str:
    study_id = instance.label["study_id"]
    return instance.client.upload(study_id, LFP.preparer, "activity-data", b"SPECIMEN record")


@pytest.mark.story("C1")
def test_a_product_the_scheme_has_no_rules_for_is_told_that_it_is_not_covered(
    sqlite_instance: Instance,
) -> None:
    """Both bodies may act for cement; the scheme covers metals, cells and batteries only."""
    for body, kind in (("zhujiang", "verification-body"), ("tanbiao-gd", "certification-body")):
        scope = {
            "kind": kind,
            "accreditation": "SPECIMEN-0001",
            "categories": ["cpc-374", "cpc-415"],
            "scope_from": "2020-01-01",
            "scope_until": "2031-01-01",
        }
        path = f"/v1/organisations/{sqlite_instance.organisations[body]}/body"
        assert sqlite_instance.send("PUT", path, ADMINISTRATOR, scope).status_code == 204
    answers = {}
    for category in ("cpc-374", "cpc-41532"):
        walk = an_application(sqlite_instance, category=category)
        walk.agree()
        walk.verify()
        walk.review()
        answers[category] = walk.try_decide()
    assert answers["cpc-41532"].status_code == 200, answers["cpc-41532"].text
    refused = answers["cpc-374"]
    assert refused.status_code == 409, refused.text
    assert "category-covered" in refused.text


@pytest.mark.story("C2")
def test_a_maker_accounts_by_a_named_method_and_a_body_evaluates_apart(
    sqlite_instance: Instance,
) -> None:
    """Calculating answers a figure and no verdict; evaluating is a step of other people."""
    study = a_study(sqlite_instance)
    assert study["result"]["method"] == "gbt24067-2024"
    assert study["result"]["gwp_set"] == "AR6"
    assert sqlite_instance.get("/v1/labels", ALUMINIUM.preparer) == []
    bill = a_bom_file()
    bill["method"] = "a-method-nobody-published"
    refused = sqlite_instance.send("POST", "/v1/footprints", ALUMINIUM.preparer, bill)
    assert (refused.status_code, refused.json()["code"]) == (422, "method-unknown")
    walk = an_application(sqlite_instance)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    early = walk.try_decide()
    assert early.status_code == 409, "evaluation has steps that cannot be skipped"
    walk.state()
    walk.review()
    walk.decide()
    assert sqlite_instance.get(walk.path, VERIFIER)["statement_number"] == "SPECIMEN-VS"


@pytest.mark.story("C4")
def test_anybody_looks_up_where_a_figure_of_the_local_database_comes_from(
    sqlite_instance: Instance,
) -> None:
    (release,) = sqlite_instance.get("/v1/releases")
    assert release["dataset_count"] >= 40
    found = sqlite_instance.get("/v1/datasets?q=电网")
    assert any(entry["id"] == "electricity-grid-cn-2024" for entry in found), found
    dataset = sqlite_instance.get("/v1/datasets/electricity-grid-cn-2024")
    assert dataset["location"] == "CN"
    assert dataset["year"] == "2024"
    assert dataset["review_status"] == "official"
    assert dataset["release_id"] == release["id"]
    for emission in dataset["process"]["emissions"]:
        assert emission["sources"] == ["el-avg-2024"]
    page = signed_in(sqlite_instance, ALUMINIUM.preparer).open("/datasets/electricity-grid-cn-2024")
    for named in ("2024年全国电力碳足迹因子", "Ministry of Ecology and Environment", "art. 5"):
        assert named in page.text, f"document, issuing body, licence: {named}"
    study = a_study(sqlite_instance)
    assert study["result"]["release_sha256"] == release["snapshot_sha256"]


@pytest.mark.story("C9", "C20", "C21")
def test_an_enterprise_is_rated_and_a_bank_reads_its_own_table(issued_instance: Instance) -> None:
    """Not rated without indicators; compliance, targets and their execution; basis points."""
    client = issued_instance.client
    rating = finance.rate(client, LFP.preparer, an_evidence(issued_instance))
    assert rating["grade"] in {"A", "B", "C", "D", "E"}
    assert (rating["model"]["id"], rating["model"]["version"]) == ("reference", "2026")
    shown = json.dumps(rating, ensure_ascii=False)
    for indicator in ("ets-compliance", "target-set", "target-executed-share"):
        assert indicator in shown
    assert "SPECIMEN: fictional enterprise record" in shown, "each indicator with its source"
    answered = finance.read_as_bank(
        client,
        LFP.preparer,
        issued_instance.organisations["haiju"],
        issued_instance.organisations["lingnan-bank"],
    )
    indication = answered["indication"]
    assert indication["basis_points"] is not None
    assert indication["table_version"] == "specimen-1"


@pytest.mark.parametrize("days", [0, 40, 365])
def test_the_bank_s_table_of_the_demonstration_holds_whenever_it_is_run(
    issued_instance: Instance, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    def then() -> datetime:
        return datetime.now(UTC) + timedelta(days=days)

    monkeypatch.setattr(finance, "system_clock", then)
    monkeypatch.setattr(issued_instance.context, "clock", then)
    organisations = issued_instance.organisations
    answered = finance.read_as_bank(
        issued_instance.client, LFP.preparer, organisations["haiju"], organisations["lingnan-bank"]
    )
    assert answered["indication"]["table_version"] == "specimen-1"


@pytest.mark.story("C10", "C20")
def test_an_enterprise_keeps_an_account_that_others_read_by_consent_only(
    issued_instance: Instance,
) -> None:
    """A posting per declared volume; no consent, no reading, and every attempt is seen."""
    enterprise = issued_instance.organisations["haiju"]
    path = f"/v1/accounts/{enterprise}/product-book"
    assert issued_instance.get(path, LFP.preparer)["postings"] == []
    finance.post_volume(
        issued_instance.client, the_certified(issued_instance), an_evidence(issued_instance)
    )
    (posting,) = issued_instance.get(path, LFP.preparer)["postings"]
    assert posting["label_number"] == issued_instance.label["number"]
    takes_back = f"/v1/postings/{posting['id']}/reversal"
    issued_instance.post(takes_back, LFP.preparer, {"reason": "Pieces, not kWh."})
    assert set(issued_instance.get(path, LFP.preparer)["balances_mg"].values()) == {"0"}
    finance.post_volume(
        issued_instance.client, the_certified(issued_instance), an_evidence(issued_instance)
    )
    assert len(issued_instance.get(path, LFP.preparer)["postings"]) == 3
    issued_instance.get(path, "he.nanling", status=404)
    reading = f"/v1/finance/enterprises/{enterprise}/readings"
    asked = {"purpose": "credit-assessment"}
    issued_instance.post(reading, BANK, asked, status=403)
    expires_at = issued_instance.context.now() + timedelta(days=1)
    consent = {
        "bank_id": issued_instance.organisations["lingnan-bank"],
        "purpose": "credit-assessment",
        "expires_at": expires_at.isoformat(),
    }
    given = issued_instance.post("/v1/consents", LFP.preparer, consent)
    issued_instance.post(reading, BANK, asked)
    issued_instance.send("DELETE", f"/v1/consents/{given['id']}", LFP.preparer)
    issued_instance.post(reading, BANK, asked, status=403)
    readings = issued_instance.get("/v1/consents", LFP.preparer)["readings"]
    assert [each["is_allowed"] for each in readings] == [False, True, False]


@pytest.mark.story("C11")
def test_a_body_whose_accreditation_lapsed_cannot_act(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    walk.agree()
    path = f"/v1/organisations/{sqlite_instance.organisations['zhujiang']}/body"
    scope: dict[str, Any] = {
        "kind": "verification-body",
        "accreditation": "SPECIMEN-VB-0001",
        "categories": ["cpc-415", "cpc-464", "cpc-471"],
        "scope_from": "2020-01-01",
        "scope_until": "2021-01-01",
    }
    for lapsed in (scope, {**scope, "scope_until": "2031-01-01", "is_suspended": True}):
        changed = sqlite_instance.send("PUT", path, ADMINISTRATOR, lapsed)
        assert changed.status_code == 204, changed.text
        refused = walk.try_step(VERIFIER, "start-verification")
        assert refused.status_code in {403, 409, 422}, refused.text
        assert sqlite_instance.get(walk.path, VERIFIER)["state"] == "agreement-concluded"
    again = {**scope, "scope_until": "2031-01-01", "is_suspended": False}
    sqlite_instance.send("PUT", path, ADMINISTRATOR, again)
    walk.step(VERIFIER, "start-verification")


@pytest.mark.story("C11")
def test_no_label_is_issued_by_a_suspended_body_and_no_number_is_lost(
    sqlite_instance: Instance,
) -> None:
    walk = an_application(sqlite_instance)
    walk.agree()
    walk.verify()
    walk.review()
    walk.decide()
    set_suspended(sqlite_instance, is_suspended=True)
    refused = sqlite_instance.send("POST", f"{walk.path}/label", CERTIFIER, {})
    assert refused.status_code == 403, refused.text
    assert refused.json()["code"] == "body-suspended"
    assert "certification-body" in refused.text
    assert sqlite_instance.organisations["tanbiao-gd"] not in refused.text, "an id is no name"
    assert sqlite_instance.get("/v1/labels", CERTIFIER) == []
    set_suspended(sqlite_instance, is_suspended=False)
    assert walk.issue()["number"].endswith("000001:001")


@pytest.mark.story("C11")
@pytest.mark.parametrize(
    ("lost", "code"),
    [
        ({"is_suspended": True}, "body-suspended"),
        ({"scope_until": "2021-01-01"}, "body-scope-missing"),
        ({"categories": ["cpc-464"]}, "body-scope-missing"),
    ],
)
def test_a_body_that_lost_its_accreditation_suspends_and_withdraws_and_reinstates_nothing(
    instance: Instance, lost: dict[str, object], code: str
) -> None:
    label = an_issued_label(instance)
    path = f"/v1/labels/{label['id']}/status"

    def move(move: str, version: int, reason: str | None = None) -> httpx2.Response:
        sent = {"move": move, "seen_state_version": version, "reason": reason}
        return instance.send("POST", path, CERTIFIER, sent)

    enter_certifying_body(instance, **lost)
    assert move("suspend", 2, "body-scope-lost").status_code == 200
    refused = move("reinstate", 3)
    assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert instance.get(f"/v1/labels/{label['id']}", CERTIFIER)["state"] == "suspended"
    enter_certifying_body(instance)
    assert move("reinstate", 3).json()["state"] == "active"
    enter_certifying_body(instance, **lost)
    assert move("withdraw", 4, "body-scope-lost").json()["state"] == "withdrawn"


@pytest.mark.story("C14", "C29")
def test_a_maker_sees_each_gas_and_not_only_carbon_dioxide(sqlite_instance: Instance) -> None:
    """A smelter's perfluorocarbons and a process gas of one's own, each with its own mass."""
    plain = a_study(sqlite_instance)
    bill = a_bom_file()
    bill["lines"].append(
        {
            "ref": "etching",
            "kind": "direct-emission",
            "name": "Etching gas",
            "substance": "CF4",
            "origin": "fossil",
            "amount": "1",
            "unit": "g",
        }
    )
    with_gas = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    assert (with_gas["result"]["method"], with_gas["result"]["gwp_set"]) == ("gbt24067-2024", "AR6")
    masses = {gas["key"]: float(gas["mass_kg"]) for gas in with_gas["result"]["gases"]}
    before = {gas["key"]: float(gas["mass_kg"]) for gas in plain["result"]["gases"]}
    assert len(masses) >= 3, masses
    (key,) = (key for key in masses if key.startswith("CF4"))
    assert masses[key] - before.get(key, 0.0) == pytest.approx(0.001)
    total = float(with_gas["result"]["total_kg_co2e"]) - float(plain["result"]["total_kg_co2e"])
    assert total == pytest.approx(7.38, rel=0.01), "IPCC AR6, CF4: 7380 over 100 years"


@pytest.mark.story("C16")
def test_a_refused_application_ends_without_a_label(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    walk.step(REVIEWER, "review-application", is_accepted=False, reason="Outside our scope.")
    assert sqlite_instance.get(walk.path, ALUMINIUM.preparer)["state"] == "refused"
    refused = sqlite_instance.send("POST", f"{walk.path}/label", CERTIFIER)
    assert refused.status_code == 409, refused.text
    assert sqlite_instance.get("/v1/labels", CERTIFIER) == []


@pytest.mark.story("C17")
def test_a_buyer_s_program_asks_whether_a_label_is_valid_and_at_what_value(
    issued_instance: Instance, tmp_path: Any
) -> None:
    """Both halves of the answer are signed: the value in the credential, its standing in the list.

    The buyer keeps the trust list and judges alone; a suspension changes the answer.
    """
    serial = issued_instance.label["url"].rpartition("/")[2]
    credential = issued_instance.send("GET", f"/L/{serial}/credential").content
    pinned = scanning.pin(issued_instance.client, tmp_path)
    verdict = pinned.judge(credential)
    assert verdict.state is VerdictState.VALID
    assert verdict.content is not None
    assert verdict.content.facts.footprint.value == issued_instance.label["value"]
    asked = issued_instance.verdict_on(credential)
    assert (asked["state"], asked["value"]) == ("valid", issued_instance.label["value"])
    change = {"move": "suspend", "seen_state_version": 2, "reason": "missed-surveillance"}
    path = f"/v1/labels/{issued_instance.label['id']}/status"
    issued_instance.post(path, CERTIFIER, change, status=200)
    later = replace(pinned, status_list=issued_instance.send("GET", "/status/labels").content)
    assert later.judge(credential).state is VerdictState.SUSPENDED


@pytest.mark.story("C31")
def test_anybody_mirrors_the_public_register_and_finds_what_happened_to_a_label(
    issued_instance: Instance,
) -> None:
    """No sign-in: open data that the public recomputes for itself, with no person named in it."""
    change = {"move": "suspend", "seen_state_version": 2, "reason": "missed-surveillance"}
    path = f"/v1/labels/{issued_instance.label['id']}/status"
    issued_instance.post(path, CERTIFIER, change, status=200)
    entries = issued_instance.send("GET", "/register/entries").content.splitlines()
    head = issued_instance.send("GET", "/register/checkpoint").content
    listed = parse_trust_list(issued_instance.send("GET", "/v1/trust-list").content)
    key = next(k.key for k in listed.issuers[0].keys if k.purpose is Purpose.CHECKPOINT)
    origin = issued_instance.context.register_origin
    report = verify_register(entries, head, origin=origin, key=key)
    assert report.is_sound
    happened = [
        (entry.kind.value, entry.members["labelNumber"].partition(":")[0])
        for entry in report.entries
        if "labelNumber" in entry.members
    ]
    number = issued_instance.label["number"].partition(":")[0]
    assert happened == [("label-issued", number), ("label-suspended", number)]
    for person in GUANGDONG_PEOPLE:
        assert person.name.encode() not in b"".join(entries)
    changed = [entry.replace(b"label-issued", b"label-expired") for entry in entries]
    assert changed != entries
    assert not verify_register(changed, head, origin=origin, key=key).is_sound
    serial = issued_instance.label["url"].rpartition("/")[2]
    page = issued_instance.send("GET", f"/L/{serial}?lang=en").text
    assert "Label suspended" in page
