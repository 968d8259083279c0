"""Accounts and rating in the demonstration: volumes, indicators, consent, a bank's reading."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api.context import system_clock
from api.demo.certification import CertifiedProduct
from api.demo.client import DemoFailed, InstanceClient
from labels.scheme import register_day

BANK = "bai.bank"


def post_volume(client: InstanceClient, certified: CertifiedProduct, evidence: str) -> Any:
    """Posts today's sales of the product to its maker's book."""
    today = register_day(system_clock()).isoformat()
    posting = client.post(
        "/v1/volumes",
        certified.product.preparer,
        {
            "label_id": certified.label["id"],
            "amount": certified.product.sales_amount,
            "unit": certified.product.sales_unit,
            "period_from": today,
            "period_to": today,
            "evidence_sha256": evidence,
        },
    )
    book = client.get(
        f"/v1/accounts/{certified.case['applicant_id']}/product-book",
        certified.product.preparer,
    )
    if sum(int(amount) for amount in book["balances_mg"].values()) != 0:
        raise DemoFailed("the product book does not balance")
    return posting


_INDICATORS = (
    ("ets-compliance", "complied"),
    ("target-set", "yes"),
    ("target-executed-share", "0.8"),
    ("intensity-k-ratio", "0.75"),
    ("yearly-reduction-share", "0.03"),
    ("verified-revenue-share", "0.6"),
    ("mean-data-quality-rating", "2.5"),
)


def rate(client: InstanceClient, person: str, evidence: str) -> dict[str, Any]:
    """Not rated, then rated, then another score after one changed indicator."""
    before = client.post("/v1/ratings", person, None)["rating"]
    if before["grade"] != "not-rated":
        raise DemoFailed("rated without any indicator")
    for kind, value in _INDICATORS:
        _report(client, person, kind, value, evidence)
    first = client.post("/v1/ratings", person, None)["rating"]
    _report(client, person, "target-executed-share", "0.5", evidence)
    second: dict[str, Any] = client.post("/v1/ratings", person, None)["rating"]
    if first["score"] == second["score"]:
        raise DemoFailed("a changed indicator did not change the score")
    return second


def _report(client: InstanceClient, person: str, kind: str, value: str, evidence: str) -> None:
    client.post(
        "/v1/indicators",
        person,
        {
            "kind": kind,
            "value": value,
            "period_from": "2025-01-01",
            "period_to": "2025-12-31",
            "source": "SPECIMEN: fictional enterprise record",
            "evidence_sha256": evidence,
        },
    )


def read_as_bank(
    client: InstanceClient, person: str, enterprise_id: str, bank_id: str
) -> dict[str, Any]:
    """Refused without consent, answered with it, each reading visible to the enterprise."""
    path = f"/v1/finance/enterprises/{enterprise_id}/readings"
    asked = {"purpose": "credit-assessment"}
    year = register_day(system_clock()).year
    client.call(
        "PUT",
        "/v1/finance/bank-table",
        BANK,
        {
            "version": "specimen-1",
            "valid_from": f"{year}-01-01",
            "valid_to": f"{year}-12-31",
            "by_grade": {"A": "-30", "B": "-20", "C": "-10", "D": "0", "E": "10"},
        },
        expected=204,
    )
    client.post(path, BANK, asked, expected=403)
    client.post(
        "/v1/consents",
        person,
        {
            "bank_id": bank_id,
            "purpose": "credit-assessment",
            "expires_at": (system_clock() + timedelta(days=90)).isoformat(),
        },
    )
    answered: dict[str, Any] = client.post(path, BANK, asked)
    if answered["indication"] is None:
        raise DemoFailed("the bank's own table gives no indication today")
    readings = client.get("/v1/consents", person)["readings"]
    if [r["is_allowed"] for r in readings] != [True, False]:
        raise DemoFailed(f"the enterprise does not see both readings: {readings}")
    return answered
