"""Runs durable jobs through DBOS: on SQLite inside ``serve``, on PostgreSQL in ``worker``.

A workflow commits a job row together with its business rows; that row is the outbox. The runner's
sweep enqueues queued rows in DBOS under ``job:attempt`` and enqueues a row again, with a higher
attempt, when its heartbeat is older than its lease. Every write of a job names its attempt, so a
late twin changes nothing. DBOS is told to use JSON (never pickle), one application version, and
an executor id of its own for every process.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from sqlalchemy.engine import make_url

from api.context import Context
from api.jobs.work import claim_due_jobs, run_job

QUEUE = "tanbiao-jobs"
POLL_SECONDS = 0.5
STOP_SECONDS = 5
LEASE = timedelta(minutes=3)
APPLICATION_VERSION = "1"
_LOG = structlog.get_logger("tanbiao.jobs")


def job_database_url(context: Context) -> str:
    """Where DBOS keeps its own tables: a file of their own on SQLite, the same PostgreSQL."""
    url = make_url(context.settings.resolved_database_url)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{context.settings.data_dir.resolve() / 'jobs.db'}"
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


class JobRunner:
    """DBOS in this process, and the sweep that feeds it.

    Args:
        context: The instance.
        sweep_seconds: How often queued rows are looked for.
        lease: How long a running job may be silent before another takes it up.
    """

    def __init__(
        self, context: Context, sweep_seconds: float = POLL_SECONDS, lease: timedelta = LEASE
    ) -> None:
        self._context = context
        self._lease = lease
        self._sweep_seconds = sweep_seconds
        self._at_work = 0
        self._counting = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Runs jobs while the block lasts."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def start(self) -> None:
        """Launches DBOS and the sweep."""
        config: DBOSConfig = {
            "name": "tanbiao",
            "system_database_url": job_database_url(self._context),
            "serializer": DBOSPortableJSONSerializer(),
            "application_version": APPLICATION_VERSION,
            "executor_id": f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": 0.2,
        }
        DBOS(config=config)
        context = self._context

        @DBOS.step(name="tanbiao-job-step", retries_allowed=False)
        def step(job_id: str, attempt: int) -> str:
            with self._counted():
                return run_job(context, job_id, attempt)

        @DBOS.workflow(name="tanbiao-job")
        def workflow(job_id: str, attempt: int) -> str:
            return step(job_id, attempt)

        self._workflow = workflow
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=2, polling_interval_sec=POLL_SECONDS)
        self._thread = threading.Thread(target=self._sweep, name="job-sweep", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the sweep and DBOS; running work is taken up again by whoever starts next."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        # DBOS waits a whole second even for nothing: it is only asked to where a job is at work.
        DBOS.destroy(workflow_completion_timeout_sec=STOP_SECONDS if self._at_work else 0)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._counting:
            self._at_work += 1
        try:
            yield
        finally:
            with self._counting:
                self._at_work -= 1

    def _sweep(self) -> None:
        while not self._stopping.wait(self._sweep_seconds):
            try:
                for job_id, attempt in claim_due_jobs(
                    self._context, self._lease, stuck=10 * self._lease
                ):
                    with SetWorkflowID(f"{job_id}:{attempt}"):
                        DBOS.enqueue_workflow(QUEUE, self._workflow, job_id, attempt)
            except Exception:  # noqa: BLE001  the sweep must outlive a moment without a database
                _LOG.warning("job sweep failed", exc_info=True)
