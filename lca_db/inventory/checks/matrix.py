"""Loops: datasets that need their own product, and whether they make more of it than they use.

Rules:

* A loop is a strongly connected component of the links. Only within one can a system be singular or
  fail to be productive, so each is looked at by itself and can be named.
* The spectral radius of a loop's inputs per unit is bracketed by Collatz and Wielandt's quotients
  of a power iteration (Berman and Plemmons, Nonnegative Matrices, chapter 2). From one on, the loop
  uses up all it makes: blocking.
* Credits count as inputs in the radius of absolute values. Where only that one reaches one, the
  loop is solved for: it blocks where it is singular, and is a warning where it is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, identity
from scipy.sparse.csgraph import connected_components

from footprint.errors import InventoryError, pointer
from footprint.inventory import InventorySnapshot
from footprint.linear import solved
from footprint.quantities import conversion_factor, significant_string
from lca_db.inventory.checks.finding import Finding, Severity, found

MOST_STEPS = 20_000
NEARLY = 1e-9
MOST_NAMED = 12


@dataclass(frozen=True)
class Requirements:
    """Inputs per unit of every product: row provider, column product, credits negative."""

    products: tuple[str, ...]
    matrix: csr_matrix


def requirements(snapshot: InventorySnapshot) -> Requirements:
    """The matrix of a snapshot; co-products carry their share of the inputs."""
    units = snapshot.product_units()
    products = tuple(sorted(units))
    rows = {product: row for row, product in enumerate(products)}
    entries: list[tuple[int, int, float]] = []
    for process in snapshot.processes:
        offers = [(process.id, process.reference_amount, process.reference_share)]
        offers += [(c.product, c.amount, c.share) for c in process.co_products]
        for exchange in process.inputs:
            amount = exchange.amount * conversion_factor(exchange.unit, units[exchange.provider])
            entries += [
                (rows[exchange.provider], rows[product], float(amount * share / made))
                for product, made, share in offers
            ]
    shape = (len(products), len(products))
    values = [value for _, _, value in entries]
    places = ([row for row, _, _ in entries], [column for _, column, _ in entries])
    return Requirements(products, csr_matrix((values, places), shape=shape))


def check_loops(snapshot: InventorySnapshot) -> Iterator[Finding]:
    """Every loop that is singular or uses up what it makes, with its datasets."""
    whole = requirements(snapshot)
    for members in loops_of(whole.matrix):
        names = [whole.products[row] for row in members]
        finding = _finding(whole.matrix[members][:, members], names)
        if finding is not None:
            yield finding


def loops_of(matrix: csr_matrix) -> Iterator[NDArray[np.int64]]:
    """The rows of every loop: those that need each other, or themselves."""
    count, labels = connected_components(matrix, connection="strong")
    is_looped = (np.bincount(labels, minlength=count)[labels] > 1) | (matrix.diagonal() != 0)
    for label in np.unique(labels[is_looped]):
        yield np.flatnonzero(labels == label)


def _finding(block: csr_matrix, names: list[str]) -> Finding | None:
    radius = spectral_radius(abs(block))
    if radius < 1 - NEARLY:
        return None
    severity, place = Severity.BLOCKING, pointer(names[0])
    said = {"datasets": _named(names), "radius": significant_string(radius, 4)}
    if spectral_radius(block.maximum(0)) >= 1 - NEARLY:
        error = InventoryError("loop-not-productive", place, **said)
    elif _is_singular(block):
        error = InventoryError("loop-singular", place, datasets=said["datasets"])
    else:
        severity = Severity.WARNING
        error = InventoryError("loop-held-by-credits", place, **said)
    return found(severity, names[0], error)


def _named(names: list[str]) -> str:
    more = f" (+{len(names) - MOST_NAMED})" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def spectral_radius(matrix: csr_matrix) -> float:
    """The largest eigenvalue of a non-negative matrix: the largest of its loops, 0 without any."""
    radii = (_radius_of_loop(matrix[members][:, members]) for members in loops_of(matrix))
    return max(radii, default=0.0)


def _radius_of_loop(block: csr_matrix) -> float:
    """Bracketed until it is known, or known to lie below one.

    The block is shifted by the identity, which makes an irreducible one primitive and the iteration
    converge. Where the steps run out, the upper end of the bracket is given: the cautious one.
    """
    vector: NDArray[np.float64] = np.ones(block.shape[0])
    upper = np.inf
    for _ in range(MOST_STEPS):
        longer = block @ vector + vector
        quotients = longer / vector
        lower, upper = float(quotients.min()) - 1, float(quotients.max()) - 1
        if upper < 1 - NEARLY or upper - lower < NEARLY * upper:
            break
        vector = np.maximum(longer / longer.max(), np.finfo(np.float64).tiny)
    return upper


def _is_singular(block: csr_matrix) -> bool:
    """Whether the loop has no solution: a solve that fails, or grows beyond all measure."""
    ones = np.ones((block.shape[0], 1))
    try:
        solution = solved(csc_matrix(identity(block.shape[0]) - block), ones).values
    except InventoryError:
        return True
    return not np.abs(solution).max() < 1 / NEARLY
