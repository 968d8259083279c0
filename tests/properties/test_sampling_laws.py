"""Laws of the sampled tables on random systems with loops, co-products, credits and bad scaling."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.pedigree import INDICATORS
from footprint.sampling import Sampler, sampled_tables
from footprint.solver import solve_intensities
from tests.properties.test_engine_laws import random_snapshot
from tests.support.sampled import dense_draw, with_pedigree

DRAWS = 7
seeds = st.integers(0, 10_000)


def a_sampler(seed: int, *, scores: int = 3) -> tuple[Sampler, InventorySnapshot, IntensityTable]:
    snapshot = with_pedigree(random_snapshot(seed), dict.fromkeys(INDICATORS, scores))
    table = solve_intensities(snapshot)
    return Sampler(snapshot, table, seed), snapshot, table


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(0, 2**40), st.sampled_from([1, 3, 5]))
def test_draw_equals_its_direct_solution(seed: int, number: int, scores: int) -> None:
    """Within 1e-9 of the absolute contributions, whether it was iterated or not."""
    sampler, snapshot, table = a_sampler(seed, scores=scores)
    values, attempt = sampler.draw(number)
    multipliers = sampler.multipliers(number, attempt)
    expected, absolute = dense_draw(snapshot, table, sampler, multipliers)
    assert np.all(np.abs(values - expected) <= 1e-9 * absolute)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_draw_without_spread_is_the_table_itself(seed: int) -> None:
    sampler, _, table = a_sampler(seed)
    values = sampler.solved_with(np.ones_like(sampler.multipliers(0)))
    expected = table.intensities @ sampler.characterisation
    assert values is not None
    np.testing.assert_allclose(values, expected, rtol=1e-7, atol=1e-12 * np.abs(expected).max())


@settings(max_examples=15, deadline=None)
@given(seeds, st.integers(0, DRAWS))
def test_draws_in_two_parts_are_the_draws_in_one(seed: int, first: int) -> None:
    sampler, _, _ = a_sampler(seed, scores=5)
    whole, redrawn = sampler.draws(0, DRAWS)
    begin, redrawn_first = sampler.draws(0, first)
    rest, redrawn_later = sampler.draws(first, DRAWS - first)
    assert np.array_equal(np.concatenate([begin, rest], axis=2), whole)
    assert redrawn_first + redrawn_later == redrawn


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_one_seed_gives_the_same_bytes_and_another_does_not(seed: int) -> None:
    _, snapshot, table = a_sampler(seed)

    def hashes(of_seed: int) -> object:
        return sampled_tables(snapshot, table, seed=of_seed, draws=3).hashes

    assert hashes(seed) == hashes(seed)
    assert hashes(seed) != hashes(seed + 1)
