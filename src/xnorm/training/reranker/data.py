"""From documents with gold concepts to lists of candidates that a re-ranker learns from."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.document import Document, Mention
from xnorm.kb import KnowledgeBase
from xnorm.reranking.scoring import Pair
from xnorm.reranking.stage import Rerank, first_scores
from xnorm.text.normal import fold


class Listed(NamedTuple):
    """One mention's candidates as a model reads them.

    Attributes:
        pairs: mention's text and concept's text, of each candidate and of NIL at the end.
        scores: the first stage's, float32 [pairs].
        labels: 1 for a right one, float32 [pairs]; all 0 when no answer is right.
        gold: whether the terminology has a gold concept of the mention.
        found: whether one of them is among the candidates.
    """

    pairs: list[Pair]
    scores: NDArray[np.float32]
    labels: NDArray[np.float32]
    gold: bool
    found: bool


def lists(documents: Iterable[Document], stage: Rerank, source: str) -> list[Listed]:
    """The lists of all mentions that have candidates.

    Args:
        documents: with gold concepts and candidates.
        stage: the re-ranker to be, which says what is read.
        source: the `db_name` of gold ids that count.
    """
    listed = []
    for document in documents:
        for mention in document.mentions:
            if not mention.candidates:
                continue
            head = mention.candidates[: stage.k]
            right = gold_ids(mention, stage.kb, source)
            labels = [float(candidate.concept in right) for candidate in head]
            found = any(labels)
            if stage.reading.nil:
                labels.append(float(not found))
            listed.append(
                Listed(
                    stage.pairs(document, mention),
                    first_scores(head, nil=stage.reading.nil),
                    np.array(labels, np.float32),
                    bool(right),
                    found,
                )
            )
    return listed


def thinned(documents: Iterable[Document], repeats: int) -> list[Document]:
    """The documents with at most so many mentions of equal text and equal gold concepts, in order.

    What a mention's context teaches beyond its text is little where a corpus repeats it often.
    """
    seen: Counter[tuple[str, frozenset[str]]] = Counter()
    kept = []
    for document in documents:
        mentions = []
        for mention in document.mentions:
            key = (fold(mention.surface), frozenset(gold.db_id for gold in mention.gold))
            seen[key] += 1
            if seen[key] <= repeats:
                mentions.append(mention)
        kept.append(replace(document, mentions=tuple(mentions)))
    return kept


def gold_ids(mention: Mention, kb: KnowledgeBase, source: str) -> frozenset[str]:
    """The mention's gold concepts that the terminology has, by their current ids."""
    named = (kb.resolve(gold.db_id) for gold in mention.gold if gold.db_name == source)
    return frozenset(id for id in named if kb.concept_row(id) is not None)


def teaching(listed: Sequence[Listed], *, missing: str) -> list[Listed]:
    """Those that a re-ranker can learn from.

    Left out are lists without a right answer, and, where `missing` is `skip`, lists whose gold
    concept the retrievers did not find.
    """
    return [
        one
        for one in listed
        if one.labels.any() and (one.found or not one.gold or missing == "nil")
    ]


def parted(documents: Sequence[Document], share: float) -> tuple[list[Document], list[Document]]:
    """Documents to train on and a share to choose by, by a hash of their ids."""
    held = [zlib.crc32(document.id.encode()) % 10_000 < share * 10_000 for document in documents]
    return (
        [document for document, out in zip(documents, held, strict=True) if not out],
        [document for document, out in zip(documents, held, strict=True) if out],
    )
