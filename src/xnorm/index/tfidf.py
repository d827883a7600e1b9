"""Names by the cosine of their character 3-grams, weighted by rarity (TF-IDF).

Three ways to search, all of which score what they find exactly:

- `exact`: a product of sparse matrices over all 3-grams;
- `rarest`: the same product, but a name is listed under its `POSTED` rarest 3-grams only: they say
  most about it and their lists are short, so only a name that shares none of them is missed;
- `faiss`: the nearest by a dense projection.

`auto` is `exact` up to `EXACT_BELOW` names and `rarest` beyond. At every size measured, from 10,000
to 784,000 names, one of the two finds more than `faiss`, faster and in a quarter of the space: a
sparse vector of 3-grams does not fit into few dense dimensions
(`benchmarks/candidates/tfidf_search.py`).
Counts of a 3-gram within a name are ignored: names are short, and it measured the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.index.arrays import load, save
from xnorm.index.grams import grams
from xnorm.index.hits import (
    Hits,
    Offsets,
    Rows,
    Scores,
    batches,
    distinct,
    from_grains,
    grains,
    joined,
    nothing,
    offsets_of,
    owners,
    ranked,
)
from xnorm.index.projection import Projection
from xnorm.text.normal import fold

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FILES = ("codes", "frequencies", "grams", "offsets", "norms", "posted", "posted_offsets")

SEARCHES = ("auto", "exact", "rarest", "faiss")

EXACT_BELOW = 20_000
"""Up to this many names `auto` searches exactly."""

POSTED = 12
"""How many of its rarest 3-grams `rarest` finds a name by."""

_SMOOTH = 0.1  # for texts without any known 3-gram
_DEPTH = 2
_SHALLOWEST = 256
_PRODUCT = 2**24  # queries by names in one product of sparse matrices
_SCORED_AT_ONCE = 64  # queries; each has a dense row of weights


class Prepared(NamedTuple):
    """The weights of the queries' known 3-grams, unit length: query i owns a range of both.

    `norms` are the lengths that the queries' vectors had before.
    """

    grams: NDArray[np.int64]
    weights: NDArray[np.float64]
    offsets: Offsets
    norms: NDArray[np.float64]


class Tfidf:
    """3-grams are numbered from the rarest to the most frequent, and sorted so within a name."""

    name = "tfidf"

    def __init__(
        self,
        projection: Projection | None,
        codes: NDArray[np.int64],
        frequencies: NDArray[np.int32],
        grams: NDArray[np.unsignedinteger],
        offsets: Offsets,
        norms: Scores,
        posted: Rows,
        posted_offsets: Offsets,
    ) -> None:
        self._codes = codes
        self._frequencies = frequencies
        self._grams = grams
        self._offsets = offsets
        self._norms = norms
        self._posted = posted
        self._posted_offsets = posted_offsets
        self._projection = projection

    @staticmethod
    def build(names: Sequence[str], folder: Path, *, search: str = "auto") -> None:
        """Writes the 3-grams of `names`, whose places are their rows.

        Args:
            names: as the terminology writes them.
            folder: an existing folder.
            search: one of `SEARCHES`.
        """
        if search == "auto":
            search = "rarest" if len(names) > EXACT_BELOW else "exact"
        found, ends = grams([fold(name) for name in names])
        codes = distinct(found.copy())
        ids = np.searchsorted(codes, found)
        ids, offsets = _distinct(ids, owners(ends), len(codes), len(names))
        frequencies = np.bincount(ids, minlength=len(codes))
        by_rarity = np.argsort(frequencies, kind="stable")
        rank = np.empty(len(codes), np.int64)
        rank[by_rarity] = np.arange(len(codes))
        ids, offsets = _distinct(rank[ids], owners(offsets), len(codes), len(names))
        codes, frequencies = codes[by_rarity], frequencies[by_rarity]

        row = owners(offsets)
        posted = {"exact": len(codes), "rarest": POSTED, "faiss": 0}[search]
        rarest = np.arange(len(ids)) - offsets[row] < posted
        post = ids[rarest] * np.int64(len(names)) + row[rarest]
        post.sort()
        idf = _idf(frequencies, len(names))
        norms = np.sqrt(np.bincount(row, weights=idf[ids] ** 2, minlength=len(names)))
        arrays = (
            codes,
            frequencies.astype(np.int32),
            ids.astype(np.min_scalar_type(max(len(codes) - 1, 0))),
            offsets.astype(np.int64 if len(ids) > np.iinfo(np.int32).max else np.int32),
            norms.astype(np.float32),
            (post % max(len(names), 1)).astype(np.int32),
            offsets_of(post // max(len(names), 1), len(codes)),
        )
        save(folder, FILES, arrays)
        if search == "faiss":
            Projection.build(folder, codes, ids, idf[ids] / norms[row], offsets)

    @classmethod
    def open(cls, folder: Path) -> Tfidf:
        """Opens what `build` wrote by memory map."""
        arrays = load(folder, FILES)
        return cls(Projection.open(folder, arrays[0]), *arrays)

    def prepare(self, queries: Sequence[str]) -> Prepared:
        """The queries as unit vectors of weights over the 3-grams that the terminology has."""
        codes, offsets = grams([fold(query) for query in queries])
        if not len(self._codes):
            return Prepared(
                np.zeros(0, np.int64), np.zeros(0), np.zeros_like(offsets), np.zeros(len(queries))
            )
        order, known = self._order
        place = np.minimum(np.searchsorted(known, codes), len(known) - 1)
        here = known[place] == codes
        row = owners(offsets)[here]
        ids, offsets = _distinct(order[place[here]], row, len(known), len(queries))
        weights = self._weights[ids]
        row = owners(offsets)
        norms = np.sqrt(np.bincount(row, weights=weights**2, minlength=len(queries)))
        return Prepared(ids, weights / norms[row], offsets, norms)

    def find(self, prepared: Prepared, k: int) -> Hits:
        """The best `k` names of every query that share a 3-gram with it."""
        count = len(prepared.offsets) - 1
        if not len(self._codes):
            return nothing(count)
        depth = max(k * _DEPTH, _SHALLOWEST)
        parts = []
        for batch in batches(count, max(16, min(256, _PRODUCT // len(self._norms)))):
            part = _slice(prepared, batch)
            rows, offsets = self._likely(part, depth)
            whole = grains(self._cosines(part, rows, offsets))
            parts.append(ranked(owners(offsets), rows, whole, batch.stop - batch.start, k))
        return joined(parts)

    def _likely(self, prepared: Prepared, depth: int) -> tuple[Rows, Offsets]:
        """The `depth` names that are likely the best for each query."""
        import scipy.sparse as sparse

        if self._projection is not None:
            found = self._projection.find(prepared.grams, prepared.weights, prepared.offsets, depth)
            return found.rows, found.offsets
        queries = sparse.csr_matrix(
            (prepared.weights.astype(np.float32), prepared.grams, prepared.offsets),
            shape=(len(prepared.offsets) - 1, len(self._codes)),
        )
        return _best(queries @ self._matrix, depth)

    def score(self, prepared: Prepared, rows: Rows, offsets: Offsets) -> Scores:
        """The cosines of given names with their queries."""
        return from_grains(grains(self._cosines(prepared, rows, offsets)))

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The best `k` names of every query that share a 3-gram with it."""
        return self.find(self.prepare(queries), k)

    def log_ratios(
        self, prepared: Prepared, rows: Rows, owner: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """How much more given names weigh than their queries, as a natural logarithm."""
        ratios = (self._norms[rows] + _SMOOTH) / (prepared.norms[owner] + _SMOOTH)
        return np.log(ratios).astype(np.float32)

    def _cosines(self, prepared: Prepared, rows: Rows, offsets: Offsets) -> NDArray[np.float64]:
        """Exact cosines: for each pair the summed weights of the name's 3-grams in the query."""
        count = len(prepared.offsets) - 1
        scores = np.zeros(len(rows))
        table = np.zeros((min(count, _SCORED_AT_ONCE), len(self._codes)))
        for batch in batches(count, _SCORED_AT_ONCE):
            part = _slice(prepared, batch)
            owner = owners(part.offsets)
            table[owner, part.grams] = part.weights * self._weights[part.grams]
            start, stop = offsets[batch.start], offsets[batch.stop]
            scores[start:stop] = self._sums(
                table, rows[start:stop], owners(offsets[batch.start : batch.stop + 1])
            )
            table[owner, part.grams] = 0
        return scores

    def _sums(
        self, table: NDArray[np.float64], rows: Rows, owner: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        first = self._offsets[rows].astype(np.int64)
        counts = self._offsets[rows + 1] - first
        starts = np.cumsum(counts) - counts
        place = np.arange(counts.sum()) + np.repeat(first - starts, counts)
        weights = table.ravel()[np.repeat(owner * table.shape[1], counts) + self._grams[place]]
        sums = np.zeros(len(rows))
        full = counts > 0
        if full.any():
            sums[full] = np.add.reduceat(weights, starts[full])
        norms = self._norms[rows].astype(np.float64)
        return np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 0)

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        return _idf(self._frequencies, len(self._norms))

    @cached_property
    def _order(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self._codes)
        return order, self._codes[order]

    @cached_property
    def _matrix(self) -> csr_matrix:
        """3-grams by names: the share that a 3-gram has in the cosine of a name."""
        import scipy.sparse as sparse

        lists = np.diff(self._posted_offsets)
        shares = np.repeat(self._weights.astype(np.float32), lists) / self._norms[self._posted]
        return sparse.csr_matrix(
            (shares, self._posted, self._posted_offsets),
            shape=(len(self._codes), len(self._norms)),
        )


def _idf(frequencies: NDArray[np.integer], names: int) -> NDArray[np.float64]:
    """Smooth inverse document frequency: ln((1 + n) / (1 + df)) + 1."""
    return np.log((1 + names) / (1 + frequencies.astype(np.float64))) + 1


def _distinct(
    ids: NDArray[np.int64], row: NDArray[np.int64], width: int, count: int
) -> tuple[NDArray[np.int64], Offsets]:
    """The distinct ids of each row, ascending, with their offsets."""
    key = distinct(row * np.int64(max(width, 1)) + ids)
    row, ids = np.divmod(key, max(width, 1))
    return ids, offsets_of(row, count)


def _slice(prepared: Prepared, batch: slice) -> Prepared:
    start, stop = prepared.offsets[batch.start], prepared.offsets[batch.stop]
    offsets = prepared.offsets[batch.start : batch.stop + 1] - start
    norms = prepared.norms[batch]
    return Prepared(prepared.grams[start:stop], prepared.weights[start:stop], offsets, norms)


def _best(products: csr_matrix, depth: int) -> tuple[Rows, Offsets]:
    """The columns of the `depth` largest values of every row."""
    found = []
    for start, stop in itertools.pairwise(products.indptr):
        columns = products.indices[start:stop]
        if len(columns) > depth:
            values = products.data[start:stop]
            columns = columns[np.argpartition(values, -depth)[-depth:]]
        found.append(columns)
    offsets = np.cumsum([0, *map(len, found)])
    return np.concatenate(found).astype(np.int32, copy=False), offsets
