"""Encoders: text to unit vectors, so that names of one concept lie near each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from xnorm.encoders.static import StaticEncoder
from xnorm.errors import SettingError, did_you_mean
from xnorm.resources import resource_path

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Encoder", "Encodes", "StaticEncoder", "encode_projected", "load_encoder"]

CONCAT = "concat"
"""The kind of several encoders as one, `concat:A+B`."""


class Encodes(Protocol):
    """What gives vectors of texts."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Rows of unit length, float32 [texts, dimension]; zero for a text it knows nothing of."""


class Encoder(Encodes, Protocol):
    """What an index asks of an encoder."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Equal for encoders that give equal vectors; an index refuses any other."""


def encode_projected(encoder: Encodes, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Vectors of texts that are no names but go with some, as skills go with job titles.

    They pass through the map of an encoder that learned one (`StaticEncoder.projection`); others
    encode them as names.
    """
    encode: Callable[[Sequence[str]], npt.NDArray[np.float32]]
    encode = getattr(encoder, "encode_projected", encoder.encode)
    return encode(texts)


def load_encoder(spec: str = "default") -> Encoder:
    """Opens an encoder by name.

    Args:
        spec: "default" for the one that ships, a folder written by `StaticEncoder.save`,
            "transformer:NAME" for a sentence-transformers model (extra `neural`), with settings of
            `TransformerEncoder.load` behind it: "transformer:NAME?pooling=cls&prefix=query: ", or
            several of these as one: "concat:default+transformer:NAME".

    Raises:
        SettingError: when `spec` is none of these, or a setting is not known.
        MissingExtra: when a transformer is asked for and its stack is not installed.
    """
    kind, _, named = spec.partition(":")
    if kind == "transformer" and named:
        from xnorm.encoders.transformer import TransformerEncoder

        name, _, settings = named.partition("?")
        return TransformerEncoder.load(name, **_transformer_settings(settings, spec))
    if kind == CONCAT and named:
        from xnorm.encoders.concatenated import ConcatenatedEncoder

        return ConcatenatedEncoder(tuple(map(load_encoder, named.split("+"))))
    if spec == "default":
        return _shipped()
    if Path(spec).is_dir():
        return StaticEncoder.load(Path(spec))
    raise SettingError(
        f"there is no encoder '{spec}'",
        todo="Use 'default', a folder of a static encoder, 'transformer:NAME', or 'concat:A+B'",
    )


@cache
def _shipped() -> StaticEncoder:
    """The index and the finder share it: its table takes 50 MB once it is used."""
    return StaticEncoder.load(resource_path("encoder"))


def _transformer_settings(text: str, spec: str) -> dict[str, Any]:
    kinds: dict[str, type] = {
        "pooling": str,
        "prefix": str,
        "max_tokens": int,
        "batch_size": int,
        "precision": str,
        "case": str,
    }
    settings: dict[str, Any] = {}
    for part in filter(None, text.split("&")):
        key, _, value = part.partition("=")
        if key not in kinds:
            raise SettingError(
                f"unknown setting '{key}'",
                place=f"encoder '{spec}'",
                todo=did_you_mean(key, kinds),
            )
        if kinds[key] is int and not value.isdigit():
            raise SettingError(
                f"{key} is '{value}'", place=f"encoder '{spec}'", todo="Give a whole number"
            )
        settings[key] = kinds[key](value)
    return settings
