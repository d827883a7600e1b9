"""Letters inside words: `haem` becomes `hem`, at a word's beginning, end or anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xnorm.text.forest.compiled import Layer
from xnorm.text.forest.units import MOST_WORDS


class Change(NamedTuple):
    """Letters of a word and what they become; `rule` is the rule's number."""

    start: int
    end: int
    text: str
    rule: int


class Spelling(dict[str, Sequence[Change]]):
    """The changes inside a word, from the left, the longest first; words are remembered."""

    def __init__(self, layer: Layer) -> None:
        self._letters = layer.letters
        self._matches = layer.matches
        self.empty = not layer.letters.ends
        # Most letters begin nothing, which two look-ups tell sooner than a walk.
        edges = layer.letters.edges
        self._first = edges[0]
        self._seconds = {a + b for a, node in edges[0].items() for b in edges[node]}

    def __missing__(self, word: str) -> Sequence[Change]:
        if len(self) >= MOST_WORDS:
            self.clear()
        found = self[word] = self._changes(word) if word[:1].isalpha() else ()
        return found

    def _changes(self, word: str) -> Sequence[Change]:
        lower = word.lower()
        if len(lower) != len(word):  # İ has two letters below
            lower = "".join(map(_lower, word))
        framed = f"^{lower}$"
        changes: list[Change] = []
        at = 0
        first, seconds = self._first, self._seconds
        while at < len(framed):
            may = framed[at] in first and framed[at : at + 2] in seconds
            found = self._letters.matches(framed, at) if may else None
            if not found:
                at += 1
                continue
            end, numbers = found[0]
            match = min((self._matches[number] for number in numbers), key=lambda m: m.rule)
            # The frame's two characters are none of the word's.
            span = max(at - 1, 0), min(end - 1, len(word))
            old = word[slice(*span)]
            new = _in_case_of(old, match.root or "")
            if new != old:
                changes.append(Change(*span, new, match.rule))
            at = end
        return changes


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _in_case_of(old: str, new: str) -> str:
    if len(old) > 1 and old.isupper():
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
