"""Two certification bodies that reach each other over sockets: Guangdong with a label, Hong Kong.

Both are applications in this process, served by threads on 127.0.0.1. Guangdong's label carries
the address of its template; Hong Kong reaches it through a :class:`Line` that knows the port it is
really served on, as a name server would, and that can be cut.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.clients.guarded_http import Answer, GuardedClient, PartnerUnreachable
from api.context import Context, open_context
from api.demo.client import InstanceClient
from api.demo.instance import free_port
from api.demo.recognition import GD_ADMIN, HK_ADMIN, HK_CERTIFIER, arrangement_draft
from api.demo.seed import Seeded, prepare_instance, seed
from api.demo.world import HONG_KONG_ORGANISATIONS, HONG_KONG_PEOPLE
from api.main import create_app
from labels.access import Actor, Scope
from lca_db.records.organisations.values import email_skeleton
from lca_db.records.recognition.values import HomeNotice
from lca_db.unit_of_work import UnitOfWork
from tests.support.database import KINDS, PostgresServer
from tests.support.instance import BASE_URL, YEAR, Instance, settings_of

START_SECONDS = 30
ATTEMPTS = 5
SERVER_FAULT = 500
FAR_AHEAD = timedelta(days=36500)


@dataclass(frozen=True)
class Line(GuardedClient):
    """The real client, told where Guangdong is served.

    Attributes:
        cut: What cannot be reached now: beginnings of paths.
        posts: Paths of everything that was posted.
        gets: Paths of everything that was fetched.
    """

    home_url: str = ""
    cut: set[str] = field(default_factory=set)
    posts: list[str] = field(default_factory=list)
    gets: list[str] = field(default_factory=list)

    def get(self, url: str, accept: str = "application/json") -> Answer:
        path = "/" + url.split("/", 3)[3]
        self.gets.append(path)
        if any(path.startswith(beginning) for beginning in self.cut):
            return super().get(f"http://127.0.0.1:{free_port(0)}{path}", accept)
        return _patiently(lambda: super(Line, self).get(self._at(url), accept))

    def post(self, url: str, body: bytes) -> Answer:
        path = "/" + url.split("/", 3)[3]
        self.posts.append(path)
        if any(path.startswith(beginning) for beginning in self.cut):
            return super().post(f"http://127.0.0.1:{free_port(0)}{path}", body)
        return _patiently(lambda: super(Line, self).post(self._at(url), body))

    def _at(self, url: str) -> str:
        is_home = url.lower().startswith(BASE_URL)
        return self.home_url + url[len(BASE_URL) :] if is_home else url


def _patiently(call: Callable[[], Answer]) -> Answer:
    """The answer of a machine that may be too busy for the two seconds the client waits."""
    for _ in range(ATTEMPTS):
        with suppress(PartnerUnreachable):
            answer = call()
            if answer.status < SERVER_FAULT:
                return answer
    return call()


@dataclass
class TwoBodies:
    """Guangdong, and Hong Kong that recognises its label."""

    home: Instance
    context: Context
    seeded: Seeded
    http: TestClient

    @property
    def line(self) -> Line:
        """Hong Kong's way to Guangdong."""
        return cast("Line", self.context.partners)

    @property
    def client(self) -> InstanceClient:
        """The demonstration's client of Hong Kong."""
        base_url = self.context.settings.public_base_url
        return InstanceClient(base_url, self.seeded.keys, http=cast("httpx.Client", self.http))

    def agree(self, *, home_knows: bool = True) -> None:
        """Both sign the arrangement; Hong Kong pins Guangdong's keys, and the other way round."""
        home, away = self.home.client, self.client
        if home_knows:
            self.home_pins()
        away.send(
            "PUT", "/v1/trust-list", HK_ADMIN, home.fetch(f"{BASE_URL}/v1/trust-list").content
        )
        draft = arrangement_draft(self.home.context.did, self.context.did)
        proposed = home.send("POST", "/v1/arrangements", GD_ADMIN, json.dumps(draft).encode())
        away.send("POST", "/v1/arrangements/countersigned", HK_ADMIN, proposed)

    def home_pins(self) -> None:
        """Guangdong pins Hong Kong's keys."""
        listed = self.client.fetch(f"{self.client.base_url}/v1/trust-list").content
        self.home.client.send("PUT", "/v1/trust-list", GD_ADMIN, listed)

    def recognise(self) -> Mapping[str, Any]:
        """Hong Kong's recognition of the label, as it was answered."""
        body = {"label_url": self.home.label["url"]}
        found: Mapping[str, Any] = self.client.post("/v1/recognitions", HK_CERTIFIER, body)
        return found

    def suspend_at_home(self) -> None:
        """Guangdong suspends its label."""
        self._change_at_home(
            {"move": "suspend", "seen_state_version": 2, "reason": "missed-surveillance"}
        )

    def reinstate_at_home(self) -> None:
        """Guangdong lifts its suspension."""
        self._change_at_home({"move": "reinstate", "seen_state_version": 3})

    def _change_at_home(self, change: Mapping[str, object]) -> None:
        path = f"/v1/labels/{self.home.label['id']}/status"
        self.home.post(path, "zhao.certifier", change, status=200)

    def certifier(self) -> Actor:
        """Hong Kong's certifier as a workflow sees them."""
        email = next(p.email for p in HONG_KONG_PEOPLE if p.key == HK_CERTIFIER)
        with UnitOfWork(self.context.engine, Scope.everything("test"), read_only=True) as uow:
            account = uow.organisations.find_account_by_email(email_skeleton(email))
        assert account is not None
        return account.actor()

    def enter_body(self, **changes: object) -> None:
        """What is entered of Hong Kong's certification body: in force but for the changes."""
        body = {
            "kind": "certification-body",
            "accreditation": "SPECIMEN-CB-HK-0001",
            "categories": ["cpc-415", "cpc-464", "cpc-471"],
            "scope_from": "2020-01-01",
            "scope_until": "2031-01-01",
            "is_suspended": False,
            **changes,
        }
        path = f"/v1/organisations/{self.seeded.organisations['tanbiao-hk']}/body"
        self.client.send("PUT", path, HK_ADMIN, json.dumps(body).encode())

    def notices(self) -> tuple[HomeNotice, ...]:
        """What Guangdong has still to be told, due or not."""
        at = self.context.now() + FAR_AHEAD
        with UnitOfWork(self.context.engine, Scope.everything("test"), read_only=True) as uow:
            return uow.recognitions.list_due_notices(at)

    def page(self) -> str:
        """The label's public page in English."""
        serial = self.home.label["url"].rpartition("/")[2]
        return self.home.send("GET", f"/L/{serial}?lang=en").text

    def wait(self, duration: timedelta) -> None:
        """Hong Kong's clock is put on; Guangdong's stays."""
        before = self.context.clock

        def later() -> datetime:
            return before() + duration

        self.context.clock = later


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[None]:
    """The application on a port of 127.0.0.1, by a thread."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)


@contextmanager
def two_bodies(home: Instance, folder: Path, database_url: str = "") -> Iterator[TwoBodies]:
    """Hong Kong beside an instance that has issued a label; nothing is agreed yet."""
    home_port, port = free_port(0), free_port(0)
    settings = settings_of(folder, f"http://127.0.0.1:{port}", database_url)
    settings = settings.model_copy(update={"region": "HK"})
    prepare_instance(settings, YEAR)
    context = open_context(settings)
    seeded = seed(context, HONG_KONG_ORGANISATIONS, HONG_KONG_PEOPLE, with_inventory=False)
    line = Line(allow_private=True, home_url=f"http://127.0.0.1:{home_port}")
    context = replace(context, partners=line)
    app = create_app(settings, context)
    client = TestClient(app, base_url=settings.public_base_url)
    with served(home.app, home_port), served(app, port), closing(client) as http:
        yield TwoBodies(home, context, seeded, http)
    context.engine.dispose()


@pytest.fixture(params=KINDS)
def bodies(
    request: pytest.FixtureRequest, issued_instance: Instance, tmp_path: Path
) -> Iterator[TwoBodies]:
    """The two bodies; Hong Kong once on each database."""
    folder = tmp_path / "hong-kong"
    if request.param == "sqlite":
        with two_bodies(issued_instance, folder) as found:
            yield found
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"tanbiao_hong_kong_{secrets.token_hex(8)}"
    url = server.create(name, request.getfixturevalue("postgres_template"))
    try:
        with two_bodies(issued_instance, folder, url) as found:
            yield found
    finally:
        server.drop(name)
