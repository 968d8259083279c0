"""What the service loads before its first answer."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.source_tree import ROOT

SLOW = {"bw2calc", "bw_processing", "bw2data", "bw2io", "bw_graph_tools", "weasyprint", "pandas"}
SLOW |= {"scipy", "openpyxl", "alembic", "pint"}


@pytest.mark.parametrize("door", ["api.main", "api.cli"])
def test_a_door_opens_without_loading_what_only_some_work_needs(door: str) -> None:
    """Each costs tenths of a second; Brightway also writes folders and sets up all logging."""
    program = f"import sys, {door}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert SLOW & set(run.stdout.split()) == set()
