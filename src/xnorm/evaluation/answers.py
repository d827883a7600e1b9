"""What a system answers, and making it from the names that it found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.index.hits import offsets_of


class Answers(NamedTuple):
    """Concepts for a batch of queries, flat: query `i` owns `offsets[i]:offsets[i + 1]`.

    Attributes:
        concepts: int32[m], rows of the knowledge base's concepts, best first within a query.
        scores: float64[m], equal where the system sees no difference.
        offsets: int64[n + 1].
    """

    concepts: NDArray[np.int32]
    scores: NDArray[np.float64]
    offsets: NDArray[np.int64]


def of_names(
    owner: NDArray[np.int64],
    concepts: NDArray[np.int32],
    scores: NDArray[np.floating],
    *,
    order_of_ids: NDArray[np.int32],
    count: int,
    k: int,
) -> Answers:
    """The best `k` concepts of every query, each with the score of its best name.

    Args:
        owner: int64[m], for each found name the query that found it.
        concepts: int32[m], the name's concept.
        scores: float[m], higher is better; rounded to four decimals here.
        order_of_ids: for each concept the place of its id; ties go by it.
        count: number of queries.
        k: counts concepts.
    """
    rounded = np.round(scores.astype(np.float64), 4)
    order = np.lexsort((-rounded, concepts, owner))
    pair = owner[order] << 32 | concepts[order]
    order = order[np.diff(pair, prepend=-1) != 0]  # the best name of every concept
    owner, concepts, rounded = owner[order], concepts[order], rounded[order]
    order = np.lexsort((order_of_ids[concepts], -rounded, owner))
    owner = owner[order]
    kept = np.arange(len(order)) - offsets_of(owner, count)[owner] < k
    order, owner = order[kept], owner[kept]
    return Answers(concepts[order].astype(np.int32), rounded[order], offsets_of(owner, count))
