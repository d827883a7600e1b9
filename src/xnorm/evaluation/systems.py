"""The systems that suites compare: one row, one function each, behind one protocol."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import numpy as np

from xnorm.candidates import Fuse, Query, Retrieve, rank
from xnorm.document import Candidate, Document
from xnorm.evaluation.answers import Answers, of_names
from xnorm.index.columns import Columns
from xnorm.index.hits import GRAIN, owners
from xnorm.reranking.stage import FIRST_STAGE, RERANKER
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

Read = Callable[[Sequence[Document], int], Answers]
"""Documents and how many concepts are wanted for each of their mentions, which are in order."""

A = TypeVar("A")
"""What a system is asked: a query, or a document."""

_NAMES_A_CONCEPT = 8  # names asked for, for each concept that is wanted
_CELLS = 20_000_000  # similarities that are held at a time
_STEP = 1e-7  # between scores of equal four decimals


class Terminology:
    """What a system searches: a knowledge base, and the index that systems share.

    Args:
        kb: the concepts and names.
        index: where the index lies, for systems that need one.
        fusion: parameters of `xnorm train fusion` for the calibrated fusions, instead of theirs.
        reranker: the folder of a re-ranker, for `RERANKED`.
    """

    def __init__(
        self, kb: KnowledgeBase, index: Path, *, fusion: str = "", reranker: str = ""
    ) -> None:
        self.kb = kb
        self.fusion = fusion
        self.reranker = reranker
        self._path = index

    @cached_property
    def index(self) -> Index:
        """The index with all retrievers."""
        from xnorm.index import Index

        return Index.open(self._path)


class System(NamedTuple, Generic[A]):
    """A row of the table.

    Attributes:
        what: for people.
        open: makes what answers; what that takes counts as building.
        indexed: it uses the shared index.
        encoded: it uses the index's encoder, so that another one gives other figures.
        needs: the module of an optional package, and its distribution.
        pairs: it compares every query with every name; so many comparisons are made at most, for
            a seeded sample of the queries where there are more. 0: no limit.
    """

    what: str
    open: Callable[[Terminology], Callable[[Sequence[A], int], Answers]]
    indexed: bool = False
    encoded: bool = False
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
        chosen = fuse
        if terminology.fusion and fuse.method == "calibrated":
            chosen = Fuse(parameters=terminology.fusion)

        def search(queries: Sequence[Query], k: int) -> Answers:
            asked = queries if long_forms else [Query(q.text, language=q.language) for q in queries]
            ranking = rank(index, asked, k, chosen)
            fused = chosen(index, ranking.found)
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


def _reranked(terminology: Terminology) -> Read:
    """All retrievers with long forms, fused, then a cross-encoder that reads the context."""
    from xnorm.reranking.model import open_model
    from xnorm.reranking.stage import Rerank

    kb = terminology.kb
    fuse = Fuse(parameters=terminology.fusion)
    rerank = Rerank(*open_model(terminology.reranker), kb)

    def read(documents: Sequence[Document], k: int) -> Answers:
        found = rerank(Retrieve(terminology.index, k=k, fuse=fuse)(documents))
        lists = [mention.candidates for document in found for mention in document.mentions]
        rows = [kb.concept_row(candidate.concept) for one in lists for candidate in one]
        return Answers(
            np.array(rows, np.int32),
            np.array([score for one in lists for score in _told_apart(one)], np.float64),
            np.cumsum([0, *map(len, lists)], dtype=np.int64),
        )

    return read


def _told_apart(candidates: Sequence[Candidate]) -> list[float]:
    """Scores that are equal only where both stages see no difference; shown ones often are 0."""
    seen = [
        [item.score for item in candidate.evidence if item.retriever in (RERANKER, FIRST_STAGE)]
        or [candidate.score]
        for candidate in candidates
    ]
    steps = np.cumsum([False, *(one != before for before, one in pairwise(seen))])
    return [
        candidate.score - _STEP * step
        for candidate, step in zip(candidates, steps.tolist(), strict=True)
    ]


SYSTEMS: dict[str, System[Query]] = {
    "exact": System("equal names, folded", _retriever("exact"), indexed=True),
    "rapidfuzz": System("RapidFuzz, token_sort_ratio to all names", _rapidfuzz("token_sort_ratio")),
    "rapidfuzz-wratio": System(
        "RapidFuzz, WRatio to all names", _rapidfuzz("WRatio"), pairs=40_000_000
    ),
    "gilda": System("Gilda with the same terms", _gilda, needs="gilda"),
    "tfidf": System("TF-IDF of character 3-grams", _retriever("tfidf"), indexed=True),
    "dense": System("the encoder alone", _retriever("dense"), indexed=True, encoded=True),
    "max": System(
        "all retrievers, maximum (xMEN's)",
        _fused(Fuse(method="max")),
        indexed=True,
        encoded=True,
    ),
    "reciprocal": System(
        "all retrievers, reciprocal ranks",
        _fused(Fuse(method="reciprocal")),
        indexed=True,
        encoded=True,
    ),
    "fused": System(
        "all retrievers, calibrated fusion", _fused(Fuse()), indexed=True, encoded=True
    ),
    "expanded": System(
        "the same, with long forms that the document defines",
        _fused(Fuse(), long_forms=True),
        indexed=True,
        encoded=True,
    ),
    "titles": System("what xnorm does for job titles", _titles, indexed=True, encoded=True),
}
"""Name to system; suites name them, in the order in which tables list them."""

RERANKED = "re-ranked"
"""The system that reads documents, with a re-ranker of one's own; no suite names it."""

READER: System[Document] = System(
    "the same, put in order by a cross-encoder", _reranked, indexed=True, encoded=True
)


def system_named(name: str) -> System[Any]:
    """The system, whether it is asked queries or reads documents."""
    return READER if name == RERANKED else SYSTEMS[name]
