"""``tanbiao demo`` as a person starts it: a process of its own, in a folder of its own.

README.md shows what it prints; only numbers of labels, addresses, times and paths may differ.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.demo.world import DEMO_PASSWORD, GUANGDONG_PEOPLE, PRODUCTS
from labels.render.paper import page_text
from labels.render.qr import read_back
from tests.support.source_tree import PACKAGES, ROOT

BLOCK = re.compile(r"^```\n\$ \./run demo\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ELISION = "  [the other two labels, and who can sign in]"
NUMBER = re.compile(r"TB-\d{4}-\d{6}:\d{3}")
VOLATILE = re.compile(
    rf"{NUMBER.pattern}|HTTP://127\.0\.0\.1:\d+/L/[A-Z2-7]{{26}}|\d{{4}}-\d\d-\d\d \d\d:\d\d UTC"
)


@dataclass(frozen=True)
class Demo:
    """A demonstration that has run."""

    run: subprocess.CompletedProcess[str]
    data: Path

    @property
    def lines(self) -> list[str]:
        """What it printed, with the data folder as a reader of the README has it."""
        return [
            line.replace(str(self.data), ".tanbiao").rstrip()
            for line in self.run.stdout.splitlines()
        ]


def demo_in(data: Path, source: Path = ROOT) -> Demo:
    """Runs the command of the program in ``source`` with everything it writes below ``data``."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TANBIAO_")}
    run = subprocess.run(
        [sys.executable, "-m", "api.cli", "demo"],
        cwd=source,
        env={**environment, "TANBIAO_DATA_DIR": str(data), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Demo(run, data)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return demo_in(tmp_path_factory.mktemp("data"))


def shown_by_the_readme() -> list[str]:
    (block,) = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return [str(line).rstrip() for line in block.splitlines()]


def test_the_demonstration_prints_what_the_readme_shows(demo: Demo) -> None:
    assert demo.run.returncode == 0, demo.run.stdout + demo.run.stderr
    *shown, elision = shown_by_the_readme()
    assert elision == ELISION
    printed = demo.lines[: len(shown)]
    assert [VOLATILE.sub("#", x) for x in printed] == [VOLATILE.sub("#", x) for x in shown]


def test_the_figures_of_the_table_are_those_of_the_labels(demo: Demo) -> None:
    """The table could be printed from anything; the credentials were signed."""
    rows = {
        cells[1].strip(): cells[-2].strip()
        for line in demo.lines
        if line.startswith("│") and len(cells := line.split("│")) > 3
    }
    assert rows.keys() == {product.title for product in PRODUCTS}
    for product in PRODUCTS:
        credential = json.loads(_file(demo, product.key, "credential.json").read_bytes())
        value = credential["credentialSubject"]["footprint"]["value"]
        assert rows[product.title] == value, product.key


def test_every_file_it_names_is_there_and_belongs_to_its_label(demo: Demo) -> None:
    named = [line.strip() for line in demo.lines if line.startswith("    .tanbiao/")]
    assert len(named) == len(set(named)) == 3 * len(PRODUCTS)
    assert all((demo.data / name.removeprefix(".tanbiao/")).is_file() for name in named)
    addresses = dict(re.findall(rf"({NUMBER.pattern})  (HTTP://\S+)", demo.run.stdout))
    assert len(addresses) == len(PRODUCTS)
    for product in PRODUCTS:
        subject = json.loads(_file(demo, product.key, "credential.json").read_bytes())[
            "credentialSubject"
        ]
        address = subject["id"]
        assert address in addresses.values()
        assert read_back(_file(demo, product.key, "label.png").read_bytes()) == address
        words = page_text(_file(demo, product.key, "certificate.pdf").read_bytes())
        number = next(n for n, found in addresses.items() if found == address)
        assert number.partition(":")[0] in words
        assert "SPECIMEN" in words


def test_everybody_who_can_sign_in_is_named_and_nothing_runs_on(demo: Demo) -> None:
    assert DEMO_PASSWORD in demo.run.stdout
    assert all(person.email in demo.run.stdout for person in GUANGDONG_PEOPLE)
    folder = str(demo.data).encode()
    assert [path for path in Path("/proc").glob("[0-9]*/environ") if folder in _read(path)] == []


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("category", "cpc-01110", "answered 403"),
        ("name", {}, "answered 422"),
    ],
    ids=["no-body-here-certifies-wheat", "a-product-without-name"],
)
def test_a_demonstration_that_lacks_a_label_ends_with_one(
    member: str, value: object, said: str, demo: Demo, tmp_path: Path
) -> None:
    """The same program, but its first bill of materials cannot come to a label."""
    source = tmp_path / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package)
    bill = source / "api/demo/boms" / PRODUCTS[0].bom_file
    document = json.loads(bill.read_bytes())
    document["product"][member] = value
    bill.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    shutil.copytree(demo.data / "tables", tmp_path / "data/tables")  # solved already
    failed = demo_in(tmp_path / "data", source)
    assert failed.run.returncode == 1, failed.run.stdout + failed.run.stderr
    assert failed.run.stderr.startswith("The demonstration failed: POST /v1/")
    assert said in failed.run.stderr
    assert "by life-cycle stage" not in failed.run.stdout


def _file(demo: Demo, product: str, name: str) -> Path:
    return demo.data / "demo/labels" / product / name


def _read(path: Path) -> bytes:
    """The environment of a process; empty when it is not ours or has ended."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
