"""Offsets that are all wrong by as much: which text was changed, or what was counted."""

from __future__ import annotations

from collections import Counter

from xnorm.document import Document, Mention
from xnorm.errors import DataError
from xnorm.evaluation.pairing import Spans

_FEW = 0.1  # a share of mentions at gold borders that no working system falls below
_MOST = 0.5  # a share of mentions that a shift has to explain
_FAR = 50  # characters; mentions further apart have nothing to do with each other
_ENOUGH = 3  # mentions from which on a shift is no accident


class Shifts:
    """Counts, document by document, how far mentions of a system lie from gold ones."""

    def __init__(self) -> None:
        self._mentions = 0
        self._exact = 0
        self._by: Counter[int] = Counter()
        self._same_text = 0
        self._between: list[int] = []

    def add(self, gold: Document, predicted: Document) -> None:
        """Counts the mentions of one document."""
        places = {mention.spans for mention in gold.mentions}
        by_length: dict[int, set[int]] = {}
        by_text: dict[str, list[int]] = {}
        for mention in gold.mentions:
            by_length.setdefault(_length(mention), set()).add(mention.start)
            by_text.setdefault(mention.surface, []).append(mention.start)
        for mention in predicted.mentions:
            self._mentions += 1
            if mention.spans in places:
                self._exact += 1
                continue
            starts = by_length.get(_length(mention), ())
            steps = {mention.start - start for start in starts if start != mention.start}
            self._by.update(
                step
                for step in steps
                if abs(step) <= _FAR and _moved(mention.spans, -step) in places
            )
            same = by_text.get(mention.surface)
            if same:
                self._same_text += 1
                self._between.append(min((mention.start - start for start in same), key=abs))

    def check(self, name: str) -> None:
        """Complains when hardly any mention is at its place but most are beside it.

        Raises:
            DataError: with the number of characters, if it is the same for most.
        """
        if self._mentions < _ENOUGH or self._exact > _FEW * self._mentions:
            return
        step, times = self._by.most_common(1)[0] if self._by else (0, 0)
        if times >= max(_MOST * self._mentions, _ENOUGH):
            raise DataError(
                f"offsets are shifted by {step:+d} against the corpus ({times:,} of "
                f"{self._mentions:,} mentions)",
                place=name,
                todo="Offsets count characters from 0, the end is exclusive",
            )
        if self._same_text >= max(_MOST * self._mentions, _ENOUGH):
            raise DataError(
                f"offsets are shifted by {min(self._between):+d} to {max(self._between):+d} "
                f"against the corpus, though {self._same_text:,} of {self._mentions:,} mentions "
                "have the same text",
                place=name,
                todo="Perhaps they count bytes or UTF-16 units, or line ends were changed; "
                "offsets count Unicode characters",
            )


def text_shift(gold: str, other: str) -> str:
    """How two different texts differ, as far as one line can say it.

    >>> text_shift("Fever.", "  Fever.")
    'it has 2 characters more before it, so that offsets are shifted by +2'
    """
    if gold and gold in other:
        at = other.index(gold)
        if at:
            return (
                f"it has {_characters(at)} more before it, so that offsets are shifted by {at:+d}"
            )
        return f"it goes on for {_characters(len(other) - len(gold))} more"
    if other and other in gold:
        at = gold.index(other)
        if at:
            return f"its first {_characters(at)} lack, so that offsets are shifted by {-at:+d}"
        return f"its last {_characters(len(gold) - len(other))} lack"
    place = next(
        (at for at, (a, b) in enumerate(zip(gold, other, strict=False)) if a != b),
        min(len(gold), len(other)),
    )
    ours, theirs = gold[place : place + 10], other[place : place + 10]
    same = " apart from white space they are the same;" if gold.split() == other.split() else ""
    return f"{same} at character {place} it has {theirs!r}, not {ours!r}".lstrip()


def _characters(count: int) -> str:
    return f"{count:,} character{'' if count == 1 else 's'}"


def _length(mention: Mention) -> int:
    return mention.end - mention.start


def _moved(spans: Spans, by: int) -> Spans:
    return tuple((start + by, end + by) for start, end in spans)
