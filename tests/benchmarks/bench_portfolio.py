"""A million studies recomputed against another release, and the memory that takes."""

from __future__ import annotations

import resource
import tracemalloc
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.sparse import csr_array

from footprint.intensities import IntensityTable
from footprint.portfolio import Portfolio, Product, Terms
from footprint.portfolio_moves import AT_A_TIME, moves, totals
from tests.benchmarks.bench_engine import a_table
from tests.benchmarks.measuring import report, report_size, seconds_once

STUDIES, LINES, PRODUCTS = 1_000_000, 20, 20_000
MOST_MEGABYTES = 100


@cache
def a_portfolio(studies: int = STUDIES) -> Portfolio:
    """Studies of twenty datasets each, drawn with one seed."""
    random = np.random.default_rng(2)
    rows = random.integers(0, PRODUCTS, size=(studies, LINES), dtype=np.int32)
    rows.sort(axis=1)
    return Portfolio(
        studies=tuple(f"std_{number:07d}" for number in range(studies)),
        terms=(Terms("rel_1", "gbt24067-2024", "AR6", "excluding-uptake"),),
        terms_of=np.zeros(studies, dtype=np.int64),
        products=tuple(Product(p.id, p.unit) for p in a_table(PRODUCTS).products),
        offsets=np.arange(0, studies * LINES + 1, LINES, dtype=np.int64),
        rows=rows.reshape(-1),
        amounts=random.random(studies * LINES),
        keys=(),
        flow_offsets=np.zeros(studies + 1, dtype=np.int64),
        flow_keys=np.zeros(0, dtype=np.int32),
        flow_masses_kg=np.zeros(0),
    )


def bare_seconds(portfolio: Portfolio, columns: int) -> float:
    """Of one sparse x dense product over the very same arrays."""
    parts = (portfolio.amounts, portfolio.rows, portfolio.offsets)
    matrix = csr_array(parts, shape=(len(portfolio.studies), PRODUCTS))
    dense = np.random.default_rng(3).random((PRODUCTS, columns))
    return seconds_once(lambda: matrix @ dense)


def changed(share: float) -> IntensityTable:
    """Another release in which that share of the datasets carries a fifth more."""
    table = a_table(PRODUCTS)
    more = np.where(np.random.default_rng(4).random(PRODUCTS) < share, 1.2, 1.0)
    return replace(table, values=table.values * more[np.newaxis, :, np.newaxis])


def test_a_million_studies_on_another_release_against_the_bare_product() -> None:
    portfolio = a_portfolio()
    seconds = seconds_once(lambda: sum(len(t) for t in totals(portfolio, a_table(PRODUCTS))))
    ratio = report(
        f"totals of {STUDIES:,} studies of {LINES} datasets, {PRODUCTS:,} products",
        seconds,
        "scipy.sparse @ dense on the same arrays",
        bare_seconds(portfolio, 1),
        reach=3,
    )
    assert ratio < 6, "several times slower than when this was first measured"


@pytest.mark.parametrize("share", [0.001, 1.0])
def test_how_a_million_studies_move_and_why_against_the_bare_product(share: float) -> None:
    portfolio, before, after = a_portfolio(), a_table(PRODUCTS), changed(share)
    seconds = seconds_once(lambda: sum(m.first for m in moves(portfolio, lambda _: before, after)))
    ratio = report(
        f"before, after and why of {STUDIES:,} studies, {share:.1%} of the datasets changed",
        seconds,
        "scipy.sparse @ dense of two columns on the same arrays",
        bare_seconds(portfolio, 2),
        reach=3 if share < 1 else 12,  # then three drivers are sought in every study
    )
    assert ratio < (6 if share < 1 else 24), "several times slower than first measured"


def test_the_memory_of_a_recomputation_is_that_of_one_stretch() -> None:
    portfolio, before, after = a_portfolio(), a_table(PRODUCTS), changed(1.0)
    tracemalloc.start()
    try:
        for _ in moves(portfolio, lambda _: before, after):
            pass
        peak = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    whole = (portfolio.amounts.nbytes + portfolio.rows.nbytes) / 1e6
    report_size(
        f"memory on top of the arrays, {STUDIES:,} studies in stretches of {AT_A_TIME:,}",
        f"{peak:.0f} MB",
        f"the arrays themselves ({whole:.0f} MB)",
        peak / whole,
        f"{MOST_MEGABYTES} MB",
        is_reached=peak <= MOST_MEGABYTES,
    )
    assert peak < 2 * MOST_MEGABYTES
    print(f"peak of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
