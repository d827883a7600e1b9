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

from xnorm.candidates.features import FEATURES, features
from xnorm.candidates.fuse import Card, Parameters
from xnorm.candidates.query import Query
from xnorm.candidates.retrieve import retrieve
from xnorm.errors import DataError
from xnorm.files import atomic_file
from xnorm.index import Index
from xnorm.index.hits import owners

Floats = NDArray[np.float64]

_BATCH = 1024


class Labelled(NamedTuple):
    """A query and the ids of the concepts that are right for it (any of them)."""

    query: Query
    concepts: frozenset[str]


class _Set(NamedTuple):
    """Candidates of one index, flat: float64[m, features], their mention and whether right."""

    values: Floats
    offsets: NDArray[np.int64]
    right: NDArray[np.bool_]


def fit_fusion(
    sets: Sequence[tuple[Index, Sequence[Labelled]]],
    *,
    names: Sequence[str] = tuple(FEATURES),
    depth: int = 128,
    penalty: float = 1e-3,
    fitted_on: Sequence[str] = (),
    note: str = "",
) -> Parameters:
    """Parameters fitted on labelled mentions; the same input gives the same output.

    Args:
        sets: an index with mentions for it, once or several times; each counts the same.
        names: of the features to weigh.
        depth: names asked of each retriever.
        penalty: on the squared weights of standardised features.
        fitted_on: for the card: what the mentions are.
        note: for the card.

    Raises:
        DataError: when no right concept is among the candidates of any mention of a set.
    """
    read = [_candidates(index, mentions, names, depth) for index, mentions in sets]
    every = np.concatenate([one.values for one in read])
    deviation = every.std(axis=0)
    deviation[deviation == 0] = 1

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = penalty * float(weights @ weights), 2 * penalty * weights
        for one in read:
            share, slope = _log_share(one, weights / deviation)
            total -= share / len(read)
            gradient -= slope / deviation / len(read)
        return total, gradient

    weights = _minimum(loss, np.zeros(len(names))) / deviation
    slope, bias = _curve([_best(one, weights) for one in read])
    return Parameters(
        format=1,
        features=tuple(names),
        weights=tuple(np.round(weights, 4).tolist()),
        slope=round(slope, 4),
        bias=round(bias, 4),
        card=Card(
            fitted_on=tuple(fitted_on),
            encoder=" ".join(dict.fromkeys(i.manifest.encoder_fingerprint for i, _ in sets)),
            note=note,
        ),
    )


def write_parameters(parameters: Parameters, path: str | Path) -> None:
    """Writes parameters for `Fuse(parameters=path)`."""
    data = msgspec.json.format(msgspec.json.encode(parameters), indent=2)
    with atomic_file(path) as stream:
        stream.write(data + b"\n")


def _candidates(
    index: Index, mentions: Sequence[Labelled], names: Sequence[str], depth: int
) -> _Set:
    values, right, sizes = [], [], []
    for start in range(0, len(mentions), _BATCH):
        batch = mentions[start : start + _BATCH]
        found = retrieve(index, [mention.query for mention in batch], depth)
        gold = [{index.kb.concept_row(id) for id in mention.concepts} for mention in batch]
        pairs = zip(found.owner.tolist(), found.concepts.tolist(), strict=True)
        values.append(features(index, found, names))
        right.append(np.array([concept in gold[at] for at, concept in pairs], bool))
        sizes.append(np.diff(found.offsets))
    if not any(part.any() for part in right):
        raise DataError(
            "no mention has a right concept among its candidates",
            place=str(index.path),
            todo="Check that the gold ids are those of the terminology",
        )
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(sizes))])
    return _Set(np.concatenate(values), offsets, np.concatenate(right))


def _log_share(one: _Set, weights: Floats) -> tuple[float, Floats]:
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


def _best(one: _Set, weights: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The sum of each mention's best candidate, and whether it is right."""
    sums = one.values @ weights
    owner = owners(one.offsets)
    order = np.lexsort((-sums, owner))
    filled = np.diff(one.offsets) > 0
    first = order[one.offsets[:-1][filled]]
    return sums[first], one.right[first]


def _curve(best: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> tuple[float, float]:
    """Slope and bias of the probability of being right; each set counts the same."""
    sums = np.concatenate([one for one, _ in best])
    right = np.concatenate([one for _, one in best])
    share = np.concatenate([np.full(len(one), 1 / len(one) / len(best)) for one, _ in best])

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
