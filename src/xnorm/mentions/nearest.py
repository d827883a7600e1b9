"""The names of a terminology near many short texts, fast.

A first pass compares four-bit codes of all names (FAISS fast scan); what it proposes is compared
exactly. Names and texts are sums of word vectors, so a text costs an addition a word.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
        folded = [fold(text) for text in kb.names["text"].to_pylist()]
        languages = kb.names["language"].to_pylist()
        rows: dict[tuple[int, str], int] = {}
        for row, key in enumerate(zip(kb.names["concept"].to_pylist(), folded, strict=True)):
            if key[1] and (not wanted or languages[row] in wanted):
                rows.setdefault(key, row)
        if not rows:
            raise IndexProblem(
                "no name has a letter or digit",
                place=str(kb.path),
                todo="Build it from other names",
            )
        self.texts = [text for _, text in rows]
        self.concept = np.array([concept for concept, _ in rows], np.int64)
        self.latin = np.array([languages[row] in LATIN for row in rows.values()], bool)
        split = [text.split() for text in self.texts]
        self.sums = Sums(encoder, split)
        self.length = np.linalg.norm(self.sums.raw, axis=1)
        self.words = np.array([len(words) for words in split], np.int64)
        common: dict[str, int] = {}
        for words in split:
            for word in set(words):
                common[word] = common.get(word, 0) + 1
        single = self.words == 1
        self.spread = np.zeros(len(split), np.int64)
        self.spread[single] = [common[text] for text in np.array(self.texts)[single]]
        self.depth = _shares(kb.concepts["depth"].to_numpy())[self.concept]
        self.known = np.bincount(self.concept)[self.concept]
        self._vectors = unit(self.sums.raw, self.length)
        self._coarse = _fast_scan(self._vectors)

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
        exact = np.einsum("nd,nkd->nk", vectors[promising], self._vectors[rows])
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


class Sums:
    """Texts as sequences of words (a "word" may be several), and the sums of their vectors.

    Attributes:
        raw: float32[texts, d], sums, not normalised.
        first, last: lengths of the vectors of each text's first and last word.
    """

    def __init__(self, encoder: StaticEncoder, texts: Sequence[Sequence[str]]) -> None:
        ids = {w: i for i, w in enumerate(dict.fromkeys(w for text in texts for w in text))}
        vectors = encoder.word_sums(list(ids))
        self._lengths = np.linalg.norm(vectors, axis=1)
        self._directions = unit(vectors, self._lengths)
        self._counts = np.array([len(text) for text in texts], np.int64)
        self._words = np.array([ids[word] for text in texts for word in text], np.int64)
        self._starts = np.cumsum(self._counts) - self._counts
        self.raw = np.zeros((len(texts), encoder.dimension), np.float32)
        for begin in range(0, len(texts), _BLOCK * 8):
            part = slice(begin, begin + _BLOCK * 8)
            starts = self._starts[part]
            inside = self._words[starts[0] : starts[-1] + self._counts[part][-1]]
            self.raw[part] = np.add.reduceat(vectors[inside], starts - starts[0])
        self.first = self._lengths[self._words[self._starts]]
        self.last = self._lengths[self._words[self._starts + self._counts - 1]]

    def padded(self, rows: Ints, longest: int) -> tuple[Floats, Floats]:
        """The first words of some texts: directions [rows, longest, d], lengths [rows, longest]."""
        place = np.arange(longest)
        inside = place < self._counts[rows][:, None]
        words = self._words[np.where(inside, self._starts[rows][:, None] + place, 0)]
        return self._directions[words], np.where(inside, self._lengths[words], 0)


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


def _fast_scan(vectors: Floats) -> Any:
    """An index of four-bit codes: each group of neighbouring values becomes one of 16 points."""
    import faiss

    dimension = vectors.shape[1]
    groups = next(m for m in (64, 32, 16, 8, 4, 2, 1) if dimension % m == 0)
    index = faiss.IndexPQFastScan(dimension, groups, 4, faiss.METRIC_INNER_PRODUCT)
    chosen = np.sort(np.random.default_rng(0).permutation(len(vectors))[:_TRAINING])
    faiss.copy_array_to_vector(_points(vectors[chosen], groups).ravel(), index.pq.centroids)
    index.is_trained = True
    index.add(vectors)
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
