"""Names of a big terminology encoded on the cores of a cluster, for `xnorm index build`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xnorm.distributed.cluster import cluster
from xnorm.encoders import load_encoder
from xnorm.errors import SettingError, XnormError
from xnorm.index.encoders import spec_of

if TYPE_CHECKING:
    from xnorm.encoders import Encoder

NAMES = 2048
"""Encoded at a time on one core."""

_RETRIES = 3


class RemoteEncoder:
    """Encodes on the cores of a connected cluster, which have to find the encoder under one path.

    Rows are those of the encoder itself where they do not depend on what is encoded beside them,
    as with the default one.

    Attributes:
        spec: what `load_encoder` understands.
        dimension, fingerprint: the encoder's.
    """

    def __init__(self, spec: str) -> None:
        import ray

        own = load_encoder(spec)
        self.spec = spec_of(spec)
        self.dimension, self.fingerprint = own.dimension, own.fingerprint
        self._encode: Any = ray.remote(num_cpus=1, max_retries=_RETRIES)(_encode)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows of unit length, float32[n, d], in the order of the texts.

        Raises:
            SettingError: when a node cannot open the encoder, or has another one.
        """
        import ray

        asked = [
            self._encode.remote(self.spec, self.fingerprint, list(texts[start : start + NAMES]))
            for start in range(0, len(texts), NAMES)
        ]
        rows = [np.zeros((0, self.dimension), np.float32)]
        for answer in ray.get(asked):
            if isinstance(answer, str):
                raise SettingError(answer, place="a node of the cluster")
            rows.append(answer)
        return np.concatenate(rows)


@contextmanager
def remote_encoders(specs: Sequence[str], *, address: str | None = None) -> Iterator[list[Encoder]]:
    """Encoders that work on a cluster, for as long as it is connected to.

    Args:
        specs: what `load_encoder` understands.
        address: the cluster's, as for `cluster`.

    Raises:
        MissingExtra, SettingError, DataError: as `cluster` does.
    """
    with cluster(address):
        yield [RemoteEncoder(spec) for spec in specs]


def _encode(spec: str, fingerprint: str, texts: list[str]) -> NDArray[np.float32] | str:
    """The rows, or what is wrong."""
    try:
        encoder = _opened(spec)
    except XnormError as error:
        return str(error).removesuffix(".")
    if encoder.fingerprint != fingerprint:
        return f"the encoder '{spec}' is another one there. Give all nodes the same"
    return encoder.encode(texts)


@cache
def _opened(spec: str) -> Encoder:
    """Of this process, which Ray asks again and again."""
    return load_encoder(spec)
