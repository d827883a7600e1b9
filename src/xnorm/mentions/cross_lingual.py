"""Finds mentions in texts of a language in which the terminology has no names.

Windows of words are encoded by the static encoder, whose vectors do not mind the language,
and compared with all names. A small scorer fitted beforehand says how probable it is that a name's
concept is what the window means: similarity alone would find "proximal" and "treatment" everywhere.
Overlaps are resolved by the schedule of the largest summed probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.document import Document
from xnorm.encoders import StaticEncoder, load_encoder
from xnorm.errors import SettingError
from xnorm.index import Index
from xnorm.mentions.features import pair_features, place_features
from xnorm.mentions.findings import (
    Finding,
    likely_findings,
    with_findings,
    without_overlaps,
)
from xnorm.mentions.nearest import Names, Sums, unit
from xnorm.mentions.scoring import scored_pairs
from xnorm.mentions.windows import Windows, find_windows

THRESHOLD = 0.28
LONGEST = 7

Ints = NDArray[np.int64]


class CrossLingualFinder(msgspec.Struct, frozen=True, dict=True):
    """Gives mentions to documents that have none; a document's mentions do not depend on others.

    A mention's `extra` says which concept made it a mention, and how probable that is:
    `{"found": {"concept": "HP:0001903", "probability": 0.91}}`.

    Attributes:
        index: the terminology. A text is compared with names in its own language, in English and
            in none; with all where there are no such names, or the text's language is unknown.
        threshold: 0 to 1, of that probability. Lower finds more.
        longest: words of the longest window.
        type: the mentions' type.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"mentions"})

    index: Index
    threshold: float = THRESHOLD
    longest: int = LONGEST
    type: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise SettingError(
                f"{self.threshold} is not between 0 and 1",
                place="find.threshold",
                todo=f"Give a probability such as {THRESHOLD}; higher finds less and surer",
            )
        if not 1 <= self.longest <= 12:
            raise SettingError(
                f"windows of {self.longest} words",
                place="find.longest",
                todo=f"Give 1 to 12 words, such as {LONGEST}",
            )

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        empty = [document for document in documents if not document.mentions]
        found = iter(self.likely(empty))
        return [
            document
            if document.mentions
            else with_findings(
                document,
                without_overlaps(next(found), self.threshold),
                self.index.kb,
                self.type,
            )
            for document in documents
        ]

    def likely(self, documents: Sequence[Document]) -> list[list[Finding]]:
        """The findings of each document, overlapping ones too, whether or not it has mentions."""
        found: list[list[Finding]] = [[] for _ in documents]
        asked = [self.languages(document.language) for document in documents]
        for languages in dict.fromkeys(asked):
            places = [place for place, wanted in enumerate(asked) if wanted == languages]
            windows = find_windows([documents[place] for place in places], self.longest)
            window, concept, features = self.pairs(windows, self._names(languages))
            scored = scored_pairs(window, concept, features)
            findings = likely_findings(windows, scored, len(places), self.threshold)
            for place, of_document in zip(places, findings, strict=True):
                found[place] = of_document
        return found

    def languages(self, language: str) -> frozenset[str]:
        """The languages whose names a text's windows are compared with."""
        known = self.index.kb.languages
        return frozenset(known) & {language, "en", ""} if language else frozenset(known)

    def pairs(
        self, windows: Windows, names: Names | None = None
    ) -> tuple[Ints, Ints, NDArray[np.float64]]:
        """Pairs of a window and the row of a concept that is near it, and their features.

        Args:
            windows: of any documents.
            names: all of the terminology if not given.
        """
        names = names or self._names(frozenset())
        sums = Sums(self._encoder, windows.texts)
        lengths = np.linalg.norm(sums.raw, axis=1)
        near = names.near(unit(sums.raw, lengths))
        features = pair_features(windows.texts, sums, near, names)
        # a text occurs in several windows, and each of its pairs in each of them
        begin = np.searchsorted(near.text, windows.unique, side="left")
        count = np.searchsorted(near.text, windows.unique, side="right") - begin
        window = np.repeat(np.arange(len(windows.unique)), count)
        pair = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - begin, count)
        name = near.name[pair]
        placed = place_features(windows, window, names.latin[name])
        return window, names.concept[name], np.hstack([features[pair], placed])

    def _names(self, languages: frozenset[str]) -> Names:
        """The names in some languages; of none or all, all. Read once."""
        wanted = languages or frozenset(self.index.kb.languages)
        if wanted not in self._read:
            self._read[wanted] = Names(self.index.kb, self._encoder, wanted)
        return self._read[wanted]

    @cached_property
    def _encoder(self) -> StaticEncoder:
        encoder = load_encoder("default")
        assert isinstance(encoder, StaticEncoder)
        return encoder

    @cached_property
    def _read(self) -> dict[frozenset[str], Names]:
        return {}
