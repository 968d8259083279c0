"""A serving process that can be killed with -9 at any moment and is there again at once.

``python -m tests.support.killable`` imports the application once and serves it in a forked child:
the child is the whole serving process (its own engine, threads and sockets); when it is killed
another is forked from the untouched parent, as a supervisor would start one, without the seconds
that imports take. It ends when its standard input ends, so it never outlives the test.
"""

from __future__ import annotations

import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import uvicorn

from api.demo.instance import environment_of
from api.keystore import Keyring, load_keyring
from api.main import create_app
from api.settings import Settings
from footprint.quantities import conversion_factor
from tests.support.contexts import a_context

POLL_SECONDS = 0.02


class KillableServer:
    """The supervisor as a test holds it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self._port = port
        self._pid = 0
        self._starts = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._starts:
                self._pid = int(line)
                self._starts.notify_all()

    def kill(self) -> None:
        """kill -9 of the serving process, and the next one is on its way."""
        with self._starts:
            assert self._starts.wait_for(lambda: self._pid, timeout=60), "nothing serves"
            pid, self._pid = self._pid, 0
        os.kill(pid, signal.SIGKILL)

    def wait_until_serving(self, seconds: float = 60) -> None:
        """Until somebody takes connections."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                assert time.monotonic() < deadline, "the server did not come back"
                time.sleep(POLL_SECONDS)
            else:
                return

    @contextmanager
    def killed_at_random(self, seed: int, longest: float) -> Iterator[list[float]]:
        """Kills again and again while the block lasts.

        Args:
            seed: Of the moments.
            longest: Seconds it may serve between two kills.

        Yields:
            How long it served each time, in seconds.
        """
        chance = random.Random(seed)
        pauses: list[float] = []
        ended = threading.Event()

        def go_on() -> None:
            while not ended.is_set():
                self.wait_until_serving()
                pause = chance.uniform(0, longest)
                if not ended.wait(pause):
                    self.kill()
                    pauses.append(pause)

        killer = threading.Thread(target=go_on, daemon=True)
        killer.start()
        try:
            yield pauses
        finally:
            ended.set()
            killer.join(timeout=60)


@contextmanager
def killable(settings: Settings) -> Iterator[KillableServer]:
    """The instance served by a process that may be killed."""
    log = settings.data_dir / "serve.log"
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killable"],
            env={**os.environ, **environment_of(settings)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        try:
            yield KillableServer(process, _port(settings))
        finally:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.wait(30)
            process.stdout.close()


def _serve(settings: Settings, keyring: Keyring) -> None:
    context = a_context(settings, keyring)
    uvicorn.run(
        create_app(settings, context), host="127.0.0.1", port=_port(settings), log_level="warning"
    )


def _port(settings: Settings) -> int:
    return urlsplit(settings.public_base_url).port or 0


def _supervise(settings: Settings) -> None:
    """Forks children until standard input ends; keys and units are opened once."""
    conversion_factor("kg", "t")
    keyring = load_keyring(
        settings.resolved_key_dir, settings.resolved_passphrase_file, settings.public_base_url
    )
    while True:
        child = os.fork()
        if child == 0:
            sys.stdin.close()
            _serve(settings, keyring)
            os._exit(0)
        print(child, flush=True)
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if select.select([sys.stdin], [], [], POLL_SECONDS)[0]:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return


if __name__ == "__main__":
    _supervise(Settings())
