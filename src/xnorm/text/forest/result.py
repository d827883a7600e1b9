"""What a digested text is: the new text with its way back, what was understood, and each step."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

import msgspec

from xnorm.document import Span
from xnorm.text.forest.templates import Value


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """A piece of the new text and the span of the original that it stands for.

    Where both are equal, every character stands for its own.
    """

    text: str
    start: int
    end: int


class Structure(msgspec.Struct, frozen=True):
    """Something understood: a quantity, a date, a side.

    Attributes:
        label: what it is.
        start, end: where in the original text.
        fields: what is known of it, such as `value` and `unit`.
    """

    label: str
    start: int
    end: int
    fields: dict[str, Value]


class Step(msgspec.Struct, frozen=True):
    """One rule at work.

    Attributes:
        layer, rule: their names.
        place: where the rule is written.
        start, end: of what it worked on, in the original text.
        before, after: the text there.
        label: of what it made, empty if nothing.
        fields: of what it made.
    """

    layer: str
    rule: str
    place: str
    start: int
    end: int
    before: str
    after: str
    label: str
    fields: dict[str, Value]


class Digested(msgspec.Struct, frozen=True, dict=True):
    """A text after its rules.

    Attributes:
        original: the text that came in.
        text: the text that came out.
        structures: what was understood, in the order of the text; none inside another.
        steps: the rules that worked, in their order.
        pieces: of `text`, in order; all together are the text.
    """

    original: str
    text: str
    structures: tuple[Structure, ...] = ()
    steps: tuple[Step, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def original_span(self, start: int, end: int) -> Span:
        """The span of the original that a span of the new text stands for.

        A span inside a copied piece comes back exactly; one that touches a rewritten piece covers
        all that was rewritten. An empty span is where its place comes from.

        >>> pieces = (Piece("type ", 0, 5), Piece("3", 5, 8), Piece("!", 8, 9))
        >>> Digested("type III!", "type 3!", pieces=pieces).original_span(5, 7)
        (5, 9)
        """
        if not self.pieces:
            return start, end
        if start < end:
            return self._back(start)[0], self._back(end - 1)[1]
        place = self._back(start)[0] if start < len(self.text) else len(self.original)
        return place, place

    def _back(self, offset: int) -> Span:
        """Where the character at an offset comes from."""
        number = bisect_right(self._starts, offset) - 1
        piece = self.pieces[number]
        if self.original[piece.start : piece.end] != piece.text:
            return piece.start, piece.end
        place = piece.start + offset - self._starts[number]
        return place, place + 1

    @cached_property
    def _starts(self) -> list[int]:
        """Where each piece begins in the new text."""
        return list(accumulate((len(piece.text) for piece in self.pieces[:-1]), initial=0))
