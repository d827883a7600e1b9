"""A tiny encoder and made-up terminologies for tests of indexes and candidates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xnorm.index import Index
from xnorm.kb import Concept, KnowledgeBase, Name
from xnorm.text.normal import fold

SYLLABLES = "ka ri to ne mu sal per ven dor lin gas tri cor nef hem ost".split()


class HashEncoder:
    """A text's vector is the normalised sum of vectors that are drawn by a hash of each word."""

    def __init__(self, dimension: int = 16, salt: str = "") -> None:
        self.dimension = dimension
        self.fingerprint = f"hash-{dimension}{salt}"
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows of unit length; zero for a text without a word."""
        self.encoded += len(texts)
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in fold(text).split():
                seed = hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8]
                row += np.random.default_rng(list(seed)).normal(size=self.dimension)
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return rows


def words(count: int, seed: int = 0) -> list[str]:
    """Made-up names of one to four words, some of them equal."""
    rng = np.random.default_rng(seed)
    return [
        " ".join(
            "".join(rng.choice(SYLLABLES, rng.integers(1, 4))) for _ in range(rng.integers(1, 5))
        )
        for _ in range(count)
    ]


def build_kb(names: Mapping[str, Sequence[str]], path: Path) -> KnowledgeBase:
    """A knowledge base of concepts with their names, the first of them preferred."""
    concepts = [
        Concept(
            id,
            tuple(
                Name(text, "en", "synonym" if at else "preferred") for at, text in enumerate(own)
            ),
            types=("even",) if int(id.split(":")[1]) % 2 == 0 else ("odd",),
        )
        for id, own in names.items()
    ]
    return KnowledgeBase.build(concepts, path, source="T")


def build_index(
    names: Mapping[str, Sequence[str]], folder: Path, encoder: HashEncoder | None = None
) -> Index:
    """The index of such a knowledge base."""
    kb = build_kb(names, folder / "t.kb")
    return Index.build(kb, folder / "t.index", encoder=encoder or HashEncoder())


def terminology(count: int, seed: int = 0) -> dict[str, list[str]]:
    """Concepts of one to four made-up names."""
    rng = np.random.default_rng(seed + 1)
    pool = iter(words(4 * count, seed))
    return {f"T:{n}": [next(pool) for _ in range(rng.integers(1, 5))] for n in range(count)}
