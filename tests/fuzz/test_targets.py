"""The fuzz target of every reader starts, runs and finds nothing at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source_tree import ROOT

TARGETS = (
    "brightway_excel", "ecospold1", "ecospold2", "ilcd", "jsonld", "simapro_csv", "template",
)  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_a_few_hundred_runs_find_nothing(target: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        f"tests.fuzz.{target}",
        "-runs=300",
        "-seed=1",
        "-max_len=4096",
        "-rss_limit_mb=8192",  # Linux counts the peak of the process that started it as its own
        f"-artifact_prefix={tmp_path}/",
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 300" in done.stderr, done.stderr[-3000:]
