"""Text with some spans written otherwise, and a map that leads every span back."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from xnorm.document import Span


class Replacement(NamedTuple):
    """What stands at a span of the original text from now on."""

    span: Span
    text: str


class Rewritten(msgspec.Struct, frozen=True):
    """A rewritten text.

    Attributes:
        text: what it says now.
        replaced: for each replacement, in order, its span in `text` and its span in the original.
    """

    text: str
    replaced: tuple[tuple[Span, Span], ...] = ()

    def original(self, start: int, end: int) -> Span:
        """Where a span of the rewritten text comes from.

        What touches a replacement comes from all that was replaced; the ends elsewhere are exact.

        >>> short = rewrite("He met Jackson there.", [Replacement((7, 14), "Michael Jackson")])
        >>> short.text, short.original(23, 28), short.original(15, 22)
        ('He met Michael Jackson there.', (15, 20), (7, 14))
        """
        first, last = self._back(start), self._back(end - 1 if end > start else end)
        return first[0], last[1] if end > start else first[0]

    def _back(self, at: int) -> Span:
        """The original span of one character."""
        here = bisect_right(self.replaced, at, key=lambda pair: pair[0][0]) - 1
        if here < 0:
            return at, at + 1
        new, old = self.replaced[here]
        if at < new[1]:
            return old
        moved = at - new[1] + old[1]
        return moved, moved + 1


def rewrite(text: str, replacements: Iterable[Replacement]) -> Rewritten:
    """The text with the replacements made.

    Of those that overlap or cross the longest is made, of equally long ones the first. A combining
    mark after a span belongs to it. What would change nothing is not made.
    """
    taken: list[Replacement] = []
    widened = {_with_marks(text, one.span): one.text for one in replacements}
    free = bytearray(b"\1") * len(text)
    for (start, end), new in sorted(widened.items(), key=lambda one: (one[0][0] - one[0][1], one)):
        if start < end and free.find(0, start, end) < 0:
            free[start:end] = bytes(end - start)
            if text[start:end] != new:
                taken.append(Replacement((start, end), new))
    parts: list[str] = []
    replaced: list[tuple[Span, Span]] = []
    done = length = 0
    for (start, end), new in sorted(taken):
        parts += [text[done:start], new]
        length += start - done
        replaced.append(((length, length + len(new)), (start, end)))
        length += len(new)
        done = end
    return Rewritten("".join((*parts, text[done:])), tuple(replaced))


def _with_marks(text: str, span: Span) -> Span:
    start, end = span
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return start, end
