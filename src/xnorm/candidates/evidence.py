"""Candidates for mentions as objects, each with the evidence for it."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xnorm.candidates.fuse import Fuse
from xnorm.candidates.query import Query
from xnorm.candidates.ranking import Ranking, batches_of, rank_batch
from xnorm.document import Candidate, Evidence
from xnorm.index.hits import offsets_of, owners

if TYPE_CHECKING:
    from xnorm.index import Index


def generate(
    index: Index, queries: Sequence[Query], k: int = 64, fuse: Fuse | None = None
) -> list[tuple[Candidate, ...]]:
    """The best `k` concepts of every query, best first, each with its evidence.

    Args:
        index: an open index.
        queries: equal ones are searched once.
        k: counts concepts.
        fuse: how the retrievers' scores become one.

    Returns:
        A tuple of candidates a query, in the order of the queries.
    """
    distinct, chosen = list(dict.fromkeys(queries)), fuse or Fuse()
    made: dict[Query, tuple[Candidate, ...]] = {}
    batches = [[distinct[place] for place in places] for places in batches_of(distinct)]
    with ThreadPoolExecutor(1) as thread:  # searches on while objects are made of what it found
        rankings = thread.map(lambda batch: rank_batch(index, batch, k, chosen), batches)
        for batch, ranking in zip(batches, rankings, strict=True):
            with _without_collector():
                made.update(zip(batch, _objects(index, batch, ranking), strict=True))
    return [made[query] for query in queries]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pauses the search for cycles, which there are none of and which takes a sixth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _objects(
    index: Index, queries: Sequence[Query], ranking: Ranking
) -> Iterator[tuple[Candidate, ...]]:
    concepts, place = _distinct(ranking.concepts, len(index.kb))
    table = index.kb.concepts.select(["id", "preferred"]).take(concepts)
    made = list(
        map(
            Candidate,
            _column(table["id"], place),
            itertools.repeat(index.kb.source),
            _column(table["preferred"], place),
            ranking.scores.tolist(),
            _evidence(index, queries, ranking),
        )
    )
    for start, stop in itertools.pairwise(ranking.offsets.tolist()):
        yield tuple(made[start:stop])


def _evidence(
    index: Index, queries: Sequence[Query], ranking: Ranking
) -> Iterator[tuple[Evidence, ...]]:
    """For each candidate one item a retriever that sees a likeness, best first."""
    found = ranking.found
    retriever, candidate = np.nonzero(found.scores > 0)
    order = np.lexsort((retriever, -found.scores[retriever, candidate], candidate))
    retriever, candidate = retriever[order], candidate[order]
    rows, place = _distinct(found.rows[retriever, candidate], index.manifest.names)
    table = index.kb.names.select(["text", "language", "kind"]).take(rows)
    long_forms = np.array([query.long_form for query in queries], object)
    by_long = found.long[retriever, candidate]
    asked = np.full(len(candidate), "", object)
    asked[by_long] = long_forms[owners(ranking.offsets)[candidate[by_long]]]
    made = list(
        map(
            Evidence,
            np.array(list(index.retrievers), object)[retriever].tolist(),
            _column(table["text"], place),
            np.round(found.scores[retriever, candidate].astype(np.float64), 4).tolist(),
            ranking.ranks[retriever, candidate].tolist(),
            _column(table["language"], place),
            _column(table["kind"], place),
            asked.tolist(),
        )
    )
    edges = offsets_of(candidate, len(ranking.concepts)).tolist()
    return (tuple(made[start:stop]) for start, stop in itertools.pairwise(edges))


def _distinct(rows: NDArray[np.int32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct rows of a table of `count`, ascending, and the place of each among them."""
    here = np.zeros(count, bool)
    here[rows] = True
    return np.flatnonzero(here), np.cumsum(here)[rows] - 1


def _column(column: Any, place: NDArray[np.int64]) -> list[str]:
    """The values of an Arrow column at some places; equal ones are one object."""
    values: list[str] = np.array(column.to_pylist(), object)[place].tolist()
    return values
