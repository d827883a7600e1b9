"""BioRED: a comma joins several ids, of diseases `|` too; the type says whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from xnorm.corpora.building import id_parts
from xnorm.corpora.model import Wanted
from xnorm.corpora.ncbi_disease import disease_ids
from xnorm.corpora.pubtator import read_files
from xnorm.document import ConceptId, Document

_FILES = {"train": "Train", "dev": "Dev", "test": "Test"}
_VOCABULARIES = {
    "GeneOrGeneProduct": "NCBIGENE",
    "OrganismTaxon": "NCBITAXON",
    "SequenceVariant": "HGVS",
    "CellLine": "CELLOSAURUS",
}
_DBSNP = re.compile(r"rs\d+")


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The abstracts."""
    for split in filter(wanted.has_split, _FILES):
        yield from read_files(path, f"*{_FILES[split]}.PubTator", _ids, split=split)


def _ids(stated: str, type: str) -> list[ConceptId]:
    vocabulary = _VOCABULARIES.get(type)
    if vocabulary is None:
        return disease_ids(stated, separators=",|")
    # Within the id of a variant `|` is part of it, as in c|SUB|A|118|G.
    return [
        ConceptId("DBSNP" if _DBSNP.fullmatch(id) else vocabulary, id)
        for id in id_parts(stated, ",")
        if id != "-"
    ]
