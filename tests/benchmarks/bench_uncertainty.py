"""Sampling a release against solving each of its draws anew, and the interval of a bill on it.

Sampling takes processor seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.sparse import csc_matrix, identity

from footprint.calculate import calculate
from footprint.drawing import draw_prepared
from footprint.drawn_amounts import drawn_amounts
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.linear import solved
from footprint.prepared import prepare
from footprint.sampling import Sampler, sampled_tables
from footprint.solver import solve_intensities
from lca_db.inventory.reference_files import load_reference
from tests.benchmarks import page
from tests.benchmarks.bench_engine import LINES, METHOD, a_bill, a_table
from tests.benchmarks.measuring import report, report_size, seconds_each
from tests.support.builders import ANY_SHA256
from tests.support.inventories import like_uslci, relinked_copies
from tests.support.sampled import spread_tables

DRAWS = 1_000
DRAW_COUNTS = (100, 300, DRAWS)
PRODUCTS = 5_000
SOLVED_ANEW = 3


def test_sampling_the_shipped_inventory() -> None:
    snapshot, _ = load_reference()
    ratio = sampling_against_solving(snapshot, to_reach=2)
    assert ratio < 1


def test_sampling_20000_products() -> None:
    snapshot = InventorySnapshot.of(relinked_copies(like_uslci(), 20_000))
    ratio = sampling_against_solving(snapshot, to_reach=10)
    assert ratio < 0.2, "many times slower than when this was first measured"


def test_the_interval_of_a_bill_of_200_lines() -> None:
    """The bare product is that of the amounts with what the release's own draws say of the rows."""
    table = a_table(PRODUCTS)
    sampled = spread_tables(table, draws=DRAWS, spread=0.1)
    bom = a_bill(table)
    prepared = prepare(bom, table, METHOD)
    drawn = draw_prepared(prepared, sampled)
    background = sampled.find(METHOD.gwp_set, prepared.basis)
    assert drawn is not None
    assert background is not None
    rows, amounts = prepared.system.rows, prepared.system.amounts
    bare = seconds_each(lambda: amounts @ background[rows], calls=50)
    multipliers = np.random.default_rng(2).random(LINES)
    ratio = report(
        f"{DRAWS:,} draws and the interval of a prepared bill, {LINES} lines",
        seconds_each(lambda: drawn.interval(multipliers), calls=50),
        "the bare amounts x draws of their rows",
        bare,
        reach=3,
    )
    assert ratio < 9, "several times slower than when this was first measured (1 x)"
    ratio = report(
        f"calculate() with its interval from the BOM object, {LINES} lines, {DRAWS:,} draws",
        seconds_each(
            lambda: calculate(bom, table, METHOD, bom_sha256=ANY_SHA256, sampled=sampled), calls=3
        ),
        "the bare amounts x draws of their rows",
        bare,
        reach=3,
    )
    assert ratio < 500, "several times slower than when this was first measured (100 x)"


def test_an_interval_grows_with_its_draws_and_no_faster() -> None:
    """Of a bill from its object to its result, and of a prepared bill with other amounts."""
    table = a_table(PRODUCTS)
    bom = a_bill(table)
    prepared = prepare(bom, table, METHOD)
    multipliers = np.random.default_rng(2).random(LINES)
    whole, again = {}, {}
    for draws in DRAW_COUNTS:
        sampled = spread_tables(table, draws=draws, spread=0.1)
        drawn = draw_prepared(prepared, sampled)
        assert drawn is not None
        whole[draws] = seconds_each(
            partial(calculate, bom, table, METHOD, bom_sha256=ANY_SHA256, sampled=sampled), calls=3
        )
        again[draws] = seconds_each(partial(drawn.interval, multipliers), calls=50)
    for file, what, unit, times, found in (
        ("interval", "calculate() with its interval", "ms", 1e3, whole),
        ("prepared-interval", "the interval of a prepared bill", "µs", 1e6, again),
    ):
        page.CURVES.append(
            page.Plot(
                f"performance-{file}-draws.svg",
                f"{what}, {LINES} lines, by its draws, {unit}",
                unit,
                [(draws, seconds * times) for draws, seconds in found.items()],
                over="draws",
            )
        )
    ratio = report(
        f"calculate() with its interval, {LINES} lines, a draw of {DRAWS:,}",
        whole[DRAWS] / DRAWS,
        f"a draw of {DRAW_COUNTS[0]}",
        whole[DRAW_COUNTS[0]] / DRAW_COUNTS[0],
        reach=1,
    )
    assert ratio < 1.5, "the time of a draw must not depend on how many others there are"


def sampling_against_solving(snapshot: InventorySnapshot, to_reach: float) -> float:
    """Reports the seconds of 1,000 draws, as a part of those of solving every draw anew."""
    table = solve_intensities(snapshot)
    seconds = seconds_of(lambda: sampled_tables(snapshot, table, seed=1, draws=DRAWS))
    anew = seconds_of_solving_anew(snapshot, table) * DRAWS
    return report_size(
        f"{DRAWS:,} draws of {len(table.products):,} products, 4 tables",
        f"{seconds:.1f} s",
        f"solving every draw anew ({anew:,.0f} s, from {SOLVED_ANEW} draws)",
        seconds / anew,
        f"{to_reach:g} s",
        is_reached=seconds <= to_reach,
    )


def seconds_of_solving_anew(snapshot: InventorySnapshot, table: IntensityTable) -> float:
    """Of one draw, whose matrix is solved as that of a release is."""
    amounts = drawn_amounts(snapshot, table)
    sampler = Sampler(snapshot, table, 1)
    size = len(table.products)
    needs = amounts.inputs.matrix(size, size)
    own = amounts.emissions.matrix(size, len(table.keys))

    def solve_some() -> None:
        for draw in range(SOLVED_ANEW):
            multipliers = sampler.multipliers(draw)
            needs.data[:] = amounts.inputs.values * multipliers[amounts.inputs.drawn]
            own.data[:] = amounts.emissions.values * multipliers[amounts.emissions.drawn]
            system = csc_matrix(identity(size) - needs.copy())
            solved(system, np.asarray(own @ sampler.characterisation))

    return seconds_of(solve_some) / SOLVED_ANEW


def seconds_of(task: Callable[[], object]) -> float:
    """Processor seconds of one run: the machine may have other things to do."""
    start = time.process_time()
    task()
    return time.process_time() - start
