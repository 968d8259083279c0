"""``tanbiao serve`` as a process of its own, for a story that needs two instances at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from api.demo.instance import environment_of
from api.settings import Settings

STOP_SECONDS = 15


@contextmanager
def serving(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The instance in a process of its own, ended when the block ends."""
    log = (settings.data_dir / "serve.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve"],
        env={**os.environ, **environment_of(settings)},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()
