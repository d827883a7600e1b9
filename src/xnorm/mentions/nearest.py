"""The names of a terminology near many short texts, fast.

A first pass compares four-bit codes of all names (FAISS fast scan); what it proposes is compared
exactly. Names and texts are sums of word vectors, so a text costs an addition a word.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.encoders import StaticEncoder
from xnorm.errors import IndexProblem
from xnorm.text.normal import fold

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

NEAR = 0.55
"""Texts whose nearest name is farther than this are given up: nothing is ever found there."""

LATIN = frozenset({"ca", "en", "es", "fr", "gl", "it", "la", "oc", "pt", "ro"})
"""Languages whose medical words mostly come from Latin and Greek, and so look alike."""

CONCEPTS = 4
"""Concepts that are kept for a text."""

_PROPOSED = 32
_TRAINING = 4_096
_BLOCK = 2_048

_KEPT = 200_000
"""Names whose vectors are kept in memory; those of a larger terminology are made when needed.
Words whose vectors are kept in single precision; those of more are kept in half."""


class Near(NamedTuple):
    """Pairs of a text and a name of a concept near it, grouped by text, best first.

    Attributes:
        text: int64[m], the texts' places.
        name: int64[m], places in `Names`.
        score: float32[m], cosines rounded to four decimals.
        rank: int64[m], 0 for a text's best concept.
    """

    text: Ints
    name: Ints
    score: Floats
    rank: Ints


class Names:
    """The distinct folded names of a terminology with what the finder wants to know of each.

    Args:
        kb: the terminology.
        encoder: of words.
        wanted: the languages of the names; all if empty.

    Attributes:
        texts: folded.
        sums: of the texts' words.
        concept: row in the knowledge base's concepts, for each name.
        length: of the un-normalised vector: words that say little add little to it.
        latin: whether the name's language takes its medical words from Latin.
        words: how many words the name has.
        spread: for a name of one word, how many names have that word; else 0.
        depth: the concept's depth as a share: how much of the terminology is less deep.
        known: how many names the concept has.
    """

    def __init__(
        self, kb: KnowledgeBase, encoder: StaticEncoder, wanted: Collection[str] = ()
    ) -> None:
        self.texts: list[str] = []
        concepts, latin = array("q"), bytearray()
        for concept, text, language in _distinct(kb, wanted):
            self.texts.append(text)
            concepts.append(concept)
            latin.append(language in LATIN)
        if not self.texts:
            raise IndexProblem(
                "no name has a letter or digit",
                place=str(kb.path),
                todo="Build it from other names",
            )
        self.concept = np.array(concepts, np.int64)
        self.latin = np.array(latin, bool)
        self.sums = Sums(encoder, (text.split() for text in self.texts))
        self.length = self.sums.lengths()
        self.words = self.sums.counts
        self.spread = np.where(self.words == 1, self.sums.spread(), 0)
        self.depth = _shares(kb.concepts["depth"].to_numpy())[self.concept]
        self.known = np.bincount(self.concept)[self.concept]
        self._coarse = _fast_scan(len(self.texts), encoder.dimension, self._vectors)

    @cached_property
    def _kept(self) -> Floats:
        """The vectors of all names: faster than making them again, and a kilobyte each."""
        parts = (np.arange(part.start, part.stop) for part in _blocks(len(self.texts)))
        return np.concatenate([unit(self.sums.some(rows), self.length[rows]) for rows in parts])

    def _vectors(self, rows: Ints) -> Floats:
        if len(self.texts) <= _KEPT:
            kept: Floats = self._kept[rows]
            return kept
        return unit(self.sums.some(rows), self.length[rows])

    def near(self, vectors: Floats) -> Near:
        """The best name of the nearest concepts of every text, for texts that have a near name."""
        parts = [
            self._near(vectors[start : start + _BLOCK], start)
            for start in range(0, len(vectors), _BLOCK)
        ]
        columns = zip(*parts, strict=True) if parts else ([], [], [], [])
        joined = [np.concatenate(column) if column else np.zeros(0, int) for column in columns]
        return Near(*joined)

    def _near(self, vectors: Floats, first: int) -> Near:
        rough, rows = self._coarse.search(vectors, min(_PROPOSED, len(self.texts)))
        promising = np.flatnonzero(rough[:, 0] >= NEAR - 0.1)
        rows = rows[promising]
        exact = np.einsum("nd,nkd->nk", vectors[promising], self._proposed(rows))
        exact = np.where(rows >= 0, np.round(exact.astype(np.float64), 4), -1)
        order = np.lexsort((rows, -exact))
        rows = np.take_along_axis(rows, order, 1)
        exact = np.take_along_axis(exact, order, 1)
        concept = self.concept[rows]
        same = concept[:, :, None] == concept[:, None, :]
        fresh = ~np.tril(same, -1).any(2) & (exact > 0)
        rank = np.cumsum(fresh, 1) - 1
        keep = fresh & (rank < CONCEPTS) & (exact[:, :1] >= NEAR)
        text, place = np.nonzero(keep)
        return Near(
            promising[text] + first,
            rows[text, place],
            exact[text, place].astype(np.float32),
            rank[text, place],
        )

    def _proposed(self, rows: Ints) -> Floats:
        """The vectors of the names in every row of `rows`; -1 is no name and gets any."""
        if len(self.texts) <= _KEPT:
            return self._vectors(rows)
        distinct, place = np.unique(np.maximum(rows, 0), return_inverse=True)
        proposed: Floats = self._vectors(distinct)[place.reshape(rows.shape)]
        return proposed


class Sums:
    """Texts as sequences of words (a "word" may be several), and the sums of their vectors.

    Attributes:
        counts: int64[texts], how many words each text has; none is without.
        first, last: lengths of the vectors of each text's first and last word.
    """

    def __init__(self, encoder: StaticEncoder, texts: Iterable[Sequence[str]]) -> None:
        ids: dict[str, int] = {}
        counts, words = array("q"), array("i")
        for text in texts:
            counts.append(len(text))
            words.extend([ids.setdefault(word, len(ids)) for word in text])
        vectors = encoder.word_sums(list(ids))
        # The vectors of half a million words are worth half their memory, and no fourth decimal.
        self._vectors = vectors.astype(np.float16) if len(ids) > _KEPT else vectors
        self._lengths = _lengths(len(ids), lambda part: vectors[part])
        self.counts = np.array(counts, np.int64)
        self._words = np.array(words, np.int32)
        self._starts = np.cumsum(self.counts) - self.counts
        self.first = self._lengths[self._words[self._starts]]
        self.last = self._lengths[self._words[self._starts + self.counts - 1]]

    @cached_property
    def raw(self) -> Floats:
        """The sums of all texts, float32[texts, d], not normalised."""
        raw = np.zeros((len(self.counts), self._vectors.shape[1]), np.float32)
        for part in _blocks(len(raw)):
            raw[part] = self.some(np.arange(part.start, part.stop))
        return raw

    def some(self, rows: Ints) -> Floats:
        """The sums of some texts, float32[rows, d]."""
        counts = self.counts[rows]
        starts = np.cumsum(counts) - counts
        inside = np.repeat(self._starts[rows] - starts, counts) + np.arange(counts.sum())
        return np.add.reduceat(self._vectors[self._words[inside]], starts, dtype=np.float32)

    def lengths(self) -> Floats:
        """The lengths of the sums of all texts."""
        return _lengths(len(self.counts), lambda part: self.some(np.arange(part.start, part.stop)))

    def spread(self) -> Ints:
        """For each text how many texts have its first word."""
        text = np.repeat(np.arange(len(self.counts)), self.counts)
        pairs = np.unique(text * len(self._vectors) + self._words)
        texts = np.bincount(pairs % len(self._vectors))
        found: Ints = texts[self._words[self._starts]]
        return found

    def padded(self, rows: Ints, longest: int) -> tuple[Floats, Floats]:
        """The first words of some texts: directions [rows, longest, d], lengths [rows, longest]."""
        place = np.arange(longest)
        inside = place < self.counts[rows][:, None]
        words = self._words[np.where(inside, self._starts[rows][:, None] + place, 0)]
        lengths = self._lengths[words]
        directions = self._vectors[words] / np.where(lengths > 0, lengths, 1)[:, :, None]
        return directions.astype(np.float32), np.where(inside, lengths, 0)


def _lengths(size: int, vectors: Callable[[slice], Floats]) -> Floats:
    lengths = np.zeros(size, np.float32)
    for part in _blocks(size):
        lengths[part] = np.linalg.norm(vectors(part), axis=1)
    return lengths


def _blocks(size: int) -> Iterator[slice]:
    """Parts of so many rows that their vectors cost little memory."""
    step = _BLOCK * 2
    for begin in range(0, size, step):
        yield slice(begin, min(begin + step, size))


def _distinct(kb: KnowledgeBase, wanted: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """Concept, folded text and language of every name that its concept has not had before."""
    owner, had = -1, set[str]()
    for batch in kb.names.select(["concept", "text", "language"]).to_batches(_BLOCK * 8):
        columns = (batch[name].to_pylist() for name in ("concept", "text", "language"))
        for concept, text, language in zip(*columns, strict=True):
            if concept != owner:
                owner, had = concept, set()
            folded = fold(text)
            if folded and folded not in had and (not wanted or language in wanted):
                had.add(folded)
                yield concept, folded, language


def _shares(depth: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """For each concept how much of the terminology is less deep, half of what is as deep."""
    known = np.sort(depth[depth >= 0])
    below = np.searchsorted(known, depth, side="left")
    upto = np.searchsorted(known, depth, side="right")
    share = (below + upto) / 2 / max(len(known), 1)
    return np.where(depth >= 0, share, 0.5)


def unit(raw: Floats, lengths: NDArray[np.floating[Any]]) -> Floats:
    """Vectors of unit length; a zero vector stays zero."""
    return (raw / np.where(lengths > 0, lengths, 1)[:, None]).astype(np.float32)


def _fast_scan(size: int, dimension: int, vectors: Callable[[Ints], Floats]) -> Any:
    """An index of four-bit codes: each group of neighbouring values becomes one of 16 points."""
    import faiss

    groups = next(m for m in (64, 32, 16, 8, 4, 2, 1) if dimension % m == 0)
    index = faiss.IndexPQFastScan(dimension, groups, 4, faiss.METRIC_INNER_PRODUCT)
    chosen = np.sort(np.random.default_rng(0).permutation(size)[:_TRAINING])
    faiss.copy_array_to_vector(_points(vectors(chosen), groups).ravel(), index.pq.centroids)
    index.is_trained = True
    for part in _blocks(size):
        index.add(vectors(np.arange(part.start, part.stop)))
    return index


def _points(sample: Floats, groups: int, points: int = 16, rounds: int = 8) -> Floats:
    """K-means in every group at once, float32[groups, points, values].

    FAISS's own training starts threads for each of the tiny problems and is slower by far.
    """
    values = sample.reshape(len(sample), groups, -1).transpose(1, 0, 2).astype(np.float64)
    first = np.linspace(0, len(sample) - 1, points).astype(int)
    centres = values[:, first]
    offset = np.arange(groups)[:, None] * points
    for _ in range(rounds):
        likeness = np.einsum("gnd,gpd->gnp", values, centres)
        likeness -= np.einsum("gpd,gpd->gp", centres, centres)[:, None] / 2
        nearest = (likeness.argmax(2) + offset).ravel()
        sizes = np.bincount(nearest, minlength=groups * points)
        filled = sizes > 0
        for value in range(values.shape[2]):
            sums = np.bincount(nearest, values[..., value].ravel(), groups * points)
            flat = centres[..., value].reshape(-1)
            flat[filled] = sums[filled] / sizes[filled]
            centres[..., value] = flat.reshape(groups, points)
    return centres.astype(np.float32)
