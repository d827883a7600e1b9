"""Which mention of a system stands for which gold mention of the same text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from xnorm.document import Mention, Span

Spans = tuple[Span, ...]


class Pair(NamedTuple):
    """Which of the system's mentions stands for a gold one: its number, None when it was missed."""

    found: int | None
    exact: bool


def pair_mentions(gold: Sequence[Mention], found: Sequence[Mention]) -> list[Pair]:
    """For each gold mention the found one that has its spans, or else overlaps it most.

    Mentions with the same spans are paired one to one: equal ids first, then equal types, then in
    order. An overlapping mention may stand for several gold ones; of two that share as many
    characters, one with the same type is taken, then the first.
    """
    pairs = []
    overlaps = Overlaps([mention.spans for mention in found])
    for mention, same in zip(gold, _exact(gold, found), strict=True):
        best = same
        if same is None and (shared := overlaps.of(mention.spans)):
            best, _ = max(
                shared, key=lambda item: (item[1], found[item[0]].type == mention.type, -item[0])
            )
        pairs.append(Pair(best, same is not None))
    return pairs


def _exact(gold: Sequence[Mention], found: Sequence[Mention]) -> list[int | None]:
    at: dict[Spans, list[int]] = {}
    for number, mention in enumerate(found):
        at.setdefault(mention.spans, []).append(number)
    chosen: list[int | None] = [None] * len(gold)
    # Three rounds, so that a looser agreement never takes a mention from a closer one.
    keys: tuple[Callable[[Mention], str], ...] = (lambda m: m.id, lambda m: m.type, lambda m: "")
    for key in keys:
        for place, mention in enumerate(gold):
            free = at.get(mention.spans, [])
            if chosen[place] is None:
                same = [number for number in free if key(found[number]) == key(mention)]
                if same:
                    chosen[place] = same[0]
                    free.remove(same[0])
    return chosen


class Overlaps:
    """Spans of the mentions of one text, asked which of them share characters with others."""

    def __init__(self, mentions: Sequence[Spans]) -> None:
        self._order = sorted(range(len(mentions)), key=lambda number: mentions[number][0][0])
        self._mentions = mentions
        self._starts = [mentions[number][0][0] for number in self._order]
        self._furthest = list(accumulate((mentions[n][-1][1] for n in self._order), max))

    def of(self, spans: Spans) -> list[tuple[int, int]]:
        """Which mentions overlap, by their number, and how many characters they share."""
        shared = []
        place = bisect_left(self._starts, spans[-1][1]) - 1
        while place >= 0 and self._furthest[place] > spans[0][0]:
            number = self._order[place]
            characters = common(spans, self._mentions[number])
            if characters:
                shared.append((number, characters))
            place -= 1
        return shared[::-1]


def common(first: Spans, second: Spans) -> int:
    """How many characters two mentions share.

    >>> common(((0, 4), (8, 10)), ((2, 9),))
    3
    """
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in first
        for other_start, other_end in second
    )
