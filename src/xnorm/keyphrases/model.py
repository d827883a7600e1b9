"""The model that ranks candidates: its features, its trees, and the counts of its corpus."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.errors import DataError
from xnorm.files import atomic_file, decode, open_binary
from xnorm.keyphrases.features import GROUPS, Reading
from xnorm.keyphrases.statistics import Statistics
from xnorm.keyphrases.trees import Trees

FORMAT = 1


class Model(msgspec.Struct, frozen=True):
    """A trained ranker of candidates, kept as one JSON file.

    Attributes:
        format: version of the file.
        card: what it was trained on, and by what.
        reading: how candidates and their features are made.
        statistics: of its corpus.
        trees: over the features in the order of `reading.names`.
    """

    format: int
    card: dict[str, str]
    reading: Reading
    statistics: Statistics
    trees: Trees

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The relevance of candidates, 0 to 1, four decimals; float64[rows]."""
        scores: NDArray[np.float64] = np.round(self.trees.predict(rows).clip(0, 1), 4)
        return scores

    def save(self, path: str | Path) -> None:
        """Writes the file."""
        with atomic_file(path) as stream:
            stream.write(msgspec.json.encode(self))

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """Reads a file that `save` wrote.

        Raises:
            DataError: when it is no model of this version, or damaged.
        """
        with open_binary(path) as stream:
            text = decode(stream.read(), place=str(path))
        try:
            model = msgspec.json.decode(text, type=cls)
        except msgspec.DecodeError as error:
            raise DataError(
                f"not a model of key phrases ({error})",
                place=str(path),
                todo="Give a file that `xnorm keyphrases train` wrote",
            ) from error
        if model.format != FORMAT or not set(model.reading.groups) <= GROUPS.keys():
            raise DataError(
                f"the model is of another version of xnorm (format {model.format})",
                place=str(path),
                todo="Train it again",
            )
        model.trees.check(len(model.reading.names), place=str(path))
        return model
