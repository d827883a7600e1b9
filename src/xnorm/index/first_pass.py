"""A quick first look at many vectors: four-bit codes that FAISS compares sixty-four at a time."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xnorm.index.groups import centres, flat
from xnorm.index.hits import Offsets, Rows, offsets_of

Vectors = NDArray[np.float32]

FILE = "first_pass.faiss"

PROBES = 128
"""Groups that are looked at, where there are groups."""

_VALUES_A_CODE = 2  # values of a vector that share a code of four bits
_SAMPLE, _ROUNDS = 4_096, 10  # of k-means, where more measured no better


class FirstPass:
    """Proposes rows that are likely the nearest; their exact products are taken afterwards."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @staticmethod
    def build(vectors: NDArray[np.int8], path: Path, *, groups: int = 0) -> None:
        """Writes the codes of vectors, int8[n, d] with an even d.

        Args:
            vectors: more than a few dozen.
            path: the file.
            groups: put codes into so many groups, of which the nearest are looked at; 0: look at
                all codes.
        """
        import faiss

        count, dimension = vectors.shape
        codes = dimension // _VALUES_A_CODE
        index: Any
        if groups:
            coarse = flat(centres(vectors, groups))
            index = faiss.IndexIVFPQFastScan(
                coarse, dimension, coarse.ntotal, codes, 4, faiss.METRIC_INNER_PRODUCT
            )
            index.by_residual = False  # a code means the same in every group
        else:
            index = faiss.IndexPQFastScan(dimension, codes, 4, faiss.METRIC_INNER_PRODUCT)
        index.pq.cp.niter = _ROUNDS
        spread = np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.int64)
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # the many tiny steps wait for each other on a busy machine
        try:
            index.train(vectors[spread].astype(np.float32))
        finally:
            faiss.omp_set_num_threads(threads)
        for start in range(0, count, 65_536):
            index.add(vectors[start : start + 65_536].astype(np.float32))
        faiss.write_index(index, str(path))

    @classmethod
    def open(cls, path: Path) -> FirstPass | None:
        """What `build` wrote, if it did."""
        return cls(path) if path.exists() else None

    def find(self, queries: Vectors, depth: int) -> tuple[Rows, Offsets]:
        """About `depth` rows for every query, without what ties with the last one.

        A tie may be cut anywhere, so all of it is left out.
        """
        products, rows = self._searcher.search(queries, min(depth, self._searcher.ntotal))
        owner, place = np.nonzero((rows >= 0) & (products > products[:, -1:]))
        return rows[owner, place].astype(np.int32), offsets_of(owner, len(queries))

    @cached_property
    def _searcher(self) -> Any:
        import faiss

        index: Any = faiss.read_index(str(self._path))
        if hasattr(index, "nprobe"):
            index.nprobe = min(PROBES, index.nlist)
        return index
