"""What the benchmarks of candidates share: indexes, queries, and recall with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import corpora
import terminologies
from xnorm.candidates import Query
from xnorm.document import Document
from xnorm.encoders import load_encoder
from xnorm.errors import IndexProblem
from xnorm.index import Index
from xnorm.text.abbreviations import find_abbreviations


def index(terminology: str, encoder: str, folder: Path) -> Index:
    """The index of a terminology (a row of `TERMINOLOGIES`), built in `folder` if need be."""
    kb = terminologies.knowledge_base(terminology, folder)
    fingerprint = load_encoder(encoder).fingerprint
    path = folder / f"{terminology}-{fingerprint}.index"
    try:
        return Index.open(path)
    except IndexProblem:
        return Index.build(kb, path, encoder=encoder)


def queries(
    documents: Iterable[Document], source: str, *, abbreviations: bool
) -> Iterator[tuple[Query, frozenset[str]]]:
    """Mentions with gold ids of a terminology, as queries.

    Args:
        documents: with gold.
        source: the terminology.
        abbreviations: give a mention that its document defines as a short form its long form.
    """
    known: dict[str, dict[str, str]] = {}
    for document, mention, ids in corpora.gold_mentions(documents, source):
        if abbreviations and document.id not in known:
            pairs = find_abbreviations(document.text)
            known[document.id] = {pair.short: pair.long for pair in reversed(pairs)}
        long = known.get(document.id, {}).get(mention.surface, "")
        yield Query(mention.surface, long_form=long, language=document.language), ids


def recall_at(ranks: NDArray[np.int64], k: int) -> float:
    """The share of mentions whose best gold concept has a rank below or equal `k`."""
    return float((ranks <= k).mean())


def interval(
    ranks: NDArray[np.int64], documents: Sequence[str], k: int, *, samples: int = 1000
) -> tuple[float, float]:
    """The 95 % bootstrap interval of recall@k when documents are drawn anew."""
    _, document = np.unique(np.array(documents), return_inverse=True)
    hits = np.bincount(document, ranks <= k)
    sizes = np.bincount(document)
    drawn = np.random.default_rng(0).integers(len(sizes), size=(samples, len(sizes)))
    shares = hits[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)
