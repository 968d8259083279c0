"""A register of many studies recomputed by two workers held to a cap of memory, one killed midway.

What the killed one had begun waits for its lease of half a minute, which is in the seconds.

``TANBIAO_BENCH_STUDIES=100000 ./run bench tests/benchmarks/bench_portfolio_run.py`` is the whole
size; a run of all benchmarks takes a part of it.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice

from lca_db.records.studies.values import Study
from tests.api.test_portfolio_runs import GRID, ask, of, plan
from tests.api.test_portfolio_workers import REGISTER, results, state_of
from tests.benchmarks.measuring import report_size
from tests.support.instance import Instance
from tests.support.many_studies import a_heavier_release, some_studies, store
from tests.support.portfolio_worker import a_worker, peak_megabytes

STUDIES = int(os.environ.get("TANBIAO_BENCH_STUDIES", "4000"))
BILLS = 50
LEASE_SECONDS = 30.0
MEGABYTES = 2_000  # of address space; a worker with nothing to do takes most of it
RESIDENT_MEGABYTES = 300  # 150 of them are the program itself
PATIENCE_SECONDS = 3_600


def many(instance: Instance) -> Iterator[tuple[Study, bytes]]:
    """Fifty bills, each of them the bill of many versions."""
    for number, (study, bill) in enumerate(islice(cycle(some_studies(instance, BILLS)), STUDIES)):
        yield replace(study, id=instance.context.ids("std"), version=number + 1), bill


def processor_seconds_of_children() -> float:
    """Of those that have ended; the database of the test goes on."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_register_of_many_studies_by_two_workers_under_a_cap(postgres_instance: Instance) -> None:
    instance = postgres_instance
    studies = store(instance, list(many(instance)))
    run = ask(instance, a_heavier_release(instance.context, GRID), "guan.authority", REGISTER)
    plan(instance, run, most=min(1_000, STUDIES // 8))
    start, before = time.monotonic(), processor_seconds_of_children()
    with (
        a_worker(instance.settings, LEASE_SECONDS, MEGABYTES) as first,
        a_worker(instance.settings, LEASE_SECONDS, MEGABYTES) as second,
    ):
        while not (now := state_of(instance, run)).is_over:
            if now.chunks_done >= 2 and first.poll() is None:
                peaks = [peak_megabytes(first)]
                first.kill()
            assert time.monotonic() - start < PATIENCE_SECONDS, now
            time.sleep(0.1)
        seconds = time.monotonic() - start
        peak = max(*peaks, peak_megabytes(second))
    assert of(instance, run, "guan.authority")["moved"] == len(studies)
    assert sorted(one["study"] for one in results(instance, run)) == sorted(studies)
    processor = processor_seconds_of_children() - before
    report_size(
        f"{STUDIES:,} stored studies, columns made, two workers and one of them killed",
        f"{seconds:.0f} s ({processor:.0f} s of processor, {processor / STUDIES * 1000:.1f} ms a "
        f"study), peak {peak} MB of a worker",
        f"the cap of {RESIDENT_MEGABYTES} MB",
        peak / RESIDENT_MEGABYTES,
        "under the cap, each study once",
        is_reached=peak < RESIDENT_MEGABYTES,
    )
    assert peak < RESIDENT_MEGABYTES
