"""In which order the products of a release are solved draw by draw: levels, and what loops.

Products that stand on nothing, or only on what is solved before, follow each other in levels; so
do, from the other end, products that nothing in a loop takes. What is left between them, the core,
holds every loop; only the core has to be iterated. The order depends on the links alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

MOST_LEVELS = 60  # at each end; what lies deeper joins the core, which costs time and no exactness
Range = tuple[int, int]


@dataclass(frozen=True, eq=False)
class SolvingOrder:
    """Products by level: those solved first, the core, those solved last.

    Attributes:
        products: Row numbers in the order of solving.
        before, after: Ranges of positions, each a level that needs nothing of itself.
        core: Range of positions.
    """

    products: NDArray[np.int64]
    before: tuple[Range, ...]
    core: Range
    after: tuple[Range, ...]


def solving_order(needs: csr_matrix) -> SolvingOrder:
    """The order for a matrix whose entry (i, j) says that product i needs product j."""
    links = csr_matrix((np.ones(needs.nnz), needs.indices, needs.indptr), shape=needs.shape)
    is_open = np.ones(needs.shape[0], dtype=bool)
    first = _peeled(links, is_open)
    last = _peeled(csr_matrix(links.T), is_open)[::-1]
    core = np.flatnonzero(is_open)
    before = _ranges(0, first)
    start = before[-1][1] if before else 0
    middle = (start, start + core.size)
    return SolvingOrder(
        products=np.concatenate([*first, core, *last]).astype(np.int64),
        before=before,
        core=middle,
        after=_ranges(middle[1], last),
    )


def _peeled(links: csr_matrix, is_open: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Levels of products without links to what is open; each is closed as it is found."""
    levels: list[NDArray[np.int64]] = []
    while len(levels) < MOST_LEVELS:
        level = np.flatnonzero(is_open & (links @ is_open.astype(np.float64) == 0))
        if not level.size:
            break
        is_open[level] = False
        levels.append(level)
    return levels


def _ranges(start: int, levels: list[NDArray[np.int64]]) -> tuple[Range, ...]:
    found = []
    for level in levels:
        found.append((start, start + level.size))
        start += level.size
    return tuple(found)
