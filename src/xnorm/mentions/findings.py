"""From scored pairs of windows and concepts to findings that do not overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.document import Document, Mention, mention_at
from xnorm.mentions.schedule import best_schedule
from xnorm.mentions.windows import Windows

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

Ints = NDArray[np.int64]


CLEARLY = 0.1
"""By how much a longer span has to be more probable to stand for the same concept; twice as much
where the name has all words of the shorter. Where it has all of the longer, that may be so much
less probable."""

HEAD = 20
"""A word that so many names have is the head of some ("pain"): a longer name says more."""

OUTWEIGHS = 2.5
"""A longer span of another concept may be so many times less probable than the head in it."""


class Finding(NamedTuple):
    """A span of a document with the concept (a row) that it most probably means.

    `spread`: where the concept's name is one word, how many names have it; else 0. `covered`:
    whether every word of the span has a counterpart in the name.
    """

    start: int
    end: int
    probability: float
    concept: int
    spread: int = 0
    covered: bool = False


class Scored(NamedTuple):
    """Pairs of a window and a concept, and how probable it is that the one means the other."""

    window: Ints
    concept: Ints
    probability: NDArray[np.float64]
    spread: Ints
    covered: NDArray[np.bool_]


def likely_findings(
    windows: Windows, scored: Scored, documents: int, threshold: float
) -> list[list[Finding]]:
    """For each document every span whose likeliest concept is likely enough; they may overlap."""
    span = windows.first[scored.window] * (len(windows.words) + 1) + windows.last[scored.window]
    order = np.lexsort((scored.concept, -scored.probability, span))
    order = order[scored.probability[order] >= threshold]
    order = order[np.flatnonzero(np.diff(span[order], prepend=-1))]
    found: list[list[Finding]] = [[] for _ in range(documents)]
    for window, concept, *why in zip(*(column[order].tolist() for column in scored), strict=True):
        start = windows.words[windows.first[window]].start
        end = windows.words[windows.last[window]].end
        found[windows.document[window]].append(Finding(start, end, why[0], concept, *why[1:]))
    return found


def without_overlaps(found: Sequence[Finding], threshold: float) -> list[Finding]:
    """Those findings that do not overlap and together are most probable, in text order.

    Before that, of two of which one contains the other, one goes: the longer when it means the
    same and has words that its name has not ("presented fever"), unless it is clearly more
    probable; the shorter when it is the head of many names and the longer one is probable enough
    ("pain" in "chest pain").
    """
    near = _neighbours(found)
    kept = [one for one in found if not any(_yields(one, other) for other in near(one))]
    spans = [(finding.start, finding.end) for finding in kept]
    # a little more than nothing, so that what lies just on the threshold counts
    weights = [finding.probability - threshold + 1e-4 for finding in kept]
    return [kept[i] for i in best_schedule(spans, weights)]


def _neighbours(found: Sequence[Finding]) -> Callable[[Finding], Sequence[Finding]]:
    """Tells the findings that may overlap a given one, so that long texts cost no squares."""
    ordered = sorted(found)
    starts = [finding.start for finding in ordered]
    longest = max((finding.end - finding.start for finding in found), default=0)

    def near(one: Finding) -> Sequence[Finding]:
        first = bisect_left(starts, one.start - longest)
        return ordered[first : bisect_left(starts, one.end)]

    return near


def _yields(one: Finding, other: Finding) -> bool:
    """Whether `one` goes because of `other`."""
    inside = other.start <= one.start and one.end <= other.end
    around = one.start <= other.start and other.end <= one.end
    if inside == around:
        return False
    if one.concept == other.concept:
        longer, shorter = (other, one) if inside else (one, other)
        margin = -CLEARLY if longer.covered else CLEARLY * (1 + shorter.covered)
        stays = longer.probability > shorter.probability + margin
        return stays if inside else not stays
    return inside and one.spread >= HEAD and other.probability * OUTWEIGHS >= one.probability


def with_findings(
    document: Document, found: Sequence[Finding], kb: KnowledgeBase, type: str
) -> Document:
    """The document with findings as mentions; their `extra` says the concept and its probability:
    `{"found": {"concept": "HP:0001903", "probability": 0.91}}`.
    """
    ids = kb.concepts["id"]
    mentions: list[Mention] = []
    for number, finding in enumerate(found, 1):
        span = (finding.start, finding.end)
        mention = mention_at(document.text, [span], id=f"T{number}", type=type)
        why = {"concept": ids[finding.concept].as_py(), "probability": finding.probability}
        mentions.append(replace(mention, extra={"found": why}))
    return replace(document, mentions=tuple(mentions))
