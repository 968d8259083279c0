"""``tanbiao worker``: needs PostgreSQL and says so; there it renders what the API promised."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from api.demo.instance import environment_of
from api.settings import Settings
from labels.render.paper import page_png
from labels.render.qr import read_back
from tests.support.instance import Instance
from tests.support.walk import CERTIFIER, an_issued_label

PATIENCE_SECONDS = 120
WORKER = [sys.executable, "-m", "api.cli", "worker"]


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, **environment_of(settings)}


def test_on_sqlite_the_worker_refuses_and_says_what_it_needs(sqlite_instance: Instance) -> None:
    done = subprocess.run(
        WORKER,
        env=environment(sqlite_instance.settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert "PostgreSQL" in done.stderr
    assert "tanbiao serve" in done.stderr


@contextmanager
def a_worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    log = (settings.data_dir / "worker.log").open("ab")
    process = subprocess.Popen(WORKER, env=environment(settings), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def test_on_postgresql_a_worker_renders_certificate_and_marks(
    postgres_instance: Instance,
) -> None:
    label = an_issued_label(postgres_instance)
    (job,) = postgres_instance.get("/v1/jobs", CERTIFIER)
    assert job["state"] == "queued", "nothing runs jobs but a worker"
    with a_worker(postgres_instance.settings) as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while job["state"] in {"queued", "running"}:
            assert process.poll() is None, "the worker ended by itself"
            assert time.monotonic() < deadline, job
            time.sleep(0.2)
            job = postgres_instance.get(f"/v1/jobs/{job['id']}", CERTIFIER)
    assert job["state"] == "succeeded", job
    base = f"/L/{label['url'].rpartition('/')[2]}"
    certificate = postgres_instance.http.get(f"{base}/certificate.pdf")
    assert read_back(page_png(certificate.content)) == label["url"]
    assert read_back(postgres_instance.http.get(f"{base}/label.png").content) == label["url"]
