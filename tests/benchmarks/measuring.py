"""How benchmarks measure and print: ratios against a named baseline of the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

ROUNDS = 15


def seconds_each(task: Callable[[], object], calls: int) -> float:
    """Median seconds of one call, over rounds of ``calls`` calls after a first one to warm up."""
    task()
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(calls):
            task()
        rounds.append((time.perf_counter() - start) / calls)
    return median(rounds)


def report(
    what: str, seconds: float, baseline: str, baseline_seconds: float, reach: float
) -> float:
    """Prints the ratio to the baseline beside the one to reach, and answers it."""
    ratio = seconds / baseline_seconds
    verdict = "reached" if ratio <= reach else "not reached yet"
    print(
        f"\n{what}: {seconds * 1e6:,.0f} µs, {ratio:.1f} x {baseline} "
        f"({baseline_seconds * 1e6:,.0f} µs); to reach: {reach:g} x: {verdict}"
    )
    return ratio
