"""Several encoders as one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from xnorm.encoders import encode_projected

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from xnorm.encoders import Encoder


class ConcatenatedEncoder(msgspec.Struct, frozen=True, eq=False):
    """Puts the vectors of several encoders side by side.

    The cosine of two texts is the mean of their cosines with each encoder; a text that one of them
    knows nothing of is left to the others.
    """

    parts: tuple[Encoder, ...]

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return sum(part.dimension for part in self.parts)

    @property
    def fingerprint(self) -> str:
        """Equal for the same encoders in the same order."""
        joined = "\n".join(part.fingerprint for part in self.parts)
        return hashlib.sha256(joined.encode()).hexdigest()[:16]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Rows of unit length, float32 [texts, dimension]; zero for a text that none knows."""
        return _joined([part.encode(texts) for part in self.parts])

    def encode_projected(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """As `encode`, of texts that go with names, by the parts that have a map of such texts."""
        return _joined([encode_projected(part, texts) for part in self.parts])


def _joined(parts: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    import numpy as np

    vectors = np.concatenate(parts, axis=1)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    np.divide(vectors, lengths, out=vectors, where=lengths > 0)
    return vectors
