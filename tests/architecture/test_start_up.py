"""What the service loads before its first answer."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.source_tree import ROOT

SLOW = {"bw2calc", "bw_processing", "bw2data", "bw2io", "bw_graph_tools", "weasyprint", "pandas"}


@pytest.mark.parametrize("door", ["api.main", "api.cli"])
def test_a_door_opens_without_loading_brightway_or_the_printer(door: str) -> None:
    """They cost seconds; Brightway also writes folders and sets up logging for everybody."""
    program = f"import sys, {door}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert SLOW & set(run.stdout.split()) == set()
