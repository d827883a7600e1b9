"""Writes what re-rankers are trained and measured on: documents a split, and terminologies.

    python benchmarks/reranking/prepare.py --work DIR

Splits are the published ones. DisTEMIST publishes no linked test part, but its texts are CodiEsp's,
whose split it inherits. Abstracts that are in the test part of one corpus are learned from in none.

Beside each terminology stand two with names of mentions that may be learned from, as BioSyn and
xMEN extend their dictionaries: `-known` has those of `train`, to calibrate on `dev` with; `-names`
those of `train` and `dev`, to measure with. A re-ranker learns with the plain terminology, where
its own mentions are not among the names.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

import corpora
from terminologies import knowledge_base
from xnorm.document import ConceptId, Document
from xnorm.files import atomic_file
from xnorm.formats import write_documents
from xnorm.kb import Concept, KnowledgeBase, Name

PARTS = ("train", "dev", "test")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    work = parser.parse_args().work
    work.mkdir(parents=True, exist_ok=True)
    for name, (terminology, parts) in sets().items():
        kb = knowledge_base(terminology, work)
        linked = [[_linked(document, kb) for document in part] for part in parts]
        for part, documents in zip(PARTS, linked, strict=True):
            with atomic_file(work / f"{name}-{part}.jsonl") as stream:
                write_documents(documents, stream, "bigbio-jsonl")
        with_names(kb, linked[0], work / f"{name}-known.kb")
        with_names(kb, [*linked[0], *linked[1]], work / f"{name}-names.kb")
        counts = (sum(len(document.mentions) for document in part) for part in linked)
        print(name, *(f"{part} {count:,}" for part, count in zip(PARTS, counts, strict=True)))


def sets() -> dict[str, tuple[str, Sequence[Sequence[Document]]]]:
    """Name to terminology and the documents to learn from, to choose by and to measure on."""
    ncbi = [corpora.ncbi_disease(split) for split in ("train", "develop", "test")]
    disease, chemical = (
        [corpora.bc5cdr(split, type) for split in ("Training", "Development", "Test")]
        for type in ("Disease", "Chemical")
    )
    measured = {document.id for document in (*ncbi[2], *disease[2])}
    bc5 = [*([one for one in part if one.id not in measured] for part in disease[:2]), disease[2]]
    rest = [[one for one in part if one.id not in measured] for part in ncbi[:2]]
    return {
        "ncbi": ("medic", [*rest, ncbi[2]]),
        "bc5-disease-medic": ("medic", bc5),
        "bc5-disease": ("mesh-all", bc5),
        "bc5-chemical": ("mesh-all", chemical),
        "distemist-hpo": ("hpo-en", distemist("HPO")),
        "distemist-mesh": ("mesh", distemist("MESH")),
        "codiesp": ("icd10cm", [corpora.codiesp(part) for part in PARTS]),
    }


def distemist(source: str) -> list[list[Document]]:
    """DisTEMIST's linked documents in CodiEsp's parts, with the ids of one vocabulary."""
    parts, texts = [], corpora.distemist()
    for part in PARTS:
        ids = {document.id for document in corpora.codiesp(part)}
        parts.append([_of(one, source) for one in texts if one.id.removeprefix("es-") in ids])
    return parts


def with_names(kb: KnowledgeBase, documents: Iterable[Document], path: Path) -> KnowledgeBase:
    """The terminology with the texts of mentions that have one gold concept as its names."""
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for document in documents:
        for mention in document.mentions:
            if len(mention.gold) == 1:
                name = (mention.long_form or mention.surface, document.language)
                found[kb.resolve(mention.gold[0].db_id)][name] += 1

    def concepts() -> Iterator[Concept]:
        for concept in kb:
            more = (Name(text, language, source="train") for text, language in found[concept.id])
            yield replace(concept, names=(*concept.names, *more))

    return KnowledgeBase.build(concepts(), path, source=kb.source)


def _of(document: Document, source: str) -> Document:
    """The document with the mentions and gold ids of one vocabulary."""
    mentions = []
    for mention in document.mentions:
        gold = tuple(one for one in mention.gold if one.db_name == source)
        if gold:
            mentions.append(replace(mention, gold=gold))
    return replace(document, mentions=tuple(mentions))


def _linked(document: Document, kb: KnowledgeBase) -> Document:
    """The document with its gold ids in the terminology's vocabulary."""
    mentions = []
    for mention in document.mentions:
        ids = dict.fromkeys(kb.resolve(gold.db_id) for gold in mention.gold)
        mentions.append(replace(mention, gold=tuple(ConceptId(kb.source, id) for id in ids)))
    return replace(document, mentions=tuple(mentions))


if __name__ == "__main__":
    main()
