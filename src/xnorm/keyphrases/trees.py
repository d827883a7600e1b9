"""Bagged regression trees as flat tables, evaluated by numpy: no pickle, no scikit-learn."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.errors import DataError

Floats = NDArray[np.float64]


class Trees(msgspec.Struct, frozen=True):
    """All nodes of all trees, one after the other; the answer is the mean over the trees.

    Attributes:
        roots: the first node of each tree.
        feature: the column that a node asks about, -1 for a leaf.
        threshold: a row goes left if its value is at most this.
        left, right: the nodes below; both lie behind their parent.
        value: a leaf's answer.
    """

    roots: list[int]
    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    value: list[float]

    def predict(self, rows: Floats) -> Floats:
        """The mean answer for each row, float64[rows]."""
        feature, threshold = np.array(self.feature), np.array(self.threshold)
        left, right = np.array(self.left), np.array(self.right)
        value = np.array(self.value)
        rows = rows.astype(np.float32)  # as in training, so that borders fall alike
        total = np.zeros(len(rows))
        every = np.arange(len(rows))
        for root in self.roots:
            node = np.full(len(rows), root)
            below = every
            while len(below):
                here = node[below]
                asked = feature[here]
                below, here, asked = below[asked >= 0], here[asked >= 0], asked[asked >= 0]
                goes_left = rows[below, asked] <= threshold[here]
                node[below] = np.where(goes_left, left[here], right[here])
            total += value[node]
        return total / max(len(self.roots), 1)

    def check(self, columns: int, *, place: str) -> None:
        """Makes sure that a table from a file can be walked and ends.

        Raises:
            DataError: when it cannot.
        """
        nodes = len(self.feature)
        columns_of_nodes = (self.threshold, self.left, self.right, self.value)
        sound = all(len(column) == nodes for column in columns_of_nodes) and all(
            0 <= root < nodes for root in self.roots
        )
        if sound:
            place_of, feature = np.arange(nodes), np.array(self.feature, np.int64)
            inner = feature >= 0
            sound = bool((feature < columns).all())
            for below in (self.left, self.right):
                goes = np.array(below, np.int64)[inner]
                sound = sound and bool(((goes > place_of[inner]) & (goes < nodes)).all())
        if not sound or not self.roots:
            raise DataError("the trees are damaged", place=place, todo="Train the model again")
