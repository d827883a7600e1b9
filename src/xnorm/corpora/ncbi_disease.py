"""NCBI Disease: ids of MeSH and OMIM; `|` joins those of a composite, `+` those of one concept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xnorm.corpora.building import id_parts
from xnorm.corpora.model import Wanted
from xnorm.corpora.pubtator import read_files
from xnorm.document import ConceptId, Document

_FILES = {"train": "train", "dev": "develop", "test": "test"}
_NO_ID = ("-", "-1")


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The abstracts; one of them stands twice in the training file and is given twice."""
    for split in filter(wanted.has_split, _FILES):
        yield from read_files(path, f"*{_FILES[split]}set_corpus.txt", disease_ids, split=split)


def disease_ids(stated: str, type: str = "", *, separators: str = "|+") -> list[ConceptId]:
    """MeSH ids, few with a prefix, and OMIM ids with one.

    >>> [(concept.db_name, concept.db_id) for concept in disease_ids("D010051|OMIM:114480")]
    [('MESH', 'D010051'), ('OMIM', '114480')]
    """
    ids = (id for id in id_parts(stated, separators) if id not in _NO_ID)
    parts = (id.rpartition(":") for id in ids)
    return [ConceptId(prefix or "MESH", code) for prefix, _, code in parts]
