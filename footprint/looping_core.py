"""The part of a drawn release that holds its loops: whether it is productive, and its solution.

Rules: see :mod:`footprint.sampling`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, identity

from footprint.errors import InventoryError
from footprint.linear import solved

STEP_LIMIT = 1e-11
MOST_STEPS = 1_000
_STEPS_TO_A_WITNESS = 30
_ASIDE = 0.9  # of the solution: where it is tried out whether steps lead back to it
Vectors = NDArray[np.float64]


class LoopingCore:
    """y = b + T y for the products that loop, for one draw of T after the other."""

    def __init__(self, needs: csr_matrix, references: Vectors) -> None:
        """The undrawn core.

        Args:
            needs: T before anything is drawn; later draws have the same entries.
            references: Reference amounts: the scale of every product.
        """
        self._needs = needs.copy()
        self._is_input = needs.data > 0
        starts = np.concatenate([[0], np.cumsum(self._is_input)])[needs.indptr]
        self._inputs = csr_matrix(
            (needs.data[self._is_input], needs.indices[self._is_input], starts), shape=needs.shape
        )
        self._has_credits = not self._is_input.all()
        self._made = (1 / references)[:, np.newaxis]
        self._witness = self._levels()
        self._start = np.zeros((needs.shape[0], 1))
        self._scale = self._start
        self._can_step = True

    def start_from(self, constant: Vectors) -> None:
        """Solves the undrawn core, where draws start from, and tries out whether steps lead there.

        Raises:
            InventoryError: As :func:`footprint.linear.solved`.
        """
        self._start = self._direct(constant)
        weights = self._needs.copy()  # its entries keep their order, which abs() would change
        weights.data[:] = np.abs(weights.data)
        terms = np.abs(constant) + weights @ np.abs(self._start) + np.abs(self._start)
        self._scale = np.where(terms > 0, terms, 1.0)
        self._can_step = self._stepped(constant, self._start * _ASIDE) is not None

    def draw(self, entries: Vectors) -> None:
        """Takes the drawn entries, in the order of the undrawn ones."""
        self._needs.data[:] = entries
        self._inputs.data[:] = entries[self._is_input]

    def is_productive(self) -> bool:
        """Whether no loop uses as much of itself as it makes, credits left out.

        A positive v with T v < v shows it (Collatz and Wielandt); v is the activity levels of the
        undrawn system, or those a few steps nearer to the drawn one. Where none is found so,
        (I - T) v = 1 has a positive solution exactly when the system is productive.
        """
        levels = self._witness
        for _ in range(_STEPS_TO_A_WITNESS):
            used = self._inputs @ levels
            if np.all(used < levels):
                return True
            levels = self._made + used
        try:
            return bool(np.all(self._levels() > 0))
        except InventoryError:
            return False

    def solution(self, constant: Vectors) -> Vectors:
        """y of the draw: by steps, or directly where they do not arrive.

        Raises:
            InventoryError: As :func:`footprint.linear.solved`.
        """
        found = self._stepped(constant, self._start) if self._can_step else None
        return self._direct(constant) if found is None else found

    def _stepped(self, constant: Vectors, values: Vectors) -> Vectors | None:
        for _ in range(MOST_STEPS):
            following = constant + self._needs @ values
            with np.errstate(invalid="ignore", over="ignore"):
                step = np.max(np.abs(following - values) / self._scale, initial=0.0)
            if not np.isfinite(step):
                return None
            values = following
            if step <= STEP_LIMIT:
                return values
        return None

    def _direct(self, constant: Vectors) -> Vectors:
        size = constant.shape[0]
        return solved(csc_matrix(identity(size) - self._needs.copy()), constant).values

    def _levels(self) -> Vectors:
        size = self._made.shape[0]
        return solved(csc_matrix(identity(size) - self._inputs.copy()), self._made).values
