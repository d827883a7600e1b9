"""Names that equal the query in their normal form, found by a sorted table of hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.index.arrays import load, save
from xnorm.index.hits import GRAIN, Hits, Offsets, Rows, Scores, Texts, owners, ranked
from xnorm.text.normal import fold

FILES = ("keys", "rows")


class Prepared(NamedTuple):
    """Normal forms of queries and their hashes."""

    forms: list[str]
    keys: NDArray[np.uint64]


class Exact:
    """Twelve bytes a name: a 64-bit hash of its normal form and its row; texts are compared too."""

    name = "exact"

    def __init__(self, keys: NDArray[np.uint64], rows: Rows, texts: Texts) -> None:
        self._keys = keys
        self._rows = rows
        self._texts = texts

    @staticmethod
    def build(names: Sequence[str], folder: Path) -> None:
        """Writes the table of `names`, whose places are their rows."""
        keys = _hashes(map(normal_form, names))
        order = np.argsort(keys, kind="stable")
        save(folder, FILES, (keys[order], order.astype(np.int32)))

    @classmethod
    def open(cls, folder: Path, texts: Texts) -> Exact:
        """Opens what `build` wrote by memory map."""
        keys, rows = load(folder, FILES)
        return cls(keys, rows, texts)

    def prepare(self, queries: Sequence[str]) -> Prepared:
        """The normal forms of the queries."""
        forms = [normal_form(query) for query in queries]
        return Prepared(forms, _hashes(forms))

    def find(self, prepared: Prepared, k: int) -> Hits:
        """The rows of equal names, at most `k` a query, all with score 1."""
        first = np.searchsorted(self._keys, prepared.keys, "left")
        counts = np.searchsorted(self._keys, prepared.keys, "right") - first
        owner = np.repeat(np.arange(len(counts)), counts)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = self._rows[first[owner] + within]
        equal = self._equal(prepared, rows, owner)
        owner, rows = owner[equal], rows[equal]
        return ranked(owner, rows, np.full(len(rows), GRAIN), len(counts), k)

    def score(self, prepared: Prepared, rows: Rows, offsets: Offsets) -> Scores:
        """1 for equal names, else 0."""
        hits = self.find(prepared, len(self._rows))
        found = owners(hits.offsets) << 32 | hits.rows
        return np.isin(owners(offsets) << 32 | rows, found).astype(np.float32)

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The rows of names that equal a query, at most `k` each."""
        return self.find(self.prepare(queries), k)

    def _equal(self, prepared: Prepared, rows: Rows, owner: NDArray[np.int64]) -> NDArray[np.bool_]:
        pairs = zip(self._texts(rows), owner.tolist(), strict=True)
        return np.array([normal_form(t) == prepared.forms[q] for t, q in pairs], dtype=bool)


def normal_form(text: str) -> str:
    """`fold`, but what has neither letters nor digits keeps its signs."""
    return fold(text) or text.strip()


def _hashes(forms: Iterable[str]) -> NDArray[np.uint64]:
    digests = b"".join(
        hashlib.blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for form in forms
    )
    return np.frombuffer(digests, "<u8").astype(np.uint64)
