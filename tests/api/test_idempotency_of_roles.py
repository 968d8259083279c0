"""An Idempotency-Key never breaks a request, whoever sends it: the regulator sees every
organisation and still has one of its own, to which its keys belong."""

from __future__ import annotations

from typing import Any

from tests.support.instance import Instance
from tests.support.right_requests import AUTHORITY, ids_of, right_requests, writes

EVERYBODY = (
    *("lin.haiju", "wu.verifier", "chen.reviewer", "zhao.certifier", "bai.bank"),
    *(AUTHORITY, "admin", None),
)


def an_indicator(instance: Instance, person: str = AUTHORITY) -> dict[str, Any]:
    """A report with a record that its author keeps."""
    return {
        "kind": "target-set",
        "value": "yes",
        "period_from": "2026-01-01",
        "period_to": "2026-01-31",
        "source": "record",
        "evidence_sha256": instance.client.keep(person, "record", b"SPECIMEN record"),
    }


def test_a_key_from_any_role_on_any_writing_route_is_never_our_fault(
    issued_instance: Instance,
) -> None:
    operations = writes(issued_instance)
    right, ids = right_requests(issued_instance), ids_of(issued_instance)
    ids["account_id"] = issued_instance.actor("xu.xiguang").account_id  # who sends nothing here
    ids["key_id"] = "key_" + "0" * 26
    seen: set[tuple[str, str | None]] = set()
    for operation in operations:
        if operation.path == "/v1/recognitions":
            continue  # answers 502 for a partner that is not there, which is no fault of ours
        request = right.get(str(operation))
        body = request.body if request else {}
        for person in EVERYBODY:
            once = f"{person}-{len(seen)}"
            answer = issued_instance.send(
                operation.method, operation.at(ids), person, body, once=once
            )
            assert answer.status_code < 500, (str(operation), person, answer.text)
            seen.add((str(operation), person))
    assert len(seen) > 150


def test_the_regulators_report_sent_twice_is_one_report(instance: Instance) -> None:
    path = f"/v1/enterprises/{instance.organisations['haiju']}/indicators"
    report = an_indicator(instance)
    first = instance.send("POST", path, AUTHORITY, report, once="report-1")
    again = instance.send("POST", path, AUTHORITY, report, once="report-1")
    assert first.status_code == again.status_code == 201, first.text
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    changed = {**report, "value": "no"}
    other = instance.send("POST", path, AUTHORITY, changed, once="report-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_the_regulators_keys_are_its_organisations_own(instance: Instance) -> None:
    """The enterprise with the same key does its own work and is told nothing of the report."""
    path = f"/v1/enterprises/{instance.organisations['haiju']}/indicators"
    instance.send("POST", path, AUTHORITY, an_indicator(instance), once="k")
    report = an_indicator(instance, "lin.haiju")
    own = instance.send("POST", "/v1/indicators", "lin.haiju", report, once="k")
    assert own.status_code == 201, own.text
    assert "Idempotency-Replayed" not in own.headers
