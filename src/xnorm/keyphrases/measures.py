"""How good a ranking of phrases is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import log2

K = 10
"""Phrases that count."""


def ndcg(ranked: Sequence[str], relevance: Mapping[str, float], *, k: int = K) -> float:
    """Normalised discounted cumulative gain of the first k phrases, 0 to 1.

    DCG = rel(1) + the sum over i = 2..k of rel(i) / log2(i), by the DCG of the k most relevant
    phrases of the document; a phrase without relevance has 0.

    Source: Järvelin, Kekäläinen (2002), in the form of Marujo et al. (2012).

    >>> ndcg(["b", "a"], {"a": 1.0, "b": 0.5})
    1.0
    >>> ndcg(["x", "a"], {"a": 1.0, "b": 0.5})
    0.6666666666666666
    """
    gains = [relevance.get(phrase, 0.0) for phrase in ranked[:k]]
    ideal = _dcg(sorted(relevance.values(), reverse=True)[:k])
    return _dcg(gains) / ideal if ideal else 0.0


def f_at(ranked: Sequence[str], gold: Collection[str], *, k: int = K) -> float:
    """The harmonic mean of precision (of k) and recall among the first k phrases, 0 to 1.

    >>> f_at(["a", "x"], {"a", "b"}, k=2)
    0.5
    """
    hits = sum(phrase in gold for phrase in ranked[:k])
    return 2 * hits / (k + len(gold)) if gold else 0.0


def precision_at(ranked: Sequence[str], gold: Collection[str], *, k: int = K) -> float:
    """The share of the first k phrases that are gold; missing ones are wrong.

    >>> precision_at(["a", "x"], {"a", "b"}, k=2)
    0.5
    """
    return sum(phrase in gold for phrase in ranked[:k]) / k


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / max(log2(place), 1.0) for place, gain in enumerate(gains, 1))
