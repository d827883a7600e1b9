"""One score a candidate from the scores of several retrievers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.candidates.features import encoders_of, features, is_feature, parted
from xnorm.candidates.retrieve import Found
from xnorm.errors import DataError, SettingError, did_you_mean
from xnorm.index.hits import GRAIN, grains, owners

if TYPE_CHECKING:
    from xnorm.index import Index

METHODS = ("calibrated", "max", "reciprocal")
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "max": {"exact": 1.0, "tfidf": 0.85, "dense": 1.0},
    "reciprocal": {"exact": 1.0, "tfidf": 0.1, "dense": 1.0},
}
"""What a retriever counts with these methods, chosen on development data; 1 for any other."""

_SHIPPED = Path(__file__).with_name("calibrated.json")


class Fused(NamedTuple):
    """What candidates are ranked by, and the score they show (0 to 1, rising with it)."""

    keys: NDArray[np.float64]
    scores: NDArray[np.float64]


class Fuse(msgspec.Struct, frozen=True):
    """How scores become one.

    Attributes:
        method: `calibrated`: a logistic model of scores, whose result is the probability that a
            best candidate is right; `max`: the largest weighted score (xMEN's ensemble);
            `reciprocal`: weighted reciprocal ranks (Cormack et al., SIGIR 2009).
        weights: of retrievers, for `max` and `reciprocal`; `WEIGHTS` where not named.
        constant: what `reciprocal` adds to a rank; smaller than the usual 60, because the first
            ranks of the better retriever deserve their lead.
        parameters: a file of `xnorm train fusion` for `calibrated`; the shipped one if empty.

    Raises:
        SettingError: for an unknown method, or a weight or constant that makes no sense.
    """

    method: str = "calibrated"
    weights: dict[str, float] = {}
    constant: float = 5.0
    parameters: str = ""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise SettingError(
                f"unknown fusion method '{self.method}'", todo=did_you_mean(self.method, METHODS)
            )
        for name, weight in self.weights.items():
            if not 0 <= weight <= 1:
                raise SettingError(
                    f"the weight of '{name}' is {weight}", todo="Give a number from 0 to 1"
                )
        if self.constant < 0:
            raise SettingError(f"constant is {self.constant}", todo="Give a number from 0 upwards")

    def __call__(self, index: Index, found: Found) -> Fused:
        """The scores of candidates, float64[m] each."""
        if self.method == "calibrated":
            return read_parameters(self.parameters).fused(index, found)
        usual = {**WEIGHTS[self.method], **self.weights}
        weights = np.array([usual.get(name, 1.0) for name in index.retrievers])
        if self.method == "max":
            scores = weighted_maximum(found.scores, weights)
        else:
            scores = reciprocal_ranks(found.scores, found.offsets, weights, self.constant)
        return Fused(scores, scores)


def weighted_maximum(
    scores: NDArray[np.float32], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The largest of `weight * score`; scores are [retrievers, m]."""
    found: NDArray[np.float64] = (scores * weights[:, None]).max(axis=0, initial=0)
    return found


def reciprocal_ranks(
    scores: NDArray[np.float32],
    offsets: NDArray[np.int64],
    weights: NDArray[np.float64],
    constant: float,
) -> NDArray[np.float64]:
    """The sum of `weight / (constant + rank)`, scaled so that being first with all gives 1."""
    total = np.zeros(scores.shape[1])
    for number, weight in enumerate(weights):
        found = scores[number] > 0
        total[found] += weight / (constant + ranks(scores[number], offsets)[found])
    return total * (constant + 1) / max(float(weights.sum()), 1e-9)


def ranks(scores: NDArray[np.float32], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ranks from 1 within each query; equal scores go by concept row."""
    owner = owners(offsets)
    place = np.arange(len(scores))
    keys = owner << 47 | (GRAIN - grains(scores)) << 32 | place
    order = np.sort(keys) & (2**32 - 1)
    found = np.empty(len(scores), np.int64)
    found[order] = place - offsets[owner] + 1
    return found


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """What parameters were fitted on, for people.

    Attributes:
        fitted_on: what the mentions are, a line a set.
        encoder: fingerprints of the encoders.
        note: how.
        xnorm: the version that fitted.
        index: fingerprint of the index.
        inputs: SHA-256 of the files of documents.
        figures: how good it is, by name.
    """

    fitted_on: tuple[str, ...]
    encoder: str
    note: str = ""
    xnorm: str = ""
    index: str = ""
    inputs: dict[str, str] = {}
    figures: dict[str, float] = {}


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A logistic model: probability = 1 / (1 + exp(-(slope * weights . features + bias))).

    Attributes:
        format: of the file, 1.
        features: names of `xnorm.candidates.features`.
        weights: of the features; they rank.
        slope, bias: make a probability of the weighted sum.
        card: what it was fitted on.
    """

    format: int
    features: tuple[str, ...]
    weights: tuple[float, ...]
    slope: float
    bias: float
    card: Card

    def fused(self, index: Index, found: Found) -> Fused:
        """Ranking keys and probabilities, float64[m] each.

        Raises:
            SettingError: when they weigh an encoder that the index does not have.
        """
        lacking = {f"dense{number}" for _, number in map(parted, self.features) if number}
        lacking -= set(encoders_of(index))
        if lacking:
            raise SettingError(
                f"the parameters weigh '{min(lacking)}', which the index does not have",
                place="fuse.parameters",
                todo="Take parameters that were fitted with this index: xnorm train fusion",
            )
        keys = np.zeros(len(found.concepts))
        columns = features(index, found, self.features)
        for values, weight in zip(columns, self.weights, strict=True):
            keys += values * weight
        return Fused(keys, 1 / (1 + np.exp(-(self.slope * keys + self.bias))))


@cache
def read_parameters(path: str = "") -> Parameters:
    """The parameters in a file; the shipped ones for an empty path.

    Raises:
        DataError: when the file is missing, damaged, or names a feature that is not known.
    """
    file = Path(path) if path else _SHIPPED
    todo = "Fit it again with xnorm train fusion"
    try:
        parameters = msgspec.json.decode(file.read_bytes(), type=Parameters)
    except OSError as error:
        raise DataError(
            f"cannot be read ({error.strerror or error})", place=str(file), todo=todo
        ) from error
    except msgspec.DecodeError as error:
        raise DataError(f"no fusion parameters ({error})", place=str(file), todo=todo) from error
    unknown = [name for name in parameters.features if not is_feature(name)]
    if unknown or parameters.format != 1 or len(parameters.features) != len(parameters.weights):
        what = f"unknown feature '{unknown[0]}'" if unknown else "of another format"
        raise DataError(what, place=str(file), todo=todo)
    return parameters
