"""Instances on a real port: ``tanbiao serve`` as a process of its own, or the app in a thread."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

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


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[None]:
    """The application on a real port, in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join()
