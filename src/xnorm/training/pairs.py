"""Synonym pairs: which two names of which concept an epoch shows the trainer.

A terminology has many English names of some concepts and one Spanish name of most. Drawn evenly,
pairs would be English spelling variants. So a concept's draws grow slowly with its names and by
one with each language, and inside a concept languages are drawn about evenly.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from xnorm.errors import DataError
from xnorm.files import open_binary

if TYPE_CHECKING:
    import numpy.typing as npt

    from xnorm.encoders import Encoder
    from xnorm.kb import KnowledgeBase

    Integers = npt.NDArray[np.int64]
    Numbers = npt.NDArray[np.float64]

HEADER = ("concept", "language", "source", "name")
MOST_NAMES = 6
"""Names beyond the second to the eighth that add draws to a concept, half a draw each."""


class NameRow(NamedTuple):
    """One name of one concept; `source` groups rows whose sampling weight is set together."""

    concept: str
    language: str
    source: str
    name: str


def read_names(path: str | Path) -> list[NameRow]:
    """Rows of a table (plain, gz or xz) of concept, language, source and name, tab-separated.

    Raises:
        DataError: naming the line that has other columns.
    """
    rows = []
    with open_binary(path) as stream:
        for number, raw in enumerate(stream, start=1):
            cells = raw.decode("utf-8").rstrip("\r\n").split("\t")
            if len(cells) != len(HEADER) or (number == 1 and tuple(cells) != HEADER):
                raise DataError(
                    f"{len(cells)} columns '{' '.join(cells)[:60]}'",
                    place=f"{path}, line {number}",
                    todo=f"Give a header and rows of: {', '.join(HEADER)}",
                )
            if number > 1:
                rows.append(NameRow(*cells))
    return rows


def write_names(rows: Iterable[NameRow], path: str | Path) -> None:
    """Writes the table that `read_names` reads, packed with gzip; equal rows give equal bytes."""
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as stream:
        for row in (HEADER, *rows):
            stream.write(("\t".join(row) + "\n").encode())


def names_of(kb: KnowledgeBase, source: str = "") -> list[NameRow]:
    """The names of a knowledge base; `source` replaces what each row says."""
    ids = kb.concepts.column("id").to_pylist()
    columns = (
        kb.names.column(name).to_pylist() for name in ("concept", "language", "source", "text")
    )
    return [
        NameRow(ids[concept], language or "", source or origin or "", text)
        for concept, language, origin, text in zip(*columns, strict=True)
    ]


def names_in(source: str | Path) -> list[NameRow]:
    """The names of a knowledge base's folder or of a table.

    Raises:
        DataError: when it is neither.
    """
    from xnorm.kb import KnowledgeBase

    path = Path(source)
    return names_of(KnowledgeBase.open(path)) if path.is_dir() else read_names(path)


def thinned(rows: Iterable[NameRow], shares: Mapping[str, float]) -> list[NameRow]:
    """The rows without those of concepts left out by chance, for sources with a share below 1.

    The choice is a function of the concept id, the same in every run.
    """
    return [
        row
        for row in rows
        if zlib.crc32(row.concept.encode()) % 1000 < 1000 * shares.get(row.source, 1.0)
    ]


class Pairs(NamedTuple):
    """An epoch: row numbers of the two names, and the number of their concept, int64 [pairs]."""

    left: Integers
    right: Integers
    concept: Integers


class Sampler(Protocol):
    """What draws the pairs of an epoch."""

    concepts: int
    draws: Numbers
    """Expected pairs of each concept in an epoch, float64 [concepts]."""

    def epoch(self) -> Pairs:
        """A fresh draw: pairs in random order, the two names of each pair different."""


class Sampling(Protocol):
    """What makes a sampler; the arguments are those of `PairSampler`."""

    def __call__(
        self,
        rows: list[NameRow],
        texts: Integers,
        generator: np.random.Generator,
        *,
        weights: Mapping[str, float],
    ) -> Sampler: ...


class PairSampler:
    """Draws the pairs of an epoch.

    Args:
        rows: names.
        texts: int64 [rows], equal for names that the encoder cannot tell apart.
        generator: the source of chance.
        weights: how often a source is drawn, where not once.
        language_power: 1 draws the languages of a concept evenly, 0 its names.
        favoured: this language is drawn twice as often (the one most indexes are in).
    """

    def __init__(
        self,
        rows: list[NameRow],
        texts: Integers,
        generator: np.random.Generator,
        *,
        weights: Mapping[str, float],
        language_power: float = 1.0,
        favoured: str = "en",
    ) -> None:
        self._generator = generator
        concepts, concept = np.unique([row.concept for row in rows], return_inverse=True)
        languages, language = np.unique([row.language for row in rows], return_inverse=True)
        source = np.array([weights.get(row.source, 1.0) for row in rows])
        self.ids: list[str] = concepts.tolist()
        """Of concepts, in the order of `draws` and of the numbers that pairs have."""
        self.concepts = len(concepts)
        self._order = np.argsort(concept, kind="stable")
        self._texts = texts[self._order]
        concept, language, source = (a[self._order] for a in (concept, language, source))

        cell = concept * len(languages) + language
        counts = np.bincount(cell, minlength=self.concepts * len(languages))
        weight = counts[cell] ** -language_power * np.minimum(source, 3.0)
        weight[languages[language] == favoured] *= 2
        self._sums = np.cumsum(weight)
        self._first = np.searchsorted(concept, np.arange(self.concepts))
        self._last = np.append(self._first[1:], len(rows))
        self._low = np.append(0.0, self._sums)[self._first]
        self._high = self._sums[self._last - 1]

        seen = np.unique(np.stack([concept, self._texts]), axis=1)[0]
        different = np.bincount(seen, minlength=self.concepts)
        spoken = (counts.reshape(self.concepts, -1) > 0).sum(axis=1)
        draws = 0.5 * np.clip(different - 1, 0, MOST_NAMES) + (spoken - 1)
        best = np.maximum.reduceat(source, self._first)
        self.draws = np.where(different > 1, best * draws, 0.0)
        """Expected pairs of each concept in an epoch, float64 [concepts]."""

    def epoch(self) -> Pairs:
        """A fresh draw: pairs in random order, the two names of each pair different."""
        times = np.floor(self.draws + self._generator.random(self.concepts)).astype(np.int64)
        times[self.draws == 0] = 0
        concept = np.repeat(np.arange(self.concepts), times)
        self._generator.shuffle(concept)
        left, right = self._pick(concept), self._pick(concept)
        for _ in range(6):
            same = self._texts[left] == self._texts[right]
            right[same] = self._pick(concept[same])
        good = self._texts[left] != self._texts[right]
        return Pairs(self._order[left[good]], self._order[right[good]], concept[good])

    def names(self, concept: Integers) -> Integers:
        """A random name of each concept, as a row."""
        return self._order[self._pick(concept)]

    def _pick(self, concept: Integers) -> Integers:
        """A random name of each concept, as a position in the order by concept."""
        span = self._high[concept] - self._low[concept]
        point = self._low[concept] + self._generator.random(len(concept)) * span
        found = np.searchsorted(self._sums, point)
        picked: Integers = np.clip(found, self._first[concept], self._last[concept] - 1)
        return picked


class Pairing(NamedTuple):
    """How pairs are made of names, and which other pairs of a batch do not contrast with them.

    Attributes:
        sampling: makes the sampler.
        guide: an encoder that tells names which may mean the same; none without.
        apart: the language of texts that are no names but go with some; none without.
        projection: those texts pass through a linear map before they are compared. A map of the
            names as well would bring nothing: it can be folded into their subwords' vectors.
    """

    sampling: Sampling = PairSampler
    guide: Encoder | None = None
    apart: str | None = None
    projection: bool = False


SYNONYMS = Pairing()
"""Two names of one concept."""


def batches(
    pairs: Pairs,
    size: int,
    generator: np.random.Generator,
    *,
    hard: float = 0.0,
    cluster: Callable[[Integers], Integers] | None = None,
) -> list[Integers]:
    """Cuts an epoch into batches of about `size` pairs; returns positions in `pairs`.

    Args:
        pairs: the epoch.
        size: pairs a batch.
        generator: the source of chance.
        hard: the share of pairs that lie in a batch beside pairs of near concepts, so that a
            batch's negatives are hard; the others lie where they fall.
        cluster: gives the cluster of each pair's left name, from row numbers.
    """
    count = max(1, len(pairs.left) // size)
    positions = np.arange(len(pairs.left))
    if hard <= 0 or cluster is None:
        return list(np.array_split(positions, count))
    chosen = generator.random(len(positions)) < hard
    label = cluster(pairs.left[chosen])
    shuffled = generator.permutation(int(label.max(initial=0)) + 1)[label]
    near = np.array_split(positions[chosen][np.argsort(shuffled, kind="stable")], count)
    rest = np.array_split(positions[~chosen], count)
    return [np.concatenate([near[i], rest[i]]) for i in generator.permutation(count)]
