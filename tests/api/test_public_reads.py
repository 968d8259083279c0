"""Who checks a label never waits for other work (decision 9).

Every thread that answers the rest of the service is held; the public reads still answer, from
their own threads, and the event loop goes on as well.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from inspect import iscoroutinefunction
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from api.context import open_context
from api.demo.instance import free_port
from api.main import THREADS_PER_CORE, create_app
from api.routers import all_routers
from api.web import label_pages
from tests.support.instance import Template, copied, settings_of
from tests.support.serving import served

HELD = 4 * THREADS_PER_CORE
WRITES = {"/v1/verifications", "/v1/recognition-statements"}  # may call a partner, or store
# For everybody as well, but nothing that whoever checks a label asks for.
OTHERS = {
    "/v1/bom-template.xlsx",
    "/v1/bom-template.csv",
    "/v1/datasets",
    "/v1/datasets/{dataset_id}",
    "/v1/datasets/{dataset_id}/supply-chain",
    "/v1/datasets/{dataset_id}/versions",
    "/v1/organisations",
    "/v1/organisations/{organisation_id}/body",
    "/v1/releases",
    "/v1/releases/{release_id}/export",
    "/v1/releases/{release_id}/reviews",
    "/v1/releases/{release_id}",
    "/v1/releases/{release_id}/findings",
    "/v1/releases/{before_id}/diff/{after_id}",
}


def public_routes() -> Iterator[APIRoute]:
    """Every route for everybody, those of the label's page included."""
    routers = [router for router in all_routers() if "public" in router.tags]
    for router in (*routers, label_pages.pages):
        yield from (route for route in router.routes if isinstance(route, APIRoute))


def test_every_route_by_which_a_label_is_checked_is_asynchronous() -> None:
    waiting = {r.path for r in public_routes() if not iscoroutinefunction(r.endpoint)}
    assert waiting == WRITES | OTHERS


@contextmanager
def all_threads_held(base: str, gate: threading.Event) -> Iterator[None]:
    """So many requests that wait for the gate that no thread is left."""
    with ThreadPoolExecutor(HELD) as callers:
        waiting = [callers.submit(httpx.get, f"{base}/held", timeout=60) for _ in range(HELD)]
        try:
            yield
        finally:
            gate.set()
        assert {call.result().status_code for call in waiting} == {200}


def test_public_reads_answer_while_every_other_thread_is_held(
    issued_template: Template, tmp_path: Path
) -> None:
    base = f"http://127.0.0.1:{free_port(0)}"
    settings = settings_of(copied(issued_template, tmp_path / "instance"))
    context = replace(open_context(settings), keyring=issued_template.keyring)
    app = create_app(settings, context)
    gate, entered = threading.Event(), threading.Semaphore(0)

    def held() -> str:
        entered.release()
        gate.wait(60)
        return "held"

    app.add_api_route("/held", held)
    serial = issued_template.label["url"].rpartition("/")[2]
    with (
        served(app, int(base.rpartition(":")[2])),
        closing(httpx.Client(base_url=base, trust_env=False, timeout=20)) as client,
        all_threads_held(base, gate),
    ):
        for _ in range(2 * THREADS_PER_CORE):
            assert entered.acquire(timeout=20)
        for path in (
            f"/L/{serial}",
            f"/L/{serial}/credential",
            f"/L/{serial}/label.png",
            "/status/labels",
            "/register/checkpoint",
            "/register/entries",
            "/v1/trust-list",
            "/.well-known/did.json",
            "/ns/label/v1",
            "/health",
        ):
            assert client.get(path).status_code == 200, path
        with pytest.raises(httpx.ReadTimeout):  # the rest of the service does wait
            client.get("/v1/bom-template.csv", timeout=1)
    context.engine.dispose()
