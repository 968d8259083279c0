"""kill -9 of the serving process while three products are certified: nothing lost, nothing double.

The client does what a maker's software does: it sends the same request with the same key again
until it is answered.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from api.context import Context, open_context
from api.demo import finance
from api.demo.certification import Certification, CertifiedProduct
from api.demo.client import InstanceClient
from api.demo.instance import free_port
from api.demo.seed import Seeded
from api.demo.world import PRODUCTS
from api.jobs.sweeps import sweep
from api.settings import Settings
from labels.access import Scope
from labels.case import CaseState
from labels.credential.keys import Purpose
from labels.label_status import LabelState
from labels.register.audit import verify_register
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import Template, a_bom_file, seeded_instance, settings_of
from tests.support.killable import KillableServer, killable

FEWEST_KILLS = 5
PATIENCE_SECONDS = 120
_EVERYTHING = Scope.everything("test")


class PersistentTransport(httpx.BaseTransport):
    """Sends a request again, unchanged, until somebody answers it."""

    def __init__(self) -> None:
        self.repeated = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, however many times it takes."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with httpx.Client(trust_env=False, timeout=10) as once:
                    answered = once.send(request)
                    return httpx.Response(
                        answered.status_code, headers=answered.headers, content=answered.content
                    )
            except httpx.TransportError:
                self.repeated += 1
                assert time.monotonic() < deadline, "the server did not come back"
                time.sleep(0.02)


@pytest.fixture
def served(
    sqlite_instance_template: Template, tmp_path: Path
) -> Iterator[tuple[Settings, Seeded, KillableServer]]:
    settings = settings_of(tmp_path / "instance", f"http://127.0.0.1:{free_port(0)}")
    seeded = seeded_instance(settings, sqlite_instance_template)
    with killable(settings) as server:
        yield settings, seeded, server


def test_kill_minus_nine_during_a_demonstration_loses_and_doubles_nothing(
    served: tuple[Settings, Seeded, KillableServer],
) -> None:
    settings, seeded, server = served
    transport = PersistentTransport()
    client = InstanceClient(
        settings.public_base_url, seeded.keys, http=httpx.Client(transport=transport)
    )
    with server.killed_at_random(seed=20261121, longest=0.8) as kills:
        certified = [_certified(client, seeded, number) for number in range(len(PRODUCTS))]
        for item in certified:
            evidence = client.upload(
                item.study["id"], item.product.preparer, "activity-data", b"SPECIMEN sales"
            )
            finance.post_volume(client, item, evidence)
        while len(kills) < FEWEST_KILLS:
            client.get("/v1/labels", "zhao.certifier")
        _suspended(client, certified[0].label["id"])
    assert transport.repeated > 0
    context = open_context(settings)
    try:
        sweep(context)  # what serving does on its own as soon as it starts
        _expect_each_once(context, certified)
        _expect_published(context, certified)
    finally:
        context.engine.dispose()


def _certified(client: InstanceClient, seeded: Seeded, number: int) -> CertifiedProduct:
    product = PRODUCTS[number]
    study = client.post("/v1/footprints", product.preparer, a_bom_file(product))
    return Certification(client, seeded.organisations).certify(product, study)


def _suspended(client: InstanceClient, label_id: str) -> None:
    seen = client.get(f"/v1/labels/{label_id}", "zhao.certifier")["state_version"]
    change = {"move": "suspend", "seen_state_version": seen, "reason": "missed-surveillance"}
    client.post(f"/v1/labels/{label_id}/status", "zhao.certifier", change, expected=200)


def _expect_each_once(context: Context, certified: list[CertifiedProduct]) -> None:
    with UnitOfWork(context.engine, _EVERYTHING, read_only=True) as uow:
        labels = uow.labels.list_().items
        assert sorted(label.number for label in labels) == [
            f"TB-2026-{number:06d}" for number in range(1, len(certified) + 1)
        ]
        states = [LabelState.ACTIVE, LabelState.ACTIVE, LabelState.SUSPENDED]
        assert sorted(label.state for label in labels) == states
        for item in certified:
            assert uow.cases.get(item.case["id"]).state is CaseState.ISSUED
            kinds = [event.kind for event in uow.cases.list_events(item.case["id"])]
            for kind in ("statement-issued", "decision-taken", "label-issued"):
                assert kinds.count(kind) == 1, (kind, kinds)
    with context.engine.connect() as connection:
        for table, expected in (
            ("study", 3),
            ("product", 3),
            ("certification_case", 3),
            ("label", 3),
            ("label_page", 12),
            ("evidence", 9),
            ("posting", 3),
            ("declared_volume", 3),
            ("job", 3),
        ):
            rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert rows == expected, f"{rows} rows of {table}, not {expected}"


def _expect_published(context: Context, certified: list[CertifiedProduct]) -> None:
    """Register, status list and pages all say what was done."""
    with UnitOfWork(context.engine, _EVERYTHING, read_only=True) as uow:
        stored = uow.register.list_entries()
        head = uow.register.latest_checkpoint()
        standing = uow.register.status_standing(context.status_list_url)
        serials = [uow.labels.get(item.label["id"]).label.serial for item in certified]
        pages = [uow.labels.find_page(serial, "en") for serial in serials]
    assert len(standing.suspended) == 1
    assert [b"Suspended" in page.content for page in pages if page] == [True, False, False]
    assert head is not None
    bodies = [entry for entry in stored if b'"body-listed"' in entry]
    assert head.size == len(stored) == len(bodies) + len(certified) + 1
    report = verify_register(
        stored,
        head.note,
        origin=context.register_origin,
        key=context.signer(Purpose.CHECKPOINT).public_key,
    )
    assert report.is_sound, report
