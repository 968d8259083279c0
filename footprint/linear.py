"""Linear systems of a release: solved directly where the factors can be held, by iteration else.

Rules:

* What a factor may hold is bounded before it is made (:mod:`footprint.fill`), never found out by
  running out of memory. A system so small that even full factors fit is factorised with partial
  pivoting; a larger one with the hubs last and the pivots on the diagonal, as it was predicted.
* Where the prediction is above the limit, or a factor with its pivots on the diagonal is not exact
  enough, GMRES does it, preconditioned by the upper triangle, with as many refinements as the
  residual asks for. The choice depends on the system alone.
* Both pass the same gate: the residual of every row is at most 1e-9 of the absolute terms in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, triu
from scipy.sparse.linalg import LinearOperator, gmres, splu

from footprint.errors import InventoryError
from footprint.fill import elimination_order, predicted_fill
from footprint.intensities import SolvedBy

RESIDUAL_LIMIT = 1e-9
MOST_FILL = 10_000_000
"""Entries of one factor: both take 12 bytes for each, and as much again while they grow."""
_AIM = 1e-14  # of an iteration; what it misses is refined, down to the gate
_ROUNDS, _ROUND_GAIN = 20, 0.5
_RESTART, _RESTARTS, _TOLERANCE = 40, 5, 1e-6
_ON_THE_DIAGONAL: Mapping[str, Any] = {
    "permc_spec": "NATURAL",
    "diag_pivot_thresh": 0.0,
    "options": {"SymmetricMode": True},
}
Vectors = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solution:
    """The solution of a system for every column of its right-hand side, and what made it."""

    values: Vectors
    solved_by: SolvedBy


def solved(system: csc_matrix, right_hand_side: Vectors, most_fill: int = MOST_FILL) -> Solution:
    """The solution of ``system @ values = right_hand_side``.

    Args:
        system: Square, with nothing but the diagonal sure to be there.
        right_hand_side: One column per question.
        most_fill: Entries that one factor may have.

    Raises:
        InventoryError: ``matrix-singular``; ``matrix-ill-conditioned`` where no way of solving
            passes the gate.
    """
    can_be_nonzero = _can_be_nonzero(system, right_hand_side)
    if _most_entries(system) <= most_fill:
        question = _Question(system, right_hand_side, can_be_nonzero)
        return Solution(question.passed(_direct(question)), SolvedBy.DIRECT)
    order = elimination_order(system)
    question = _Question(
        csc_matrix(system[order][:, order]), right_hand_side[order], can_be_nonzero[order]
    )
    values, solved_by = _in_order(question, most_fill)
    result = np.empty_like(values)
    result[order] = question.passed(values)
    return Solution(result, solved_by)


@dataclass(frozen=True, eq=False)
class _Question:
    """A system with its right-hand side, and what can be nonzero in its solution."""

    system: csc_matrix
    right_hand_side: Vectors
    can_be_nonzero: NDArray[np.bool_]

    def remainder(self, values: Vectors) -> Vectors:
        """What an approximation leaves of the right-hand side."""
        result: Vectors = self.right_hand_side - self.system @ values
        return result

    def cleared(self, values: Vectors) -> Vectors:
        """Exact zeros instead of rounding noise where nothing can be."""
        return np.where(self.can_be_nonzero, values, 0.0)

    def residuals(self, values: Vectors) -> Vectors:
        """The residual of every row as a share of the absolute terms in it."""
        with np.errstate(invalid="ignore", over="ignore"):
            residual = np.abs(self.remainder(values))
            scale = abs(self.system) @ np.abs(values) + np.abs(self.right_hand_side)
            shares = np.divide(residual, scale, out=np.zeros_like(scale), where=scale != 0)
        return np.where(np.isfinite(shares) & np.isfinite(values), shares, np.inf)

    def passed(self, values: Vectors) -> Vectors:
        """The values, where they pass the gate."""
        if np.any(self.residuals(values) > RESIDUAL_LIMIT):
            raise InventoryError("matrix-ill-conditioned")
        return values


def _most_entries(system: csc_matrix) -> int:
    count = int(system.shape[0])
    return count * (count + 1) // 2


def _in_order(question: _Question, most_fill: int) -> tuple[Vectors, SolvedBy]:
    """A large system, its hubs last."""
    if predicted_fill(question.system) <= most_fill:
        values = _direct(question, on_the_diagonal=True)
        if np.all(question.residuals(values) <= RESIDUAL_LIMIT):
            return values, SolvedBy.DIRECT
    return _iterated(question), SolvedBy.ITERATION


def _direct(question: _Question, *, on_the_diagonal: bool = False) -> Vectors:
    """With one step of refinement: a badly scaled real matrix would miss the gate without."""
    choices = _ON_THE_DIAGONAL if on_the_diagonal else {}
    try:
        factor = splu(question.system, **choices)
    except RuntimeError as error:
        raise InventoryError("matrix-singular") from error
    values = factor.solve(question.right_hand_side)
    return question.cleared(values + factor.solve(question.remainder(values)))


def _iterated(question: _Question) -> Vectors:
    """Refined until every row is exact, or a round no longer gains anything."""
    solver = _preconditioned(question.system)
    values = np.zeros_like(question.right_hand_side)
    before = np.inf
    for _ in range(_ROUNDS):
        missed = question.residuals(values).max(axis=0)
        worst = float(missed.max())
        if worst <= _AIM or worst > before * _ROUND_GAIN:
            break
        before = worst
        remainder = question.remainder(values)
        for column in np.flatnonzero(missed > _AIM):
            values[:, column] += solver(remainder[:, column])
        values = question.cleared(values)
    return values


def _preconditioned(system: csc_matrix) -> Callable[[Vectors], Vectors]:
    """What gains six digits on one column by restarted GMRES, or as many as the steps allow.

    The upper triangle is the preconditioner (Gauss and Seidel's): it fills nothing. An incomplete
    factor needs fewer steps, but SuperLU's never ends on some systems that are not productive.
    """
    try:
        triangle = splu(csc_matrix(triu(system)), **_ON_THE_DIAGONAL)
    except RuntimeError as error:  # a zero on the diagonal
        raise InventoryError("matrix-ill-conditioned") from error
    by_row = csr_matrix(system)
    preconditioner = LinearOperator(system.shape, matvec=triangle.solve)

    def step(remainder: Vectors) -> Vectors:
        gained, _ = gmres(
            by_row,
            remainder,
            rtol=_TOLERANCE,
            restart=_RESTART,
            maxiter=_RESTARTS,
            M=preconditioner,
        )
        return gained

    return step


def _can_be_nonzero(system: csc_matrix, right_hand_side: Vectors) -> NDArray[np.bool_]:
    """Which rows reach, through their links, a row with something in each column."""
    depends_on = csc_matrix(
        (np.ones_like(system.data), system.indices, system.indptr), shape=system.shape
    )
    reached: NDArray[np.bool_] = right_hand_side != 0
    while True:
        wider = reached | np.asarray(depends_on @ reached.astype(np.float64) > 0, dtype=np.bool_)
        if np.array_equal(wider, reached):
            return reached
        reached = wider
