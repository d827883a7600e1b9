"""Intervals and tests between systems, against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from xnorm.evaluation.intervals import (
    Interval,
    interval,
    intervals_of,
    paired,
    paired_of,
    ratio,
)
from xnorm.evaluation.linking import f1


@pytest.fixture
def hits() -> NDArray[np.float64]:
    """The answers to 40 documents of one mention."""
    return np.random.default_rng(3).integers(2, size=40).astype(float)


def test_an_interval_is_that_of_scipy_for_single_mentions(hits: NDArray[np.float64]) -> None:
    ours = interval(hits, range(40), samples=4_000)
    theirs = stats.bootstrap(
        (hits,), np.mean, n_resamples=4_000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert ours.value == hits.mean()
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.026)


def test_whole_documents_are_drawn() -> None:
    # Ten documents whose mentions all agree: only ten draws, not a thousand, are independent.
    values = np.repeat([1.0, 0.0], 500)
    documents = [place // 100 for place in range(1_000)]
    together = interval(values, documents)
    apart = interval(values, range(1_000))
    assert together.high - together.low > 5 * (apart.high - apart.low)
    sums = values.reshape(10, 100).sum(axis=1)
    theirs = stats.bootstrap(
        (sums,),
        lambda x, axis: x.mean(axis) / 100,
        method="percentile",
        n_resamples=2_000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert (together.low, together.high) == pytest.approx((theirs.low, theirs.high), abs=0.11)


def test_documents_may_come_in_any_order(hits: NDArray[np.float64]) -> None:
    documents = np.arange(40) // 4
    order = np.random.default_rng(0).permutation(40)
    ours = interval(hits, documents.tolist())
    other = interval(hits[order], documents[order].tolist())
    assert other.value == pytest.approx(ours.value)
    assert (other.low, other.high) == pytest.approx((ours.low, ours.high), abs=0.06)


@pytest.mark.parametrize("seed", range(5))
def test_an_interval_holds_its_figure_and_repeats_with_its_seed(seed: int) -> None:
    values = np.tile([1.0, 0.0], 30)
    found = interval(values, range(60), seed=seed)
    assert found.low < found.value < found.high
    assert interval(values, range(60), seed=seed) == found


def test_nothing_has_an_empty_interval() -> None:
    assert interval([], []) == Interval(0, 0, 0)
    assert paired([], [], []).p == 1


def test_many_documents_are_drawn_in_blocks_with_the_right_sums() -> None:
    (found,) = intervals_of(np.ones((5_000, 2)), [ratio], samples=1_000)
    assert found == Interval(1, 1, 1)


def test_a_difference_is_that_of_scipy(hits: NDArray[np.float64]) -> None:
    better = np.maximum(hits, np.random.default_rng(5).random(40) < 0.3)
    ours = paired(better, hits, range(40), samples=4_000)
    theirs = stats.permutation_test(
        (better, hits),
        lambda a, b, axis: np.mean(a, axis) - np.mean(b, axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=4_000,
        rng=np.random.default_rng(1),
    )
    assert ours.value == pytest.approx(theirs.statistic)
    assert ours.p == pytest.approx(theirs.pvalue, abs=0.02)
    assert 0 <= ours.low < ours.value < ours.high


def test_the_p_value_is_exact_where_all_exchanges_are_few() -> None:
    # Of 2^4 exchanges only the two extremes are as far apart: p = 1/8.
    ours = paired([1, 1, 1, 1], [0, 0, 0, 0], range(4), samples=20_000)
    assert ours.p == pytest.approx(1 / 8, abs=0.01)


def test_equal_systems_do_not_differ(hits: NDArray[np.float64]) -> None:
    ours = paired(hits, hits, range(40))
    assert (ours.value, ours.low, ours.high, ours.p) == (0, 0, 0, 1)


def test_f1_of_two_systems_is_compared_by_their_counts() -> None:
    random = np.random.default_rng(2)
    right = random.integers(1, 5, size=(30, 1))
    a = np.concatenate([right, right + 1, right, right + 2], axis=1).astype(float)
    b = a - [1, 0, 1, 0]
    ours = paired_of(a, b, f1)
    assert ours.value == pytest.approx(float(f1(a.sum(axis=0)) - f1(b.sum(axis=0))))
    assert ours.low > 0
    assert ours.p == pytest.approx(1 / 1001)
