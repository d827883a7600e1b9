"""CANTEMIST: tumour morphology in Spanish clinical cases, with codes of ICD-O-3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import rows, texts
from xnorm.corpora.standoff import read_pairs, take_notes
from xnorm.document import ConceptId, Document, Mention

_SPLITS = {"train-set": "train", "dev-set1": "dev1", "dev-set2": "dev2", "test-set": "test"}
_VOCABULARY = "ICDO"


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The texts with their mentions and, in `extra`, the codes of the whole document."""
    folders = {folder: split for folder, split in _SPLITS.items() if wanted.has_split(split)}
    # Below the folder of a split; or within it, when that is what was given.
    below = [""] if path.name in folders else [f"{folder}/" for folder in folders]
    codes: dict[str, list[str]] = defaultdict(list)
    tables = texts(path, *(f"{folder}cantemist-coding/*.tsv" for folder in below))
    for name, text in tables.items():
        for _, (id, code, *_) in islice(rows(text, place=f"{path}, {name}", cells=2), 1, None):
            codes[id].append(code)
    for name, document in read_pairs(path, *(f"{folder}cantemist-norm" for folder in below)):
        split = folders[PurePosixPath(path.name, name).parts[-3]]
        yield replace(
            document,
            language="es",
            mentions=tuple(map(_with_code, document.mentions)),
            extra={"split": split, "codes": {_VOCABULARY: codes[document.id]}},
        )


def _with_code(mention: Mention) -> Mention:
    mention, notes = take_notes(mention)
    return replace(mention, gold=tuple(ConceptId(_VOCABULARY, code) for code in notes))
