"""How sure a figure is: bootstrap intervals and tests between systems, over whole documents.

Mentions of one document are not independent, so documents are drawn, never single mentions. A
figure is a ratio of sums (hits by mentions, or counts of precision and recall), so that a resample
costs one matrix product of sums by document.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

SAMPLES = 1_000
_BLOCK = 4_000_000  # weights of documents that are held at a time

Counts = NDArray[np.float64]
"""Sums by document: float64[documents, columns]."""

Statistic = Callable[[Counts], NDArray[np.float64]]
"""Column sums float64[..., columns] to figures float64[...]."""


class Interval(msgspec.Struct, frozen=True):
    """A figure with the borders between which `level` of the resamples lie."""

    value: float
    low: float
    high: float


class Difference(msgspec.Struct, frozen=True):
    """How much the first system is better than the second.

    Attributes:
        value: first minus second.
        low, high: bootstrap interval of the difference.
        p: chance of a difference as large in either direction if the systems were alike.
    """

    value: float
    low: float
    high: float
    p: float


def interval(
    values: ArrayLike,
    documents: Sequence[Hashable],
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    level: float = 0.95,
) -> Interval:
    """The mean of values with its percentile bootstrap interval over documents.

    Args:
        values: one a mention, such as hits (`metrics.hits`); float or bool [n].
        documents: the document of each.
        seed: of the resamples.
        samples: how many resamples.
        level: the share of resamples inside.

    Source: Efron, Tibshirani (1993), An introduction to the bootstrap, chapter 13.
    """
    column = np.asarray(values, np.float64)[:, None]
    return means_of(column, documents, seed=seed, samples=samples, level=level)[0]


def means_of(
    values: NDArray[np.floating],
    documents: Sequence[Hashable],
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    level: float = 0.95,
) -> list[Interval]:
    """`interval` for several columns of values, float64[n, m], from the same resamples."""
    counts = sums_by_document(values, documents)
    means = [partial(ratio, column=column) for column in range(values.shape[1])]
    return intervals_of(counts, means, seed=seed, samples=samples, level=level)


def paired(
    a: ArrayLike,
    b: ArrayLike,
    documents: Sequence[Hashable],
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    level: float = 0.95,
) -> Difference:
    """The difference between the means of two systems over the same mentions, with its p-value."""
    return paired_of(
        sums_by_document(np.asarray(a, np.float64)[:, None], documents),
        sums_by_document(np.asarray(b, np.float64)[:, None], documents),
        ratio,
        seed=seed,
        samples=samples,
        level=level,
    )


def intervals_of(
    counts: Counts,
    statistics: Sequence[Statistic],
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    level: float = 0.95,
) -> list[Interval]:
    """Figures of summed counts with their intervals, from the same resamples.

    All are zero without documents.
    """
    if not len(counts):
        return [Interval(0.0, 0.0, 0.0) for _ in statistics]
    drawn = np.concatenate([weights @ counts for weights in _draws(len(counts), samples, seed)])
    total = counts.sum(axis=0)
    return [
        Interval(float(statistic(total)), *_borders(statistic(drawn), level))
        for statistic in statistics
    ]


def paired_of(
    a: Counts,
    b: Counts,
    statistic: Statistic,
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    level: float = 0.95,
) -> Difference:
    """The difference between two systems in a figure of summed counts.

    The interval draws documents for both at once. The p-value is of approximate randomisation: the
    systems' counts are exchanged in random documents; p = (1 + at least as large) / (1 + samples),
    two-sided.

    Source: Noreen (1989), Computer-intensive methods for testing hypotheses; Phipson, Smyth (2010)
    for adding one.
    """
    if not len(a):
        return Difference(0.0, 0.0, 0.0, 1.0)
    both = np.concatenate([a, b], axis=1)
    drawn = np.concatenate([weights @ both for weights in _draws(len(a), samples, seed)])
    columns = a.shape[1]
    differences = statistic(drawn[:, :columns]) - statistic(drawn[:, columns:])
    observed = float(statistic(a.sum(axis=0)) - statistic(b.sum(axis=0)))
    total = both.sum(axis=0)
    larger = 0
    for swap in _swaps(len(a), samples, seed):
        moved = swap @ (b - a)
        first, second = total[:columns] + moved, total[columns:] - moved
        # Sums in another order differ in the last bits, which must not make equal ones smaller.
        larger += int((np.abs(statistic(first) - statistic(second)) >= abs(observed) - 1e-12).sum())
    return Difference(observed, *_borders(differences, level), (1 + larger) / (1 + samples))


def sums_by_document(values: NDArray[np.floating], documents: Sequence[Hashable]) -> Counts:
    """The sums of the columns by document, and their lengths; float64[documents, m + 1]."""
    places: dict[Hashable, int] = {}
    owner = np.array([places.setdefault(id, len(places)) for id in documents], np.int64)
    sums = [np.bincount(owner, column, len(places)) for column in values.T]
    return np.stack([*sums, np.bincount(owner, minlength=len(places))], axis=1)


def ratio(counts: Counts, *, column: int = 0) -> NDArray[np.float64]:
    """A column by the last one, 0 where that is 0."""
    return divided(counts[..., column], counts[..., -1])


def divided(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Element by element, 0 where the divisor is 0."""
    return np.divide(above, below, out=np.zeros_like(above, np.float64), where=below != 0)


def _borders(values: NDArray[np.float64], level: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _draws(documents: int, samples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """How often each document is drawn in each resample, in blocks of float64[some, documents]."""
    random = np.random.default_rng(seed)
    for size in _blocks(documents, samples):
        drawn = random.integers(documents, size=(size, documents))
        drawn += np.arange(size)[:, None] * documents
        counts = np.bincount(drawn.ravel(), minlength=size * documents)
        yield counts.reshape(size, documents).astype(np.float64)


def _swaps(documents: int, samples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Which documents are exchanged in each sample, in blocks of float64[some, documents]."""
    random = np.random.default_rng(seed)
    for size in _blocks(documents, samples):
        yield random.integers(2, size=(size, documents)).astype(np.float64)


def _blocks(documents: int, samples: int) -> Iterator[int]:
    step = max(1, _BLOCK // max(documents, 1))
    for start in range(0, samples, step):
        yield min(step, samples - start)
