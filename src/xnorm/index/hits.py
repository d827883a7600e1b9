"""What a retriever answers, and the one place where its answers are put in order.

Scores are rounded to four decimals before anything is ranked, and ties go by row, so that batch
size, threads and machine do not change a ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Scores = NDArray[np.float32]
Offsets = NDArray[np.int64]
Texts = Callable[[Rows], list[str]]
"""The texts of some rows of the names table."""

GRAIN = 10_000
"""Scores are whole numbers of 1/GRAIN."""

_SCORE_BITS, _ROW_BITS = 15, 31
_QUERIES = 1 << (63 - _SCORE_BITS - _ROW_BITS)  # more of them do not fit into a sorting key


class Hits(NamedTuple):
    """Name rows for a batch of queries, flat: query `i` owns `offsets[i]:offsets[i + 1]`.

    Attributes:
        rows: int32[m], rows of the knowledge base's names table, best first within a query.
        scores: float32[m], rounded to four decimals, higher is better.
        offsets: int64[n + 1].
    """

    rows: Rows
    scores: Scores
    offsets: Offsets


class Retriever(Protocol):
    """Finds names by their likeness to a query.

    `search` answers texts; where several things are asked about the same texts, `prepare` does
    what is dear (encoding) once.
    """

    name: str

    def prepare(self, queries: Sequence[str]) -> Any:
        """Whatever `find` and `score` need to know of the queries."""

    def find(self, prepared: Any, k: int) -> Hits:
        """The best `k` names of every query; fewer where fewer have any likeness."""

    def score(self, prepared: Any, rows: Rows, offsets: Offsets) -> Scores:
        """The score of given names (query `i` owns `offsets[i]:offsets[i + 1]`), as `find`'s."""

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """`find` for texts."""


def owners(offsets: Offsets) -> NDArray[np.int64]:
    """For each item of a flat array the query that owns it, int64[m]."""
    return np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))


def offsets_of(owner: NDArray[np.integer[Any]], count: int) -> Offsets:
    """The offsets of `count` queries from the ascending owner of each item."""
    found = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=count), out=found[1:])
    return found


def grains(scores: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Scores of -1 to 1 as whole numbers of 1/GRAIN: all rounding happens here."""
    return np.clip(np.rint(scores.astype(np.float64) * GRAIN), -GRAIN, GRAIN).astype(np.int64)


def from_grains(whole: NDArray[np.int64]) -> Scores:
    """The float32 scores of whole numbers of 1/GRAIN."""
    return (whole / GRAIN).astype(np.float32)


def ranked(
    owner: NDArray[np.integer[Any]],
    rows: NDArray[np.integer[Any]],
    whole: NDArray[np.int64],
    count: int,
    k: int,
) -> Hits:
    """Hits in the order of query, score (in grains, descending), row; `k` a query are kept."""
    if count > _QUERIES:
        order = np.lexsort((rows, -whole, owner))
        owner, rows, whole = owner[order].astype(np.int64), rows[order], whole[order]
        offsets = offsets_of(owner, count)
        keep = np.arange(len(owner)) - offsets[owner] < k
        return Hits(
            rows[keep].astype(np.int32), from_grains(whole[keep]), offsets_of(owner[keep], count)
        )
    key = (owner.astype(np.int64) << _SCORE_BITS) | (GRAIN - whole)
    key = (key << _ROW_BITS) | rows
    key.sort()
    owner = key >> (_SCORE_BITS + _ROW_BITS)
    offsets = offsets_of(owner, count)
    keep = np.arange(len(key)) - offsets[owner] < k
    key, owner = key[keep], owner[keep]
    kept = (key & ((1 << _ROW_BITS) - 1)).astype(np.int32)
    whole = GRAIN - ((key >> _ROW_BITS) & ((1 << _SCORE_BITS) - 1))
    return Hits(kept, from_grains(whole), offsets_of(owner, count))


def distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The distinct values, ascending; sorts `keys` in place, far faster than `np.unique`."""
    keys.sort()
    return np.asarray(keys[np.diff(keys, prepend=keys[:1] - 1) != 0])


def batches(count: int, size: int) -> list[slice]:
    """Slices of `size` that cover `count` items."""
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


def joined(parts: Sequence[Hits]) -> Hits:
    """The hits of several batches of queries as one."""
    if not parts:
        return nothing(0)
    ends = np.cumsum([part.offsets[-1] for part in parts])
    starts = np.concatenate([[0], ends[:-1]])
    return Hits(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate(
            [[0], *(part.offsets[1:] + start for part, start in zip(parts, starts, strict=True))]
        ).astype(np.int64),
    )


def nothing(count: int) -> Hits:
    """No hits for `count` queries."""
    return Hits(np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(count + 1, np.int64))
