"""Nearest vectors through FAISS, on whole numbers.

Unit vectors of names and queries are rounded to bytes, -127 to 127. Sums of products of whole
numbers are exact in single precision as long as they stay below 2**24, whatever their order, so a
score is the same with any machine, batch size and number of threads.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.index import first_pass
from xnorm.index.first_pass import FirstPass
from xnorm.index.groups import group_count
from xnorm.index.hits import (
    Hits,
    Offsets,
    Rows,
    Scores,
    batches,
    from_grains,
    grains,
    owners,
    ranked,
)

Vectors = NDArray[np.float32]

FILE, SCALE = "vectors.faiss", "scale.npy"

FIRST_PASS_ABOVE = 10_000
"""Beyond this many vectors a first pass over short codes proposes which to compare exactly."""

SEARCHES = ("auto", "flat", "ivf")
"""How the first pass goes: over all codes, or over those of near groups only (inverted files)."""

FLAT_BELOW = 500_000
"""Up to this many vectors `auto` is `flat`: it finds 99 % of what comparing all would find, two
thousand mentions a second and core here, and its time grows with size. At a million names `ivf` is
six times as fast and finds 90 %, with as many of the right concepts (benchmarks/index)."""

_LIMIT = 127
_SHIFT = 128.0  # what FAISS adds to bytes when it stores them
_SPARE = 16  # vectors beyond k, so that a tie at the end seldom needs a second search
_SHALLOWEST = 128  # rows that a first pass proposes at least
_BLOCK = 65_536
_TAKEN_AT_ONCE = 16  # queries whose vectors of names are taken together


class Prepared(NamedTuple):
    """Queries as bytes, in float32[n, d] as FAISS wants them, and what they were multiplied by."""

    whole: Vectors
    scales: NDArray[np.float64]


def search_for(count: int, search: str) -> str:
    """One of `SEARCHES` but `auto`, for a number of vectors; few are always compared one by one."""
    if search == "auto":
        return "flat" if count <= FLAT_BELOW else "ivf"
    return search if count > FIRST_PASS_ABOVE else "flat"


def write(
    blocks: Iterable[Vectors], sample: Vectors, count: int, folder: Path, *, search: str = "auto"
) -> None:
    """Writes unit vectors, float32[., d], that come in blocks.

    Args:
        blocks: together `count` rows.
        sample: some of the rows, from which the scale is taken.
        count: the number of vectors.
        folder: an existing folder.
        search: one of `SEARCHES`.
    """
    import faiss

    largest = float(np.quantile(np.abs(sample), 0.9999)) if sample.size else 0.0
    scale = _LIMIT / largest if largest else 1.0
    np.save(folder / SCALE, np.array(scale))
    dimension = sample.shape[1]
    stored = np.empty((count, dimension), np.int8)
    start = 0
    for block in blocks:
        stored[start : start + len(block)] = _to_bytes(block * scale)
        start += len(block)
    index: Any = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
    )
    index.is_trained = True  # bytes are stored as they are
    for start in range(0, count, _BLOCK):
        index.add(stored[start : start + _BLOCK].astype(np.float32))
    faiss.write_index(index, str(folder / FILE))
    if count > FIRST_PASS_ABOVE and dimension % 2 == 0:
        groups = group_count(count) if search_for(count, search) == "ivf" else 0
        FirstPass.build(stored, folder / first_pass.FILE, groups=groups)


class NearestVectors:
    """The vectors that `write` wrote, mapped from disk."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._first_pass = FirstPass.open(folder / first_pass.FILE)
        self._scale = float(np.load(folder / SCALE))

    def prepare(self, queries: Vectors) -> Prepared:
        """Queries, float32[n, d] of unit length, as bytes, each by its largest value."""
        largest = np.abs(queries).max(axis=1, initial=0).astype(np.float64)
        scales = np.divide(_LIMIT, largest, out=np.ones_like(largest), where=largest > 0)
        return Prepared(_to_bytes(queries * scales[:, None]).astype(np.float32), scales)

    def find(self, prepared: Prepared, k: int) -> Hits:
        """The `k` nearest vectors of every query, those with a positive cosine."""
        if self._first_pass is None:
            return self._find_all(prepared, k, _SPARE)
        return self._find_twice(self._first_pass, prepared, k)

    def _find_all(self, prepared: Prepared, k: int, spare: int) -> Hits:
        """One search by FAISS.

        A tie at the end of its answer may be cut anywhere, so what ties with the end is left out,
        and what then lacks something is searched again, deeper.
        """
        searcher = self._searcher
        depth = min(k + spare, searcher.ntotal)
        products, rows = searcher.search(prepared.whole, depth)
        real = (rows >= 0) & (products > 0)
        cut = real[:, -1:] & (depth < searcher.ntotal)
        sure = real & (~cut | (products > products[:, -1:]))
        owner, place = np.nonzero(sure)
        whole = self._grains(products[owner, place], owner, prepared)
        hits = ranked(owner, rows[owner, place], whole, len(products), k)
        return self._completed(
            hits, np.flatnonzero(cut[:, 0] & (sure.sum(1) < k)), prepared, k, 8 * depth
        )

    def _find_twice(self, first_pass: FirstPass, prepared: Prepared, k: int) -> Hits:
        """The best of what a first pass proposes; queries that it fails are searched in full."""
        depth = max(2 * k, _SHALLOWEST)
        rows, offsets = first_pass.find(prepared.whole, depth)
        whole = grains(self.score(prepared, rows, offsets))
        owner, positive = owners(offsets), whole > 0
        hits = ranked(owner[positive], rows[positive], whole[positive], len(offsets) - 1, k)
        lacking = np.flatnonzero((np.diff(offsets) < k) & prepared.whole.any(axis=1))
        return self._completed(hits, lacking, prepared, k, _SPARE)

    def _completed(
        self, hits: Hits, lacking: NDArray[np.int64], prepared: Prepared, k: int, spare: int
    ) -> Hits:
        """The hits, with those of some queries searched again."""
        if not len(lacking):
            return hits
        part = Prepared(prepared.whole[lacking], prepared.scales[lacking])
        return _replaced(hits, lacking, self._find_all(part, k, spare))

    def score(self, prepared: Prepared, rows: Rows, offsets: Offsets) -> Scores:
        """Cosines of given rows: query `i` owns `offsets[i]:offsets[i + 1]`."""
        products = np.zeros(len(rows), np.float32)
        taken = batches(len(prepared.whole), _TAKEN_AT_ONCE)
        most = max((int(offsets[b.stop] - offsets[b.start]) for b in taken), default=0)
        vectors = self._vectors(most)
        for batch in taken:
            first = offsets[batch.start]
            block = vectors(rows[first : offsets[batch.stop]])
            edges = offsets[batch.start : batch.stop + 1].tolist()
            for query, (start, stop) in zip(
                prepared.whole[batch], itertools.pairwise(edges), strict=True
            ):
                products[start:stop] = block[start - first : stop - first] @ query
        products -= _SHIFT * prepared.whole.sum(axis=1)[owners(offsets)]
        return from_grains(self._grains(products, owners(offsets), prepared))

    def _grains(
        self, products: NDArray[np.float32], owner: NDArray[np.int64], prepared: Prepared
    ) -> NDArray[np.int64]:
        return grains(products.astype(np.float64) / (self._scale * prepared.scales[owner]))

    def _vectors(self, most: int) -> Callable[[Rows], Vectors]:
        """What gives the vectors of at most that many rows, float32[rows, d], plus `_SHIFT`.

        What it gave before is overwritten: fresh memory would cost more than the copying.
        """
        codes = self._codes
        whole = np.empty((most, codes.shape[1]), np.uint8)
        floats = np.empty(whole.shape, np.float32)

        def take(rows: Rows) -> Vectors:
            taken = np.take(codes, rows, axis=0, out=whole[: len(rows)], mode="clip")
            np.copyto(floats[: len(rows)], taken)
            return floats[: len(rows)]

        return take

    @cached_property
    def _codes(self) -> NDArray[np.uint8]:
        """The stored bytes, from 0 to 255, uint8[n, d]: those in the file, not a copy."""
        import faiss

        searcher = self._searcher
        shape = searcher.ntotal, searcher.d
        return np.asarray(
            faiss.rev_swig_ptr(searcher.codes.data(), shape[0] * shape[1]).reshape(shape)
        )

    @cached_property
    def _searcher(self) -> Any:
        import faiss

        return faiss.read_index(str(self._file), faiss.IO_FLAG_MMAP_IFC)


def _to_bytes(values: NDArray[np.floating[Any]]) -> NDArray[np.int8]:
    return np.asarray(np.clip(np.rint(values), -_LIMIT, _LIMIT), np.int8)


def _replaced(hits: Hits, numbers: NDArray[np.int64], others: Hits) -> Hits:
    """`hits` with those of some queries taken from `others`."""
    keep = ~np.isin(owners(hits.offsets), numbers)
    owner = np.concatenate([owners(hits.offsets)[keep], numbers[owners(others.offsets)]])
    rows = np.concatenate([hits.rows[keep], others.rows])
    scores = np.concatenate([hits.scores[keep], others.scores])
    return ranked(owner, rows, grains(scores), len(hits.offsets) - 1, len(rows))
