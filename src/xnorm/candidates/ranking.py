"""The concepts of a terminology for mentions, best first, as flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.candidates.fuse import Fuse, ranks
from xnorm.candidates.query import Query
from xnorm.candidates.retrieve import Found, retrieve
from xnorm.index.hits import Offsets, offsets_of

if TYPE_CHECKING:
    from xnorm.index import Index

BATCH = 512
"""Queries that are searched at a time."""

_NAMES_A_CONCEPT = 2  # names asked of a retriever for each concept that is wanted
_SHALLOWEST = 64  # so that a small `k` cuts the list of a large one, nearly always
_TYPED = 4  # times as many where types are filtered


class Ranking(NamedTuple):
    """Candidates for a batch of queries, flat: query `i` owns `offsets[i]:offsets[i + 1]`.

    Attributes:
        concepts: int32[m], rows of the knowledge base's concepts, best first within a query.
        scores: float64[m], rounded to four decimals.
        offsets: int64[n + 1].
        found: what the retrievers said, in the same order; `found.scores[r, i]` is the score of
            candidate `i` with the retriever `r` (in the order of `index.retrievers`).
        ranks: int64[retrievers, m], of the candidate with each retriever, from 1.
    """

    concepts: NDArray[np.int32]
    scores: NDArray[np.float64]
    offsets: Offsets
    found: Found
    ranks: NDArray[np.int64]


def rank(index: Index, queries: Sequence[Query], k: int = 64, fuse: Fuse | None = None) -> Ranking:
    """The best `k` concepts of every query as flat arrays, without objects.

    A concept's score is made of its best names'; ties go by concept id.
    """
    chosen = fuse or Fuse()
    places = batches_of(queries)
    parts = [rank_batch(index, [queries[at] for at in part], k, chosen) for part in places]
    if len(parts) == 1:
        return parts[0]
    return _in_order(_joined(parts), np.argsort([at for part in places for at in part]))


def batches_of(queries: Sequence[Query]) -> list[list[int]]:
    """The places of queries that are searched together; at least one batch.

    A query with types is searched deeper, so it is never together with one that has none: answers
    must not depend on the other queries.
    """
    kinds: tuple[list[int], list[int]] = ([], [])
    for place, query in enumerate(queries):
        kinds[bool(query.types)].append(place)
    return [kind[at : at + BATCH] for kind in kinds for at in range(0, len(kind), BATCH)] or [[]]


def rank_batch(index: Index, queries: Sequence[Query], k: int, fuse: Fuse) -> Ranking:
    """`rank` for one of the batches of `batches_of`."""
    depth = max(k * _NAMES_A_CONCEPT, _SHALLOWEST)
    if queries and queries[0].types:
        depth *= _TYPED
    found = retrieve(index, queries, depth)
    fused = fuse(index, found)
    owner = found.owner
    keys = np.rint(fused.keys * 10_000).astype(np.int64)
    order = np.lexsort((index.order_of_ids[found.concepts], -keys, owner))
    order = order[np.arange(len(order)) - found.offsets[owner] < k]
    every = Ranking(
        found.concepts,
        np.round(fused.scores, 4),
        found.offsets,
        found,
        np.stack([ranks(scores, found.offsets) for scores in found.scores]),
    )
    return _taken(every, order, offsets_of(owner[order], len(queries)))


def _taken(ranking: Ranking, at: NDArray[np.int64], offsets: Offsets) -> Ranking:
    """The candidates at some places, with the offsets that they have then."""
    columns = (getattr(ranking.found, name)[:, at] for name in Found._fields[2:])
    found = Found(ranking.concepts[at], offsets, *columns)
    return Ranking(found.concepts, ranking.scores[at], offsets, found, ranking.ranks[:, at])


def _in_order(ranking: Ranking, order: NDArray[np.int64]) -> Ranking:
    """The ranking of the queries at some places."""
    sizes = np.diff(ranking.offsets)[order]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    at = np.repeat(ranking.offsets[order] - offsets[:-1], sizes) + np.arange(offsets[-1])
    return _taken(ranking, at, offsets)


def _joined(parts: Sequence[Ranking]) -> Ranking:
    """The rankings of several batches as one."""
    counts = np.concatenate([np.diff(part.offsets) for part in parts])
    offsets = np.concatenate([[0], np.cumsum(counts)])
    found = Found(
        np.concatenate([part.concepts for part in parts]),
        offsets,
        *(
            np.concatenate([getattr(part.found, name) for part in parts], axis=1)
            for name in Found._fields[2:]
        ),
    )
    return Ranking(
        found.concepts,
        np.concatenate([part.scores for part in parts]),
        offsets,
        found,
        np.concatenate([part.ranks for part in parts], axis=1),
    )
