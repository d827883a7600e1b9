"""Texts digested layer by layer: in each, from the left, the longest match of a unit on.

After You, "DAHSF" (arXiv:2412.14054): a layer's trees and frames turn units into representatives
with labels, and what one layer made is a word of the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xnorm.text.forest.beginnings import Beginnings
from xnorm.text.forest.compiled import Compiled, Layer, Match, Rule
from xnorm.text.forest.result import Digested, Piece, Step, Structure
from xnorm.text.forest.spelling import Spelling
from xnorm.text.forest.templates import Fields, Value, calculate, root_value
from xnorm.text.forest.units import MOST_WORDS, Symbols, Unit, copy, fill, span_text
from xnorm.text.forest.words import cut


class Forest:
    """Rules ready to run; see `open_forest`.

    >>> from xnorm.text.forest import open_forest
    >>> from xnorm.resources import resource_path
    >>> forest = open_forest([resource_path("common", "forest", "greek.yaml")])
    >>> forest.digest("TNFα").text
    'TNF alpha'
    """

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._symbols = Symbols(compiled)
        self._beginnings = Beginnings(compiled.numbers, self._symbols)
        self._spelling = [Spelling(layer) for layer in compiled.layers]
        self._wakes = _Wakes(compiled, self._symbols, self._spelling)
        self._grouped = " " in compiled.numbers.thousands

    def digest(self, text: str) -> Digested:
        """The text after all rules, with the way back and every step."""
        words = cut(text, grouped=self._grouped)
        if not any(map(self._wakes.__getitem__, words)):
            return Digested(text, text)
        steps: list[Step] = []
        units = list(self._beginnings.units(words, steps))
        for layer, spelling in zip(self._compiled.layers, self._spelling, strict=True):
            if not spelling.empty:
                units = [self._spelled(unit, layer, spelling, text, steps) for unit in units]
            first = layer.units.edges[0]
            if any(s in first for unit in units for s in unit.symbols):
                units = self._layer(units, layer, text, steps)
        return _result(text, units, steps)

    def _spelled(
        self, unit: Unit, layer: Layer, spelling: Spelling, text: str, steps: list[Step]
    ) -> Unit:
        if len(unit.pieces) != 1 or unit.changed:
            return unit
        word = unit.pieces[0].text
        changes = spelling[word]
        if not changes:
            return unit
        pieces: list[Piece] = []
        at = 0
        for start, end, after, number in changes:
            if at < start:
                pieces.append(copy(text, unit.start + at, unit.start + start))
            pieces.append(Piece(after, unit.start + start, unit.start + end))
            at = end
            rule = self._compiled.rules[number]
            place = unit.start + start, unit.start + end
            steps.append(
                Step(layer.name, rule.name, rule.place, *place, word[start:end], after, "", {})
            )
        if at < len(word):
            pieces.append(copy(text, unit.start + at, unit.end))
        new = "".join(piece.text for piece in pieces)
        symbols = (*self._symbols[new], *self._symbols.of_labels(unit.readings))
        ends = unit.start, unit.end
        return Unit(*ends, pieces, symbols, unit.readings, unit.told, changed=True)

    def _layer(
        self, units: Sequence[Unit], layer: Layer, text: str, steps: list[Step]
    ) -> list[Unit]:
        offered = [unit.symbols for unit in units]
        first = layer.units.edges[0]
        made: list[Unit] = []
        at = 0
        while at < len(units):
            if any(s in first for s in offered[at]):
                for end, numbers in layer.units.matches(offered, at):
                    matches = [layer.matches[number] for number in numbers]
                    unit = self._unit(units[at:end], matches, layer, text, steps)
                    if unit is not None:
                        made.append(unit)
                        at = end
                        break
                else:
                    made.append(units[at])
                    at += 1
            else:
                made.append(units[at])
                at += 1
        return made

    def _unit(
        self,
        units: Sequence[Unit],
        matches: Sequence[Match],
        layer: Layer,
        text: str,
        steps: list[Step],
    ) -> Unit | None:
        """What some units become; None when bounds refuse every match."""
        worked = [
            (rule, match, fields)
            for match in sorted(matches, key=lambda match: match.rule)
            if (fields := _fields(rule := self._compiled.rules[match.rule], match, units))
            is not None
        ]
        if not worked:
            return None
        single = units[0] if len(units) == 1 else None
        readings = dict(single.readings) if single else {}
        told = single.told if single else ""
        for rule, _, fields in reversed(worked):  # the first rule of a label has the last word
            if rule.label:
                readings[rule.label] = fields
            if rule.label and not rule.part:
                told = rule.label
        pieces = span_text(units, text)
        before = "".join(piece.text for piece in pieces)
        writer = next((w for w in worked if not w[0].keep), None)
        if writer is not None:
            pieces = self._pieces(*writer, units, pieces, before)
        after = "".join(piece.text for piece in pieces)
        start, end = units[0].start, units[-1].end
        teller = next((w for w in worked if told and w[0].label == told), None)
        chosen = writer if after != before else teller
        if chosen is not None and (after != before or not single or told != single.told):
            rule, _, fields = chosen
            place = rule.place, start, end
            made = dict(fields) if rule.label else {}
            steps.append(Step(layer.name, rule.name, *place, before, after, rule.label, made))
        symbols = (*self._symbols[after], *self._symbols.of_labels(readings))
        changed = after != text[start:end]
        return Unit(start, end, pieces, symbols, readings, told, changed=changed)

    def _pieces(
        self,
        rule: Rule,
        match: Match,
        fields: Fields,
        units: Sequence[Unit],
        pieces: list[Piece],
        before: str,
    ) -> list[Piece]:
        if match.root is not None:
            # Capitals at the beginning of a sentence are no other spelling.
            if match.root.lower() == before.lower():
                return pieces
            return [Piece(match.root, units[0].start, units[-1].end)]
        if rule.text is None:
            return pieces
        slots = {name: units[place] for name, _, place in match.slots}
        labels = {name: label for name, label, _ in match.slots}
        filled = fill(rule.text, units, slots, labels, fields)
        same = "".join(piece.text for piece in filled) == before
        return pieces if same else filled


class _Wakes(dict[str, bool]):
    """Whether a piece of text may begin a rule; words are remembered."""

    def __init__(self, compiled: Compiled, symbols: Symbols, spelling: Sequence[Spelling]) -> None:
        self._triggers = frozenset(compiled.wakes)
        self._symbols = symbols
        self._spelling = [part for part in spelling if not part.empty]

    def __missing__(self, word: str) -> bool:
        if len(self) >= MOST_WORDS:
            self.clear()
        found = self[word] = (
            word[0].isdecimal()
            or not self._triggers.isdisjoint(self._symbols[word])
            or any(part[word] for part in self._spelling)
        )
        return found


def _fields(rule: Rule, match: Match, units: Sequence[Unit]) -> dict[str, Value] | None:
    """The fields of a structure; None when one is out of bounds."""
    slots = {name: units[place].reading(label) for name, label, place in match.slots}
    fields: dict[str, Value] = {}
    if match.root is not None:
        fields["value"] = root_value(match.root)
    for name, formula in rule.fields.items():
        value = calculate(formula, slots)
        if value is None:
            continue
        if name in rule.within:
            low, high = rule.within[name]
            if isinstance(value, str) or not low <= value <= high:
                return None
        fields[name] = value
    rising = [value for name in rule.rising if not isinstance(value := fields.get(name, 0), str)]
    return fields if rising == sorted(rising) else None


def _result(text: str, units: Sequence[Unit], steps: Sequence[Step]) -> Digested:
    structures = tuple(
        Structure(unit.told, unit.start, unit.end, dict(unit.readings[unit.told]))
        for unit in units
        if unit.told
    )
    if not any(unit.changed for unit in units):
        return Digested(text, text, structures, tuple(steps))
    pieces = span_text(units, text)
    if units[0].start:
        pieces.insert(0, copy(text, 0, units[0].start))
    if units[-1].end < len(text):
        pieces.append(copy(text, units[-1].end, len(text)))
    new = "".join(piece.text for piece in pieces)
    return Digested(text, new, structures, tuple(steps), tuple(_joined(pieces, text)))


def _joined(pieces: Sequence[Piece], text: str) -> Iterator[Piece]:
    """The pieces, with neighbours that are copies of the original as one."""
    start = end = 0  # of the copies that wait
    for piece in pieces:
        copied = piece.start < piece.end and piece.text == text[piece.start : piece.end]
        if copied and end == piece.start and start < end:
            end = piece.end
            continue
        if start < end:
            yield copy(text, start, end)
        start, end = (piece.start, piece.end) if copied else (0, 0)
        if not copied:
            yield piece
    if start < end:
        yield copy(text, start, end)
