"""MedMentions: UMLS concepts; a list of PMIDs a split stands beside the one file of abstracts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import texts
from xnorm.corpora.pubtator import read_files
from xnorm.document import ConceptId, Document
from xnorm.errors import DataError

_EDITIONS = ("st21pv", "full")
_LISTS = {"trng": "train", "dev": "dev", "test": "test"}


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The abstracts of ST21pv or of the full edition, in the file's order.

    The lists of PMIDs are the same for both; the publisher has them beside the full edition.
    """
    splits = _splits(path)
    if wanted.split and not splits:
        raise DataError(
            "no lists of PMIDs here, so there are no splits",
            place=str(path),
            todo="Give the whole repository; corpus_pubtator_pmids_*.txt are in full/data",
        )
    for folder in _folders(path, wanted.edition):
        found = False
        for document in read_files(path, f"{folder}corpus_pubtator.txt", _ids):
            found = True
            split = splits.get(document.id, "")
            if wanted.has_split(split):
                extra = {**document.extra, "split": split} if split else document.extra
                yield replace(document, extra=extra)
        if found:
            return


def _folders(path: Path, edition: str) -> list[str]:
    """Where the file may lie: in an edition's folder, or anywhere within the one that was given."""
    given = [name for name in _EDITIONS if name in path.parts[-3:]]
    if given:
        return [""] if edition in ("", given[0]) else []
    return [f"{edition}/data/"] if edition else [*(f"{name}/data/" for name in _EDITIONS), ""]


def _splits(path: Path) -> dict[str, str]:
    return {
        id: _LISTS[name.removesuffix(".txt").rpartition("_")[2]]
        for name, text in texts(
            path, *(f"corpus_pubtator_pmids_{suffix}.txt" for suffix in _LISTS)
        ).items()
        for id in text.split()
    }


def _ids(stated: str, type: str) -> list[ConceptId]:
    return [ConceptId("UMLS", stated.removeprefix("UMLS:"))] if stated else []
