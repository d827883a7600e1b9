"""Units: what rules see of a text. They begin as words, numbers and marks, and grow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from xnorm.text.forest.compiled import Compiled
from xnorm.text.forest.result import Piece
from xnorm.text.forest.templates import Fields, Part, Reference, Text, shown
from xnorm.text.forest.words import labelled, symbol

MOST_WORDS = 50_000
"""Words that a memory holds before it begins anew, so that it does not grow with a corpus."""


class Unit:
    """Some text that rules take as one.

    Attributes:
        start, end: where in the original text.
        pieces: its text now, with the way back.
        symbols: what it offers to automata.
        readings: label to fields.
        told: the label that is reported; empty if none.
        changed: whether its text is another than the original's.
    """

    __slots__ = ("changed", "end", "pieces", "readings", "start", "symbols", "told")

    def __init__(
        self,
        start: int,
        end: int,
        pieces: Sequence[Piece],
        symbols: Sequence[str],
        readings: Mapping[str, Fields],
        told: str = "",
        *,
        changed: bool = False,
    ) -> None:
        self.start = start
        self.end = end
        self.pieces = pieces
        self.symbols = symbols
        self.readings = readings
        self.told = told
        self.changed = changed

    @property
    def text(self) -> str:
        """Its text now."""
        return "".join(piece.text for piece in self.pieces)

    def reading(self, label: str) -> Fields:
        """The fields that go with a label; a word's `value` is its text."""
        return self.readings.get(label) or {"value": self.text}


class Symbols(dict[str, tuple[str, ...]]):
    """The symbols that a text offers, of those that some rule knows; words are remembered."""

    def __init__(self, compiled: Compiled) -> None:
        self._known = frozenset(compiled.symbols())

    def __missing__(self, text: str) -> tuple[str, ...]:
        if len(self) >= MOST_WORDS:
            self.clear()
        offered = [symbol(text), symbol(text, case=True)]
        if text[:1].isalpha():
            offered.append(labelled("word"))
        found = self[text] = tuple(s for s in dict.fromkeys(offered) if s in self._known)
        return found

    def of_labels(self, labels: Iterable[str]) -> list[str]:
        """The symbols of labels that some pattern asks for."""
        return [s for label in labels if (s := labelled(label)) in self._known]


def span_text(units: Sequence[Unit], original: str) -> list[Piece]:
    """The pieces of neighbouring units with what lies between them."""
    pieces: list[Piece] = []
    for number, unit in enumerate(units):
        if number and units[number - 1].end < unit.start:
            pieces.append(copy(original, units[number - 1].end, unit.start))
        elif number and _clash(units[number - 1], unit):
            pieces.append(Piece(" ", unit.start, unit.start))
        pieces += unit.pieces
    return pieces


def copy(original: str, start: int, end: int) -> Piece:
    """A piece of the original."""
    return Piece(original[start:end], start, end)


def fill(
    template: Sequence[Part],
    units: Sequence[Unit],
    slots: Mapping[str, Unit],
    labels: Mapping[str, str],
    fields: Fields,
) -> list[Piece]:
    """A template's text for some units.

    Pieces of slots keep their own way back as long as these stand in the order of the text;
    characters between two of them stand for what was between them.

    Args:
        template: with references to slots and to the fields.
        units: that it replaces.
        slots: those among them that have names.
        labels: of the slots.
        fields: of the structure that goes with it.
    """
    start, end = units[0].start, units[-1].end
    parts = [part for part in template if not isinstance(part, Reference) or part.slot in slots]
    named = [slots[part.slot] for part in parts if isinstance(part, Reference)]
    ordered = all(a.end <= b.start for a, b in pairwise(named))
    if not ordered or not named or len(parts) < len(template):
        text = "".join(_text(part, slots, labels, fields) for part in template)
        return [Piece(" ".join(text.split()), start, end)]
    pieces: list[Piece] = []
    at = start
    following = [*(unit.start for unit in named), end]
    seen = 0
    for part in parts:
        if isinstance(part, Text):
            pieces.append(Piece(str(part.value), at, following[seen]))
            at = following[seen]
            continue
        unit = named[seen]
        seen += 1
        at = unit.end
        if part.field or part.width:
            text = _text(part, slots, labels, fields)
            pieces.append(Piece(text, unit.start, unit.end))
        else:
            pieces += unit.pieces
    return pieces


def _text(part: Part, slots: Mapping[str, Unit], labels: Mapping[str, str], fields: Fields) -> str:
    if isinstance(part, Text):
        return str(part.value)
    if part.slot not in slots:
        return shown(fields[part.slot], part.width) if part.slot in fields else ""
    if not part.field and not part.width:
        return slots[part.slot].text
    value = slots[part.slot].reading(labels[part.slot]).get(part.field or "value")
    return "" if value is None else shown(value, part.width)


def _clash(left: Unit, right: Unit) -> bool:
    """Whether a rewritten text would grow together with its neighbour."""
    if not (left.changed or right.changed):
        return False
    before, after = left.text[-1:], right.text[:1]
    return before.isalnum() and after.isalnum()
