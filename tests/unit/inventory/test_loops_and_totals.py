"""Loops, links, units, totals and comparisons: when each check fires, and when it is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from footprint.errors import FootprintErrors, InventoryError
from footprint.inventory import Direction, InventorySnapshot, Process
from footprint.solver import solve_intensities
from lca_db.inventory.checks.cross_check import (
    CrossCheck,
    Verdict,
    check_cross,
    read_cross_checks,
    verdict_of,
)
from lca_db.inventory.checks.finding import Finding, Severity
from lca_db.inventory.checks.links import check_links, refusals
from lca_db.inventory.checks.matrix import check_loops, spectral_radius
from lca_db.inventory.checks.totals import check_totals
from lca_db.inventory.checks.units import check_units
from tests.support.builders import a_process, an_emission, an_input


def two_in_a_loop(there: str, back: str, is_credit: bool = False) -> list[Process]:
    return [
        a_process("ore", inputs=[an_input("steel", there, "kg", is_credit)]),
        a_process("steel", inputs=[an_input("ore", back, "kg")], emissions=[an_emission()]),
        a_process("chair", inputs=[an_input("steel", "9", "kg")]),
    ]


def loops(processes: Sequence[Process]) -> list[Finding]:
    return list(check_loops(InventorySnapshot.of(processes)))


@pytest.mark.parametrize(("there", "back"), [("0.1", "2"), ("0.0001", "9999"), ("0", "1")])
def test_a_loop_that_makes_more_than_it_uses_is_silent(there: str, back: str) -> None:
    assert loops(two_in_a_loop(there, back)) == []


@pytest.mark.parametrize(("there", "back"), [("0.5", "2"), ("2", "2"), ("1", "1.01")])
def test_a_loop_that_uses_up_what_it_makes_is_named(there: str, back: str) -> None:
    (finding,) = loops(two_in_a_loop(there, back))
    assert (finding.code, finding.severity) == ("loop-not-productive", Severity.BLOCKING)
    assert finding.parameters["datasets"] == "ore, steel"


def test_the_radius_of_a_loop_is_the_root_of_its_round() -> None:
    (finding,) = loops(two_in_a_loop("2", "8"))
    assert finding.parameters["radius"] == "4.000"


@pytest.mark.parametrize(("amount", "count"), [("0.2", 0), ("1", 1), ("3", 1)])
def test_a_dataset_that_uses_itself_is_a_loop(amount: str, count: int) -> None:
    assert len(loops([a_process("steel", inputs=[an_input("steel", amount, "kg")])])) == count


def test_a_loop_without_solution_is_singular() -> None:
    """Each avoids just what the other one gives: the determinant of 1 - A is zero."""
    a = a_process("a", inputs=[an_input("b", "-2", "kg", is_credit=True)])
    b = a_process("b", inputs=[an_input("a", "-0.5", "kg", is_credit=True)])
    (finding,) = loops([a, b])
    assert (finding.code, finding.severity) == ("loop-singular", Severity.BLOCKING)
    assert finding.parameters["datasets"] == "a, b"


def test_a_loop_that_credits_hold_is_a_warning() -> None:
    (finding,) = loops(two_in_a_loop("-2", "2", is_credit=True))
    assert (finding.code, finding.severity) == ("loop-held-by-credits", Severity.WARNING)


@settings(deadline=None)
@given(
    st.integers(1, 6).flatmap(
        lambda size: st.lists(
            st.lists(st.sampled_from([0.0, 0.1, 0.4, 0.9, 2.0]), min_size=size, max_size=size),
            min_size=size,
            max_size=size,
        )
    )
)
def test_the_bracketed_radius_agrees_with_the_eigenvalues(entries: list[list[float]]) -> None:
    """Above one the figure is exact; below one only that it lies below is promised."""
    expected = float(np.abs(np.linalg.eigvals(np.array(entries))).max())
    radius = spectral_radius(csr_matrix(np.array(entries)))
    assert radius >= expected - 1e-4
    assert (radius < 1) == (expected < 1 - 1e-6) or abs(expected - 1) < 1e-3
    if expected > 1 + 1e-3:
        assert radius == pytest.approx(expected, rel=1e-6)


def test_a_missing_provider_refused_by_the_snapshot_becomes_findings() -> None:
    processes = [a_process("a", inputs=[an_input("x", "1", "kg"), an_input("b", "1", "kWh")])]
    with pytest.raises(FootprintErrors) as refused:
        InventorySnapshot.of([*processes, a_process("b")])
    found = list(refusals(refused.value))
    assert [f.code for f in found] == ["provider-missing", "unit-wrong-dimension"]
    assert {f.severity for f in found} == {Severity.BLOCKING}


def test_a_unit_process_in_which_nothing_happens_is_a_warning() -> None:
    something = a_process("something", emissions=[an_emission()])
    (finding,) = check_links(InventorySnapshot.of([a_process("nothing"), something]))
    assert (finding.code, finding.severity) == ("dataset-without-exchanges", Severity.WARNING)


def test_a_gas_without_potential_blocks_and_a_known_one_does_not() -> None:
    known = a_process("a", emissions=[an_emission("SF6")])
    unknown = a_process("b", emissions=[an_emission("Unobtainium")])
    assert list(check_units(InventorySnapshot.of([known]))) == []
    (finding,) = check_units(InventorySnapshot.of([known, unknown]))
    assert (finding.code, finding.place) == ("gas-unknown", "/b/emissions/0")


def totals(*processes: Process) -> list[Finding]:
    snapshot = InventorySnapshot.of(processes)
    return list(check_totals(snapshot, solve_intensities(snapshot)))


def test_a_positive_total_is_silent() -> None:
    assert totals(a_process("steel", emissions=[an_emission()])) == []


def test_a_removal_booked_as_fossil_blocks_it_and_what_is_made_of_it() -> None:
    wood = a_process("wood", emissions=[an_emission("CO2", "1", direction=Direction.REMOVAL)])
    found = totals(wood, a_process("chair", inputs=[an_input("wood", "2", "kg")]))
    assert {(f.dataset, f.code) for f in found} == {
        ("wood", "total-negative-without-credit"),
        ("chair", "total-negative-without-credit"),
    }
    assert {f.severity for f in found} == {Severity.BLOCKING}


def test_a_negative_total_by_an_avoided_product_is_a_warning() -> None:
    steel = a_process("steel", emissions=[an_emission()])
    shredder = a_process("shredder", inputs=[an_input("steel", "-1", "kg", is_credit=True)])
    (finding,) = totals(steel, shredder)
    assert (finding.code, finding.severity) == ("total-negative-by-credit", Severity.WARNING)


def a_comparison(value: str | None, verdict: str = "ok", excuse: str = "") -> CrossCheck:
    return CrossCheck(
        dataset="steel",
        unit="kg",
        fact_id="facts-0001",
        value=None if value is None else Decimal(value),
        per_unit=Decimal("0.001"),
        document="a document",
        verdict=Verdict(verdict),
        checked_on=date(2026, 11, 28),
        excuse=excuse,
    )


def compared(*comparisons: CrossCheck) -> list[Finding]:
    snapshot = InventorySnapshot.of([a_process("steel", emissions=[an_emission("CO2", "2")])])
    return list(check_cross(solve_intensities(snapshot), comparisons))


@pytest.mark.parametrize("value", ["1000", "2000", "4000"])
def test_a_total_from_half_to_twice_the_published_value_is_silent(value: str) -> None:
    assert compared(a_comparison(value)) == []


@pytest.mark.parametrize(("value", "verdict"), [("999", "high"), ("4001", "low")])
def test_a_total_outside_blocks_unless_that_verdict_is_excused(value: str, verdict: str) -> None:
    (finding,) = compared(a_comparison(value))
    assert (finding.code, finding.severity) == ("cross-check-outside", Severity.BLOCKING)
    (finding,) = compared(a_comparison(value, verdict, "another route"))
    assert (finding.severity, finding.explanation) == (Severity.WARNING, "another route")
    other = "low" if verdict == "high" else "high"
    (finding,) = compared(a_comparison(value, other, "another route"))
    assert finding.severity is Severity.BLOCKING


def test_without_the_value_the_recorded_verdict_speaks() -> None:
    assert compared(a_comparison(None)) == []
    (finding,) = compared(a_comparison(None, "low"))
    assert finding.severity is Severity.BLOCKING


def test_a_comparison_of_a_dataset_that_is_not_there_is_left_out() -> None:
    assert compared(replace(a_comparison("1"), dataset="glass")) == []


def test_half_and_twice_are_inside() -> None:
    assert [verdict_of(x, 2.0) for x in (0.99, 1, 4, 4.01)] == [
        Verdict.LOW,
        Verdict.OK,
        Verdict.OK,
        Verdict.HIGH,
    ]


HEAD = (
    "dataset,unit,fact_id,value,per_unit,document,issuing_body,year,table_or_row,licence,verdict,"
    "checked_on,excuse,not_comparable,note\n"
)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("steel,kg,f-1,2,1,CPCD,MEE,2024,row,MIT,ok,2026-11-28,,,", "source-licence-not-open"),
        ("steel,kg,f-1,2,1,Ecobalyse,M,2024,row,MIT,ok,2026-11-28,,,", "source-licence-not-open"),
        ("steel,kg,f-1,2,1,Doc,Body,2024,row,secret,ok,2026-11-28,,,", "source-licence-not-open"),
        ("steel,kg,f-1,2,1,,Body,2024,row,MIT,ok,2026-11-28,,,", "source-line-incomplete"),
        ("steel,kg,,,1,,,,,,ok,2026-11-28,,,", "source-line-incomplete"),
        ("steel,kg,f-1,,1,,,,,,fine,2026-11-28,,,", "dataset-choice-unknown"),
        ("steel,kg,f-1,,1,,,,,,ok,yesterday,,,", "dataset-choice-unknown"),
        ('steel,kg,"f-1', "reference-file-malformed"),
    ],
)
def test_a_comparison_that_may_not_be_shipped_is_refused(
    line: str, code: str, tmp_path: Path
) -> None:
    (tmp_path / "cross_checks.csv").write_text(HEAD + line + "\n", encoding="utf-8")
    with pytest.raises(InventoryError) as refused:
        read_cross_checks(tmp_path)
    assert refused.value.code == code
