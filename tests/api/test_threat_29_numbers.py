"""Threat 29: what looks like a number and is none, in every numeric field there is.

Forty values go into every amount, count and version of every writing operation and of every query:
refused with 4xx each time, nothing stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.api_routes import operations
from tests.support.boms import a_bom_of_every_kind
from tests.support.instance import LFP, Instance
from tests.support.outsiders import contents
from tests.support.right_requests import ids_of, right_requests

Place = tuple[Any, ...]
# As raw JSON: some of these no JSON writer would write.
VALUES = (
    *(
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "1e-400",
        "-0.0",
        "1" * 5000,
        "0x10",
        "1_0",
    ),
    *("true", "null", "[]", "{}", "[1]", '{"$gt":0}', "1.5", "-1"),
    *('"NaN"', '"Infinity"', '"-inf"', '"1e400"', '"1e-400"', '"1e999"', '"9e99"'),
    *('""', '" "', '" 1"', '"1 "', '"+1"', '".5"', '"5."', '"1,5"', '"1_000"', '"0x10"', '"1e"'),
    *('"١٢"', '"１２"', '"½"', '"²"', '"一"', '"1\\u0000"', '"-1.0.0"', '"--1"', '"1/2"', '"=1+1"'),
    f'"{"9" * 5000}"',
)
A_NUMBER = re.compile(r"-?\d+(\.\d+)?")
NO_AMOUNTS = frozenset({"version", "gtin", "ref", "model", "credential", "value", "number"})
# A bank's basis points may be below zero, and a version or count is a JSON number by right.
ODD_ENOUGH = {"by_grade", "per_point", "base_score"}


def numeric_places(body: Any, place: Place = ()) -> Iterator[Place]:
    """Where a body has an amount or a count."""
    if isinstance(body, dict):
        for name, value in body.items():
            if name not in NO_AMOUNTS:
                yield from numeric_places(value, (*place, name))
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from numeric_places(value, (*place, number))
    elif (isinstance(body, int) and not isinstance(body, bool)) or (
        isinstance(body, str) and A_NUMBER.fullmatch(body)
    ):
        yield place


def replaced(body: Any, place: Place, raw: str) -> bytes:
    """The body as JSON text with raw text at a place."""
    text = json.dumps(_with(body, place, "@@RAW@@"), ensure_ascii=False)
    return text.replace('"@@RAW@@"', raw).encode("utf-8")


def _with(body: Any, place: Place, value: object) -> Any:
    if not place:
        return value
    step, rest = place[0], place[1:]
    if isinstance(body, dict):
        return {n: _with(v, rest, value) if n == step else v for n, v in body.items()}
    return [_with(v, rest, value) if n == step else v for n, v in enumerate(body)]


def odd_values(place: Place, value: object) -> Iterator[str]:
    """The values that are wrong at this place."""
    for raw in VALUES:
        is_whole = isinstance(value, int)
        if raw == "null" and "loss" in place:
            continue
        if is_whole or raw != "-1" or not ODD_ENOUGH & set(place):
            yield raw


def right_bodies(instance: Instance) -> Iterator[tuple[str, str, str | None, dict[str, Any]]]:
    ids = ids_of(instance)
    right = right_requests(instance)
    for operation in operations(instance.app):
        request = right.get(str(operation))
        if request is not None and request.body is not None:
            is_bill = operation.path == "/v1/footprints"
            body = a_bom_of_every_kind() if is_bill else request.body
            yield operation.method, operation.at(ids), request.person, body


def test_the_bill_of_every_kind_is_right_as_it_stands(sqlite_instance: Instance) -> None:
    study = sqlite_instance.post("/v1/footprints", LFP.preparer, a_bom_of_every_kind())
    assert len({(line["assembly"], line["ref"]) for line in study["result"]["lines"]}) == 9


def test_threat_29_no_odd_number_is_taken_anywhere(issued_instance: Instance) -> None:
    instance = issued_instance
    bodies = list(right_bodies(instance))
    before = contents(instance.context.engine)
    fields = 0
    for method, path, person, body in bodies:
        for place in numeric_places(body):
            value = _at(body, place)
            for raw in odd_values(place, value):
                answer = instance.send(method, path, person, content=replaced(body, place, raw))
                said = (method, path, place, raw[:40], answer.text[:300])
                assert 400 <= answer.status_code < 500, said
                assert answer.headers["content-type"] == "application/problem+json", said
            fields += 1
    assert fields >= 24, fields
    assert contents(instance.context.engine) == before


@pytest.mark.parametrize("kind", ["target-executed-share", "mean-data-quality-rating"])
def test_threat_29_no_odd_number_is_taken_as_the_value_of_an_indicator(
    issued_instance: Instance, kind: str
) -> None:
    """Its member is called ``value`` and takes words as well, so it is tried by itself."""
    instance = issued_instance
    body = {**(right_requests(instance)["POST /v1/indicators"].body or {}), "kind": kind}
    before = contents(instance.context.engine)
    for raw in VALUES:
        sent = replaced(body, ("value",), raw)
        answer = instance.send("POST", "/v1/indicators", LFP.preparer, content=sent)
        said = (raw[:40], answer.text[:300])
        assert 400 <= answer.status_code < 500, said
        assert {f["pointer"] for f in answer.json()["errors"]} <= {"", "/value"}, said
    assert contents(instance.context.engine) == before
    assert instance.post("/v1/indicators", LFP.preparer, {**body, "value": "1"})


def _at(body: Any, place: Place) -> object:
    for step in place:
        body = body[step]
    return body


@pytest.mark.parametrize("parameter", ["limit", "start"])
def test_threat_29_no_odd_number_is_taken_in_a_query(
    sqlite_instance: Instance, parameter: str
) -> None:
    tried = 0
    for operation in operations(sqlite_instance.app):
        if operation.method != "GET" or parameter not in operation.query:
            continue
        for raw in VALUES:
            value = raw.strip('"')
            answer = sqlite_instance.send(
                "GET", f"{operation.path}?{parameter}={quote(value)}", LFP.preparer
            )
            assert 400 <= answer.status_code < 500, (str(operation), raw[:40], answer.text[:200])
            tried += 1
    assert tried >= 30
