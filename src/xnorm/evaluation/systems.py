"""The systems that suites compare: one row, one function each, behind one protocol."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xnorm.candidates import Fuse, Query, rank
from xnorm.evaluation.answers import Answers, of_names
from xnorm.index.columns import Columns
from xnorm.index.hits import GRAIN, owners
from xnorm.text.normal import fold
from xnorm.titles.cleaner import clean
from xnorm.titles.readings import readings
from xnorm.titles.stage import CALIBRATED

if TYPE_CHECKING:
    from pathlib import Path

    from xnorm.index import Index
    from xnorm.kb import KnowledgeBase

Search = Callable[[Sequence[Query], int], Answers]
"""Queries and how many concepts are wanted for each."""

_NAMES_A_CONCEPT = 8  # names asked for, for each concept that is wanted
_CELLS = 20_000_000  # similarities that are held at a time


class Terminology:
    """What a system searches: a knowledge base, and the index that systems share.

    Args:
        kb: the concepts and names.
        index: where the index lies, for systems that need one.
    """

    def __init__(self, kb: KnowledgeBase, index: Path) -> None:
        self.kb = kb
        self._path = index

    @cached_property
    def index(self) -> Index:
        """The index with all retrievers."""
        from xnorm.index import Index

        return Index.open(self._path)


class System(NamedTuple):
    """A row of the table.

    Attributes:
        what: for people.
        open: makes what answers; what that takes counts as building.
        indexed: it uses the shared index.
        needs: the module of an optional package, and its distribution.
        pairs: it compares every query with every name; so many comparisons are made at most, for
            a seeded sample of the queries where there are more. 0: no limit.
    """

    what: str
    open: Callable[[Terminology], Search]
    indexed: bool = False
    needs: str = ""
    pairs: int = 0

    @property
    def installed(self) -> bool:
        """Whether what it needs can be imported."""
        return not self.needs or importlib.util.find_spec(self.needs) is not None


def _retriever(name: str) -> Callable[[Terminology], Search]:
    """One retriever of the index alone."""

    def open(terminology: Terminology) -> Search:
        index = terminology.index

        def search(queries: Sequence[Query], k: int) -> Answers:
            hits = index.retrievers[name].search([q.text for q in queries], k * _NAMES_A_CONCEPT)
            return of_names(
                owners(hits.offsets),
                index.concept_of[hits.rows],
                hits.scores,
                order_of_ids=index.order_of_ids,
                count=len(queries),
                k=k,
            )

        return search

    return open


def _fused(fuse: Fuse, *, long_forms: bool = False) -> Callable[[Terminology], Search]:
    """All retrievers, fused."""

    def open(terminology: Terminology) -> Search:
        index = terminology.index

        def search(queries: Sequence[Query], k: int) -> Answers:
            asked = queries if long_forms else [Query(q.text, language=q.language) for q in queries]
            ranking = rank(index, asked, k, fuse)
            fused = fuse(index, ranking.found)
            # What ranks is finer than the scores that are shown: equal keys, equal scores.
            keys = np.rint(fused.keys * GRAIN)
            _, first, place = np.unique(keys, return_index=True, return_inverse=True)
            return Answers(ranking.concepts, fused.scores[first][place], ranking.offsets)

        return search

    return open


def _titles(terminology: Terminology) -> Search:
    """All readings of a job title, with the fusion that is fitted on titles."""
    fused = _fused(CALIBRATED)(terminology)

    def search(queries: Sequence[Query], k: int) -> Answers:
        read = [readings(clean(query.text, query.language)) for query in queries]
        asked = [
            Query(text, language=query.language)
            for query, texts in zip(queries, read, strict=True)
            for text in texts
        ]
        found = fused(asked, k)
        owner = np.repeat(np.arange(len(queries)), [len(texts) for texts in read])
        return of_names(
            owner[owners(found.offsets)],
            found.concepts,
            found.scores,
            order_of_ids=terminology.index.order_of_ids,
            count=len(queries),
            k=k,
        )

    return search


def _rapidfuzz(scorer: str) -> Callable[[Terminology], Search]:
    """A string distance to every name, both folded."""

    def open(terminology: Terminology) -> Search:
        from rapidfuzz import fuzz, process

        names = [fold(text) for text in terminology.kb.names["text"].to_pylist()]
        columns = Columns(terminology.kb)

        def search(queries: Sequence[Query], k: int) -> Answers:
            wanted = min(k * _NAMES_A_CONCEPT, len(names))
            rows, scores = [], []
            step = max(1, _CELLS // len(names))
            for start in range(0, len(queries), step):
                texts = [fold(query.text) for query in queries[start : start + step]]
                likeness = process.cdist(
                    texts, names, scorer=getattr(fuzz, scorer), dtype=np.float32, workers=-1
                )
                best = np.argpartition(-likeness, wanted - 1, axis=1)[:, :wanted]
                rows.append(best.ravel())
                scores.append(np.take_along_axis(likeness, best, axis=1).ravel() / 100)
            return of_names(
                np.repeat(np.arange(len(queries)), wanted),
                columns.concept_of[np.concatenate(rows)],
                np.concatenate(scores),
                order_of_ids=columns.order_of_ids,
                count=len(queries),
                k=k,
            )

        return search

    return open


def _gilda(terminology: Terminology) -> Search:
    """Gilda's grounder over the terms of the terminology."""
    from gilda.grounder import Grounder
    from gilda.process import normalize
    from gilda.term import Term

    kb = terminology.kb
    columns = Columns(kb)
    preferred = kb.concepts["preferred"].to_pylist()
    table = zip(
        kb.names["concept"].to_pylist(),
        kb.names["text"].to_pylist(),
        kb.names["kind"].to_pylist(),
        strict=True,
    )
    terms = [
        Term(
            norm_text=normalize(text),
            text=text,
            db=kb.source,
            id=str(concept),
            entry_name=preferred[concept],
            status="name" if kind == "preferred" else "synonym",
            source=kb.source,
        )
        for concept, text, kind in table
    ]
    grounder: Any = Grounder(terms, namespace_priority=[kb.source])

    def search(queries: Sequence[Query], k: int) -> Answers:
        found = [
            (number, int(match.term.id), match.score)
            for number, query in enumerate(queries)
            for match in grounder.ground(query.text)
        ]
        table = np.array(found, np.float64).reshape(-1, 3)
        return of_names(
            table[:, 0].astype(np.int64),
            table[:, 1].astype(np.int32),
            table[:, 2],
            order_of_ids=columns.order_of_ids,
            count=len(queries),
            k=k,
        )

    return search


