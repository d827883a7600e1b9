"""Fits the parameters of the calibrated fusion from an index and labelled mentions.

Weights are those of a conditional logit: they raise the share that a mention's right concepts have
among its candidates (softmax of weighted features). Then a logistic curve through the best
candidates of all mentions turns the weighted sum into the probability of being right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.candidates.features import feature_names, features
from xnorm.candidates.fuse import Card, Parameters, read_parameters
from xnorm.candidates.query import Query
from xnorm.candidates.retrieve import retrieve
from xnorm.errors import DataError
from xnorm.files import atomic_file
from xnorm.index import Index
from xnorm.index.hits import offsets_of, owners

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

DEPTH = 128
"""Names asked of each retriever."""

PENALTY = 1e-3
"""On the squared weights of standardised features."""

_BATCH = 1024


class Labelled(NamedTuple):
    """A query and the ids of the concepts that are right for it (any of them)."""

    query: Query
    concepts: frozenset[str]


class Candidates(NamedTuple):
    """Candidates of one index for some mentions, flat.

    Attributes:
        values: float64[m, features].
        offsets: int64[mentions + 1]; mention `i` owns `offsets[i]:offsets[i + 1]`.
        right: bool[m].
        usual: float64[m], what they are ranked by without training.
    """

    values: Floats
    offsets: NDArray[np.int64]
    right: Marks
    usual: Floats

    def of(self, chosen: Marks) -> Candidates:
        """Those of some mentions, bool[mentions]."""
        owner = owners(self.offsets)
        here = chosen[owner]
        place = np.cumsum(chosen) - 1
        return Candidates(
            self.values[here],
            offsets_of(place[owner[here]], int(chosen.sum())),
            self.right[here],
            self.usual[here],
        )


class Model(NamedTuple):
    """Weights of features, and the curve from their weighted sum to a probability."""

    weights: Floats
    slope: float
    bias: float


def fit_fusion(
    sets: Sequence[tuple[Index, Sequence[Labelled]]],
    *,
    fitted_on: Sequence[str] = (),
    note: str = "",
) -> Parameters:
    """Parameters fitted on labelled mentions; the same input gives the same output.

    Args:
        sets: an index with mentions for it, once or several times; each counts the same.
        fitted_on: for the card: what the mentions are.
        note: for the card.

    Raises:
        DataError: when no right concept is among the candidates of any mention of a set.
    """
    names = tuple(dict.fromkeys(name for index, _ in sets for name in feature_names(index)))
    model = fitted([candidates(index, mentions, names) for index, mentions in sets])
    encoders = dict.fromkeys(
        made.fingerprint for index, _ in sets for made in index.manifest.encoders.values()
    )
    return parameters_of(model, names, Card(tuple(fitted_on), " ".join(encoders), note))


def parameters_of(model: Model, names: Sequence[str], card: Card) -> Parameters:
    """A model for a file, rounded."""
    return Parameters(
        format=1,
        features=tuple(names),
        weights=tuple(np.round(model.weights, 4).tolist()),
        slope=round(model.slope, 4),
        bias=round(model.bias, 4),
        card=card,
    )


def write_parameters(parameters: Parameters, path: str | Path) -> None:
    """Writes parameters for `Fuse(parameters=path)`."""
    data = msgspec.json.format(msgspec.json.encode(parameters), indent=2)
    with atomic_file(path) as stream:
        stream.write(data + b"\n")


def candidates(index: Index, mentions: Sequence[Labelled], names: Sequence[str]) -> Candidates:
    """The candidates of mentions with their features.

    Raises:
        DataError: when none of all is right.
    """
    usual = read_parameters()
    values, right, sizes, keys = [], [], [], []
    for start in range(0, len(mentions), _BATCH):
        batch = mentions[start : start + _BATCH]
        found = retrieve(index, [mention.query for mention in batch], DEPTH)
        gold = [{index.kb.concept_row(id) for id in mention.concepts} for mention in batch]
        pairs = zip(found.owner.tolist(), found.concepts.tolist(), strict=True)
        values.append(np.stack(list(features(index, found, names)), axis=1))
        right.append(np.array([concept in gold[at] for at, concept in pairs], bool))
        sizes.append(np.diff(found.offsets))
        keys.append(usual.fused(index, found).keys)
    if not any(part.any() for part in right):
        raise DataError(
            "no mention has a right concept among its candidates",
            place=str(index.path),
            todo="Check that the gold ids are those of the terminology",
        )
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(sizes))])
    return Candidates(np.concatenate(values), offsets, np.concatenate(right), np.concatenate(keys))


def fitted(sets: Sequence[Candidates]) -> Model:
    """The model that raises the share of right candidates; each set counts the same."""
    deviation = np.concatenate([one.values for one in sets]).std(axis=0)
    deviation[deviation == 0] = 1

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for one in sets:
            share, slope = log_share(one, weights / deviation)
            total -= share / len(sets)
            gradient -= slope / deviation / len(sets)
        return total, gradient

    weights = _minimum(loss, np.zeros(len(deviation))) / deviation
    return Model(weights, *_curve([best(one, one.values @ weights) for one in sets]))


def log_share(one: Candidates, weights: Floats) -> tuple[float, Floats]:
    """The mean log share of right candidates over mentions that have one, and its gradient."""
    owner, count = owners(one.offsets), len(one.offsets) - 1
    sums = one.values @ weights
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, owner, sums)
    shares = np.exp(sums - highest[owner])
    whole = np.bincount(owner, shares, count)
    right = np.bincount(owner, shares * one.right, count)
    has = right > 0
    of_all = np.divide(shares, whole[owner])
    of_right = np.divide(
        shares * one.right, right[owner], where=has[owner], out=np.zeros_like(sums)
    )
    slope = ((of_right - of_all) * has[owner]) @ one.values
    return float(np.log(right[has] / whole[has]).mean()), slope / max(int(has.sum()), 1)


def best(one: Candidates, sums: Floats) -> tuple[Floats, Marks]:
    """The sum of each mention's best candidate, and whether it is right.

    Args:
        one: the candidates; mentions without any are left out.
        sums: float64[m], what candidates are ranked by.
    """
    order = np.lexsort((-sums, owners(one.offsets)))
    filled = np.diff(one.offsets) > 0
    first = order[one.offsets[:-1][filled]]
    return sums[first], one.right[first]


def _curve(firsts: Sequence[tuple[Floats, Marks]]) -> tuple[float, float]:
    """Slope and bias of the probability of being right; each set counts the same."""
    sums = np.concatenate([one for one, _ in firsts])
    right = np.concatenate([one for _, one in firsts])
    share = np.concatenate([np.full(len(one), 1 / len(one) / len(firsts)) for one, _ in firsts])

    def loss(curve: Floats) -> tuple[float, Floats]:
        away = (curve[0] * sums + curve[1]) * np.where(right, -1, 1)
        pull = share / (1 + np.exp(-away)) * np.where(right, -1, 1)
        return float(share @ np.logaddexp(0, away)), np.array([pull @ sums, pull.sum()])

    middle = float(share @ sums)
    slope, bias = _minimum(loss, np.array([1.0, -middle]))
    return float(slope), float(bias)


def _minimum(loss: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    from scipy.optimize import minimize

    found: Any = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x, np.float64)
