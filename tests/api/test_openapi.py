"""The OpenAPI document: committed, compared, and held against the application by schemathesis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error

from tests.support.instance import LFP, Instance

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
CASES_EACH = 8


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


@pytest.mark.parametrize("person", [LFP.preparer, "zhao.certifier", "admin"])
def test_no_generated_request_is_a_fault_of_ours(issued_instance: Instance, person: str) -> None:
    """A few requests for every operation, most of them wrong: any answer but 5xx."""
    headers = {"Authorization": f"Bearer {issued_instance.seeded.keys[person]}"}
    schema = schemathesis.openapi.from_dict(issued_instance.app.openapi())
    tried = 0

    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=CASES_EACH,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @operation.as_strategy().example  # type: ignore[misc]
        def never() -> None: ...

    assert tried
