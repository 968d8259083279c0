"""The engine against the bare arithmetic below it and against bw2calc: one bill of 200 lines."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from api.schemas.bom import BomIn
from footprint.bom import BillOfMaterials
from footprint.calculate import calculate
from footprint.contribution import impacts
from footprint.intensities import IntensityTable, ProductEntry
from footprint.inventory import (
    Direction,
    EmissionKey,
    InventorySnapshot,
    Origin,
    ReviewStatus,
)
from footprint.methods import UptakeBasis, method_profile
from footprint.prepared import prepare
from footprint.system import product_system
from tests.benchmarks import page
from tests.benchmarks.forward import ForwardSolution
from tests.benchmarks.measuring import report, report_size, seconds_each
from tests.support.builders import ANY_SHA256, a_bom_document, a_material, a_result, an_energy

LINES = 200
SCENARIOS = 1_000
RELEASE = 20_000
LINE_COUNTS = (10, 50, 200, 1_000, 4_000)
RELEASES = (1_000, 5_000, 20_000, 60_000)
SUBSTANCES = ("CO2", "CH4", "N2O", "SF6", "NF3")
METHOD = method_profile("gbt24067-2024")


@cache
def a_table(products: int) -> IntensityTable:
    """A release of random intensities; the seed makes every run the same."""
    keys = [EmissionKey(s, o) for s in SUBSTANCES for o in (Origin.FOSSIL, Origin.BIOGENIC)]
    keys.append(EmissionKey("CO2", Origin.BIOGENIC, Direction.REMOVAL))
    values = np.random.default_rng(1).random((3, products, len(keys)))
    values[1:] *= 0.1
    return IntensityTable(
        products=tuple(
            ProductEntry(
                id=f"dataset-{row:05d}",
                unit="kg",
                location="CN",
                review_status=ReviewStatus.REVIEWED,
                is_fuel_combustion=False,
            )
            for row in range(products)
        ),
        keys=tuple(sorted(keys)),
        values=values,
        release_sha256="cd" * 32,
    )


def a_document(table: IntensityTable, lines: int = LINES) -> dict[str, object]:
    """A bill over the whole release, every tenth line energy."""
    count = len(table.products)
    return a_bom_document(
        [
            (an_energy if number % 10 == 0 else a_material)(
                f"line-{number}", entry.id, unit=entry.unit
            )
            for number in range(lines)
            for entry in (table.products[number * count // lines],)
        ]
    )


def a_bill(table: IntensityTable, lines: int = LINES) -> BillOfMaterials:
    return BomIn.model_validate(a_document(table, lines)).to_core()


def seconds_of_a_footprint(products: int, lines: int = LINES) -> float:
    table = a_table(products)
    bom = a_bill(table, lines)
    return seconds_each(lambda: a_result(bom, table), calls=max(1, 4_000 // lines))


def seconds_of_the_bare_product() -> float:
    amounts = np.zeros((1, RELEASE))
    amounts[0, :: RELEASE // LINES] = 1.0
    row, intensities = csr_array(amounts), a_table(RELEASE).intensities
    return seconds_each(lambda: row @ intensities, calls=200)


def test_a_footprint_of_200_lines_against_the_bare_product() -> None:
    table = a_table(RELEASE)
    bare = seconds_of_the_bare_product()
    system = product_system(a_bill(table), table)
    report(
        f"a linked bill: gases and {LINES} impacts in three tables, {RELEASE:,} products",
        seconds_each(lambda: impacts(system, table, METHOD, UptakeBasis.EXCLUDING), calls=100),
        "the bare sparse row x table",
        bare,
        reach=5,
    )
    ratio = report(
        f"calculate() from the BOM object, {LINES} lines, {RELEASE:,} products",
        seconds_of_a_footprint(RELEASE),
        "the bare sparse row x table",
        bare,
        reach=5,
    )
    assert ratio < 1500, "several times slower than when this was last measured (450 x)"


def test_a_prepared_bill_of_200_lines_against_the_bare_product() -> None:
    """The total, every line and every gas, of amounts that are others each time."""
    prepared = prepare(a_bill(a_table(RELEASE)), a_table(RELEASE), METHOD)
    multipliers = np.random.default_rng(2).random(LINES)
    ratio = report(
        f"a prepared bill with other amounts, {LINES} lines, {RELEASE:,} products",
        seconds_each(lambda: prepared.evaluate(multipliers), calls=1_000),
        "the bare sparse row x table",
        seconds_of_the_bare_product(),
        reach=5,
    )
    assert ratio < 25, "several times slower than when this was first measured (1 x)"


def test_a_thousand_scenarios_of_a_prepared_bill_against_the_bare_product() -> None:
    table = a_table(RELEASE)
    prepared = prepare(a_bill(table), table, METHOD)
    multipliers = np.random.default_rng(2).random((SCENARIOS, LINES))
    amounts = np.zeros((SCENARIOS, RELEASE))
    amounts[:, prepared.system.rows] = multipliers * prepared.system.amounts
    rows, factors = csr_array(amounts), METHOD.factors(table.keys, UptakeBasis.EXCLUDING)
    bare = rows @ table.intensities @ factors
    assert prepared.totals(multipliers) == pytest.approx(bare, rel=1e-9)
    ratio = report(
        f"{SCENARIOS:,} scenarios of a prepared bill, {LINES} lines, {RELEASE:,} products",
        seconds_each(lambda: prepared.totals(multipliers), calls=50),
        "the bare sparse rows x table",
        seconds_each(lambda: rows @ table.intensities, calls=5),
        reach=5,
    )
    assert ratio < 5, "many times slower than when this was first measured (0.03 x)"


def test_a_footprint_takes_no_longer_on_a_larger_release() -> None:
    seconds = {products: seconds_of_a_footprint(products) for products in RELEASES}
    page.CURVES.append(
        page.Plot(
            "performance-footprint-products.svg",
            f"calculate() of {LINES} lines by the size of the release, milliseconds",
            "ms",
            [(products, spent * 1e3) for products, spent in seconds.items()],
            over="products",
        )
    )
    ratio = report(
        f"calculate() from the BOM object, {LINES} lines, {RELEASE:,} products",
        seconds[RELEASE],
        "the same on 1,000 products",
        seconds[1_000],
        reach=1.5,
    )
    assert ratio < 3, "the time of a footprint must not depend on the size of the release"


def test_a_footprint_grows_with_its_lines_and_no_faster() -> None:
    seconds = {lines: seconds_of_a_footprint(RELEASE, lines) for lines in LINE_COUNTS}
    page.CURVES.append(
        page.Plot(
            "performance-footprint-lines.svg",
            f"calculate() on {RELEASE:,} products by the lines of the bill, milliseconds",
            "ms",
            [(lines, spent * 1e3) for lines, spent in seconds.items()],
            over="lines",
        )
    )
    each = {lines: spent / lines for lines, spent in seconds.items()}
    ratio = report(
        "one line of a bill of 4,000",
        each[4_000],
        f"one line of a bill of {LINES}",
        each[LINES],
        reach=1.5,
    )
    assert ratio < 3, "the time of a line must not depend on how many others there are"


@pytest.fixture(scope="module")
def release() -> Iterator[tuple[InventorySnapshot, IntensityTable]]:
    """Copies of USLCI, or of an inventory of its shape, solved.

    Its hundred thousands of exchanges are not walked by every collection of garbage meanwhile: who
    calculates a footprint holds no exchanges.
    """
    from footprint.solver import solve_intensities
    from tests.benchmarks.pieces import base_inventory
    from tests.support.inventories import relinked_copies

    snapshot = InventorySnapshot.of(relinked_copies(base_inventory(), RELEASE))
    made = snapshot, solve_intensities(snapshot)
    gc.freeze()
    yield made
    gc.unfreeze()


def test_the_same_bill_by_a_forward_solution(
    release: tuple[InventorySnapshot, IntensityTable],
) -> None:
    snapshot, table = release
    document = a_document(table)
    bill = json.dumps(document)
    demand = json.dumps({line["dataset"]: 1.0 for line in document["lines"]})  # type: ignore[attr-defined]
    forward = ForwardSolution(snapshot, METHOD)
    answer = json.loads(json_to_json(bill, table))
    each = {line["dataset"]: float(line["kg_co2e"]) for line in answer["lines"]}
    solved = json.loads(forward.line_by_line(demand))
    assert float(answer["excluding_uptake_kg_co2e"]) == pytest.approx(
        json.loads(forward.total(demand))["kg_co2e"], rel=1e-9
    )
    assert each == {dataset: pytest.approx(kg, rel=1e-9) for dataset, kg in solved.items()}

    ours = seconds_each(lambda: json_to_json(bill, table), calls=5)
    told_of_forward("the total alone", lambda: forward.total(demand), ours, calls=10)
    ratio = told_of_forward("each line", lambda: forward.line_by_line(demand), ours)
    assert ratio > 10, "a solution for every line must cost many times what we take for all"


def json_to_json(bill: str, table: IntensityTable) -> bytes:
    """From the bytes of a request to the canonical bytes of its result."""
    bom = BomIn.model_validate_json(bill).to_core()
    return calculate(bom, table, METHOD, bom_sha256=ANY_SHA256).canonical_bytes()


def told_of_forward(
    what: str, solve: Callable[[], Any], ours: float, calls: int | None = None
) -> float:
    """Reports how many times longer bw2calc takes, its factorisation at hand."""
    if calls is None:
        start = time.process_time()
        solve()
        theirs = time.process_time() - start
    else:
        theirs = seconds_each(solve, calls)
    return report_size(
        f"bw2calc, factorised before: {what} of the same bill, {RELEASE:,} datasets, JSON to JSON",
        f"{theirs * 1e3:,.1f} ms",
        f"ours: total, stages, gases, lines, shares ({ours * 1e3:,.1f} ms)",
        theirs / ours,
        "at least 100 x",
        is_reached=theirs >= 100 * ours,
    )
