"""BC5CDR: MeSH ids of chemicals and diseases; `|` joins the parts of a composite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xnorm.corpora.model import Wanted
from xnorm.corpora.ncbi_disease import disease_ids
from xnorm.corpora.pubtator import read_files
from xnorm.document import Document

_FILES = {"train": "Training", "dev": "Development", "test": "Test"}


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The abstracts."""
    for split in filter(wanted.has_split, _FILES):
        yield from read_files(path, f"*{_FILES[split]}Set.PubTator.txt", disease_ids, split=split)
