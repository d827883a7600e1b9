"""Groups of near vectors, so that only some have to be compared with a query."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_LENGTH = 1024  # of a centre: its products with bytes stay exact in single precision


def group_count(count: int) -> int:
    """How many groups `count` vectors are put into: a power of two near 2.3 times the root."""
    return int(2 ** np.round(np.log2(2.3 * np.sqrt(count))))


def centres(stored: NDArray[np.int8], groups: int, *, rounds: int = 6, share: int = 40) -> Vectors:
    """Spherical k-means in whole numbers, so that threads do not matter: float32[groups, d].

    Args:
        stored: int8[n, d].
        groups: at most n.
        rounds: of assigning and averaging.
        share: vectors a group that are looked at.
    """
    rng = np.random.default_rng(0)
    chosen = np.sort(rng.choice(len(stored), min(len(stored), share * groups), replace=False))
    sample = stored[chosen]
    found = _centre(sample[rng.permutation(len(sample))[:groups]].astype(np.int64))
    for _ in range(rounds):
        _, nearest = flat(found).search(sample.astype(np.float32), 1)
        order = np.argsort(nearest[:, 0], kind="stable")
        filled, starts = np.unique(nearest[order, 0], return_index=True)
        sums = np.add.reduceat(sample[order].astype(np.int64), starts, axis=0)
        found[filled] = _centre(sums)
    return found


def flat(vectors: Vectors) -> Any:
    """A FAISS index that compares all vectors, float32[n, d]."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def _centre(sums: NDArray[np.int64]) -> Vectors:
    """Directions as whole numbers of one length."""
    lengths = np.sqrt((sums**2).sum(axis=1).astype(np.float64))
    lengths[lengths == 0] = 1
    return np.asarray(np.rint(sums * (_LENGTH / lengths)[:, None]), np.float32)
