"""How benchmarks measure and print: ratios against a named baseline of the same run.

What is printed is kept as well: :mod:`tests.benchmarks.page` writes it to docs/performance.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 15


@dataclass(frozen=True)
class Figure:
    """One line of the page.

    Attributes:
        to_reach: In words, with its unit.
    """

    what: str
    measured: str
    ratio: float
    baseline: str
    to_reach: str
    is_reached: bool


FIGURES: list[Figure] = []


def seconds_each(task: Callable[[], object], calls: int) -> float:
    """Median processor seconds of one call, over rounds of ``calls`` calls after a first one.

    Of the processor, because the machine may have other things to do.
    """
    task()
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(calls):
            task()
        rounds.append((time.process_time() - start) / calls)
    return median(rounds)


def seconds_once(task: Callable[[], object]) -> float:
    """Median processor seconds of one call of three, for what takes seconds."""
    rounds = []
    for _ in range(3):
        start = time.process_time()
        task()
        rounds.append(time.process_time() - start)
    return median(rounds)


def report(
    what: str, seconds: float, baseline: str, baseline_seconds: float, reach: float
) -> float:
    """Prints the ratio to the baseline beside the one to reach, and answers it."""
    ratio = seconds / baseline_seconds
    return _told(
        Figure(
            what,
            f"{seconds * 1e6:,.0f} µs",
            ratio,
            f"{baseline} ({baseline_seconds * 1e6:,.0f} µs)",
            f"{reach:g} x",
            ratio <= reach,
        )
    )


def report_size(
    what: str, measured: str, baseline: str, ratio: float, to_reach: str, *, is_reached: bool
) -> float:
    """The same where what is to be reached is an absolute figure, stated in words."""
    return _told(Figure(what, measured, ratio, baseline, to_reach, is_reached))


def _told(figure: Figure) -> float:
    FIGURES.append(figure)
    verdict = "reached" if figure.is_reached else "not reached yet"
    print(
        f"\n{figure.what}: {figure.measured}, {figure.ratio:.1f} x {figure.baseline}; "
        f"to reach: {figure.to_reach}: {verdict}"
    )
    return figure.ratio
