"""The fill of a factorisation is known before it is made, and the hubs come last."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from footprint.fill import elimination_order, predicted_fill


def a_system(seed: int) -> csc_matrix:
    """Random links, all amounts positive, the diagonal large."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 40))
    links = random.random((count, count)) < random.random() * 0.3
    return csc_matrix(links * random.random((count, count)) + np.eye(count) * count)


def filled_by_hand(pattern: NDArray[np.bool_]) -> int:
    """Entries of a factor of the symmetric pattern, by eliminating one column after another."""
    filled = pattern | pattern.T
    entries = 0
    for column in range(len(filled)):
        below = np.flatnonzero(filled[column + 1 :, column]) + column + 1
        filled[np.ix_(below, below)] = True
        entries += 1 + len(below)
    return entries


@pytest.mark.parametrize("seed", range(25))
def test_fill_is_what_elimination_by_hand_fills(seed: int) -> None:
    system = a_system(seed)
    assert predicted_fill(system) == filled_by_hand(system.toarray() != 0)


@pytest.mark.parametrize("seed", range(25))
def test_factors_hold_no_more_than_predicted(seed: int) -> None:
    system = a_system(seed)
    factor = splu(
        system, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )
    for part in (factor.L, factor.U):
        assert np.count_nonzero(part.toarray()) <= predicted_fill(system)


def test_hub_that_everything_takes_and_that_takes_everything_fills_nothing() -> None:
    """First it would fill the square of the products, last it fills none."""
    count = 50
    star = np.eye(count)
    star[0, :] = star[:, 0] = 1
    system = csc_matrix(star)
    order = elimination_order(system)
    assert order[-1] == 0
    assert predicted_fill(system) == count * (count + 1) // 2
    assert predicted_fill(csc_matrix(system[order][:, order])) == 2 * count - 1


def test_order_depends_on_the_links_alone() -> None:
    system = a_system(3)
    other = system.copy()
    other.data = other.data * 1e6
    assert elimination_order(system).tolist() == elimination_order(other).tolist()
