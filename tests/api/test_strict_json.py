"""Strict JSON at the door: what other readers let pass or answer with 500 is refused with 4xx."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.api_routes import operations
from tests.support.boms import a_bom_of_every_kind
from tests.support.instance import LFP, Instance
from tests.support.right_requests import ids_of

BILL = json.dumps(a_bom_of_every_kind(), ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "request-malformed"),
        (b"{", "json-malformed"),
        (b"{} {}", "json-malformed"),
        (b"{'a': 1}", "json-malformed"),
        (b'{"a": 1,}', "json-malformed"),
        (b'{"a": 1, "a": 2}', "json-duplicate-name"),
        (b'{"product": {"model": "x", "model": "y"}}', "json-duplicate-name"),
        (b'{"a": NaN}', "json-number-not-finite"),
        (b'{"a": Infinity}', "json-number-not-finite"),
        (b'{"a": -Infinity}', "json-number-not-finite"),
        (b'{"a": 1e400}', "json-number-not-finite"),
        (b'{"a": "\\ud800"}', "json-malformed"),
        (b'{"\\udfff": 1}', "json-malformed"),
        (b'{"a": "\\u0000"}', "json-malformed"),
        (b'{"a": "\xff"}', "json-not-utf8"),
        (b'{"a": "\xed\xa0\x80"}', "json-not-utf8"),
        ('{"a": 1}'.encode("utf-16"), "json-not-utf8"),
        ("﻿{}".encode(), "json-malformed"),
        (b"[" * 65 + b"]" * 65, "json-too-deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "json-too-deep"),
        (b"1" * 100_000, "json-malformed"),
        (b'"x"', "request-malformed"),
        (b"[]", "request-malformed"),
        (b"null", "request-malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_body_that_is_no_strict_json_is_refused(
    sqlite_instance: Instance, content: bytes, code: str
) -> None:
    answer = sqlite_instance.send("POST", "/v1/footprints", LFP.preparer, content=content)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["code"] == code, answer.text


def test_every_json_route_reads_as_strictly(issued_instance: Instance) -> None:
    ids = ids_of(issued_instance)
    for operation in operations(issued_instance.app):
        if operation.json_schema is None:
            continue
        for content, code in (
            (b'{"a": 1, "a": 2}', "json-duplicate-name"),
            (b'{"a": 1e400}', "json-number-not-finite"),
            (b'{"a": "\\ud800"}', "json-malformed"),
        ):
            answer = issued_instance.send(
                operation.method, operation.at(ids), LFP.preparer, content=content
            )
            assert answer.status_code == 400, (str(operation), answer.text)
            assert answer.json()["code"] == code, str(operation)


def test_a_body_over_the_limit_is_refused_with_413(sqlite_instance: Instance) -> None:
    big = b'{"a": "' + b"x" * (sqlite_instance.settings.max_body_mb * 1_000_000) + b'"}'
    answer = sqlite_instance.send("POST", "/v1/footprints", LFP.preparer, content=big)
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


def test_a_body_that_hides_its_length_is_refused_with_413(sqlite_instance: Instance) -> None:
    chunk = b"x" * 1_000_000
    answer = sqlite_instance.http.post(
        "/v1/footprints",
        headers={
            "Authorization": f"Bearer {sqlite_instance.seeded.keys[LFP.preparer]}",
            "Content-Type": "application/json",
        },
        content=(chunk for _ in range(sqlite_instance.settings.max_body_mb + 1)),
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, len(BILL)), inserted=st.binary(max_size=4), cut=st.integers(0, 9))
def test_a_damaged_bill_is_never_a_fault_of_ours(
    sqlite_instance: Instance, position: int, inserted: bytes, cut: int
) -> None:
    text = BILL.encode()
    content = text[:position] + inserted + text[position + cut :]
    answer = sqlite_instance.send("POST", "/v1/footprints", LFP.preparer, content=content)
    assert answer.status_code in {201, 400, 422}, (content, answer.text)
