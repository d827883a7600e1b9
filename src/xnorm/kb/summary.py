"""What a knowledge base holds, counted: sources, types, cross-references, names that are shared."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xnorm.kb.knowledge_base import KnowledgeBase
from xnorm.kb.manifest import Manifest

TOP = 20
"""Types and vocabularies that are counted one by one."""

SHARED = 10
"""Shared names that are told."""


class SharedName(msgspec.Struct, frozen=True):
    """A name, in small letters, and how many concepts have it."""

    name: str
    concepts: int


class Summary(msgspec.Struct, frozen=True):
    """Counts of a knowledge base beside those of its manifest.

    Attributes:
        manifest: what the folder says of itself.
        sources: names by the terminology that gave them.
        types: concepts by type, the most frequent `TOP`.
        xrefs: cross-references by vocabulary, the most frequent `TOP`.
        shared: names, whatever their case, that several concepts have.
        most_shared: those that most concepts have.
    """

    manifest: Manifest
    sources: dict[str, int]
    types: dict[str, int]
    xrefs: dict[str, int]
    shared: int
    most_shared: tuple[SharedName, ...]


def summarise(kb: KnowledgeBase) -> Summary:
    """Counts a knowledge base; its names are read once."""
    shared, most = _shared(kb)
    prefixes = pc.replace_substring_regex(kb.xrefs["xref"], r"(?s):.*", "")
    return Summary(
        manifest=kb.manifest,
        sources=_counts(kb.names["source"]),
        types=_top(_counts(pc.list_flatten(kb.concepts["types"]))),
        xrefs=_top(_counts(prefixes)),
        shared=shared,
        most_shared=most,
    )


def _counts(values: pa.ChunkedArray) -> dict[str, int]:
    found = {row["values"]: row["counts"] for row in pc.value_counts(values).to_pylist()}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _top(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(list(counts.items())[:TOP])


def _shared(kb: KnowledgeBase) -> tuple[int, tuple[SharedName, ...]]:
    """How many names several concepts share, and the most shared ones."""
    lowered = (pc.utf8_lower(chunk).dictionary_encode() for chunk in kb.names["text"].chunks)
    encoded = pa.chunked_array(list(lowered)).unify_dictionaries()
    texts = encoded.chunk(0).dictionary
    code = np.concatenate([chunk.indices.to_numpy() for chunk in encoded.chunks])
    pairs = np.unique(code.astype(np.int64) << 32 | kb.names["concept"].to_numpy())
    concepts = np.bincount(pairs >> 32, minlength=len(texts))
    found = np.flatnonzero(concepts > 1)
    most = sorted((-int(concepts[row]), texts[int(row)].as_py()) for row in _most(found, concepts))
    return len(found), tuple(SharedName(text, -count) for count, text in most[:SHARED])


def _most(rows: NDArray[np.int64], concepts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows that may be among the most shared, all that tie with the last one included."""
    if len(rows) <= SHARED:
        return rows
    least = np.partition(concepts[rows], -SHARED)[-SHARED]
    most: NDArray[np.int64] = rows[concepts[rows] >= least]
    return most
