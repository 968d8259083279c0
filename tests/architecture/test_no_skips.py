"""A skipped test fails in continuous integration (tests/conftest.py)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source_tree import ROOT

SKIPPED = {
    "in the test": """
import pytest
def test_in_browser():
    pytest.skip("no browser here")
""",
    "by a mark": """
import pytest
@pytest.mark.skipif(True, reason="no browser here")
def test_in_browser():
    pass
""",
    "as a module": """
import pytest
pytest.importorskip("a_module_nobody_has", reason="no browser here")
""",
}
PASSING = "def test_sum():\n    assert 1 + 1 == 2\n"


def run_pytest(folder: Path, source: str, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_sample.py").write_text(source)
    environment = {k: v for k, v in os.environ.items() if k not in {"CI", "TANBIAO_NO_SKIPS"}}
    options = ["-p", "tests.conftest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pytest.ini", "--rootdir", ".", *options, "."],
        cwd=folder,
        env={
            **environment,
            "PYTHONPATH": str(ROOT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("way", SKIPPED)
def test_a_skip_fails_the_run_when_every_test_must_show_something(tmp_path: Path, way: str) -> None:
    run = run_pytest(tmp_path, SKIPPED[way], TANBIAO_NO_SKIPS="1")
    assert run.returncode not in {0, 5}, run.stdout
    assert "test_sample.py" in run.stdout
    assert "no browser here" in run.stdout


def test_a_skip_fails_the_run_in_continuous_integration(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, SKIPPED["in the test"], CI="true").returncode == 1


def test_a_skip_is_only_a_skip_on_a_developers_machine(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, SKIPPED["in the test"]).returncode == 0


def test_a_passing_run_passes_when_skips_are_failures(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, PASSING, CI="true").returncode == 0
