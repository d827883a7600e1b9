"""What the calibrated fusion looks at, a number a candidate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xnorm.candidates.retrieve import Found

if TYPE_CHECKING:
    from xnorm.index import Index

Numbers = NDArray[np.float64]


def _score(index: Index, found: Found, retriever: str) -> Numbers:
    """A retriever's score of the concept's best name; 0 if the index has no such retriever."""
    names = list(index.retrievers)
    if retriever not in names:
        return np.zeros(len(found.concepts))
    return np.asarray(found.scores[names.index(retriever)], np.float64)


def _preferred(index: Index, found: Found, encoder: str) -> Numbers:
    """How near the preferred name is: it tells concepts apart that share a synonym."""
    names = list(index.retrievers)
    place = names.index(encoder) if encoder in names else len(names) - 1
    return np.asarray(found.preferred[place], np.float64)


def _coverage(index: Index, found: Found, _: str) -> Numbers:
    """The share of the query's 3-grams, by weight, that the best name has."""
    ratios = np.exp(np.minimum(_log_ratio(index, found), np.log(3)))
    return _score(index, found, "tfidf") * ratios


def _length(index: Index, found: Found, _: str) -> Numbers:
    """How differently much the query and the best name say."""
    return np.abs(_log_ratio(index, found))


def _both(index: Index, found: Found, encoder: str) -> Numbers:
    """Alike in letters and in meaning."""
    return _score(index, found, "tfidf") * _score(index, found, encoder)


def _log_ratio(index: Index, found: Found) -> Numbers:
    names = list(index.retrievers)
    if "tfidf" not in names:
        return np.zeros(len(found.concepts))
    return np.asarray(found.log_ratios[names.index("tfidf")], np.float64)


FEATURES: dict[str, Callable[[Index, Found, str], Numbers]] = {
    "exact": lambda index, found, _: _score(index, found, "exact"),
    "tfidf": lambda index, found, _: _score(index, found, "tfidf"),
    "dense": _score,
    "preferred": _preferred,
    "coverage": _coverage,
    "length": _length,
    "both": _both,
}
"""The features by name, each told which dense retriever is meant; parameters name those that they
weigh."""

OF_AN_ENCODER = ("dense", "preferred", "both")
"""What every further encoder of an index has as well: `dense2`, `preferred2`, `both2`."""


def feature_names(index: Index) -> tuple[str, ...]:
    """All features that an index has."""
    further = [name.removeprefix("dense") for name in encoders_of(index)[1:]]
    return (*FEATURES, *(f"{name}{number}" for number in further for name in OF_AN_ENCODER))


def is_feature(name: str) -> bool:
    """Whether there is a feature of that name, for some index."""
    base, number = parted(name)
    return name in FEATURES or (base in OF_AN_ENCODER and int(number or 0) > 1)


def features(index: Index, found: Found, names: Sequence[str]) -> Iterator[Numbers]:
    """The features of some names, float64[m] each.

    Names that know one encoder only mean all that the index has: their average.
    """
    several = any(name not in FEATURES for name in names)
    for name in names:
        yield _feature(index, found, name, several=several)


def _feature(index: Index, found: Found, name: str, *, several: bool) -> Numbers:
    base, number = parted(name)
    encoders = [f"dense{number}"]
    if not several and base in OF_AN_ENCODER:
        encoders = encoders_of(index) or encoders
    parts = [FEATURES[base](index, found, encoder) for encoder in encoders]
    return np.asarray(sum(parts[1:], parts[0]) / len(parts))


def encoders_of(index: Index) -> list[str]:
    """The dense retrievers of an index, one an encoder."""
    return [name for name in index.retrievers if name.startswith("dense")]


def parted(name: str) -> tuple[str, str]:
    """The feature and the number of the encoder, empty for the first.

    Example:
        >>> parted("dense2"), parted("tfidf")
        (('dense', '2'), ('tfidf', ''))
    """
    base = name.rstrip("0123456789")
    return base, name[len(base) :]
