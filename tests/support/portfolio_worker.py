"""A worker that a test may kill: ``tanbiao worker`` with a lease of seconds.

``python -m tests.support.portfolio_worker LEASE`` runs the jobs of the instance its environment
names, as any worker on any machine would, until its standard input ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from api.demo.instance import environment_of
from api.jobs.runner import JobRunner
from api.settings import Settings
from tests.support.contexts import a_context


@contextmanager
def a_worker(settings: Settings, lease_seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the instance, ended with the block where it still lives."""
    with (settings.data_dir / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.portfolio_worker", str(lease_seconds)],
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


def main(lease_seconds: float) -> None:
    """Runs jobs until nobody holds the other end of standard input."""
    context = a_context(Settings(), None)
    with JobRunner(context, lease=timedelta(seconds=lease_seconds)).running():
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main(float(sys.argv[1]))
