"""What a corpus says about phrases: how many documents have them, how often they were chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log

import msgspec

from xnorm.keyphrases.phrases import Phrase

Gold = Mapping[str, float]
"""Phrase keys to how relevant they are to one document, above 0 to 1."""


class Statistics(msgspec.Struct, frozen=True):
    """Counts over a training corpus.

    Attributes:
        documents: how many there were.
        found: documents in which each phrase is, where there are two or more.
        chosen: documents in which each phrase is a key phrase.
    """

    documents: int
    found: dict[str, int]
    chosen: dict[str, int]

    @classmethod
    def count(cls, corpus: Iterable[tuple[Sequence[Phrase], Gold]]) -> Statistics:
        """The counts over documents with their gold key phrases."""
        documents, found, chosen = 0, Counter[str](), Counter[str]()
        for phrases, gold in corpus:
            documents += 1
            found.update(phrase.key for phrase in phrases)
            chosen.update(gold.keys())
        often = {key: number for key, number in sorted(found.items()) if number > 1}
        return cls(documents, often, dict(sorted(chosen.items())))

    def idf(self, key: str, *, own: bool) -> float:
        """-ln((df + 1) / (documents + 1)), of the other documents if `own`.

        Source: Medelyan (2009), Human-competitive automatic topic indexing (Maui).
        """
        found = self.found.get(key, 1 if own else 0) - own
        return -log((found + 1) / (self.documents - own + 1))

    def keyphraseness(self, key: str, *, own: bool) -> int:
        """In how many documents the phrase was chosen, without its own if `own`."""
        return self.chosen.get(key, 0) - own

    def appeal(self, key: str, *, found: bool, chosen: bool) -> float:
        """How often a phrase was chosen where it is, 0 to 1; without the own document.

        Args:
            key: the phrase.
            found: whether the own document, which has the phrase, was counted.
            chosen: whether it was chosen there.
        """
        number = self.found.get(key, 1 if found else 0) - found
        return (self.keyphraseness(key, own=chosen) + 0.2) / (number + 1)
