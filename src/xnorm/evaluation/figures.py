"""The figures that a run tells, computed from its outcomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.evaluation.intervals import Interval, interval
from xnorm.evaluation.metrics import counted, hits, mean, reciprocals
from xnorm.evaluation.outcomes import Outcome

Values = NDArray[np.bool_] | NDArray[np.float64]

CURVE = (1, 2, 3, 5, 8, 12, 16, 24, 32, 48, 64, 96, 100)
"""The ranks of a recall curve."""

UNSEEN: dict[str, Callable[[Outcome], bool]] = {
    "unseen mentions": lambda outcome: outcome.seen_mention is False,
    "unseen concepts": lambda outcome: outcome.seen_concept is False,
}
"""Mentions that training data lack, by what they lack."""


def figures_of(outcomes: Sequence[Outcome], ks: Sequence[int], *, seed: int) -> dict[str, Interval]:
    """Recall@k and mean reciprocal rank with intervals over documents.

    `recall@k` counts mentions whose concept is in the terminology, and concepts of an equal score
    before the gold one; `recall@k, listed` lets the order of the list decide; `recall@k, all` has
    all mentions in the denominator; `recall@k, unseen mentions` those whose text is not in the
    training parts. `mrr` counts as `recall@k` does.
    """
    documents = [outcome.document for outcome in outcomes]
    known, every = counted(outcomes, "known"), counted(outcomes, "all")
    groups = {what: known & _marked(outcomes, of) for what, of in UNSEEN.items()}
    found: dict[str, Interval] = {}

    def add(name: str, values: Values, of: NDArray[np.bool_]) -> None:
        owners = [documents[place] for place in np.flatnonzero(of)]
        told = interval(values[of], owners, seed=seed) if owners else Interval(0.0, 0.0, 0.0)
        low, high = round(told.low, 5), round(told.high, 5)
        found[name] = replace(told, value=round(told.value, 5), low=low, high=high)

    for k in ks:
        worst = hits(outcomes, k)
        add(f"recall@{k}", worst, known)
        add(f"recall@{k}, listed", hits(outcomes, k, ties="listed"), known)
        add(f"recall@{k}, all", worst, every)
        for what, group in groups.items():
            if group.any():
                add(f"recall@{k}, {what}", worst, group)
    add("mrr", reciprocals(outcomes), known)
    return found


def curve_of(outcomes: Sequence[Outcome], deepest: int) -> dict[int, float]:
    """Recall at the ranks of `CURVE` up to the deepest, of known mentions, ties against."""
    known = counted(outcomes, "known")
    return {k: round(mean(hits(outcomes, k)[known]), 5) for k in CURVE if k <= deepest}


def _marked(outcomes: Sequence[Outcome], is_marked: Callable[[Outcome], bool]) -> NDArray[np.bool_]:
    return np.array([is_marked(outcome) for outcome in outcomes], np.bool_)
