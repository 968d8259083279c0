"""The OpenAPI document: committed, compared, and held against the application by schemathesis."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from tests.support.instance import BASE_URL, LFP, Instance

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
CASES_EACH = 10
NOBODY_THERE = 502
PEOPLE = (LFP.preparer, "zhao.certifier", "admin")


def test_the_committed_document_is_what_the_application_says(sqlite_instance: Instance) -> None:
    """./run docs writes it: a change of the API is a change that is seen in review."""
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == sqlite_instance.app.openapi()


def test_the_document_is_served_and_says_version_3_1(sqlite_instance: Instance) -> None:
    served = sqlite_instance.get("/v1/openapi.json")
    assert served["openapi"].startswith("3.1")
    assert served == sqlite_instance.app.openapi()
    for path, methods in served["paths"].items():
        for method, described in methods.items():
            assert described["summary"], (method, path)
            assert described["description"], (method, path)
            problem = described["responses"]["default"]["content"]
            assert "application/problem+json" in problem, (method, path)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_generated_request_is_a_fault_of_ours(
    issued_instance: Instance, mode: GenerationMode
) -> None:
    """A few requests for every operation, right by the document or wrong by it: never a 5xx."""
    schema = schemathesis.openapi.from_dict(issued_instance.app.openapi())
    statuses: Counter[int] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]  # ours is well-formed
        try:
            _hold_against(issued_instance, operation.as_strategy(generation_mode=mode), statuses)
        except Unsatisfiable:  # an operation without input has no wrong one
            assert mode is GenerationMode.NEGATIVE, operation.label
    assert sum(statuses.values()) > 300, statuses


def _hold_against(
    instance: Instance, strategy: SearchStrategy[Any], statuses: Counter[int]
) -> None:
    people = st.sampled_from([*PEOPLE, None])

    @settings(
        max_examples=CASES_EACH,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, person=people)
    def holds(case: Any, person: str | None) -> None:
        sent = case.as_transport_kwargs(base_url=BASE_URL)
        headers = {name: value for name, value in sent["headers"].items() if value.isascii()}
        headers.pop("Authorization", None)
        if person is not None:
            headers["Authorization"] = f"Bearer {instance.seeded.keys[person]}"
        answer = instance.http.request(
            sent["method"],
            sent["url"],
            headers=headers,
            params=sent.get("params"),
            content=_content(sent),
        )
        if answer.status_code != NOBODY_THERE:
            assert answer.status_code < 500, (case, person, answer.text)
        else:  # an address of another body that was made up
            assert answer.json()["code"] == "partner-unreachable", answer.text
        statuses[answer.status_code] += 1

    holds()


def _content(sent: dict[str, Any]) -> bytes | None:
    if "json" in sent:
        return json.dumps(sent["json"]).encode()
    data = sent.get("data")
    return data.encode() if isinstance(data, str) else data if isinstance(data, bytes) else None
