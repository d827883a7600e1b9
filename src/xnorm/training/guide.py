"""False negatives by a guide: names of different concepts that may well mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from xnorm.encoders import encode_projected

if TYPE_CHECKING:
    import numpy.typing as npt

    from xnorm.encoders import Encoder
    from xnorm.training.pairs import NameRow

    Integers = npt.NDArray[np.int64]


class Guide:
    """Finds cells of a batch that are no negatives, after GISTEmbed (Solatorio, 2024).

    The first name of one pair and the second of another do not contrast when the guide finds them
    more alike than it finds the two names of either pair.

    Args:
        encoder: the guide.
        rows: all that are drawn from; their vectors are kept in half precision.
        apart: the language of those that are no names (`xnorm.encoders.encode_projected`).
    """

    def __init__(self, encoder: Encoder, rows: Sequence[NameRow], apart: str | None = None) -> None:
        self._vectors = encoder.encode([row.name for row in rows]).astype(np.float16)
        places = [place for place, row in enumerate(rows) if row.language == apart]
        self._vectors[places] = encode_projected(encoder, [rows[place].name for place in places])

    def false_negatives(self, left: Integers, right: Integers) -> tuple[Integers, Integers]:
        """Rows and columns of those cells, besides the diagonal.

        Args:
            left: places of the pairs' first names, int64 [pairs].
            right: those of the second names.
        """
        first, second = (self._vectors[side].astype(np.float32) for side in (left, right))
        alike = first @ second.T
        own = alike.diagonal().copy()
        # a pair of which the guide knows nothing must not lose all its negatives
        rows, columns = np.nonzero(alike > np.maximum(own[:, None], own[None]))
        return rows, columns


def joined(*cells: tuple[Integers, Integers]) -> tuple[Integers, Integers]:
    """Cells of several kinds as one."""
    rows, columns = (np.concatenate(side) for side in zip(*cells, strict=True))
    return rows, columns
