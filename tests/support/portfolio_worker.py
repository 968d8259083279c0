"""A worker that a test may kill: ``tanbiao worker`` with a lease of seconds.

``python -m tests.support.portfolio_worker LEASE MEGABYTES`` runs the jobs of the instance its
environment names, as any worker on any machine would, until its standard input ends. It can be held
to so much memory (address space, 0 for any).
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from api.demo.instance import environment_of
from api.jobs.runner import JobRunner
from api.settings import Settings
from tests.support.contexts import a_context


@contextmanager
def a_worker(
    settings: Settings, lease_seconds: float, megabytes: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the instance, ended with the block where it still lives."""
    command = [sys.executable, "-m", "tests.support.portfolio_worker"]
    with (settings.data_dir / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, str(lease_seconds), str(megabytes)],
            env={**os.environ, **environment_of(settings)},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def peak_megabytes(process: subprocess.Popen[bytes]) -> int:
    """How much memory a worker that still lives has had resident at most.

    ``ru_maxrss`` would count what the process was before it became this program.
    """
    assert process.poll() is None, "it has ended"
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main(lease_seconds: float, megabytes: int) -> None:
    """Runs jobs until nobody holds the other end of standard input."""
    if megabytes:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    context = a_context(Settings(), None)
    with JobRunner(context, lease=timedelta(seconds=lease_seconds)).running():
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
