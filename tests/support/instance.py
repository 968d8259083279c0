"""A whole instance for one test: database, keys, inventory release, people and their API keys.

``instance`` runs a test on SQLite and on PostgreSQL, ``sqlite_instance`` on SQLite alone,
``issued_instance`` starts with one label that is issued and rendered. Each is a copy of a template
made once per run (by whichever worker comes first) or once per worker, so a test gets an instance
of its own in milliseconds: the inventory is solved once, keys are opened once.

The application is the real ``create_app``; its sweeps are off, so that a test decides what
happens when. A folder of tests names the fixtures it uses in its ``conftest.py``.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import httpx
import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.context import Context, open_context
from api.demo.certification import Certification
from api.demo.client import InstanceClient
from api.demo.seed import Seeded, prepare_instance, seed
from api.demo.world import GUANGDONG_ORGANISATIONS, GUANGDONG_PEOPLE, PRODUCTS, DemoProduct
from api.jobs.work import run_due_jobs
from api.keystore import Keyring
from api.main import create_app
from api.settings import Settings
from api.workflows.calculate_footprint import current_release
from api.workflows.freeze_release import freeze_release
from labels.access import Actor, Role, Scope
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.values import Release, dataset_entry
from lca_db.records.organisations.values import email_skeleton
from lca_db.unit_of_work import UnitOfWork
from tests.support.contexts import a_context
from tests.support.database import KINDS, PostgresServer

BASE_URL = "http://127.0.0.1:8000"
YEAR = 2026
LFP, PV, ALUMINIUM = PRODUCTS


@dataclass(frozen=True)
class Template:
    """What instances are copied from.

    Attributes:
        folder: Data folder; holds the database itself on SQLite.
        database: Name of the database to copy on PostgreSQL, "" on SQLite.
        label: The label issued in it, as the API answered; empty before.
    """

    folder: Path
    keyring: Keyring
    seeded: Seeded
    release: Release
    database: str = ""
    label: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Instance:
    """A running instance and everybody's way in."""

    settings: Settings
    context: Context
    app: FastAPI
    http: TestClient
    seeded: Seeded
    label: Mapping[str, Any]

    @property
    def organisations(self) -> dict[str, str]:
        """Ids by the short names of the demonstration."""
        return self.seeded.organisations

    @property
    def client(self) -> InstanceClient:
        """The demonstration's client of this instance, to walk as it does."""
        return InstanceClient(
            self.settings.public_base_url,
            self.seeded.keys,
            http=cast("httpx.Client", self.http),
            step=secrets.randbelow(10**12),  # a copied instance knows the keys of its template
        )

    def actor(self, person: str) -> Actor:
        """The person as a workflow sees them."""
        email = next(p.email for p in GUANGDONG_PEOPLE if p.key == person)
        with UnitOfWork(self.context.engine, Scope.everything("test"), read_only=True) as uow:
            account = uow.organisations.find_account_by_email(email_skeleton(email))
        assert account is not None
        return account.actor()

    def send(
        self,
        method: str,
        path: str,
        person: str | None = None,
        body: object = None,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        once: str | None = None,
    ) -> httpx2.Response:
        """One request, whatever is answered.

        Args:
            method: HTTP method.
            path: Path and query.
            person: Whose API key to send, None for the public.
            body: What to send as JSON.
            content: Exact bytes instead.
            headers: More headers, or others.
            once: Idempotency key.
        """
        sent = {"Accept-Language": "en"}
        if person is not None:
            sent["Authorization"] = f"Bearer {self.seeded.keys[person]}"
        if once is not None:
            sent["Idempotency-Key"] = once
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
        if content is not None:
            sent["Content-Type"] = "application/json"
        return self.http.request(method, path, headers={**sent, **(headers or {})}, content=content)

    def get(self, path: str, person: str | None = None, *, status: int = 200) -> Any:
        """JSON of a GET that must answer with ``status``."""
        response = self.send("GET", path, person)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    def post(self, path: str, person: str | None, body: object, *, status: int = 201) -> Any:
        """JSON of a POST that must answer with ``status``."""
        response = self.send("POST", path, person, body)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    def verdict_on(self, credential: bytes) -> Any:
        """What the instance says of a credential, sent byte for byte."""
        body = b'{"credential":' + credential + b"}"
        response = self.send("POST", "/v1/verifications", content=body)
        assert response.status_code == 200, response.text
        return response.json()


def _fresh_name() -> str:
    return f"tanbiao_instance_{secrets.token_hex(8)}"


def a_bom_file(product: DemoProduct = ALUMINIUM) -> dict[str, Any]:
    """The bill of materials of a demonstration product, as a maker sends it."""
    text = (files("api.demo") / "boms" / product.bom_file).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def settings_of(folder: Path, base_url: str = BASE_URL, database_url: str = "") -> Settings:
    """Settings of a test instance: a demonstration without sweeps."""
    return Settings.model_validate(
        {
            "data_dir": folder,
            "database_url": database_url,
            "public_base_url": base_url,
            "is_demo": True,
            "is_background_on": False,
            "allow_private_partners": True,
        }
    )


@contextmanager
def running(settings: Settings, template: Template) -> Iterator[Instance]:
    """The application on a copied database, with the template's keys."""
    context = a_context(settings, template.keyring)
    app = create_app(settings, context)
    with TestClient(app, base_url=BASE_URL, raise_server_exceptions=False) as http:
        yield Instance(settings, context, app, http, template.seeded, template.label)
    context.engine.dispose()


