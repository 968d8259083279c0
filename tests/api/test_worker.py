"""``tanbiao worker``: needs PostgreSQL and says so; there it alone renders what was promised."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from api.demo.client import InstanceClient
from api.demo.instance import environment_of, free_port
from api.settings import Settings
from labels.render.paper import page_png
from labels.render.qr import read_back
from tests.support.instance import Instance
from tests.support.walk import CERTIFIER, an_issued_label

PATIENCE_SECONDS = 120
LONG_FOR_A_RUNNER_SECONDS = 4  # it looks for jobs twice a second
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
def a_process(settings: Settings, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the instance, ended when the block ends."""
    log = (settings.data_dir / f"{command[0]}.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", *command],
        env=environment(settings),
        stdout=log,
        stderr=log,
    )
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


def the_job(instance: Instance) -> dict[str, Any]:
    (job,) = instance.get("/v1/jobs", CERTIFIER)
    found: dict[str, Any] = job
    return found


def has_job_tables(instance: Instance) -> bool:
    """Whether anybody has ever started to run jobs on this database."""
    with instance.context.engine.connect() as connection:
        schema = connection.exec_driver_sql("SELECT to_regnamespace('dbos')").scalar_one()
    return schema is not None


def test_on_postgresql_a_worker_renders_what_serve_only_promises(
    postgres_instance: Instance,
) -> None:
    """``serve`` with its sweeps on leaves the job alone; ``worker`` beside it ends it."""
    label = an_issued_label(postgres_instance)
    settings = postgres_instance.settings.model_copy(update={"is_background_on": True})
    port = free_port(0)
    with a_process(settings, "serve", "--port", str(port)) as serving:
        client = InstanceClient(f"http://127.0.0.1:{port}", {})
        with closing(client.http):
            client.wait_until_ready(PATIENCE_SECONDS)
        time.sleep(LONG_FOR_A_RUNNER_SECONDS)
        assert serving.poll() is None
        assert the_job(postgres_instance)["state"] == "queued", "serve runs no jobs here"
        assert not has_job_tables(postgres_instance)
        with a_process(settings, "worker") as process:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while (job := the_job(postgres_instance))["state"] in {"queued", "running"}:
                assert process.poll() is None, "the worker ended by itself"
                assert time.monotonic() < deadline, job
                time.sleep(0.2)
        assert process.returncode == 0, "asked to end, it ends well"
    assert job["state"] == "succeeded", job
    assert has_job_tables(postgres_instance)
    base = f"/L/{label['url'].rpartition('/')[2]}"
    certificate = postgres_instance.http.get(f"{base}/certificate.pdf")
    assert read_back(page_png(certificate.content)) == label["url"]
    assert read_back(postgres_instance.http.get(f"{base}/label.png").content) == label["url"]
