"""How far an import is: told by the child, kept with the job, shown by API and page."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from api.child.inventory import inventory_request
from api.child.process import ChildFailed, ChildLimits, ChildTask, run_in_child
from api.jobs.work import run_due_jobs
from labels.access import Scope
from labels.locale import LANGUAGES, translator
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.options import ImportOptions
from lca_db.unit_of_work import UnitOfWork
from tests.api.test_inventory_imports import ADMIN, send
from tests.support.browsing import signed_in
from tests.support.import_files import PLANT, a_table
from tests.support.instance import Instance

COUNT = 3000
NAMES = tuple(f"P-{number}" for number in range(COUNT))
MANY = a_table(*(f"{name},emission,CO2,,1,kg,air,fossil,meter" for name in NAMES), names=NAMES)
SWEEP = Scope.everything("jobs")
OPTIONS = replace(ImportOptions(), limits=UPLOAD).to_json()


def request_of(instance: Instance, content: bytes) -> bytes:
    path = instance.context.files.path(instance.context.files.put(content))
    return inventory_request(path, "plant.csv", OPTIONS)


def test_the_child_tells_what_it_has_read_and_at_the_end_of_how_many(
    sqlite_instance: Instance,
) -> None:
    told: list[tuple[int, int]] = []
    request = request_of(sqlite_instance, PLANT)
    heard = run_in_child(
        ChildTask.READ_INVENTORY, request, told=lambda done, total: told.append((done, total))
    )
    assert (told[0], told[-1]) == ((1, 0), (2, 2))
    assert heard == run_in_child(ChildTask.READ_INVENTORY, request)


def test_a_listener_that_fails_does_not_end_the_work(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failures.append)

    def deaf(_done: int, _total: int) -> None:
        raise ZeroDivisionError

    request = request_of(sqlite_instance, PLANT)
    assert run_in_child(ChildTask.READ_INVENTORY, request, told=deaf)
    assert len(failures) == 1


def test_nobody_listens_to_a_child_that_died(sqlite_instance: Instance) -> None:
    before = threading.active_count()
    limits = ChildLimits(memory_bytes=30_000_000)
    with pytest.raises(ChildFailed):
        run_in_child(
            ChildTask.READ_INVENTORY, request_of(sqlite_instance, PLANT), limits, lambda *_: None
        )
    assert threading.active_count() == before


def test_a_job_counts_the_processes_while_it_reads_them(instance: Instance) -> None:
    job = send(instance, MANY).json()
    assert (job["done"], job["total"]) == (0, 0)
    worker = threading.Thread(target=run_due_jobs, args=(instance.context,))
    worker.start()
    seen = []
    while worker.is_alive():
        now = instance.get(f"/v1/jobs/{job['id']}", ADMIN)
        seen.append((now["state"], now["done"], now["total"]))
        time.sleep(0.05)
    worker.join()
    running = [(done, total) for state, done, total in seen if state == "running" and done]
    assert running, seen
    assert all(total in {0, COUNT} for _, total in running), running
    assert [done for done, _ in running] == sorted(done for done, _ in running)
    ended = instance.get(f"/v1/jobs/{job['id']}", ADMIN)
    assert (ended["state"], ended["done"], ended["total"]) == ("succeeded", COUNT, COUNT)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("done", "total", "key"), [(3, 0, "imports.read_so_far"), (7, 7, "imports.read_all")]
)
def test_the_page_says_how_many_processes_were_read(
    sqlite_instance: Instance, language: str, done: int, total: int, key: str
) -> None:
    job = send(sqlite_instance, PLANT).json()
    now = sqlite_instance.context.now()
    with UnitOfWork(sqlite_instance.context.engine, SWEEP) as uow:
        uow.jobs.start(job["id"], 1, now)
        assert uow.jobs.progress(job["id"], 1, done, total, now)
        uow.commit()
    page = signed_in(sqlite_instance, ADMIN, language).open("/inventory-imports")
    assert translator(language).text(key, done=done, total=total) in page.text
