"""The finder's small calibrated scorer: features of a window and a name to a probability."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.errors import DataError
from xnorm.mentions.features import FEATURES
from xnorm.resources import resource_path

Floats = NDArray[np.float64]


class Scorer(msgspec.Struct, frozen=True):
    """A network of one hidden layer (rectified), a few hundred numbers.

    Attributes:
        card: what it was fitted on, and how well it does.
        features: the columns it expects.
        mean, scale: of the features where it was fitted.
        hidden, hidden_bias: weights [features, units] and biases.
        output, output_bias: weights of the units, and the bias.
    """

    card: dict[str, str]
    features: list[str]
    mean: list[float]
    scale: list[float]
    hidden: list[list[float]]
    hidden_bias: list[float]
    output: list[float]
    output_bias: float

    def probability(self, features: Floats) -> Floats:
        """That the name's concept is what the window means, for each row; four decimals."""
        standard = ((features - np.array(self.mean)) / np.array(self.scale)).clip(-8, 8)
        # einsum adds in a fixed order, whatever the number of rows
        layer = np.einsum("nf,fh->nh", standard, np.array(self.hidden)) + self.hidden_bias
        logit = np.einsum("nh,h->n", layer.clip(0), np.array(self.output)) + self.output_bias
        probability: Floats = np.round(1 / (1 + np.exp(-logit.clip(-30, 30))), 4)
        return probability


@lru_cache
def load_scorer(path: Path | None = None) -> Scorer:
    """The scorer that ships, or another one from a file.

    Raises:
        DataError: when the file is not a scorer for the features of this version.
    """
    file = path or resource_path("finder", "scorer.json")
    try:
        scorer = msgspec.json.decode(file.read_bytes(), type=Scorer)
    except (OSError, msgspec.DecodeError) as error:
        raise DataError(f"not a scorer ({error})", place=str(file)) from error
    if tuple(scorer.features) != FEATURES:
        raise DataError(
            "the scorer was fitted on other features",
            place=str(file),
            todo="Fit it again with benchmarks/finding/fit.py",
        )
    return scorer
