"""Every test has the same name in every process, or pytest-xdist refuses to run any of them.

A parameter made from the clock, from chance or from the order of a set gets into the name.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.support.source_tree import ROOT

A_TICK_SECONDS = 1.1  # gzip and many others keep whole seconds


def collecting(seed: str) -> subprocess.Popen[str]:
    """Another process that lists every test."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-p",
            "no:randomly",
            "-p",
            "no:xdist",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTEST_ADDOPTS": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def test_two_processes_list_the_same_tests_in_the_same_order() -> None:
    first = collecting("1")
    time.sleep(A_TICK_SECONDS)
    second = collecting("2")
    listed = [process.communicate()[0].splitlines() for process in (first, second)]
    names = [[line for line in lines if "::" in line] for lines in listed]
    assert len(names[0]) > 5000
    assert names[0] == names[1]
