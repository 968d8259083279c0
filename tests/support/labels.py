"""Builders of label facts from a granted case and a small study."""

from __future__ import annotations

from datetime import date

from footprint.bom import BillOfMaterials
from footprint.result import FootprintResult
from labels.case import Case, CaseState
from labels.label import LabelFacts, Party, serial
from labels.label_facts import LabelIssue, LabelParties, facts_from
from tests.support.cases import (
    CERTIFICATION_BODY,
    MAKER,
    SCHEME,
    TODAY,
    VERIFICATION_BODY,
    a_case,
)
from tests.support.studies import a_study

HOST = "https://label.tanbiao.example"
SERIAL = serial(bytes(range(16)))


def a_party(party_id: str) -> Party:
    return Party(id=party_id, name={"en": party_id}, legal_id="DEMO", region="CN-GD")


PARTIES = LabelParties(
    manufacturer=a_party(MAKER),
    plant="Nansha",
    verification_body=a_party(VERIFICATION_BODY),
    certification_body=a_party(CERTIFICATION_BODY),
)
ISSUE = LabelIssue(
    number="TB-2026-000001",
    version=1,
    serial=SERIAL,
    base_url=HOST,
    issued_on=TODAY,
    valid_until=date(2027, 12, 31),
)


def a_granted_study(gtin: str | None = None) -> tuple[Case, BillOfMaterials, FootprintResult]:
    bom, result = a_study(gtin)
    hashes = {"bom_sha256": result.bom_sha256, "result_sha256": result.sha256()}
    return a_case(CaseState.DECIDED_GRANTED, **hashes), bom, result


def some_facts(gtin: str | None = None) -> LabelFacts:
    case, bom, result = a_granted_study(gtin)
    return facts_from(
        case=case, result=result, bom=bom, scheme=SCHEME, parties=PARTIES, issue=ISSUE
    )
