"""A forest as one automaton a layer: what `compiling` makes, `cache` keeps and `digest` runs."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from xnorm.text.forest.source import Numbers
from xnorm.text.forest.templates import Formula, Part
from xnorm.text.forest.trie import Trie


class Rule(msgspec.Struct, frozen=True):
    """What happens where a rule matches; the earlier of two rules goes first.

    Attributes:
        name: as its file has it.
        place: file and line.
        label: of the unit that it makes; may be empty.
        part: the unit serves patterns alone.
        keep: the text stays.
        text: a pattern's template; None leaves the text as it is.
        fields: of the structure; those of trees are constants.
        within: bounds of fields.
        rising: fields of which none is below the one before it.
    """

    name: str
    place: str
    label: str = ""
    part: bool = False
    keep: bool = False
    text: tuple[Part, ...] | None = None
    fields: dict[str, Formula] = {}
    within: dict[str, tuple[float, float]] = {}
    rising: list[str] = []


class Match(msgspec.Struct, frozen=True, array_like=True):
    """What a sequence of symbols stands for.

    Attributes:
        rule: its number in the forest.
        root: the representative, for trees and letters; None for patterns.
        slots: name, label and position of the units that a pattern names.
    """

    rule: int
    root: str | None
    slots: tuple[tuple[str, str, int], ...] = ()


class Layer(msgspec.Struct, frozen=True):
    """One pass over a text: letters inside words first, then the units.

    Attributes:
        name: as files call it.
        letters: sequences of characters in lower case, with `^` and `$` around words.
        units: sequences of what units offer.
        matches: what both refer to.
    """

    name: str
    letters: Trie
    units: Trie
    matches: list[Match]


class Compiled(msgspec.Struct, frozen=True):
    """All layers in their order, with the rules and the form of numbers.

    Attributes:
        wakes: symbols of which a text needs one, or a number, for anything to happen to it.
    """

    numbers: Numbers
    rules: list[Rule]
    layers: list[Layer]
    wakes: list[str]

    def symbols(self) -> Iterator[str]:
        """All symbols of units that occur."""
        for layer in self.layers:
            for edges in layer.units.edges:
                yield from edges
