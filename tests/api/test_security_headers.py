"""Every answer carries the security headers, every route has an authorisation class."""

from __future__ import annotations

from api.routers import all_routers
from api.security.guards import SECURITY_HEADERS
from tests.support.api_routes import operations
from tests.support.instance import Instance
from tests.support.right_requests import ids_of

# What everybody may do without a key. A route is added here on purpose or not at all.
PUBLIC = {
    "GET /.well-known/did.json",
    "GET /health",
    "GET /ns/label/v1",
    "GET /recognitions/{recognition_id}",
    "GET /register/checkpoint",
    "GET /register/entries",
    "GET /status/labels",
    "GET /v1/bom-template.csv",
    "GET /v1/bom-template.xlsx",
    "GET /v1/datasets",
    "GET /v1/datasets/{dataset_id}",
    "GET /v1/datasets/{dataset_id}/supply-chain",
    "GET /v1/datasets/{dataset_id}/versions",
    "GET /v1/releases/{release_id}",
    "GET /v1/releases/{release_id}/export",
    "GET /v1/releases/{release_id}/findings",
    "GET /v1/releases/{release_id}/reviews",
    "GET /v1/releases/{before_id}/diff/{after_id}",
    "GET /v1/organisations",
    "GET /v1/organisations/{organisation_id}/body",
    "GET /v1/releases",
    "GET /v1/trust-list",
    "POST /v1/recognition-statements",
    "POST /v1/verifications",
}


def test_every_answer_of_every_route_carries_the_headers(issued_instance: Instance) -> None:
    ids = ids_of(issued_instance)
    paths = [(o.method, o.at(ids)) for o in operations(issued_instance.app)]
    pages = ["/", "/sign-in", "/nowhere", "/v1/nowhere", "/static/tanbiao.css", "/v1/openapi.json"]
    serial = issued_instance.label["url"].rpartition("/")[2]
    pages += [f"/L/{serial}", f"/L/{serial}/credential", f"/L/{serial}/certificate.pdf"]
    for method, path in [*paths, *(("GET", page) for page in pages), ("PATCH", "/v1/cases")]:
        for person in (None, "he.nanling"):
            answer = issued_instance.send(method, path, person)
            for name, value in SECURITY_HEADERS.items():
                found = answer.headers.get(name)
                assert found is not None, (method, path, name)
                assert found == value or name == "Referrer-Policy", (method, path, name)


def test_no_answer_allows_inline_script_or_another_host(issued_instance: Instance) -> None:
    policy = issued_instance.send("GET", "/sign-in").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_over_https_browsers_are_told_to_stay_there(issued_instance: Instance) -> None:
    """Plain http is for loopback: there the header would only lock people out."""
    answer = issued_instance.send("GET", "/health")
    assert "Strict-Transport-Security" not in answer.headers


def test_the_openapi_document_lists_every_route(sqlite_instance: Instance) -> None:
    listed = {str(operation) for operation in operations(sqlite_instance.app)}
    for router in all_routers():
        for route in router.routes:
            for method in getattr(route, "methods", ()) or ():
                if method != "HEAD":
                    assert f"{method} {getattr(route, 'path', '')}" in listed


def test_every_route_is_public_on_purpose_or_needs_a_key(issued_instance: Instance) -> None:
    found = list(operations(issued_instance.app))
    assert {str(o) for o in found if o.is_public} == PUBLIC
    ids = ids_of(issued_instance)
    for operation in found:
        if not operation.is_public:
            answer = issued_instance.send(operation.method, operation.at(ids))
            assert answer.status_code == 401, (str(operation), answer.text)
            assert answer.json()["code"] == "sign-in-needed"
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        for key in ("nonsense", "tb_live_" + "A" * 43, "Basic eDp5"):
            answer = issued_instance.send(
                operation.method,
                operation.at(ids),
                headers={"Authorization": f"Bearer {key}"},
            )
            assert (answer.status_code == 401) is not operation.is_public, str(operation)


def test_creating_posts_take_an_idempotency_key(sqlite_instance: Instance) -> None:
    """But for those whose own key is in the body: a second one is a conflict, or is the first."""
    by_their_nature = {
        "POST /v1/organisations": "one registration number, one organisation",
        "POST /v1/invitations": "the link is a secret, and is shown once",
        "POST /v1/recognitions": "one label, one recognition",
        "POST /v1/api-keys": "the key is a secret, and is shown once",
        "POST /v1/enterprises/{enterprise_id}/indicators": "the later report of a fact counts",
        "POST /v1/finance/enterprises/{enterprise_id}/readings": "each is an entry in the log",
    }
    document = sqlite_instance.app.openapi()
    for path, methods in document["paths"].items():
        created = methods.get("post", {}).get("responses", {})
        if "201" in created and f"POST {path}" not in by_their_nature:
            names = {p["name"] for p in methods["post"].get("parameters", ())}
            assert "Idempotency-Key" in names, path
