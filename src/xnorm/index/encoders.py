"""The encoders of an index: opened when they are needed, refused when they have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xnorm.errors import DataError, IndexProblem, SettingError
from xnorm.index.manifest import AGAIN, MadeBy

if TYPE_CHECKING:
    from xnorm.encoders import Encoder

Encoders = Sequence["str | Encoder"]
"""Several, each to be opened by what `load_encoder` understands, or at hand."""


def opened(encoder: str | Encoder | Encoders) -> dict[str, tuple[str, Encoder]]:
    """The encoders of retrievers `dense`, `dense2`, and so on, and what a manifest says of each.

    Raises:
        SettingError: when none is named, or one cannot be opened.
    """
    from xnorm.encoders import load_encoder

    if isinstance(encoder, str) or not isinstance(encoder, Sequence):
        encoder = [encoder]
    if not encoder:
        raise SettingError("no encoder is named", todo="Name one, such as 'default'")
    found: dict[str, tuple[str, Encoder]] = {}
    for number, one in enumerate(encoder, 1):
        spec = spec_of(one) if isinstance(one, str) else getattr(one, "spec", "")
        name = f"dense{number}" if number > 1 else "dense"
        found[name] = spec, load_encoder(spec) if isinstance(one, str) else one
    return found


def spec_of(encoder: str) -> str:
    """What a manifest says of an encoder: what was asked for, folders by their whole path."""
    from xnorm.encoders import CONCAT

    kind, colon, named = encoder.partition(":")
    if colon and kind == CONCAT:
        return f"{CONCAT}:{'+'.join(map(_whole, named.split('+')))}"
    return _whole(encoder)


def _whole(spec: str) -> str:
    folder = Path(spec)
    return str(folder.resolve()) if folder.is_dir() and spec != "default" else spec


class OpenedEncoders:
    """The encoders of queries, by retriever.

    Args:
        path: of the index, for messages.
        made_by: what made the vectors of each dense retriever.
        given: encoders that need not be opened.
    """

    def __init__(
        self, path: Path, made_by: Mapping[str, MadeBy], given: Mapping[str, Encoder]
    ) -> None:
        self._path = path
        self._made_by = made_by
        self._given = given
        self._opened: dict[str, Encoder] = {}

    def check(self) -> None:
        """Opens those that open quickly, so that a changed one is refused before the first query.

        Raises:
            IndexProblem: as `of` does.
        """
        for retriever, made in self._made_by.items():
            if "transformer:" not in made.spec:
                self.of(retriever)

    def of(self, retriever: str) -> Encoder:
        """The encoder of a dense retriever.

        Raises:
            IndexProblem: when it cannot be opened or is not the one that made the vectors.
        """
        if retriever not in self._opened:
            self._opened[retriever] = self._open(retriever, self._made_by[retriever])
        return self._opened[retriever]

    def _open(self, retriever: str, made: MadeBy) -> Encoder:
        from xnorm.encoders import load_encoder

        encoder = self._given.get(retriever)
        if encoder is None and not made.spec:
            raise IndexProblem(
                "built with an encoder that has to be given",
                place=str(self._path),
                todo="Open it with Index.open(path, encoder=...)",
            )
        try:
            encoder = encoder or load_encoder(made.spec)
        except (DataError, SettingError) as error:
            raise IndexProblem(
                f"its encoder cannot be opened: {error.what}",
                place=str(self._path),
                todo=f"Put the encoder back where it was. Or: {AGAIN}",
            ) from error
        if encoder.fingerprint != made.fingerprint:
            raise IndexProblem(
                f"stale: the encoder '{made.spec or type(encoder).__name__}' has "
                f"changed (fingerprint {encoder.fingerprint}, the index was built with "
                f"{made.fingerprint})",
                place=str(self._path),
                todo=AGAIN,
            )
        return encoder
