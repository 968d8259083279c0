"""Direct and by iteration: the same numbers through the same gate, and a refusal where none is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csc_matrix, diags, identity

from footprint.errors import InventoryError
from footprint.fill import elimination_order, predicted_fill
from footprint.intensities import IntensityTable, SolvedBy
from footprint.inventory import InventorySnapshot
from footprint.linear import RESIDUAL_LIMIT, solved
from footprint.solver import solve_intensities
from tests.support.builders import a_process, an_emission, an_input
from tests.support.inventories import net_of_hubs

HUBS = InventorySnapshot.of(net_of_hubs(400, 120))


def a_net(radius: float, scale: float = 0.0, credited: float = 0.0) -> csc_matrix:
    """A random net with loops of that spectral radius, units up to ``10**scale`` apart."""
    random = np.random.default_rng(7)
    count = 150
    links = (random.random((count, count)) < 0.1) * random.random((count, count))
    links *= radius / np.abs(np.linalg.eigvals(links)).max()
    links *= np.where(random.random((count, count)) < credited, -1, 1)
    units = 10.0 ** random.uniform(-scale / 2, scale / 2, count)
    return csc_matrix(diags(1 / units) @ (identity(count) - links) @ diags(units))


def a_question(system: csc_matrix) -> np.ndarray:
    random = np.random.default_rng(8)
    shape = (system.shape[0], 5)
    return random.random(shape) * (random.random(shape) < 0.3)


def the_code_of_a_refusal(system: csc_matrix, most_fill: int) -> str:
    with pytest.raises(InventoryError) as refused:
        solved(system, np.ones((system.shape[0], 1)), most_fill)
    return refused.value.code


def difference(one: IntensityTable, other: IntensityTable) -> float:
    scale = np.abs(other.values[0]) + np.abs(other.values[0]).max() * 1e-12
    return float((np.abs(one.values - other.values) / scale).max())


@pytest.mark.parametrize(
    ("radius", "scale", "credited"), [(0.5, 0, 0), (0.99, 0, 0), (0.9, 8, 0), (0.9, 3, 0.1)]
)
def test_iteration_gives_what_the_direct_solution_gives(
    radius: float, scale: float, credited: float
) -> None:
    system = a_net(radius, scale, credited)
    question = a_question(system)
    direct = solved(system, question)
    iterated = solved(system, question, most_fill=0)
    assert (direct.solved_by, iterated.solved_by) == (SolvedBy.DIRECT, SolvedBy.ITERATION)
    assert np.allclose(iterated.values, direct.values, rtol=RESIDUAL_LIMIT, atol=0)


def test_choice_is_by_the_fill_that_is_predicted() -> None:
    system = a_net(0.9)
    order = elimination_order(system)
    fill = predicted_fill(csc_matrix(system[order][:, order]))
    question = a_question(system)
    assert solved(system, question, most_fill=fill).solved_by is SolvedBy.DIRECT
    assert solved(system, question, most_fill=fill - 1).solved_by is SolvedBy.ITERATION


def test_direct_solution_with_hubs_last_is_the_one_with_free_pivots() -> None:
    system = a_net(0.9, scale=6)
    order = elimination_order(system)
    fill = predicted_fill(csc_matrix(system[order][:, order]))
    question = a_question(system)
    with_hubs_last = solved(system, question, most_fill=fill).values
    assert np.allclose(with_hubs_last, solved(system, question).values, rtol=1e-12, atol=0)


def test_table_of_a_net_of_hubs_says_that_it_was_iterated_and_agrees() -> None:
    direct = solve_intensities(HUBS)
    iterated = solve_intensities(HUBS, most_fill=1_000)
    assert (direct.solved_by, iterated.solved_by) == (SolvedBy.DIRECT, SolvedBy.ITERATION)
    assert difference(iterated, direct) < RESIDUAL_LIMIT


def test_iteration_answers_the_same_bytes_every_time() -> None:
    first, second = (solve_intensities(HUBS, most_fill=1_000) for _ in range(2))
    assert first.value_bytes() == second.value_bytes()
    assert first.index_bytes() == second.index_bytes()


def test_solver_is_part_of_what_is_kept_of_a_table() -> None:
    iterated = solve_intensities(HUBS, most_fill=1_000)
    again = IntensityTable.from_artefacts(iterated.index_bytes(), iterated.values)
    assert again.solved_by is SolvedBy.ITERATION
    assert solve_intensities(HUBS).index_bytes() != iterated.index_bytes()


def test_iteration_leaves_exact_zeros_where_nothing_is_emitted() -> None:
    clean = a_process("clean", inputs=[an_input("also-clean", "0.5", "kg")])
    table = solve_intensities(
        InventorySnapshot.of([*HUBS.processes, clean, a_process("also-clean")]), most_fill=1_000
    )
    assert table.solved_by is SolvedBy.ITERATION
    assert not table.values[:, table.row("clean")].any()


@pytest.mark.parametrize("most_fill", [0, 3, 1_000_000])
def test_singular_system_is_refused_whoever_solves_it(most_fill: int) -> None:
    singular = csc_matrix(np.array([[1.0, -1.0], [-1.0, 1.0]]))
    assert the_code_of_a_refusal(singular, most_fill) in {
        "matrix-singular",
        "matrix-ill-conditioned",
    }


def test_iteration_that_does_not_come_near_enough_is_refused() -> None:
    """Amounts of both signs far above what is made: nothing that an inventory may look like."""
    random = np.random.default_rng(9)
    count = 1_000
    wild = np.where(random.random((count, count)) < 0.01, random.normal(size=(count, count)), 0)
    system = csc_matrix(100 * wild + np.eye(count))
    assert solved(system, np.ones((count, 1))).solved_by is SolvedBy.DIRECT
    assert the_code_of_a_refusal(system, most_fill=0) == "matrix-ill-conditioned"


@pytest.mark.parametrize("amount", ["1", "1.5", "100"])
def test_loop_that_uses_up_what_it_makes_is_refused_by_iteration_too(amount: str) -> None:
    loop = a_process("loop", inputs=[an_input("loop", amount, "kg")], emissions=[an_emission()])
    with pytest.raises(InventoryError) as refused:
        solve_intensities(InventorySnapshot.of([loop]), most_fill=0)
    assert refused.value.code.startswith("matrix-")
