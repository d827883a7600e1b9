"""Finds mentions that are names of the terminology, as written up to case, accents and marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import ClassVar

import msgspec

from xnorm.document import Document
from xnorm.index.columns import Columns
from xnorm.mentions.findings import Finding, with_findings
from xnorm.mentions.schedule import longest_first
from xnorm.mentions.windows import Word, words_of
from xnorm.resources import function_words, generic_words
from xnorm.text.normal import fold

_SHORT = 5
"""Names in capitals up to this long are abbreviations: "ALL" is a leukaemia, "all" is not."""


class DictionaryFinder(msgspec.Struct, frozen=True, dict=True):
    """Gives mentions to documents that have none: names in the document's language.

    Names are compared word by word, folded; they do not cross punctuation other than inner hyphens,
    apostrophes and slashes. Of overlapping names the longest is taken, then the first. Names that
    are only function words, generic words or numbers are never looked for, and short names in
    capitals only as written. A mention's `extra` says its concept:
    `{"found": {"concept": "HP:0001903", "probability": 1.0}}`; of several, the one with the name as
    preferred name, then the first.

    Attributes:
        index: the terminology, an index or its columns alone.
        types: only concepts that have one of these types; all if empty.
        type: the mentions' type.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"mentions"})

    index: Columns
    types: tuple[str, ...] = ()
    type: str = ""

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        return [
            document
            if document.mentions
            else with_findings(document, self.find(document), self.index.kb, self.type)
            for document in documents
        ]

    def find(self, document: Document) -> list[Finding]:
        """The findings in text order, whether or not the document has mentions."""
        words = words_of(document, expand=False)
        found = list(_matches(document.text, words, self._names(document.language)))
        return [found[i] for i in longest_first([finding[:2] for finding in found])]

    def _names(self, language: str) -> Dictionary:
        if language not in self._dictionaries:
            self._dictionaries[language] = self._dictionary(language)
        return self._dictionaries[language]

    @cached_property
    def _dictionaries(self) -> dict[str, Dictionary]:
        return {}

    def _dictionary(self, language: str) -> Dictionary:
        """The names in a language; all, when the document's language is unknown."""
        allowed = self.index.has_type(self.types) if self.types else None
        dull = function_words(language) | generic_words(language)
        folded: dict[str, int] = {}
        written: dict[str, int] = {}
        preferred: set[str] = set()
        for concept, text, of, kind in self._rows():
            if (language and of != language) or (allowed is not None and not allowed[concept]):
                continue
            name = fold(text)
            if 1 < len(text) <= _SHORT and text.isupper():
                written.setdefault(text, concept)
            elif all(word in dull or not word.isalpha() or len(word) < 2 for word in name.split()):
                continue
            elif name not in folded or (kind == "preferred" and name not in preferred):
                folded[name] = concept
            if kind == "preferred":
                preferred.add(name)
        return Dictionary(folded, written)

    def _rows(self) -> Iterator[tuple[int, str, str, str]]:
        """Concept, text, language and kind of every name; a batch of them is in memory."""
        columns = ("concept", "text", "language", "kind")
        for batch in self.index.kb.names.select(columns).to_batches():
            yield from zip(*(batch[name].to_pylist() for name in columns), strict=True)


class Dictionary:
    """Names to concepts: folded, and those that count only as written."""

    def __init__(self, folded: dict[str, int], written: dict[str, int]) -> None:
        self.folded = folded
        self.written = written
        self.longest: dict[str, int] = {}  # by first word, the words of the longest name
        for name in folded:
            words = name.split()
            self.longest[words[0]] = max(self.longest.get(words[0], 0), len(words))


def _matches(text: str, words: Sequence[Word], names: Dictionary) -> Iterator[Finding]:
    """Every name, overlapping or not; the longest of those that begin at one word."""
    for place, word in enumerate(words):
        first = word.text.split()[0]
        longest = min(names.longest.get(first, 0), len(words) - place)
        for last in range(place + longest - 1, place - 1, -1):
            if words[last].run != word.run:
                continue
            name = " ".join(inner.text for inner in words[place : last + 1])
            if name in names.folded:
                yield Finding(word.start, words[last].end, 1.0, names.folded[name])
                break
        concept = names.written.get(text[word.start : word.end])
        if concept is not None:
            yield Finding(word.start, word.end, 1.0, concept)