SYSTEMS: dict[str, System] = {
    "exact": System("equal names, folded", _retriever("exact"), indexed=True),
    "rapidfuzz": System("RapidFuzz, token_sort_ratio to all names", _rapidfuzz("token_sort_ratio")),
    "rapidfuzz-wratio": System(
        "RapidFuzz, WRatio to all names", _rapidfuzz("WRatio"), pairs=40_000_000
    ),
    "gilda": System("Gilda with the same terms", _gilda, needs="gilda"),
    "tfidf": System("TF-IDF of character 3-grams", _retriever("tfidf"), indexed=True),
    "dense": System("the default encoder", _retriever("dense"), indexed=True),
    "max": System("all retrievers, maximum (xMEN's)", _fused(Fuse(method="max")), indexed=True),
    "reciprocal": System(
        "all retrievers, reciprocal ranks", _fused(Fuse(method="reciprocal")), indexed=True
    ),
    "fused": System("all retrievers, calibrated fusion", _fused(Fuse()), indexed=True),
    "expanded": System(
        "the same, with long forms that the document defines",
        _fused(Fuse(), long_forms=True),
        indexed=True,
    ),
    "titles": System("what xnorm does for job titles", _titles, indexed=True),
}
"""Name to system; suites name them, in the order in which tables list them."""
