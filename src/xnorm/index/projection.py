"""TF-IDF vectors as short dense ones, so that FAISS can search them.

Every 3-gram has two places among the dimensions and two signs, drawn by a hash of its characters;
a text's vector is the weighted sum over its 3-grams. Dot products are kept on average (a sparse
random projection, Achlioptas 2003), so FAISS finds likely names, whose exact score is then taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xnorm.index.hits import Hits, Offsets, batches
from xnorm.index.vectors import FILE, NearestVectors, Vectors, write

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

DIMENSIONS = 512

_PLACES = 2
_BLOCK = 8192
_SAMPLE = 4096


class Projection:
    """Projected names and how to project queries."""

    def __init__(self, folder: Path, codes: NDArray[np.int64]) -> None:
        self._vectors = NearestVectors(folder)
        self._matrix = _matrix(codes)

    @staticmethod
    def build(
        folder: Path,
        codes: NDArray[np.int64],
        grams: NDArray[np.int64],
        weights: NDArray[np.float64],
        offsets: Offsets,
    ) -> None:
        """Writes the projections of names, given the weights of their 3-grams.

        Args:
            folder: an existing folder.
            codes: int64[vocabulary], of the 3-grams.
            grams, weights: those of all names, flat; name `i` owns `offsets[i]:offsets[i + 1]`.
        """
        rows, matrix = _rows(grams, weights, offsets, len(codes)), _matrix(codes)
        count = rows.shape[0]

        def blocks() -> Iterator[Vectors]:
            for batch in batches(count, _BLOCK):
                yield _project(rows[batch], matrix)

        sample = np.unique(np.linspace(0, max(count - 1, 0), min(count, _SAMPLE)).astype(int))
        write(blocks(), _project(rows[sample], matrix), count, folder)

    @classmethod
    def open(cls, folder: Path, codes: NDArray[np.int64]) -> Projection | None:
        """What `build` wrote, if it did."""
        return cls(folder, codes) if (folder / FILE).exists() else None

    def find(
        self,
        grams: NDArray[np.int64],
        weights: NDArray[np.float64],
        offsets: Offsets,
        depth: int,
    ) -> Hits:
        """The `depth` names whose projections are nearest to those of queries."""
        queries = _rows(grams, weights, offsets, self._matrix.shape[0])
        return self._vectors.find(self._vectors.prepare(_project(queries, self._matrix)), depth)


def _rows(
    grams: NDArray[np.int64], weights: NDArray[np.float64], offsets: Offsets, width: int
) -> csr_matrix:
    import scipy.sparse as sparse

    return sparse.csr_matrix((weights, grams, offsets), shape=(len(offsets) - 1, width))


def _project(rows: csr_matrix, matrix: csr_matrix) -> Vectors:
    dense: NDArray[Any] = (rows @ matrix).toarray()
    lengths = np.sqrt(np.einsum("ij,ij->i", dense, dense))
    lengths[lengths == 0] = 1
    return np.asarray(dense / lengths[:, None], np.float32)


def _matrix(codes: NDArray[np.int64]) -> csr_matrix:
    """3-grams by dimensions: two entries of 1 or -1 a row."""
    import scipy.sparse as sparse

    mixed = codes.astype(np.uint64)
    with np.errstate(over="ignore"):  # the finaliser of splitmix64
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    fields = [mixed >> np.uint64(20 * number) for number in range(_PLACES)]
    columns = np.stack([field % np.uint64(DIMENSIONS) for field in fields], axis=1)
    signs = np.stack([field >> np.uint64(19) & np.uint64(1) for field in fields], axis=1)
    return sparse.csr_matrix(
        (
            signs.ravel() * 2.0 - 1,
            columns.ravel().astype(np.int64),
            np.arange(0, len(codes) * _PLACES + 1, _PLACES),
        ),
        shape=(len(codes), DIMENSIONS),
    )
