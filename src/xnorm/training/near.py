"""Groups of near concepts, so that a batch can hold names that are hard to tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

CLUSTER_SIZE = 150
"""Names in a group, about."""


def near(vectors: npt.NDArray[np.float32], generator: np.random.Generator) -> npt.NDArray[np.int64]:
    """The group of each vector: that of the nearest of some vectors drawn as centres.

    Args:
        vectors: of unit length, [names, dimension].
        generator: the source of chance.
    """
    count = max(1, len(vectors) // CLUSTER_SIZE)
    centres = vectors[generator.permutation(len(vectors))[:count]]
    blocks = np.array_split(vectors, len(vectors) // 4096 + 1)
    return np.concatenate([(block @ centres.T).argmax(axis=1) for block in blocks])
