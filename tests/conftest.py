"""What holds for every test: a skip is a failure in continuous integration, Hypothesis profiles.

A test that is skipped where the browser, PostgreSQL, a font or the QR reader is missing looks
green and has shown nothing. With ``CI=true`` or ``TANBIAO_NO_SKIPS=1`` (``.ci/run`` sets it) such
a test fails and is named with its reason.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(  # shared machines are slow at times: no deadline per example
    "default", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", settings.get_profile("default"), max_examples=3000)
settings.load_profile("default")


def skips_are_failures() -> bool:
    """Whether this run must show every test it holds."""
    return os.environ.get("CI") == "true" or os.environ.get("TANBIAO_NO_SKIPS") == "1"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test becomes a failed one; an expected failure stays what it is."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and skips_are_failures():
        report.longrepr = f"{report.nodeid} was skipped, which shows nothing: {_reason(report)}"
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself as a whole becomes an error of collection."""
    report = yield
    if report.skipped and skips_are_failures():
        report.longrepr = f"{report.nodeid} was skipped, which shows nothing: {_reason(report)}"
        report.outcome = "failed"
    return report
