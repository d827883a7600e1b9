"""Documents to ranked key phrases, and the stage that gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.document import Document, Span
from xnorm.errors import SettingError
from xnorm.keyphrases.corpus import FIELD
from xnorm.keyphrases.entities import Categories
from xnorm.keyphrases.features import matrix, sheet_of, with_statistics
from xnorm.keyphrases.model import Model
from xnorm.keyphrases.phrases import Phrase


class KeyPhrase(msgspec.Struct, frozen=True):
    """A phrase with its relevance.

    Attributes:
        text: as first written.
        key: its form for comparing (`phrase_key`).
        score: 0 to 1, how relevant people would find it.
        spans: of all its occurrences in the sentences that were read.
    """

    text: str
    key: str
    score: float
    spans: tuple[Span, ...]


class ExtractKeyPhrases(msgspec.Struct, frozen=True):
    """Gives documents their key phrases, best first, as the field `key_phrases`.

    Attributes:
        model: that ranks the candidates.
        top: how many a document gets.
        categories: of the knowledge base that the model was trained with, if it was with one.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"key phrases"})

    model: Model
    top: int = 10
    categories: Categories | None = None

    def __post_init__(self) -> None:
        if "categories" in self.model.reading.groups and self.categories is None:
            raise SettingError(
                "the model was trained with a knowledge base",
                place="keyphrases",
                todo="Name the same index with --index",
            )

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        return [
            replace(
                document,
                extra={
                    **document.extra,
                    FIELD: [
                        {
                            "text": one.text,
                            "score": one.score,
                            "offsets": list(map(list, one.spans)),
                        }
                        for one in self.extract(document)
                    ],
                },
            )
            for document in documents
        ]

    def extract(self, document: Document) -> list[KeyPhrase]:
        """The key phrases of a document, best first."""
        model, categories = self.model, self.categories
        sheet = sheet_of(document, model.reading, categories)
        if not sheet.phrases:
            return []
        columns = with_statistics(sheet, model.statistics)
        scores = model.scores(matrix(columns, model.reading.names))
        order = best_first(scores, columns)[: self.top]
        return [
            _key_phrase(document, sheet.phrases[place], float(scores[place])) for place in order
        ]


def best_first(scores: NDArray[np.float64], columns: dict[str, NDArray[np.float64]]) -> list[int]:
    """The places of candidates by score; ties go to the greater TF-IDF, then to the earlier."""
    order: list[int] = np.lexsort((columns["first"], -columns["tfidf"], -scores)).tolist()
    return order


def _key_phrase(document: Document, phrase: Phrase, score: float) -> KeyPhrase:
    written = " ".join(document.text[slice(*phrase.spans[0])].split())
    return KeyPhrase(written, phrase.key, score, tuple(phrase.spans))
