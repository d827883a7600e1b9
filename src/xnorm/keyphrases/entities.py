"""What co-reference and a knowledge base add to candidates: their entity, their category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.coreference import NormalizeCoreference
from xnorm.document import Document
from xnorm.errors import IndexProblem
from xnorm.keyphrases.phrases import Phrase, phrase_key

if TYPE_CHECKING:
    from xnorm.index import Index

Floats = NDArray[np.float64]


class Categories(Protocol):
    """Tells what kind of thing a phrase names."""

    def types(self, phrases: Sequence[str]) -> list[tuple[str, ...]]:
        """The types of the concepts that each phrase names, most frequent first; empty if none."""


class IndexCategories:
    """The types of the concepts whose names equal a phrase, in any terminology."""

    def __init__(self, index: Index) -> None:
        if "exact" not in index.retrievers:
            raise IndexProblem(
                "categories are found by the exact retriever, which this index has not",
                place=str(index.path),
                todo="Build the index with it",
            )
        self._index = index

    def types(self, phrases: Sequence[str]) -> list[tuple[str, ...]]:
        """See `Categories`; a concept without a type has the terminology as its type."""
        hits = self._index.retrievers["exact"].search(phrases, 8)
        found = []
        for start, stop in zip(hits.offsets[:-1], hits.offsets[1:], strict=True):
            rows = np.unique(self._index.concept_of[hits.rows[start:stop]])
            concepts = [self._index.kb.concept(int(row)) for row in rows]
            counts = Counter(t for one in concepts for t in one.types or (self._index.kb.source,))
            found.append(tuple(sorted(counts, key=lambda type: (-counts[type], type))))
        return found


def coreference_columns(document: Document, phrases: Sequence[Phrase]) -> dict[str, Floats]:
    """How often and how early the entity of a phrase is named, under any of its names.

    A phrase that is no name stands for itself.
    """
    own = {phrase.key: (len(phrase.spans), phrase.spans[0][0]) for phrase in phrases}
    (named,) = NormalizeCoreference()([replace(document, mentions=(), coreferences=())])
    by_id = {mention.id: mention for mention in named.mentions}
    entity: dict[str, tuple[int, int, int]] = {}
    for cluster in named.coreferences:
        mentions = [by_id[id] for id in cluster.mentions]
        forms = {phrase_key(mention.surface) for mention in mentions}
        first = min(mention.start for mention in mentions)
        entity |= dict.fromkeys(forms, (len(mentions), first, len(forms)))
    rows = []
    for phrase in phrases:
        times, first = own[phrase.key]
        named_times, named_first, forms_ = entity.get(phrase.key, (times, first, 1))
        rows.append((max(times, named_times), min(first, named_first), forms_))
    table = np.array(rows, np.float64).reshape(-1, 3)
    table[:, 0] /= max(sum(times for times, _ in own.values()), 1)
    table[:, 1] /= max(len(document.text), 1)
    names = ("entity tf", "entity first", "entity forms")
    return dict(zip(names, table.T, strict=True))


def category_columns(
    phrases: Sequence[Phrase], categories: Categories, codes: Sequence[str]
) -> dict[str, Floats]:
    """Whether a phrase is known, its category, and the share of its words that are known.

    Args:
        phrases: the candidates.
        categories: of a knowledge base.
        codes: the categories that are told apart; others are 0, as is none.
    """
    words = sorted({word for phrase in phrases for word in phrase.key.split(" ")})
    keys = [phrase.key for phrase in phrases]
    types = categories.types([*keys, *words])
    known = {word for word, found in zip(words, types[len(keys) :], strict=True) if found}
    code = {type: float(number) for number, type in enumerate(codes, 1)}
    own = types[: len(keys)]
    shares = [sum(word in known for word in key.split(" ")) / len(key.split(" ")) for key in keys]
    return {
        "known": np.array([float(bool(found)) for found in own]),
        "category": np.array([code.get(found[0], 0.0) if found else 0.0 for found in own]),
        "words known": np.array(shares),
    }
