"""What the calibrated fusion looks at, a number a candidate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xnorm.candidates.retrieve import Found

if TYPE_CHECKING:
    from xnorm.index import Index

Numbers = NDArray[np.float64]


def _score(retriever: str) -> Callable[[Index, Found], Numbers]:
    """A retriever's score of the concept's best name; 0 if the index has no such retriever."""

    def feature(index: Index, found: Found) -> Numbers:
        names = list(index.retrievers)
        if retriever not in names:
            return np.zeros(len(found.concepts))
        return np.asarray(found.scores[names.index(retriever)], np.float64)

    return feature


def _preferred(index: Index, found: Found) -> Numbers:
    """How near the preferred name is: it tells concepts apart that share a synonym."""
    names = list(index.retrievers)
    place = names.index("dense") if "dense" in names else len(names) - 1
    return np.asarray(found.preferred[place], np.float64)


def _coverage(index: Index, found: Found) -> Numbers:
    """The share of the query's 3-grams, by weight, that the best name has."""
    ratios = np.exp(np.minimum(_log_ratio(index, found), np.log(3)))
    return _score("tfidf")(index, found) * ratios


def _length(index: Index, found: Found) -> Numbers:
    """How differently much the query and the best name say."""
    return np.abs(_log_ratio(index, found))


def _both(index: Index, found: Found) -> Numbers:
    """Alike in letters and in meaning."""
    return _score("tfidf")(index, found) * _score("dense")(index, found)


def _log_ratio(index: Index, found: Found) -> Numbers:
    names = list(index.retrievers)
    if "tfidf" not in names:
        return np.zeros(len(found.concepts))
    return np.asarray(found.log_ratios[names.index("tfidf")], np.float64)


FEATURES: dict[str, Callable[[Index, Found], Numbers]] = {
    "exact": _score("exact"),
    "tfidf": _score("tfidf"),
    "dense": _score("dense"),
    "preferred": _preferred,
    "coverage": _coverage,
    "length": _length,
    "both": _both,
}
"""The features by name; parameters name those that they weigh."""


def features(index: Index, found: Found, names: Sequence[str]) -> Numbers:
    """The features of some names, float64[m, names]."""
    return np.stack([FEATURES[name](index, found) for name in names], axis=1)
