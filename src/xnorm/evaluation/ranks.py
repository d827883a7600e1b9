"""Where a gold concept stands among candidates, when some of them score the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from xnorm.document import Candidate
from xnorm.evaluation.vocabulary import Vocabulary


class Rank(NamedTuple):
    """The rank from 1 of the best gold concept; 0 everywhere when there is none.

    Attributes:
        listed: in the order of the list.
        worst: with every concept of an equal score before it.
        best: with every concept of an equal score after it.
    """

    listed: int
    worst: int
    best: int


def rank_of(candidates: Sequence[Candidate], gold: Collection[str], vocabulary: Vocabulary) -> Rank:
    """The rank of the first gold concept among candidates, which are best first.

    Ranks count concepts: one that is listed twice counts once, and gold concepts never stand in
    each other's way.

    >>> twins = [Candidate("T:1", "T", "", 0.9), Candidate("T:2", "T", "", 0.9)]
    >>> rank_of(twins, ["T:2"], Vocabulary())
    Rank(listed=2, worst=2, best=1)
    """
    before: set[str] = set()
    score = None
    for candidate in candidates:
        id = vocabulary.current(candidate.concept)
        if id in gold:
            score = candidate.score
            break
        before.add(id)
    if score is None:
        return Rank(0, 0, 0)
    equal = {vocabulary.current(other.concept) for other in candidates if other.score == score}
    equal.difference_update(gold)
    return Rank(len(before) + 1, len(before | equal) + 1, len(before - equal) + 1)
