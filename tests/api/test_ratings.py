"""Ratings: looking stores nothing, keeping is asked for, each reading by a bank is logged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.instance import LFP, Instance

MAKER, BANK = LFP.preparer, "bai.bank"
PURPOSE = {"purpose": "credit-assessment"}


def report(instance: Instance, value: str) -> None:
    """Another share of the target executed."""
    indicator = {
        "kind": "target-executed-share",
        "value": value,
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "source": "SPECIMEN register",
        "evidence_sha256": instance.client.keep(MAKER, "register", b"SPECIMEN register"),
    }
    instance.post("/v1/indicators", MAKER, indicator)


def consent(instance: Instance) -> str:
    """The id of a consent to the bank for a day."""
    given = {
        "bank_id": instance.organisations["lingnan-bank"],
        "expires_at": (instance.context.now() + timedelta(days=1)).isoformat(),
        **PURPOSE,
    }
    return str(instance.post("/v1/consents", MAKER, given)["id"])


@pytest.mark.parametrize(
    ("expires_at", "code"),
    [
        ("2020-01-01T00:00:00+08:00", "consent-expiry-in-past"),
        ("2099-12-31T23:59:59+08:00", "consent-expiry-too-late"),
        ("9999-12-31T23:59:59Z", "consent-expiry-too-late"),
    ],
)
def test_a_consent_ends_later_than_now_and_within_years(
    sqlite_instance: Instance, expires_at: str, code: str
) -> None:
    bank = sqlite_instance.organisations["lingnan-bank"]
    asked = {"bank_id": bank, "expires_at": expires_at, **PURPOSE}
    refused = sqlite_instance.send("POST", "/v1/consents", MAKER, asked)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/expires_at"]
    assert sqlite_instance.get("/v1/consents", MAKER)["consents"] == []


def a_bank_table() -> dict[str, Any]:
    """Basis points for every grade of the model."""
    return {
        "version": "specimen-2",
        "valid_from": "2026-01-01",
        "valid_to": "2031-12-31",
        "by_grade": {"A": "-20", "B": "-15", "C": "-10", "D": "0", "E": "10"},
    }


def rows(instance: Instance, table: str) -> int:
    with instance.context.engine.connect() as connection:
        count = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
    return int(count)


def test_looking_at_one_s_rating_keeps_nothing_and_follows_the_indicators(
    instance: Instance,
) -> None:
    assert instance.get("/v1/rating", MAKER)["rating"]["grade"] == "not-rated"
    report(instance, "0.5")
    first = instance.get("/v1/rating", MAKER)["rating"]["score"]
    report(instance, "1")
    assert instance.get("/v1/rating", MAKER)["rating"]["score"] != first
    assert rows(instance, "rating") == 0
    assert instance.get("/v1/ratings", MAKER) == []


def test_a_rating_that_is_asked_for_is_kept_as_it_was(instance: Instance) -> None:
    report(instance, "0.5")
    kept = instance.post("/v1/ratings", MAKER, None)
    report(instance, "1")
    later = instance.post("/v1/ratings", MAKER, None)
    assert kept["rating"]["score"] != later["rating"]["score"]
    assert instance.get("/v1/ratings", MAKER) == [later, kept]


def test_a_rating_asked_for_twice_with_one_key_is_kept_once(instance: Instance) -> None:
    report(instance, "0.5")
    first = instance.send("POST", "/v1/ratings", MAKER, once="rating-1")
    report(instance, "1")
    again = instance.send("POST", "/v1/ratings", MAKER, once="rating-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert len(instance.get("/v1/ratings", MAKER)) == 1


def test_each_reading_is_in_the_log_whatever_key_it_carries(sqlite_instance: Instance) -> None:
    """A key that would be replayed would hand out a rating after the consent was taken back."""
    enterprise = sqlite_instance.organisations["haiju"]
    path = f"/v1/finance/enterprises/{enterprise}/readings"
    consent_id = consent(sqlite_instance)

    def read() -> Any:
        return sqlite_instance.send("POST", path, BANK, PURPOSE, once="reading-1")

    assert [read().status_code for _ in range(2)] == [201, 201]
    sqlite_instance.send("DELETE", f"/v1/consents/{consent_id}", MAKER)
    refused = read()
    assert (refused.status_code, refused.json()["code"]) == (403, "consent-missing")
    assert "rating" not in refused.json()
    readings = sqlite_instance.get("/v1/consents", MAKER)["readings"]
    assert [reading["is_allowed"] for reading in readings] == [False, True, True]


def test_a_reading_is_in_the_log_though_the_bank_s_table_cannot_be_read(
    sqlite_instance: Instance,
) -> None:
    """As if the stored table had been damaged: what was consented to and read stays on record."""
    consent(sqlite_instance)
    sqlite_instance.send("PUT", "/v1/finance/bank-table", BANK, a_bank_table())
    bank = sqlite_instance.organisations["lingnan-bank"]
    with sqlite_instance.context.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO bank_table SELECT bank_id, 'damaged', valid_from, valid_to, '{}',"
                " set_by, '2099-01-01T00:00:00.000000Z' FROM bank_table WHERE bank_id = :bank"
            ),
            {"bank": bank},
        )
    enterprise = sqlite_instance.organisations["haiju"]
    path = f"/v1/finance/enterprises/{enterprise}/readings"
    assert sqlite_instance.send("POST", path, BANK, PURPOSE).status_code == 503
    (reading,) = sqlite_instance.get("/v1/consents", MAKER)["readings"]
    assert reading["is_allowed"]


def test_a_bank_table_speaks_of_every_grade_and_of_no_other(sqlite_instance: Instance) -> None:
    """A gap would tell the bank a grade by way of the refusal."""
    table = a_bank_table()
    for by_grade in ({}, {"A": "-20"}, {**table["by_grade"], "ZZ": "1"}):
        body = {**table, "by_grade": by_grade}
        refused = sqlite_instance.send("PUT", "/v1/finance/bank-table", BANK, body)
        assert refused.status_code == 422, refused.text
        assert refused.json()["code"] in {"bank-table-grades", "bank-table-malformed"}
    taken = sqlite_instance.send("PUT", "/v1/finance/bank-table", BANK, table)
    assert taken.status_code == 204, taken.text


def test_a_bank_s_reading_is_no_get(sqlite_instance: Instance) -> None:
    enterprise = sqlite_instance.organisations["haiju"]
    path = f"/v1/finance/enterprises/{enterprise}/readings"
    assert sqlite_instance.send("GET", path, BANK).status_code == 405
    assert rows(sqlite_instance, "rating_reading") == 0
