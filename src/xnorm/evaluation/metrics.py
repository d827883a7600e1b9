"""Ranking measures over gold mentions, by concept; ties between concepts count as told.

Notation: M are the gold mentions that count, r(m) is the rank of the best gold concept of a
mention, infinite when it is not among the candidates. Mentions whose concept the terminology does
not have can never be hit; `of` says whether they count in M.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xnorm.evaluation.outcomes import STAGE, Outcome, is_correct

Of = Literal["known", "all"]
"""Which mentions count: those whose concept is in the terminology, or all that have a concept."""

Ties = Literal["worst", "listed"]
"""What an equal score does: it goes before the gold concept, or the order of the list holds."""

TIES: tuple[Ties, ...] = ("worst", "listed")


def recall_at(
    outcomes: Sequence[Outcome],
    k: int,
    *,
    stage: str = STAGE,
    ties: Ties = "worst",
    of: Of = "known",
) -> float:
    """Recall@k, which is accuracy@k: |{m in M: r(m) <= k}| / |M|; 0 without mentions.

    Of several gold concepts any is a hit.
    """
    return mean(hits(outcomes, k, stage=stage, ties=ties)[counted(outcomes, of)])


def mrr(
    outcomes: Sequence[Outcome], *, stage: str = STAGE, ties: Ties = "worst", of: Of = "known"
) -> float:
    """Mean reciprocal rank: (1 / |M|) * sum over m in M of 1 / r(m)."""
    return mean(reciprocals(outcomes, stage=stage, ties=ties)[counted(outcomes, of)])


def accuracy(outcomes: Sequence[Outcome], *, of: Of = "known") -> float:
    """The share of M whose decision is right, at exact borders (`is_correct`).

    For a mention that the terminology does not know, NIL is right.
    """
    return mean(correct(outcomes)[counted(outcomes, of)])


def hits(
    outcomes: Sequence[Outcome], k: int, *, stage: str = STAGE, ties: Ties = "worst"
) -> NDArray[np.bool_]:
    """Whether each mention's concept is among the first `k`; bool[n]."""
    found = ranks(outcomes, stage=stage, ties=ties)
    return (found > 0) & (found <= k)


def reciprocals(
    outcomes: Sequence[Outcome], *, stage: str = STAGE, ties: Ties = "worst"
) -> NDArray[np.float64]:
    """1 / rank for each mention, 0 where the concept is not among the candidates; float64[n]."""
    found = ranks(outcomes, stage=stage, ties=ties)
    return np.where(found > 0, 1 / np.maximum(found, 1), 0.0)


def ranks(
    outcomes: Sequence[Outcome], *, stage: str = STAGE, ties: Ties = "worst"
) -> NDArray[np.int64]:
    """The rank of each mention's best gold concept, 0 for none; int64[n]."""
    if ties == "worst":
        return np.array([outcome.worst.get(stage, 0) for outcome in outcomes], np.int64)
    return np.array([outcome.ranks.get(stage, 0) for outcome in outcomes], np.int64)


def correct(outcomes: Sequence[Outcome]) -> NDArray[np.bool_]:
    """Whether each mention's decision is right; bool[n]."""
    return np.array([is_correct(outcome) for outcome in outcomes], np.bool_)


def counted(outcomes: Sequence[Outcome], of: Of) -> NDArray[np.bool_]:
    """Which mentions count; bool[n]."""
    if of == "known":
        return np.array([outcome.known for outcome in outcomes], np.bool_)
    return np.array([bool(outcome.gold) for outcome in outcomes], np.bool_)


def has_candidates(outcomes: Sequence[Outcome]) -> bool:
    """Whether a system gave candidates for any mention, so that ranks mean something."""
    return any(score for outcome in outcomes for score in outcome.scores.values())


def mean(values: NDArray[np.bool_] | NDArray[np.floating]) -> float:
    """The mean; 0 of nothing."""
    return float(values.mean()) if len(values) else 0.0
