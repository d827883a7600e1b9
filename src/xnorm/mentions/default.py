"""The finder for whoever names none: what fits the document's language and the terminology."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import msgspec

from xnorm.document import Document
from xnorm.index import Index
from xnorm.mentions.cross_lingual import LONGEST, THRESHOLD, CrossLingualFinder
from xnorm.mentions.dictionary import DictionaryFinder
from xnorm.mentions.findings import Finding, with_findings, without_overlaps

WRITTEN = 0.5
"""The least probability of a mention that is written as a name is."""


class FindMentions(msgspec.Struct, frozen=True, dict=True):
    """Gives mentions to documents that have none.

    The cross-lingual finder works on every document; where the terminology has names in the
    document's language, those that the text writes are added, with the finder's probability or
    `WRITTEN`, whichever is larger. Then overlaps are resolved among all.

    Attributes:
        index: the terminology.
        threshold: 0 to 1, the least probability of a mention that is not in the dictionary.
        longest: words of the longest such mention.
        type: the mentions' type.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"mentions"})

    index: Index
    threshold: float = THRESHOLD
    longest: int = LONGEST
    type: str = ""

    def __post_init__(self) -> None:
        self._cross_lingual  # noqa: B018  its settings are checked now

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        empty = [document for document in documents if not document.mentions]
        likely = iter(self._cross_lingual.likely(empty))
        return [
            document if document.mentions else self._with(document, next(likely))
            for document in documents
        ]

    def _with(self, document: Document, likely: list[Finding]) -> Document:
        found = {(finding.start, finding.end): finding for finding in likely}
        if document.language in self.index.kb.languages:
            for name in self._dictionary.find(document):
                span = (name.start, name.end)
                meant = found.get(span, name._replace(probability=0.0))
                probability = max(WRITTEN, meant.probability, self.threshold)
                found[span] = name._replace(probability=probability, spread=meant.spread)
        chosen = without_overlaps([found[span] for span in sorted(found)], self.threshold)
        return with_findings(document, chosen, self.index.kb, self.type)

    @cached_property
    def _cross_lingual(self) -> CrossLingualFinder:
        return CrossLingualFinder(self.index, self.threshold, self.longest, self.type)

    @cached_property
    def _dictionary(self) -> DictionaryFinder:
        return DictionaryFinder(self.index, type=self.type)
