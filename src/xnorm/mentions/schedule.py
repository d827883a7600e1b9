"""Choosing among overlapping spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from xnorm.document import Span


def best_schedule(spans: Sequence[Span], weights: Sequence[float]) -> list[int]:
    """The places of spans that do not overlap and together weigh most, in text order.

    Weighted interval scheduling by dynamic programming, O(n log n). Of equal sums the one with
    spans that end earlier is taken; spans without weight never are.

    >>> best_schedule([(0, 4), (3, 9), (8, 12)], [2.0, 3.0, 2.0])
    [0, 2]
    """
    order = sorted(range(len(spans)), key=lambda i: (spans[i][1], spans[i][0], i))
    ends = [spans[i][1] for i in order]
    best = [0.0]
    before = []
    for place, i in enumerate(order):
        compatible = bisect_right(ends, spans[i][0], 0, place)
        before.append(compatible)
        best.append(max(best[-1], best[compatible] + weights[i]))
    chosen = []
    place = len(order)
    while place:
        if best[place] > best[place - 1]:
            chosen.append(order[place - 1])
            place = before[place - 1]
        else:
            place -= 1
    return chosen[::-1]


def longest_first(spans: Sequence[Span]) -> list[int]:
    """The places of spans that do not overlap: the longest, then what still fits, in text order.

    >>> longest_first([(0, 4), (3, 9), (9, 12)])
    [1, 2]
    """
    chosen: list[int] = []
    taken: set[int] = set()
    for i in sorted(range(len(spans)), key=lambda i: (spans[i][0] - spans[i][1], spans[i], i)):
        covered = range(*spans[i])
        if taken.isdisjoint(covered):
            taken.update(covered)
            chosen.append(i)
    return sorted(chosen, key=lambda i: spans[i])
