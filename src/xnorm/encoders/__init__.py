"""Encoders: text to unit vectors, so that names of one concept lie near each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from xnorm.encoders.static import StaticEncoder
from xnorm.errors import SettingError
from xnorm.resources import resource_path

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Encoder", "StaticEncoder", "load_encoder"]


class Encoder(Protocol):
    """What an index asks of an encoder."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Equal for encoders that give equal vectors; an index refuses any other."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Rows of unit length, float32 [texts, dimension]; zero for a text it knows nothing of."""


def load_encoder(spec: str = "default", **options: Any) -> Encoder:
    """Opens an encoder by name.

    Args:
        spec: "default" for the one that ships, a folder written by `StaticEncoder.save`, or
            "transformer:NAME" for a sentence-transformers model (extra `neural`).
        options: settings of a transformer (`TransformerEncoder`).

    Raises:
        SettingError: when `spec` is none of these, or a static encoder is given options.
        MissingExtra: when a transformer is asked for and its stack is not installed.
    """
    kind, _, name = spec.partition(":")
    if kind == "transformer" and name:
        from xnorm.encoders.transformer import TransformerEncoder

        return TransformerEncoder.load(name, **options)
    if options:
        raise SettingError(
            f"a static encoder has no setting '{sorted(options)[0]}'",
            place=f"encoder '{spec}'",
            todo="Leave the settings out, or name a transformer: 'transformer:NAME'",
        )
    if spec == "default":
        return StaticEncoder.load(resource_path("encoder"))
    if Path(spec).is_dir():
        return StaticEncoder.load(Path(spec))
    raise SettingError(
        f"there is no encoder '{spec}'",
        todo="Use 'default', a folder of a static encoder, or 'transformer:NAME'",
    )
