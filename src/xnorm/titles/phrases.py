"""Parts of titles that are told by their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xnorm.titles.model import KINDS, Part
from xnorm.titles.tables import WORD, Phrase, Tables

_GLUE = frozenset({" ", "-", ". ", ".", " - ", "'", "’", "/", " / ", " & ", "&", "- ", " -", "  "})
_PARTING = re.compile(r"[^\w\s.'’&+#]|\n")
_PLACE_WORDS = 3  # words of a place at most, where a word such as "Raum" tells of one


class _Match(NamedTuple):
    """A phrase and the words, by number, that are it."""

    first: int
    after: int
    phrase: Phrase


def phrases(text: str, taken: bytearray, tables: Tables) -> list[Part]:
    """The parts of a title that the tables have words for.

    Args:
        text: the title.
        taken: nonzero where a part is already; a phrase is not looked for there.
        tables: of the title's language.
    """
    words = [word for word in WORD.finditer(text) if not taken[word.start()]]
    matches = list(_matches(text, words, tables))
    if not matches:
        return []
    within = _Within(text, words)
    for match in matches:
        if match.phrase.kind in KINDS and match.phrase.where in ("", "kept"):
            within.take(match)
    for match in matches:
        if match.phrase.where in ("first", "edge") and within.is_first(match):
            within.take(match)
    for match in matches:
        place = within.place_after(match)
        if place is not None:
            within.take(place)
    for match in reversed(matches):
        if match.phrase.where in ("last", "edge") and within.is_last(match):
            within.take(_with_preposition(match, text, words, tables))
    return [_part(match, text, words) for match in within.found]


class _Within:
    """The words of a title in their segments, and which of them are removed.

    A segment begins after a comma, dash, bracket, slash and the like.
    """

    def __init__(self, text: str, words: Sequence[re.Match[str]]) -> None:
        self.found: list[_Match] = []
        self._words = words
        self._gone = [False] * len(words)
        self._segment = [0] * len(words)
        for place in range(1, len(words)):
            gap = text[words[place - 1].end() : words[place].start()]
            begins = gap not in (" ", "-") and _PARTING.search(gap) is not None
            self._segment[place] = self._segment[place - 1] + begins

    def take(self, match: _Match) -> None:
        """Makes a part of a match."""
        self.found.append(match)
        if match.phrase.where != "kept":
            self._gone[match.first : match.after] = [True] * (match.after - match.first)

    def is_first(self, match: _Match) -> bool:
        """Whether nothing is left of the segment before a match."""
        return self._is_open(range(match.first - 1, -1, -1), match.first)

    def is_last(self, match: _Match) -> bool:
        """Whether nothing is left of the segment after a match, which is there still."""
        return not self._gone[match.first] and self._is_open(
            range(match.after, len(self._words)), match.after - 1
        )

    def place_after(self, match: _Match) -> _Match | None:
        """A word such as "Raum" with the capitalised ones from there to the segment's end."""
        if match.phrase.kind != "place":
            return None
        after, own = match.after, self._segment[match.first]
        while after < len(self._words) and self._segment[after] == own and not self._gone[after]:
            after += 1
        names = [word[0] for word in self._words[match.after : after]]
        if not 0 < len(names) <= _PLACE_WORDS or not all(name[0].isupper() for name in names):
            return None
        return _Match(match.first, after, Phrase((), "location", " ".join(names), ""))

    def _is_open(self, others: range, own: int) -> bool:
        for other in others:
            if self._segment[other] != self._segment[own]:
                return True
            if not self._gone[other]:
                return False
        return True


def _matches(text: str, words: Sequence[re.Match[str]], tables: Tables) -> Iterator[_Match]:
    """The longest phrases, from left to right."""
    lower = [word[0].lower() for word in words]
    place = 0
    while place < len(lower):
        for phrase in tables.phrases.get(lower[place], ()):
            after = place + 1 + len(phrase.rest)
            if tuple(lower[place + 1 : after]) == phrase.rest and _hold(text, words, place, after):
                yield _Match(place, after, phrase)
                place = after
                break
        else:
            place += 1


def _hold(text: str, words: Sequence[re.Match[str]], first: int, after: int) -> bool:
    """Whether the words stand together."""
    return all(
        text[words[place - 1].end() : words[place].start()] in _GLUE
        for place in range(first + 1, after)
    )


def _with_preposition(
    match: _Match, text: str, words: Sequence[re.Match[str]], tables: Tables
) -> _Match:
    """A place with the "in" before it; any other match as it is."""
    before = match.first - 1
    is_place = match.phrase.kind == "location" and before > 0
    if is_place and _hold(text, words, before, match.after):
        for phrase in tables.phrases.get(words[before][0].lower(), ()):
            if phrase.kind == "preposition" and not phrase.rest:
                return match._replace(first=before)
    return match


def _part(match: _Match, text: str, words: Sequence[re.Match[str]]) -> Part:
    end = words[match.after - 1].end()
    return Part(
        match.phrase.kind,
        words[match.first].start(),
        end + text.startswith(".", end),  # of "Sr."
        match.phrase.value,
        removed=match.phrase.where != "kept",
    )
