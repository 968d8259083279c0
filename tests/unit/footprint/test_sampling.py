"""Sampling a release: what is drawn, how loops that break are treated, in which order is solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from footprint.errors import InventoryError
from footprint.inventory import CoProduct, InventorySnapshot, Process
from footprint.methods import UptakeBasis
from footprint.pedigree import INDICATORS
from footprint.sampled_tables import SampledTables, table_bytes
from footprint.sampling import Sampler, sampled_tables
from footprint.solver import solve_intensities
from footprint.solving_order import solving_order
from tests.support.builders import a_process, an_emission, an_input

BEST, WORST = dict.fromkeys(INDICATORS, 1), dict.fromkeys(INDICATORS, 5)
AR6 = "AR6", UptakeBasis.EXCLUDING


def scored(process: Process, scores: Mapping[str, int] = BEST) -> Process:
    return replace(process, content={"pedigree": dict(scores)})


def sampled(*processes: Process, draws: int = 400, seed: int = 11) -> SampledTables:
    snapshot = InventorySnapshot.of(processes)
    return sampled_tables(snapshot, solve_intensities(snapshot), seed=seed, draws=draws)


def a_loop(share: str, scores: Mapping[str, int] = WORST) -> Process:
    process = a_process("a", inputs=[an_input("a", share, "kg")], emissions=[an_emission()])
    return scored(process, scores)


def test_emission_is_lognormal_around_its_amount_with_the_variance_of_its_pedigree() -> None:
    draws = sampled(scored(a_process("a", emissions=[an_emission("CO2", "2")])), draws=4000)
    logarithms = np.log(draws.values[AR6][0].astype(float))
    assert np.median(logarithms) == pytest.approx(np.log(2), abs=0.002)
    assert np.var(logarithms) == pytest.approx(0.0006, rel=0.1)


def test_credit_keeps_its_sign_in_every_draw() -> None:
    made = scored(a_process("made", emissions=[an_emission("CO2", "2")]), WORST)
    saved = a_process("saved", inputs=[an_input("made", "-3", "kg", is_credit=True)])
    draws = sampled(made, scored(saved, WORST)).values[AR6][1]
    assert np.all(draws < 0)
    assert np.std(np.log(-draws)) > 0.1


def test_what_a_process_makes_together_shares_its_draws() -> None:
    by_product = CoProduct(product="b", amount=Decimal(1), unit="kg", share=Decimal("0.25"))
    process = a_process("a", emissions=[an_emission("CO2", "1")], co_products=[by_product])
    first, second = sampled(scored(process)).values[AR6]
    np.testing.assert_allclose(first, 3 * second, rtol=1e-6)


def test_dataset_without_pedigree_is_drawn_as_the_worst_and_counted() -> None:
    unknown = a_process("a", emissions=[an_emission()])
    draws = sampled(unknown, scored(replace(unknown, id="b"), WORST), draws=4000)
    first, second = np.log(draws.values[AR6].astype(float)).std(axis=1)
    assert draws.without_pedigree == 1
    assert first == pytest.approx(second, rel=0.05)


def test_draw_of_a_loop_that_eats_itself_up_is_drawn_again_and_counted() -> None:
    """0.6 of itself, times a lognormal of deviation 0.46: one draw in seven is over one."""
    draws = sampled(a_loop("0.6"), draws=1000)
    values = draws.values[AR6][0]
    assert 80 < draws.redrawn < 200
    assert np.all(values > 0)
    assert np.median(values) < 2.5  # what is left are the smaller loops


def test_loop_far_from_eating_itself_up_is_drawn_once() -> None:
    assert sampled(a_loop("0.6", BEST)).redrawn == 0


def test_loop_that_hardly_ever_leaves_anything_is_not_sampled() -> None:
    """Twenty loops, each of which eats itself up in almost every second draw."""
    loops = [replace(a_loop("0.99"), id=f"a{i}") for i in range(20)]
    alone = [replace(p, inputs=(an_input(p.id, "0.99", "kg"),)) for p in loops]
    with pytest.raises(InventoryError) as refused:
        sampled(*alone, draws=20)
    assert refused.value.code == "sampling-not-productive"


def test_loop_kept_alive_by_a_credit_alone_is_drawn_again() -> None:
    """The credit lets the numbers be solved; without it the loop would make less than it uses."""
    helped = a_process(
        "a",
        inputs=[an_input("a", "0.9", "kg"), an_input("b", "-1", "kg", is_credit=True)],
        emissions=[an_emission()],
    )
    other = a_process("b", inputs=[an_input("a", "0.2", "kg")], emissions=[an_emission()])
    snapshot = InventorySnapshot.of([scored(helped), scored(other)])
    sampler = Sampler(snapshot, solve_intensities(snapshot), 1)
    multipliers = np.ones_like(sampler.multipliers(0))
    assert sampler.solved_with(multipliers) is not None
    multipliers[0] = 1.2
    assert sampler.solved_with(multipliers) is None


def test_steps_that_do_not_arrive_give_way_to_a_direct_solution() -> None:
    """A credit of 1.5 of itself: steps lead away from 1/2.5, which is the answer."""
    process = a_process(
        "a", inputs=[an_input("a", "-1.5", "kg", is_credit=True)], emissions=[an_emission()]
    )
    snapshot = InventorySnapshot.of([scored(process)])
    sampler = Sampler(snapshot, solve_intensities(snapshot), 1)
    values = sampler.solved_with(np.array([2.0, 1.0]))
    assert values is not None
    assert values[0] == pytest.approx([0.25] * 4, rel=1e-12)


def test_tables_read_again_are_the_tables() -> None:
    draws = sampled(a_loop("0.1"), draws=3)
    files = {draws.hashes[key]: draws.values[key] for key in draws.values}
    again = SampledTables.from_artefacts(draws.index_bytes(), files.__getitem__)
    assert again.sha256 == draws.sha256
    assert (again.draws, again.seed, again.redrawn) == (3, 11, draws.redrawn)
    assert again.find(*AR6) is draws.values[AR6]
    assert again.find("AR4", UptakeBasis.EXCLUDING) is None
    assert table_bytes(draws.values[AR6])[:6] == b"\x93NUMPY"


def test_gwp_set_without_one_of_the_gases_is_left_out() -> None:
    draws = sampled(scored(a_process("a", emissions=[an_emission("unobtainium")])), draws=2)
    assert not draws.values


@pytest.mark.parametrize(
    ("links", "before", "core", "after"),
    [
        ([(0, 1), (1, 2)], 3, 0, 0),
        ([(0, 0)], 2, 1, 0),
        ([(0, 1), (1, 2), (2, 1)], 0, 2, 1),
        ([(0, 2), (1, 2), (2, 1)], 0, 2, 1),
    ],
)
def test_only_what_loops_is_in_the_core(
    links: list[tuple[int, int]], before: int, core: int, after: int
) -> None:
    rows, columns = zip(*links, strict=True)
    order = solving_order(csr_matrix((np.ones(len(links)), (rows, columns)), shape=(3, 3)))
    assert sum(stop - start for start, stop in order.before) == before
    assert order.core[1] - order.core[0] == core
    assert sum(stop - start for start, stop in order.after) == after
    assert sorted(order.products) == [0, 1, 2]
