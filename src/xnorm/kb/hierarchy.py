"""Distances in the hierarchy of a terminology."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def depths(concepts: int, child: NDArray[np.int32], parent: NDArray[np.int32]) -> NDArray[np.int32]:
    """The shortest distance of every concept to a root, breadth first.

    A root has children and no parent. A concept outside the hierarchy, or one that only hangs on a
    cycle, has depth -1.

    >>> depths(4, np.array([1, 2, 2], np.int32), np.array([0, 1, 0], np.int32)).tolist()
    [0, 1, 1, -1]
    """
    depth = np.full(concepts, -1, dtype=np.int32)
    order = np.argsort(parent, kind="stable")
    children = child[order]
    first = np.searchsorted(parent[order], np.arange(concepts + 1, dtype=np.int32))
    frontier = np.setdiff1d(parent, child)
    level = 0
    while frontier.size:
        depth[frontier] = level
        level += 1
        below = [children[first[row] : first[row + 1]] for row in frontier.tolist()]
        reached = np.unique(np.concatenate(below))
        frontier = reached[depth[reached] == -1]
    return depth


def descendants(
    concepts: int, child: NDArray[np.int32], parent: NDArray[np.int32], root: int
) -> NDArray[np.int32]:
    """The rows below a concept, its own row among them, in ascending order.

    >>> child, parent = np.array([1, 2, 3], np.int32), np.array([0, 1, 0], np.int32)
    >>> descendants(4, child, parent, 1).tolist()
    [1, 2]
    """
    reached = np.zeros(concepts, dtype=bool)
    reached[root] = True
    count = 0
    while count < (count := int(reached.sum())):
        reached[child[reached[parent]]] = True
    return np.flatnonzero(reached).astype(np.int32)
