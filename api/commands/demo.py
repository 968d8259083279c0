"""``tanbiao demo``: a fresh Guangdong and a fresh Hong Kong tell the story of three products.

Each instance is a process of its own that makes its own database and keys and then serves. Both
are forked from this one before it holds any secret: what takes seconds is loading the program, and
that is done once. The demonstration ends with exit status 1 when anything is missing.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

import typer
import uvicorn

from api.context import open_context, system_clock
from api.demo.client import DemoFailed, InstanceClient
from api.demo.instance import demo_folder, new_settings, print_sign_ins
from api.demo.seed import Seeded, prepare_instance, seed
from api.demo.story import CONSOLE, say, with_servers, without_servers
from api.demo.world import (
    GUANGDONG_ORGANISATIONS,
    GUANGDONG_PEOPLE,
    HONG_KONG_ORGANISATIONS,
    HONG_KONG_PEOPLE,
)
from api.main import create_app
from api.settings import Settings

FOUNDING_SECONDS = 120
STOP_SECONDS = 15
_PROCESSES = multiprocessing.get_context("fork")


def demo_command() -> None:
    """Three products from bill of materials to scanned label, on a fresh database."""
    started = time.monotonic()
    settings = new_settings(demo_folder())
    try:
        with instance_processes(*settings) as (at_home, away):
            client, seeded = _ready(settings[0], at_home)
            partner, _ = _ready(settings[1], away)
            say("Fresh databases, keys and inventory release; all organisations are fictional")
            told = with_servers(demo_folder(), client, seeded, partner)
        say("Both servers stopped")
        without_servers(told)
    except DemoFailed as failure:
        typer.secho(f"The demonstration failed: {failure}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from failure
    CONSOLE.print("./run serve shows the same data in the browser.")
    print_sign_ins(settings[0])
    say(f"Done in {time.monotonic() - started:.1f} s")


@contextmanager
def instance_processes(*settings: Settings) -> Iterator[list[Connection]]:
    """Processes that each found an instance, tell through a pipe who is in it, and serve.

    Yields:
        Where each sends its :class:`api.demo.seed.Seeded` when it is founded.
    """
    pipes = [_PROCESSES.Pipe(duplex=False) for _ in settings]
    processes = [
        _PROCESSES.Process(target=_found_and_serve, args=(one, sending))
        for one, (_, sending) in zip(settings, pipes, strict=True)
    ]
    for process, (_, sending) in zip(processes, pipes, strict=True):
        process.start()
        sending.close()
    try:
        yield [receiving for receiving, _ in pipes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(STOP_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()


def _ready(settings: Settings, founded: Connection) -> tuple[InstanceClient, Seeded]:
    """A client of an instance that answers, and who is in it."""
    try:
        if not founded.poll(FOUNDING_SECONDS):
            raise EOFError
        seeded: Seeded = founded.recv()
    except EOFError as error:
        log = settings.data_dir / "serve.log"
        raise DemoFailed(f"{settings.public_base_url} was not founded; see {log}") from error
    client = InstanceClient(settings.public_base_url, seeded.keys)
    client.wait_until_ready()
    return client, seeded


def _found_and_serve(settings: Settings, founded: Connection) -> None:
    """What an instance's process does from its first to its last moment."""
    log = os.open(settings.data_dir / "serve.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    is_home = settings.region == "CN-GD"
    prepare_instance(settings, system_clock().year)
    context = open_context(settings)
    seeded = seed(
        context,
        GUANGDONG_ORGANISATIONS if is_home else HONG_KONG_ORGANISATIONS,
        GUANGDONG_PEOPLE if is_home else HONG_KONG_PEOPLE,
        with_inventory=is_home,
    )
    founded.send(seeded)
    founded.close()
    port = urlsplit(settings.public_base_url).port or 0
    uvicorn.run(create_app(settings, context), port=port, log_level="warning", server_header=False)
