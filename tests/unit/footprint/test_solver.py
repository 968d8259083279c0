"""Solving a release: what has no meaningful solution is refused, what is zero is exactly zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footprint.errors import InventoryError
from footprint.inventory import InventorySnapshot, Origin, ReviewStatus
from footprint.solver import full_solution, solve_intensities
from tests.support.builders import a_process, an_emission, an_input


def refusal(*processes: object) -> str:
    with pytest.raises(InventoryError) as refused:
        solve_intensities(InventorySnapshot.of(processes))  # type: ignore[arg-type]
    return refused.value.code


def self_user(amount: str) -> object:
    """A dataset that needs ``amount`` of its own product per unit."""
    return a_process("a", inputs=[an_input("a", amount, "kg")], emissions=[an_emission()])


def test_loop_that_leaves_something_over_is_solved() -> None:
    table = solve_intensities(InventorySnapshot.of([self_user("0.75")]))  # type: ignore[list-item]
    assert table.intensities[0, 0] == pytest.approx(4.0, rel=1e-14)


@pytest.mark.parametrize("amount", ["1", "1.5", "100"])
def test_loop_that_uses_up_what_it_makes_is_refused(amount: str) -> None:
    """1.5 kg for 1 kg solves to minus two: a number, and nonsense."""
    assert refusal(self_user(amount)) in {"matrix-singular", "matrix-not-productive"}


def test_unproductive_loop_is_found_behind_other_datasets_and_scales() -> None:
    code = refusal(
        a_process("a", "t", inputs=[an_input("b", "2000", "kWh")], emissions=[an_emission()]),
        a_process("b", "kWh", inputs=[an_input("a", "1", "kg")], emissions=[an_emission()]),
        a_process("c", inputs=[an_input("a", "1", "mg")]),
    )
    assert code == "matrix-not-productive"


def test_credit_is_no_unproductive_loop() -> None:
    table = solve_intensities(
        InventorySnapshot.of(
            [
                a_process("made", emissions=[an_emission("CO2", "2")]),
                a_process("saved", inputs=[an_input("made", "-3", "kg", is_credit=True)]),
            ]
        )
    )
    assert table.intensities[table.row("saved"), 0] == pytest.approx(-6.0, rel=1e-14)


def test_release_without_datasets_is_refused() -> None:
    assert refusal() == "release-empty"


def test_what_a_product_cannot_emit_is_exactly_zero() -> None:
    table = solve_intensities(
        InventorySnapshot.of(
            [
                a_process("clean", inputs=[an_input("dirty", "0.3", "kg")]),
                a_process("dirty", emissions=[an_emission("CO2", "0.7")]),
                a_process("other", emissions=[an_emission("CH4", "0.1", Origin.BIOGENIC)]),
            ]
        )
    )
    methane = [str(key).startswith("CH4") for key in table.keys].index(True)
    assert list(table.intensities[:, methane] != 0.0) == [False, False, True]


def test_draft_part_flows_through_to_what_uses_the_draft() -> None:
    draft = replace(
        a_process("draft", emissions=[an_emission("CO2", "3")]), review_status=ReviewStatus.DRAFT
    )
    user = a_process(
        "user", inputs=[an_input("draft", "2", "kg")], emissions=[an_emission("CO2", "4")]
    )
    table = solve_intensities(InventorySnapshot.of([draft, user]))
    assert table.intensities[:, 0] == pytest.approx([3.0, 10.0])
    assert table.draft_intensities[:, 0] == pytest.approx([3.0, 6.0])


def test_same_gas_given_twice_in_a_dataset_is_added() -> None:
    twice = [an_emission("CO2", "1"), an_emission("CO2", "2")]
    table = solve_intensities(InventorySnapshot.of([a_process("a", emissions=twice)]))
    assert table.intensities[0, 0] == 3.0


def test_forward_solution_agrees_and_tells_the_size_of_what_cancels() -> None:
    snapshot = InventorySnapshot.of(
        [
            a_process("made", emissions=[an_emission("CO2", "2")]),
            a_process(
                "mixed",
                inputs=[
                    an_input("made", "1", "kg"),
                    an_input("saved", "1", "kg"),
                ],
            ),
            a_process("saved", inputs=[an_input("made", "-1", "kg", is_credit=True)]),
        ]
    )
    forward = full_solution(snapshot, {"mixed": 5.0})
    (key,) = forward.masses_kg
    assert forward.masses_kg[key] == pytest.approx(0.0, abs=1e-12)
    table = solve_intensities(snapshot)
    assert np.allclose(table.intensities[table.row("mixed")], 0.0, atol=1e-12)
