"""An administrator cannot pin an older trust list over a newer one: old keys would be back."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from tests.support.instance import Instance

ADMINISTRATOR = "admin"
ISSUED = "2026-11-20T00:00:00Z"
EARLIER, LATER = "2026-11-19T00:00:00Z", "2026-11-21T00:00:00Z"


def a_list(instance: Instance, **members: object) -> bytes:
    """The instance's own list as another publisher would hand it out."""
    listed: dict[str, Any] = json.loads(instance.send("GET", "/v1/trust-list").content)
    listed |= {"publisher": "did:web:lists.example", "sequence": 7, "issuedAt": ISSUED}
    listed |= {"nextUpdate": "2027-11-20T00:00:00Z"}
    return json.dumps(listed | members).encode()


def pin(instance: Instance, content: bytes) -> httpx2.Response:
    return instance.send("PUT", "/v1/trust-list", ADMINISTRATOR, content=content)


def pinned(instance: Instance) -> list[bytes]:
    with instance.context.engine.connect() as connection:
        query = "SELECT content FROM trust_list ORDER BY number"
        return [bytes(row) for row in connection.exec_driver_sql(query).scalars()]


@pytest.mark.parametrize(
    "older",
    [
        {"sequence": 6},
        {"sequence": 6, "issuedAt": LATER},
        {"sequence": 7, "issuedAt": LATER},
        {"sequence": 8, "issuedAt": EARLIER},
        {"publisher": "did:web:other.example", "sequence": 900},
        {"publisher": "did:web:other.example", "sequence": 900, "issuedAt": EARLIER},
    ],
)
def test_a_list_that_is_not_newer_is_refused(
    sqlite_instance: Instance, older: dict[str, object]
) -> None:
    first = a_list(sqlite_instance)
    assert pin(sqlite_instance, first).status_code == 204
    refused = pin(sqlite_instance, a_list(sqlite_instance, **older))
    assert refused.status_code == 422, refused.text
    assert refused.json()["code"] == "trust-list-not-newer"
    assert "2026-11-20" in refused.text, "it says what is pinned"
    assert pinned(sqlite_instance) == [first]


def test_the_same_list_again_changes_nothing(instance: Instance) -> None:
    """However it is laid out: what counts is what it says."""
    first = a_list(instance)
    for content in (first, first, json.dumps(json.loads(first), indent=2).encode()):
        assert pin(instance, content).status_code == 204
    assert pinned(instance) == [first]


@pytest.mark.parametrize(
    "newer",
    [
        {"sequence": 8},
        {"sequence": 8, "issuedAt": LATER},
        {"publisher": "did:web:other.example", "sequence": 1, "issuedAt": LATER},
    ],
)
def test_a_newer_list_takes_its_place(instance: Instance, newer: dict[str, object]) -> None:
    first, second = a_list(instance), a_list(instance, **newer)
    assert pin(instance, first).status_code == 204
    assert pin(instance, second).status_code == 204
    assert pinned(instance) == [first, second]
