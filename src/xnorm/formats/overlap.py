"""Mentions that share text, for formats that mark every character once."""

from __future__ import annotations

from collections.abc import Iterable

from xnorm.document import Mention


def without_overlap(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions in text order, without those that share a character with a longer one.

    A mention with gaps counts from its first to its last character.
    """
    taken: set[int] = set()
    kept = []
    for mention in sorted(mentions, key=lambda item: (item.start - item.end, item.start)):
        place = range(mention.start, mention.end)
        if taken.isdisjoint(place):
            taken.update(place)
            kept.append(mention)
    return sorted(kept, key=lambda item: item.start)
