"""The corpora that the benchmarks measure on, as documents with gold mentions.

Data are read below the folder that the setting `XNORM_DATA` names (default `../shared/data`). Test
parts are for measuring only: nothing is fitted, chosen or tuned on them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from xnorm.corpora import default_path, read_corpus
from xnorm.corpora.prepare import drop_duplicates, keep_types
from xnorm.document import ConceptId, Document, Mention


def data_folder() -> Path:
    """The folder of the raw data; a missing one is answered with what to set."""
    folder = Path(os.environ.get("XNORM_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not (folder / "corpora").is_dir():
        raise SystemExit(
            f"{folder}: no corpora here. Set XNORM_DATA to the folder of the raw data."
        )
    return folder


@cache
def distemist() -> tuple[Document, ...]:
    """The 750 texts; 583 have linked mentions with gold ids of SNOMEDCT, OMIM, MESH, ICD10, HPO."""
    return tuple(read_corpus("distemist", _path("distemist")))


@cache
def codiesp(split: str, *, without_distemist: bool = False) -> tuple[Document, ...]:
    """The texts of `train`, `dev` or `test` with their evidence of diagnoses as mentions.

    Args:
        without_distemist: leave out documents that DisTEMIST has too, so that what is fitted on
            the rest has not seen its texts.
    """
    shared = {d.id.removeprefix("es-") for d in distemist()} if without_distemist else set()
    documents = read_corpus("codiesp", _path("codiesp"), split=split)
    return tuple(d for d in keep_types(documents, ["DIAGNOSTICO"]) if d.id not in shared)


def ncbi_disease(split: str) -> tuple[Document, ...]:
    """NCBI Disease `train`, `develop` or `test`, each text once, with ids of MEDIC."""
    name = "dev" if split == "develop" else split
    return tuple(map(_of_medic, drop_duplicates(_read("ncbi-disease", name))))


def bc5cdr(split: str, type: str) -> tuple[Document, ...]:
    """BC5CDR `Training`, `Development` or `Test` with its `Disease` or `Chemical` mentions."""
    name = {"Training": "train", "Development": "dev", "Test": "test"}[split]
    return tuple(map(_of_medic, keep_types(_read("bc5cdr", name), [type])))


@cache
def gsc_plus() -> tuple[Document, ...]:
    """The 228 English abstracts of PhenoTagger's edition (22 dev, 206 test) with their HPO ids."""
    return tuple(read_corpus("gsc-plus", _path("gsc-plus")))


def gold_mentions(
    documents: Iterable[Document], source: str
) -> Iterator[tuple[Document, Mention, frozenset[str]]]:
    """Every mention that has gold ids of the terminology `source`, with its document and ids."""
    for document in documents:
        for mention in document.mentions:
            ids = frozenset(gold.db_id for gold in mention.gold if gold.db_name == source)
            if ids:
                yield document, mention, ids


def _path(name: str) -> Path:
    return data_folder() / default_path(name)


@cache
def _read(name: str, split: str) -> tuple[Document, ...]:
    return tuple(read_corpus(name, _path(name), split=split))


def _of_medic(document: Document) -> Document:
    """The ids of MeSH and OMIM are both MEDIC's."""
    mentions = tuple(
        replace(mention, gold=tuple(ConceptId("MEDIC", concept.db_id) for concept in mention.gold))
        for mention in document.mentions
    )
    return replace(document, mentions=mentions)
