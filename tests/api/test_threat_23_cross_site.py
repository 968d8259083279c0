"""Threat 23: another site makes a signed-in browser send something.

Generated: every unsafe route of the API and of the pages refuses a request that comes from another
site, and every JSON route refuses the content types a foreign form can send.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2
import pytest

from api.demo.world import DEMO_PASSWORD
from api.web import all_pages
from tests.support.api_routes import UNSAFE, operations
from tests.support.instance import BASE_URL, LFP, Instance
from tests.support.outsiders import contents
from tests.support.right_requests import ids_of, writes

SESSIONS = frozenset({"session"})
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": f"{BASE_URL}.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.fixture
def signed_in(issued_instance: Instance) -> Instance:
    form = {"email": f"{LFP.preparer}@specimen.example", "password": DEMO_PASSWORD}
    answer = issued_instance.http.post(
        "/sign-in", data=form, headers={"Origin": BASE_URL}, follow_redirects=False
    )
    assert answer.status_code == 303
    assert issued_instance.http.cookies
    return issued_instance


def unsafe_pages() -> Iterator[tuple[str, str]]:
    for router in all_pages():
        for route in router.routes:
            for method in UNSAFE & set(getattr(route, "methods", ()) or ()):
                yield method, getattr(route, "path", "")


def send(instance: Instance, method: str, path: str, headers: dict[str, str]) -> httpx2.Response:
    body = b"{}" if path.startswith("/v1/") else b"a=b"
    kind = "application/json" if path.startswith("/v1/") else "application/x-www-form-urlencoded"
    sent = {"Content-Type": kind, **headers}
    return instance.http.request(method, path, content=body, headers=sent, follow_redirects=False)


def test_threat_23_every_unsafe_route_refuses_another_site(signed_in: Instance) -> None:
    found = writes(signed_in)
    ids = {**ids_of(signed_in), "evidence_id": "evd_" + "0" * 26}
    before = contents(signed_in.context.engine)
    paths = [(o.method, o.at(ids)) for o in found]
    for method, path in unsafe_pages():
        for name, value in ids.items():
            path = path.replace(f"{{{name}}}", value)  # noqa: PLW2901
        paths.append((method, path))
    for method, path in paths:
        for headers in FOREIGN:
            answer = send(signed_in, method, path, headers)
            assert answer.status_code == 403, (method, path, headers, answer.text[:300])
    assert len(paths) > 30
    assert contents(signed_in.context.engine) == before


def test_threat_23_a_key_beside_the_cookie_does_not_open_the_door(signed_in: Instance) -> None:
    headers = {
        "Origin": "https://evil.example",
        "Authorization": f"Bearer {signed_in.seeded.keys[LFP.preparer]}",
    }
    assert send(signed_in, "POST", "/v1/consents", headers).status_code == 403


def test_threat_23_a_maker_s_own_program_needs_no_origin(issued_instance: Instance) -> None:
    answer = issued_instance.send("POST", "/v1/consents", LFP.preparer, {})
    assert answer.status_code == 422


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_threat_23_json_routes_take_json_only(issued_instance: Instance, content_type: str) -> None:
    ids = ids_of(issued_instance)
    for operation in operations(issued_instance.app):
        if not operation.is_write:
            continue
        answer = issued_instance.send(
            operation.method,
            operation.at(ids),
            LFP.preparer,
            content=b'{"a": 1}',
            headers={"Content-Type": content_type},
        )
        assert answer.status_code == 415, (str(operation), answer.text)
        assert answer.json()["code"] == "content-type-not-supported"


def test_threat_23_nothing_is_changed_by_get(signed_in: Instance) -> None:
    """By no route of the API and by no page; that a session was used is all that is noted."""
    ids = {**ids_of(signed_in), "evidence_id": "evd_" + "0" * 26}
    before = contents(signed_in.context.engine, but=SESSIONS)
    for operation in operations(signed_in.app):
        if operation.method == "GET":
            signed_in.send("GET", operation.at(ids), LFP.preparer)
    shown = 0
    for path in pages_read():
        address = re.sub(r"{(\w+)(:path)?}", lambda found: ids.get(found[1], "x"), path)
        answer = signed_in.http.get(address, headers={"Accept": "text/html"})
        assert answer.status_code < 500, (path, answer.text[:300])
        shown += answer.status_code == 200
    assert shown >= 10
    assert contents(signed_in.context.engine, but=SESSIONS) == before


def pages_read() -> Iterator[str]:
    for router in all_pages():
        for route in router.routes:
            if "GET" in (getattr(route, "methods", ()) or ()):
                yield getattr(route, "path", "")
