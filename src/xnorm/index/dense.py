"""Names by the cosine of their meaning, as an encoder sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xnorm.encoders import encode_projected
from xnorm.index.hits import Hits, Offsets, Rows, Scores
from xnorm.index.vectors import NearestVectors, Prepared, Vectors, write

if TYPE_CHECKING:
    from xnorm.encoders import Encoder

_BLOCK = 8192
_SAMPLE = 4096


class Dense:
    """Vectors of names as bytes, and the encoder for queries, which is asked for when needed."""

    def __init__(
        self, vectors: NearestVectors, encoder: Callable[[], Encoder], name: str = "dense"
    ) -> None:
        self.name = name
        self._vectors = vectors
        self._encoder = encoder

    @staticmethod
    def build(
        names: Sequence[str],
        folder: Path,
        encoder: Encoder,
        *,
        search: str = "auto",
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Writes the vectors of `names`, whose places are their rows.

        Args:
            names: as the terminology writes them.
            folder: an existing folder.
            encoder: gives unit vectors.
            search: one of `xnorm.index.vectors.SEARCHES`.
            progress: told the number of names encoded so far.
        """

        def blocks() -> Iterator[Vectors]:
            for start in range(0, len(names), _BLOCK):
                yield encoder.encode(names[start : start + _BLOCK])
                if progress is not None:
                    progress(min(start + _BLOCK, len(names)))

        spread = np.unique(np.linspace(0, len(names) - 1, min(len(names), _SAMPLE)).astype(int))
        sample = encoder.encode([names[row] for row in spread])
        write(blocks(), sample, len(names), folder, search=search)

    @classmethod
    def open(cls, folder: Path, encoder: Callable[[], Encoder], *, name: str = "dense") -> Dense:
        """Opens what `build` wrote; `encoder` is called at the first query."""
        return cls(NearestVectors(folder), encoder, name)

    def prepare(self, queries: Sequence[str]) -> Prepared:
        """The queries' vectors."""
        return self._vectors.prepare(self._encoder().encode(queries))

    def prepare_projected(self, queries: Sequence[str]) -> Prepared:
        """The vectors of queries that are no names (`xnorm.encoders.encode_projected`)."""
        return self._vectors.prepare(encode_projected(self._encoder(), queries))

    def find(self, prepared: Prepared, k: int) -> Hits:
        """The `k` names nearest to every query."""
        return self._vectors.find(prepared, k)

    def score(self, prepared: Prepared, rows: Rows, offsets: Offsets) -> Scores:
        """The cosines of given names with their queries."""
        return self._vectors.score(prepared, rows, offsets)

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` names nearest to every query."""
        return self.find(self.prepare(queries), k)
