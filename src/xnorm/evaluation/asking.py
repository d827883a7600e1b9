"""What systems are asked, and their answers as candidates of the mentions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from msgspec.structs import replace

from xnorm.candidates import Query
from xnorm.document import Candidate, Document, Link
from xnorm.evaluation.answers import Answers
from xnorm.evaluation.prepared import Prepared, query_of
from xnorm.evaluation.systems import System
from xnorm.kb import KnowledgeBase


def sampled(given: Prepared, system: System[Any]) -> tuple[list[Document], int]:
    """The documents with the mentions that are asked, and how many queries there are if not all."""
    distinct = queries_of(given.documents)
    most = system.pairs // given.kb.manifest.names if system.pairs else len(distinct)
    if most >= len(distinct):
        return given.documents, 0
    chosen = np.random.default_rng(given.suite.seed).choice(len(distinct), most, replace=False)
    kept = {distinct[place] for place in chosen}
    documents = [
        replace(d, mentions=tuple(m for m in d.mentions if query_of(d, m) in kept))
        for d in given.documents
    ]
    return documents, len(distinct)


def queries_of(documents: Sequence[Document]) -> list[Query]:
    """The different queries of all mentions, in their order."""
    return list(dict.fromkeys(query_of(d, mention) for d in documents for mention in d.mentions))


def without_gold(documents: Sequence[Document]) -> list[Document]:
    """The documents as a system may see them."""
    return [replace(d, mentions=tuple(replace(m, gold=()) for m in d.mentions)) for d in documents]


def places_of(documents: Sequence[Document], queries: Sequence[Query]) -> list[int]:
    """For every mention, in order, the place of its query."""
    place = {query: at for at, query in enumerate(queries)}
    return [place[query_of(d, mention)] for d in documents for mention in d.mentions]


def with_answers(
    documents: Sequence[Document], places: Sequence[int], answers: Answers, kb: KnowledgeBase
) -> list[Document]:
    """The documents with a system's answers as candidates, the first of them as the link.

    Args:
        documents: with the mentions that were asked.
        places: of every mention's answer, in order.
        answers: the system's.
        kb: the terminology.
    """
    ids = kb.concepts["id"].take(answers.concepts).to_pylist()
    scores = answers.scores.tolist()
    made = [
        tuple(
            Candidate(id, kb.source, "", score)
            for id, score in zip(ids[start:stop], scores[start:stop], strict=True)
        )
        for start, stop in pairwise(answers.offsets.tolist())
    ]
    place = iter(places)
    preferred = kb.concepts["preferred"]
    found = []
    for document in documents:
        mentions = []
        for mention in document.mentions:
            candidates = made[next(place)]
            link = Link(None, 0.0)
            if candidates:
                first = candidates[0]
                row = kb.concept_row(first.concept)
                name = "" if row is None else preferred[row].as_py()
                link = Link(first.concept, first.score, kb.source, name)
            mentions.append(replace(mention, candidates=candidates, link=link))
        found.append(replace(document, mentions=tuple(mentions)))
    return found
