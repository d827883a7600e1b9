"""Asking every retriever, and turning name hits into concepts: here and nowhere else.

A concept's score with a retriever is that of its best name. A name that one retriever found and
another did not gets its score from that other one too: only then do their scores compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.candidates.query import Query
from xnorm.index.hits import Hits, Offsets, distinct, from_grains, grains, offsets_of, owners
from xnorm.index.tfidf import Tfidf

if TYPE_CHECKING:
    from xnorm.index import Index

_ROW = 32  # bits of a row in a key


class Found(NamedTuple):
    """Concepts for a batch of queries, flat, in the order of query and concept row.

    Attributes:
        concepts: int32[m], rows of the knowledge base's concepts; query `i` owns
            `offsets[i]:offsets[i + 1]`.
        offsets: int64[n + 1].
        scores: float32[retrievers, m], of the best name; 0 where a retriever sees no likeness.
        preferred: float32[retrievers, m], of the preferred name.
        rows: int32[retrievers, m], the best name's row in the names table.
        log_ratios: float32[retrievers, m], how much more the best name says than the query: the
            logarithm of the ratio of their 3-grams' weights; 0 without the retriever tfidf.
        long: bool[retrievers, m], whether the best name was found by the long form.
    """

    concepts: NDArray[np.int32]
    offsets: Offsets
    scores: NDArray[np.float32]
    preferred: NDArray[np.float32]
    rows: NDArray[np.int32]
    log_ratios: NDArray[np.float32]
    long: NDArray[np.bool_]

    @property
    def owner(self) -> NDArray[np.int64]:
        """For each concept the query that owns it."""
        return owners(self.offsets)


def retrieve(index: Index, queries: Sequence[Query], depth: int) -> Found:
    """Asks every retriever for `depth` names a text and gathers the concepts of all."""
    texts = list(dict.fromkeys(t for q in queries for t in (q.text, q.long_form) if t))
    found = _by_text(index, [_encodable(text) for text in texts], depth)
    number = {text: place for place, text in enumerate(texts)}
    asked = [
        (query, number[text], text is not q.text)
        for query, q in enumerate(queries)
        for text in dict.fromkeys((q.text, q.long_form))
        if text
    ]
    found = _by_query(found, np.array(asked, np.int64).reshape(-1, 3), len(queries))
    return _of_types(index, found, queries)


def _encodable(text: str) -> str:
    """The text without lone halves of surrogate pairs, which no encoder takes."""
    return text.encode("utf-8", "replace").decode()


def _by_text(index: Index, texts: Sequence[str], depth: int) -> Found:
    """The concepts of every text: the union of all answers, scored by every retriever."""
    retrievers = list(index.retrievers.values())
    prepared = [retriever.prepare(texts) for retriever in retrievers]
    with ThreadPoolExecutor(len(retrievers)) as threads:
        answers = list(threads.map(lambda r, p: r.find(p, depth), retrievers, prepared))
    pairs = _with_preferred(index, distinct(np.concatenate([_keys(hits) for hits in answers])))
    owner, rows = pairs >> _ROW, (pairs & (2**_ROW - 1)).astype(np.int32)
    whole = np.zeros((len(retrievers), len(pairs)), np.int64)
    for place, hits in enumerate(answers):
        scores = np.zeros(len(pairs), np.float32)
        seen = np.zeros(len(pairs), bool)
        at = np.searchsorted(pairs, _keys(hits))
        scores[at], seen[at] = hits.scores, True
        missing = np.flatnonzero(~seen)
        scores[missing] = retrievers[place].score(
            prepared[place], rows[missing], offsets_of(owner[missing], len(texts))
        )
        whole[place] = grains(scores)

    concepts = index.concept_of[rows]
    # names lie in the order of their concepts, preferred first, and so do the pairs
    first = np.flatnonzero(np.diff(owner << _ROW | concepts, prepend=-1))
    # the best score, and of equal ones the first row
    best = _best(whole << _ROW | (2**31 - rows.astype(np.int64)), first)
    best_rows = (2**31 - (best & (2**_ROW - 1))).astype(np.int32)
    return Found(
        concepts[first],
        offsets_of(owner[first], len(texts)),
        from_grains(np.maximum(best >> _ROW, 0)),
        from_grains(np.maximum(whole[:, first], 0)),
        best_rows,
        _log_ratios(index, prepared, best_rows, owner[first]),
        np.zeros(best.shape, bool),
    )


def _log_ratios(
    index: Index, prepared: Sequence[Any], rows: NDArray[np.int32], owner: NDArray[np.int64]
) -> NDArray[np.float32]:
    for retriever, queries in zip(index.retrievers.values(), prepared, strict=True):
        if isinstance(retriever, Tfidf):
            return retriever.log_ratios(queries, rows, owner)
    return np.zeros(rows.shape, np.float32)


def _with_preferred(index: Index, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of text and name, and the preferred name of every concept among them."""
    concepts = index.concept_of[pairs & (2**_ROW - 1)]
    preferred = index.kb.name_offsets[concepts]
    return distinct(np.concatenate([pairs, pairs >> _ROW << _ROW | preferred]))


def _best(keys: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(first):
        return np.zeros((len(keys), 0), np.int64)
    best: NDArray[np.int64] = np.maximum.reduceat(keys, first, axis=1)
    return best


def _keys(hits: Hits) -> NDArray[np.int64]:
    return owners(hits.offsets) << _ROW | hits.rows


def _by_query(found: Found, asked: NDArray[np.int64], count: int) -> Found:
    """Concepts of texts as those of queries; `asked` rows are (query, text, whether long form).

    What both forms of a query find has the better of the two scores with each retriever.
    """
    query, text, long = asked.T
    sizes = np.diff(found.offsets)[text]
    at = np.repeat(found.offsets[text] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    key = np.repeat(query, sizes) << _ROW | found.concepts[at]
    by_long = np.repeat(long.astype(bool), sizes)
    if long.any():
        order = np.argsort(key, kind="stable")  # the mention's own text stays first
        key, at, by_long = key[order], at[order], by_long[order]
    scores, preferred, rows = found.scores[:, at], found.preferred[:, at], found.rows[:, at]
    ratios = found.log_ratios[:, at]
    marks = np.repeat(by_long[None], len(scores), axis=0)
    first = np.diff(key, prepend=-1) != 0
    twice = np.flatnonzero(~first)
    better = scores[:, twice] > scores[:, twice - 1]
    for values in (scores, rows, ratios, marks):
        values[:, twice - 1] = np.where(better, values[:, twice], values[:, twice - 1])
    preferred[:, twice - 1] = np.maximum(preferred[:, twice], preferred[:, twice - 1])
    return Found(
        (key[first] & (2**_ROW - 1)).astype(np.int32),
        offsets_of(key[first] >> _ROW, count),
        scores[:, first],
        preferred[:, first],
        rows[:, first],
        ratios[:, first],
        marks[:, first],
    )


def _of_types(index: Index, found: Found, queries: Sequence[Query]) -> Found:
    """Without the concepts that have none of the types that their query asks for."""
    wanted = {query.types for query in queries if query.types}
    if not wanted:
        return found
    keep = np.ones(len(found.concepts), bool)
    asked = [query.types for query in queries]
    owner = found.owner
    for types in sorted(wanted):
        here = np.array([t == types for t in asked])[owner]
        keep[here] = index.has_type(types)[found.concepts[here]]
    return Found(
        found.concepts[keep],
        offsets_of(owner[keep], len(queries)),
        found.scores[:, keep],
        found.preferred[:, keep],
        found.rows[:, keep],
        found.log_ratios[:, keep],
        found.long[:, keep],
    )
