"""The tour of README.md is true: its commands run, and answer as it says.

The blocks marked ``console`` are run, line by line, in a folder that looks like a fresh clone after
``./run demo``: one instance with one label serves on a port of its own. Digits of hashes, dates and
numbers differ from run to run; every word, and every figure of a footprint, must be the same.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from api.context import open_context
from api.demo import scanning
from api.demo.certification import Certification
from api.demo.client import InstanceClient
from api.demo.instance import free_port
from api.main import create_app
from tests.support.instance import LFP, Template, a_bom_file, seeded_instance, settings_of
from tests.support.source_tree import ROOT

PORT_OF_THE_TOUR = ":8000"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VOLATILE = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:+.]+|root \S+|TB-\d{4}-\d{6}|127\.0\.0\.1:\d+|\d+ entries"
)


@dataclass(frozen=True)
class Command:
    """One command of the tour and what the README says it prints."""

    line: str
    printed: str


def commands() -> list[Command]:
    """The commands in the order of the page."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pieces = [piece for block in BLOCK.findall(text) for piece in block.split("$ ")[1:]]
    lines = [piece.partition("\n") for piece in pieces]
    return [Command(line, printed) for line, _, printed in lines]


def comparable(printed: str) -> list[str]:
    """The printed lines without what differs from run to run, nor spaces at their ends."""
    return [VOLATILE.sub("#", line).rstrip() for line in printed.splitlines()]


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


@pytest.fixture(scope="module")
def clone(
    tmp_path_factory: pytest.TempPathFactory, sqlite_instance_template: Template
) -> Iterator[tuple[Path, int]]:
    """A folder like a clone after the demo, and the port its instance is served on."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / ".venv/bin").mkdir(parents=True)
    tanbiao = Path(sys.executable).with_name("tanbiao")
    (folder / ".venv/bin/tanbiao").symlink_to(tanbiao)
    (folder / "api/demo").mkdir(parents=True)
    shutil.copytree(ROOT / "api/demo/boms", folder / "api/demo/boms")
    demo, port = folder / ".tanbiao/demo", free_port(0)
    settings = settings_of(demo / "guangdong", f"http://127.0.0.1:{port}")
    seeded = seeded_instance(settings, sqlite_instance_template)
    context = open_context(settings)
    with served(create_app(settings, context), port):
        client = InstanceClient(settings.public_base_url, seeded.keys)
        study = client.post("/v1/footprints", LFP.preparer, a_bom_file(LFP))
        label = Certification(client, seeded.organisations).certify(LFP, study).label
        serial = label["url"].rpartition("/")[2]
        credential = demo / "labels/lfp/credential.json"
        credential.parent.mkdir(parents=True)
        address = f"{client.base_url}/L/{serial}/credential"
        credential.write_bytes(client.fetch(address).content)
        scanning.pin(client, demo)
        yield folder, port
    context.engine.dispose()


@pytest.mark.parametrize("command", commands(), ids=lambda c: " ".join(c.line.split()[:3]))
def test_a_command_of_the_tour_answers_as_the_readme_says(
    command: Command, clone: tuple[Path, int]
) -> None:
    folder, port = clone
    cookies = folder / ".tanbiao/cookies"
    signing_in = next(c.line for c in commands() if "/sign-in" in c.line)
    steps = [signing_in, command.line] if "-b .tanbiao/cookies" in command.line else [command.line]
    cookies.unlink(missing_ok=True)
    run = subprocess.run(
        ["bash", "-euc", "\n".join(steps).replace(PORT_OF_THE_TOUR, f":{port}")],
        cwd=folder,
        env={**os.environ, "COLUMNS": "100", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert comparable(run.stdout) == comparable(command.printed)


def test_the_tour_walks_from_a_footprint_to_the_register() -> None:
    tour = "\n".join(command.line for command in commands())
    for step in ("footprint calculate", "/v1/footprints", "label verify", "register verify"):
        assert step in tour
