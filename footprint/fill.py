"""How much a direct solution would have to hold: the fill of a factorisation, before it is made.

Rules:

* Products are eliminated in the order of how many others they are linked to, the hubs last (the
  electricity that everything takes and that takes from everything). The order depends on the
  links alone, so that one system has one order everywhere.
* With the pivots on the diagonal the factors of A lie within those of the symmetric pattern
  A + A^T. Its column counts come from the elimination tree without forming a factor, in time nearly
  proportional to the links (Gilbert, Ng and Peyton 1994; Davis, Direct Methods for Sparse Linear
  Systems, 2006, chapter 4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, triu

_NONE = -1


def elimination_order(system: csc_matrix) -> NDArray[np.int64]:
    """The products from the least linked to the hubs, equally linked ones by their position."""
    degrees = np.diff(_links(system).indptr)
    order: NDArray[np.int64] = np.argsort(degrees, kind="stable")
    return order


def predicted_fill(ordered: csc_matrix) -> int:
    """The most entries that one factor of a system, eliminated as it is ordered, can have."""
    pattern = csr_matrix(triu(_links(ordered), k=1))
    below = csc_matrix(pattern.T)  # column j: the later products linked to j
    parents = _elimination_tree(csc_matrix(pattern))
    return sum(_column_counts(below, parents, _postorder(parents)))


def _links(system: csc_matrix) -> csr_matrix:
    """The symmetric pattern of a system."""
    ones = csr_matrix(
        (np.ones_like(system.data), system.indices, system.indptr), shape=system.shape
    )
    return csr_matrix(ones + ones.T)


def _elimination_tree(above: csc_matrix) -> list[int]:
    """The parent of every column: the first later one its factor column reaches."""
    count = above.shape[0]
    starts, rows = above.indptr.tolist(), above.indices.tolist()
    parents, ancestors = [_NONE] * count, [_NONE] * count
    for column in range(count):
        for row in rows[starts[column] : starts[column + 1]]:
            node = row
            while node not in {_NONE, column}:
                following = ancestors[node]
                ancestors[node] = column
                if following == _NONE:
                    parents[node] = column
                node = following
    return parents


def _postorder(parents: list[int]) -> list[int]:
    """The columns with every child before its parent, the tree walked depth first."""
    children: list[list[int]] = [[] for _ in parents]
    waiting: list[int] = []
    for node in range(len(parents) - 1, -1, -1):
        (waiting if parents[node] == _NONE else children[parents[node]]).append(node)
    order = []
    while waiting:
        node = waiting[-1]
        if children[node]:
            waiting.append(children[node].pop())
        else:
            order.append(waiting.pop())
    return order


def _column_counts(below: csc_matrix, parents: list[int], order: list[int]) -> list[int]:
    """Entries of every column of the factor: each row adds one along its subtree of the tree.

    A row's subtree is told by its leaves; where two leaves' paths meet, one count is taken back.
    """
    count = len(parents)
    starts, rows = below.indptr.tolist(), below.indices.tolist()
    first, counts = [_NONE] * count, [0] * count  # first descendant in postorder
    for position, node in enumerate(order):
        counts[node] = 1 if first[node] == _NONE else 0
        up = node
        while up != _NONE and first[up] == _NONE:
            first[up] = position
            up = parents[up]
    latest_first, latest_leaf = [_NONE] * count, [_NONE] * count
    ancestors = list(range(count))
    for node in order:
        if parents[node] != _NONE:
            counts[parents[node]] -= 1
        for row in rows[starts[node] : starts[node + 1]]:
            if first[node] <= latest_first[row]:
                continue  # not a leaf of the row's subtree
            latest_first[row] = first[node]
            counts[node] += 1
            leaf, latest_leaf[row] = latest_leaf[row], node
            if leaf != _NONE:
                counts[_meeting(leaf, ancestors)] -= 1
        if parents[node] != _NONE:
            ancestors[node] = parents[node]
    for node in order:
        if parents[node] != _NONE:
            counts[parents[node]] += counts[node]
    return counts


def _meeting(node: int, ancestors: list[int]) -> int:
    """The root of the part of the tree done so far; the path to it is made short."""
    root = node
    while root != ancestors[root]:
        root = ancestors[root]
    while node != root:
        node, ancestors[node] = ancestors[node], root
    return root