def copied(template: Template, folder: Path) -> Path:
    """A copy of a template's data folder; the artefacts, which never change, are linked."""
    for name in ("keys", "tanbiao.db"):
        source = template.folder / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.exists() and not template.database:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / name)
    shutil.copytree(template.folder / "files", folder / "files", copy_function=os.link)
    return folder


@contextmanager
def copied_instance(
    template: Template, folder: Path, server: PostgresServer | None = None
) -> Iterator[Instance]:
    """An instance of its own, copied from a template."""
    copied(template, folder)
    if not template.database:
        with running(settings_of(folder), template) as found:
            yield found
        return
    assert server is not None
    name = _fresh_name()
    url = server.create(name, template.database)
    try:
        with running(settings_of(folder, database_url=url), template) as found:
            yield found
    finally:
        server.drop(name)


def seeded_instance(settings: Settings, template: Template | None = None) -> Seeded:
    """Keys, schema and people of a new instance; the release of a template, or a solved one."""
    prepare_instance(settings, YEAR)
    context = open_context(settings)
    seeded = seed(context, GUANGDONG_ORGANISATIONS, GUANGDONG_PEOPLE, with_inventory=False)
    snapshot, _ = load_reference()
    if template is None:
        freeze_release(context, snapshot, "shipped reference inventory")
    else:
        artefacts = settings.data_dir / "files"
        if not artefacts.exists():
            shutil.copytree(template.folder / "files", artefacts, copy_function=os.link)
        with UnitOfWork(context.engine, Scope.everything("seed")) as uow:
            entries = (dataset_entry(p) for p in snapshot.processes)
            uow.inventory.add_release(template.release, entries)
            uow.commit()
    context.engine.dispose()
    return seeded


def _made_once(folder: Path, name: str) -> Iterator[bool]:
    """Whether this process is the one to make a folder that all workers share."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / f"{name}.done"
        yield not done.exists()
        done.touch()


once_per_run = contextmanager(_made_once)


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "instances"


def _opened(folder: Path) -> Template:
    stored = json.loads((folder / "seeded.json").read_text(encoding="utf-8"))
    context = open_context(settings_of(folder))
    template = Template(
        folder=folder,
        keyring=context.signers(),
        seeded=Seeded(stored["organisations"], stored["keys"]),
        release=current_release(context),
        label=stored.get("label", {}),
    )
    context.engine.dispose()
    return template


def _keep(folder: Path, seeded: Seeded, label: Mapping[str, Any]) -> None:
    stored = {"organisations": seeded.organisations, "keys": seeded.keys, "label": dict(label)}
    (folder / "seeded.json").write_text(json.dumps(stored), encoding="utf-8")


@pytest.fixture(scope="session")
def sqlite_instance_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Seeded, nothing done yet; solved once per run, whatever the number of workers."""
    folder = _shared(tmp_path_factory)
    made = folder / "seeded"
    with once_per_run(folder, "seeded") as is_first:
        if is_first:
            _keep(made, seeded_instance(settings_of(made)), {})
    return _opened(made)


@pytest.fixture(scope="session")
def issued_template(
    tmp_path_factory: pytest.TempPathFactory, sqlite_instance_template: Template
) -> Template:
    """One battery system walked to its label, certificate rendered; once per run."""
    folder = _shared(tmp_path_factory)
    made = folder / "issued"
    with once_per_run(folder, "issued") as is_first:
        if is_first:
            with copied_instance(sqlite_instance_template, made) as found:
                study = found.post("/v1/footprints", LFP.preparer, a_bom_file(LFP))
                walk = Certification(found.client, found.organisations)
                label = walk.certify(LFP, study).label
                run_due_jobs(found.context)
                _keep(made, found.seeded, label)
    return _opened(made)


@pytest.fixture(scope="session")
def postgres_instance_template(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_instance_template: Template,
    postgres_server: PostgresServer,
    postgres_template: str,
) -> Iterator[Template]:
    """The same on PostgreSQL, with the same keys and artefacts; once per worker."""
    name = _fresh_name()
    url = postgres_server.create(name, postgres_template)
    folder = copied(
        replace(sqlite_instance_template, database=name), tmp_path_factory.mktemp("postgres") / "x"
    )
    seeded = seeded_instance(settings_of(folder, database_url=url), sqlite_instance_template)
    yield replace(sqlite_instance_template, folder=folder, seeded=seeded, database=name)
    postgres_server.drop(name)


@pytest.fixture
def sqlite_instance(sqlite_instance_template: Template, tmp_path: Path) -> Iterator[Instance]:
    """A fresh instance on SQLite."""
    with copied_instance(sqlite_instance_template, tmp_path / "instance") as found:
        yield found


@pytest.fixture
def issued_instance(issued_template: Template, tmp_path: Path) -> Iterator[Instance]:
    """An instance on SQLite with one label, ``instance.label``, issued and rendered."""
    with copied_instance(issued_template, tmp_path / "instance") as found:
        yield found


@pytest.fixture
def postgres_instance(
    postgres_instance_template: Template, postgres_server: PostgresServer, tmp_path: Path
) -> Iterator[Instance]:
    """A fresh instance on PostgreSQL."""
    folder = tmp_path / "instance"
    with copied_instance(postgres_instance_template, folder, postgres_server) as found:
        yield found


@pytest.fixture(params=KINDS)
def instance(request: pytest.FixtureRequest) -> Instance:
    """A fresh instance, once on each database."""
    kind = "sqlite_instance" if request.param == "sqlite" else "postgres_instance"
    found: Instance = request.getfixturevalue(kind)
    return found


def person_with(role: Role, organisation: str | None = None) -> str:
    """The first person of the demonstration with a role."""
    return next(
        p.key for p in GUANGDONG_PEOPLE if p.role is role and organisation in {None, p.organisation}
    )
