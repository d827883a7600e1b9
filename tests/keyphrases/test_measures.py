"""nDCG, F and precision of ranked phrases, against sums written out."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnorm.keyphrases.measures import f_at, ndcg, precision_at


def test_ndcg_is_the_published_sum() -> None:
    """Relevances 3, 2, 1 in the order 1, 3, none, 2."""
    found = ndcg(["c", "a", "x", "b"], {"a": 3.0, "b": 2.0, "c": 1.0})
    assert found == pytest.approx((1 + 3 / 1 + 2 / 2) / (3 + 2 / 1 + 1 / log2(3)))


def test_only_the_first_k_count() -> None:
    relevance = {"a": 1.0, "b": 1.0}
    assert ndcg(["x", "a"], relevance, k=1) == 0
    assert precision_at(["x", "a"], {"a"}, k=1) == 0
    assert f_at(["x", "a"], {"a"}, k=1) == 0


def test_missing_phrases_cost_precision() -> None:
    assert precision_at(["a"], {"a", "b"}, k=10) == 0.1
    assert f_at(["a"], {"a", "b"}, k=10) == pytest.approx(2 * 0.1 * 0.5 / (0.1 + 0.5))


def test_nothing_to_find_is_zero() -> None:
    assert ndcg(["a"], {}) == f_at(["a"], set()) == precision_at([], set()) == 0


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.integers(1, 20), min_size=1),
    st.randoms(),
)
def test_no_order_is_better_than_the_ideal(relevance: dict[str, int], random: object) -> None:
    ideal = sorted(relevance, key=lambda key: -relevance[key])
    shuffled = list(relevance)
    random.shuffle(shuffled)
    assert ndcg(ideal, relevance) == pytest.approx(1)
    assert -1e-9 <= ndcg(shuffled, relevance) <= 1 + 1e-9
