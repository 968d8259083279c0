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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.instance import Template
from tests.support.served_label import a_served_label
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
    with a_served_label(folder / ".tanbiao/demo", sqlite_instance_template) as found:
        yield folder, found.port


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
