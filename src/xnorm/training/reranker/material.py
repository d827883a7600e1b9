"""What a re-ranker learns from: documents, or names of the terminology, with their candidates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from xnorm.candidates.stage import Retrieve
from xnorm.document import Document
from xnorm.files import atomic_file
from xnorm.formats import open_documents, write_documents
from xnorm.index import Index
from xnorm.kb import KnowledgeBase
from xnorm.mentions.long_forms import ExpandAbbreviations
from xnorm.training.reranker.data import parted
from xnorm.training.reranker.recipe import RerankerSettings
from xnorm.training.reranker.synonyms import held_names
from xnorm.version import VERSION

_DEPTH = 64
"""Candidates that are generated and kept, so that other `k` need not generate them again."""

Say = Callable[[str], None]


def documents_with_candidates(
    settings: RerankerSettings, index: Index, work: Path, tell: Say
) -> tuple[list[Document], list[Document]]:
    """Documents to train on and to choose by, with candidates.

    Args:
        settings: which documents, and whether names of the terminology are among them.
        index: where candidates come from.
        work: a folder that keeps candidates, so that they are generated once.
        tell: told what is being done.
    """

    def read(names: Iterable[str]) -> list[Document]:
        return [
            one
            for name in names
            for one in _with_candidates(
                list(open_documents(name, language=settings.language)), settings, index, work, tell
            )
        ]

    train, dev = read(settings.train), read(settings.dev)
    if settings.synonyms:
        train += _names(settings, index, work, tell)
    return (train, dev) if settings.dev else parted(train, settings.dev_share)


def _names(settings: RerankerSettings, index: Index, work: Path, tell: Say) -> list[Document]:
    """Names of the terminology as mentions, with candidates from an index that lacks them."""
    held = held_names(index.kb, most=settings.synonyms, seed=settings.seed)
    tell(f"{len(held.documents):,} names are learned from")
    with TemporaryDirectory(dir=_made(work)) as folder:
        path = Path(folder) / "held.kb"
        kb = KnowledgeBase.build(held.concepts, path, source=index.kb.source)
        lacking = Index.build(
            kb, path.with_suffix(".index"), encoder=index.manifest.encoder or "default"
        )
        return _with_candidates(held.documents, settings, lacking, work, tell)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _with_candidates(
    documents: list[Document], settings: RerankerSettings, index: Index, work: Path, tell: Say
) -> list[Document]:
    """The documents with their candidates, which are generated once and kept."""
    depth = max(_DEPTH, settings.k)
    parts = (VERSION, str(depth), str(settings.abbreviations), index.fingerprint)
    digest = hashlib.sha256("\n".join(parts).encode())
    for document in documents:
        digest.update(msgspec.msgpack.encode(document))
    kept = work / f"candidates-{digest.hexdigest()[:16]}.jsonl"
    if not kept.exists():
        tell(f"generating candidates for {len(documents):,} documents")
        stages = [ExpandAbbreviations()] * settings.abbreviations + [Retrieve(index, k=depth)]
        for stage in stages:
            documents = stage(documents)
        with atomic_file(_made(work) / kept.name) as stream:
            write_documents(documents, stream, "bigbio-jsonl")
    return list(open_documents(kept, format="bigbio-jsonl"))
