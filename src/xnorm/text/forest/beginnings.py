"""The units that a text begins with: its words, its marks, and its numbers in their plain form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xnorm.text.forest.result import Piece, Step
from xnorm.text.forest.source import Numbers
from xnorm.text.forest.templates import Fields
from xnorm.text.forest.units import Symbols, Unit
from xnorm.text.forest.words import reading


class Beginnings:
    """Makes units of the pieces of a text."""

    def __init__(self, numbers: Numbers, symbols: Symbols) -> None:
        self._numbers = numbers
        self._symbols = symbols

    def units(self, pieces: Sequence[str], steps: list[Step]) -> Iterator[Unit]:
        """The units of pieces that are a text together; numbers that change are added to steps."""
        at = 0
        for piece in pieces:
            if piece[0].isdecimal():
                yield from self._of_number(piece, at, steps)
            elif not piece.isspace():
                yield self._plain(piece, at)
            at += len(piece)

    def _plain(self, text: str, at: int) -> Unit:
        end = at + len(text)
        return Unit(at, end, (Piece(text, at, end),), self._symbols[text], {})

    def _of_number(self, text: str, at: int, steps: list[Step]) -> Iterator[Unit]:
        """A number as one unit, or the parts of what is none."""
        found = reading(text, self._numbers)
        if found is None:
            for part in _digits(text):
                if part[0].isdecimal() and (known := reading(part, self._numbers)):
                    yield self._number(part, at, part, known[1])
                elif not part.isspace():
                    yield self._plain(part, at)
                at += len(part)
            return
        plain, readings = found
        unit = self._number(text, at, plain, readings)
        unit.told = "number"
        if unit.changed:
            made = dict(readings["number"])
            steps.append(Step("", "number", "", at, unit.end, text, plain, "number", made))
        yield unit

    def _number(self, text: str, at: int, plain: str, readings: Mapping[str, Fields]) -> Unit:
        end = at + len(text)
        symbols = (*self._symbols[plain], *self._symbols.of_labels(readings))
        changed = plain != text
        return Unit(at, end, (Piece(plain, at, end),), symbols, readings, changed=changed)


def _digits(text: str) -> list[str]:
    """The parts of what is no number as a whole: `12.03.2020` is three numbers and two marks."""
    parts: list[str] = []
    for character in text:
        if parts and parts[-1][-1].isdecimal() and character.isdecimal():
            parts[-1] += character
        else:
            parts.append(character)
    return parts
