"""Laws of scenarios: nothing changed is no difference, and differences of other lines add up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.bom import BillOfMaterials
from footprint.changes import Change, ChangeKind
from footprint.methods import method_profile
from footprint.scenarios import Baseline, Scenario, grid, one_at_a_time, tornado
from tests.properties.test_engine_laws import seeds, solved
from tests.support.builders import a_bom, a_material, a_result, an_energy

METHOD = method_profile("gbt24067-2024")
factors = st.decimals("0", "20", places=3)
shares = st.decimals("0", "1", places=3)
products = st.sampled_from([f"p-{number:03d}" for number in range(12)])
LINES = ("a", "b", "c", "d")


def bill(seed: int) -> BillOfMaterials:
    """Lines of different datasets, one with a loss, two in an assembly that is used thrice."""
    loss = {"rate": "0.2", "route": "waste-treatment", "dataset": "p-005"}
    lines: list[dict[str, object]] = [
        a_material("a", "p-001", "2", loss=loss),
        a_material("b", "c-001", "3"),
        an_energy("e", "p-002", "1.5", "kg"),
        {"ref": "three", "kind": "assembly", "name": "x", "assembly": "part", "quantity": "3"},
    ]
    held = [a_material("c", "p-003", "0.5"), a_material("d", "p-004", str(1 + seed % 7))]
    return a_bom(lines, {"part": {"name": "part", "lines": held}})


def name_of(ref: str) -> tuple[str, str]:
    return ("part" if ref in "cd" else "", ref)


def base(seed: int) -> tuple[Baseline, float]:
    """A baseline, and what a tolerance is relative to."""
    found = Baseline(bill(seed), solved(seed), METHOD)
    result = a_result(found.bom, found.table)
    return found, 1e-9 * sum(abs(line.kg_co2e) for line in result.lines)


def scaled(ref: str, factor: Decimal) -> Change:
    return Change(kind=ChangeKind.AMOUNT, line=name_of(ref), factor=factor)


def swapped(ref: str, to: str) -> Change:
    return Change(kind=ChangeKind.DATASET, line=name_of(ref), to=to)


def joint(*changes: Change) -> Scenario:
    return Scenario(name="joint", changes=changes)


@settings(max_examples=20, deadline=None)
@given(seeds, st.sampled_from(LINES))
def test_nothing_changed_is_no_difference_at_all(seed: int, ref: str) -> None:
    found, _ = base(seed)
    for changes in ((), (scaled(ref, Decimal(1)),)):
        result = found.result(joint(*changes))
        assert result.change_kg_co2e == 0
        assert set(result.stages.values()) == {0.0}
        assert result.total_kg_co2e == a_result(found.bom, found.table).total_kg_co2e


@settings(max_examples=20, deadline=None)
@given(seeds, st.sampled_from(LINES), products)
def test_a_swap_and_back_again_is_the_bill_as_it_was(seed: int, ref: str, other: str) -> None:
    found, _ = base(seed)
    own = {"a": "p-001", "b": "c-001", "c": "p-003", "d": "p-004"}[ref]
    result = found.result(joint(swapped(ref, other), swapped(ref, own)))
    assert result.change_kg_co2e == 0
    assert a_result(result.bom, found.table) == a_result(found.bom, found.table)


@settings(max_examples=40, deadline=None)
@given(seeds, factors, products, shares, products)
def test_differences_of_other_lines_add_up_to_the_joint_one(
    seed: int, factor: Decimal, other: str, share: Decimal, recycled: str
) -> None:
    found, tolerance = base(seed)
    mixed = Change(kind=ChangeKind.RECYCLED_CONTENT, line=name_of("c"), to=recycled, value=share)
    loss = Change(kind=ChangeKind.LOSS, line=name_of("a"), value=share / 2)
    together = joint(loss, swapped("b", other), mixed, scaled("d", factor))
    result = found.result(together)
    alone = [found.result(one) for one in one_at_a_time([together])]
    scale = tolerance * (1 + float(factor)) + 1e-9 * abs(result.total_kg_co2e)
    summed = sum(one.change_kg_co2e for one in alone)
    scale += 1e-9 * sum(abs(one.change_kg_co2e) for one in alone)
    assert result.change_kg_co2e == pytest.approx(summed, abs=scale, rel=0)
    for stage, change in result.stages.items():
        parts = sum(one.stages[stage] for one in alone)
        assert change == pytest.approx(parts, abs=scale, rel=0)


@settings(max_examples=40, deadline=None)
@given(seeds, factors, products, shares, st.booleans())
def test_a_scenario_is_the_footprint_of_the_changed_bill(
    seed: int, factor: Decimal, other: str, share: Decimal, has_assembly: bool
) -> None:
    found, _ = base(seed)
    changes = [
        swapped("a", other),
        scaled("d", factor),
        Change(kind=ChangeKind.RECYCLED_CONTENT, line=name_of("b"), to="p-007", value=share),
    ]
    if has_assembly:
        changes.append(Change(kind=ChangeKind.AMOUNT, line=("", "three"), value=Decimal(5)))
    result = found.result(joint(*changes))
    whole = a_result(result.bom, found.table)
    before = a_result(found.bom, found.table)
    scale = 1e-9 * sum(abs(line.kg_co2e) for line in (*whole.lines, *before.lines))
    assert result.total_kg_co2e == pytest.approx(whole.total_kg_co2e, abs=scale, rel=0)
    for now, then in zip(whole.stages, before.stages, strict=True):
        change = now.kg_co2e - then.kg_co2e
        assert result.stages[now.stage] == pytest.approx(change, abs=scale, rel=0)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_the_tornado_is_what_ten_percent_more_and_less_of_each_line_make(seed: int) -> None:
    found, tolerance = base(seed)
    swings = tornado(a_result(found.bom, found.table))
    assert [abs(s.kg_co2e) for s in swings] == sorted(
        (abs(s.kg_co2e) for s in swings), reverse=True
    )
    for swing in swings:
        for factor, total in (("0.9", swing.low_kg_co2e), ("1.1", swing.high_kg_co2e)):
            change = Change(
                kind=ChangeKind.AMOUNT, line=(swing.assembly, swing.ref), factor=Decimal(factor)
            )
            result = found.result(joint(change))
            assert result.total_kg_co2e == pytest.approx(total, abs=tolerance, rel=0)
            if swing.elasticity is not None:
                moved = swing.elasticity * (float(factor) - 1) * found.total_kg_co2e
                assert result.change_kg_co2e == pytest.approx(moved, abs=tolerance, rel=0)


def test_a_grid_chooses_one_option_of_each_row() -> None:
    found, tolerance = base(7)
    rows = [
        [Scenario(name="as is", changes=()), joint(scaled("a", Decimal(2)))],
        [joint(swapped("b", "p-000")), joint(swapped("b", "p-006")), joint(swapped("b", "p-009"))],
    ]
    cells = grid(rows)
    assert [cell.name for cell in cells[:2]] == ["as is + joint", "as is + joint"]
    assert len(cells) == 6
    for cell, chosen in zip(cells, [(i, j) for i in (0, 1) for j in (0, 1, 2)], strict=True):
        parts = sum(
            found.result(row[option]).change_kg_co2e
            for row, option in zip(rows, chosen, strict=True)
        )
        assert found.result(cell).change_kg_co2e == pytest.approx(parts, abs=10 * tolerance)
