"""How well clusters of mentions agree: co-reference, and NIL mentions of one unknown concept.

A cluster is a set of mentions, whatever names them; every measure gives precision and recall as
sums, so that they can be added over documents.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np

Clusters = Sequence[Set[Hashable]]


class Agreement(NamedTuple):
    """Precision is `right_found / found`, recall `right_gold / gold`; 0 of nothing."""

    right_found: float
    found: float
    right_gold: float
    gold: float

    @property
    def precision(self) -> float:
        """How much of the found clusters is right."""
        return self.right_found / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """How much of the gold clusters was found."""
        return self.right_gold / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """2 P R / (P + R)."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def muc(gold: Clusters, found: Clusters) -> Agreement:
    """Links that a side needs, less those that the other side cuts (Vilain et al., 1995).

    >>> muc([{1, 2, 3}], [{1, 2}, {3}]).recall
    0.5
    """
    return Agreement(*_links(found, gold), *_links(gold, found))


def b_cubed(gold: Clusters, found: Clusters) -> Agreement:
    """For each mention the share of its cluster that the other side has too (Bagga, Baldwin 1998).

    A mention that the other side lacks counts 0.

    >>> b_cubed([{1, 2}], [{1}, {2}]).recall
    0.5
    """
    return Agreement(
        _shares(found, gold), sum(map(len, found)), _shares(gold, found), sum(map(len, gold))
    )


def mention_ceaf(gold: Clusters, found: Clusters) -> Agreement:
    """Mentions in common under the best one-to-one pairing of clusters (Luo 2005, phi 3)."""
    right = _best_pairing(gold, found, entity=False)
    return Agreement(right, sum(map(len, found)), right, sum(map(len, gold)))


def entity_ceaf(gold: Clusters, found: Clusters) -> Agreement:
    """Dice similarity under the best one-to-one pairing of clusters (Luo 2005, phi 4)."""
    right = _best_pairing(gold, found, entity=True)
    return Agreement(right, len(found), right, len(gold))


def _owners(clusters: Clusters) -> Mapping[Hashable, int]:
    return {mention: number for number, cluster in enumerate(clusters) for mention in cluster}


def _links(clusters: Clusters, others: Clusters) -> tuple[float, float]:
    owner = _owners(others)
    right = needed = 0
    for cluster in clusters:
        # A mention that the others lack is a part of its own.
        parts = {owner.get(mention, ("alone", mention)) for mention in cluster}
        right += len(cluster) - len(parts)
        needed += len(cluster) - 1
    return right, needed


def _shares(clusters: Clusters, others: Clusters) -> float:
    owner = _owners(others)
    return sum(
        len(cluster & others[owner[mention]]) / len(cluster)
        for cluster in clusters
        for mention in cluster
        if mention in owner
    )


def _best_pairing(gold: Clusters, found: Clusters, *, entity: bool) -> float:
    from scipy.optimize import linear_sum_assignment

    owner = _owners(found)
    similar = np.zeros((len(gold), len(found)))
    for row, cluster in enumerate(gold):
        for mention in cluster:
            if mention in owner:
                similar[row, owner[mention]] += 1
    if entity:
        sizes = np.array([len(c) for c in gold])[:, None] + np.array([len(c) for c in found])
        similar = 2 * similar / np.maximum(sizes, 1)
    rows, columns = linear_sum_assignment(similar, maximize=True)
    return float(similar[rows, columns].sum())
