"""The terminologies of the benchmarks, from the raw files below `XNORM_DATA`."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from corpora import data_folder
from xnorm.kb import Concept, KnowledgeBase, Name
from xnorm.kb.sources import Options, read_concepts


def hpo(*languages: str) -> Iterator[Concept]:
    """HPO with names in some languages; translations of obsolete terms go where these went."""
    folder = data_folder() / "kb/hpo"
    options = Options(languages=languages, translations=folder)
    return read_concepts("hpo", folder / "hp.obo.xz", options)


def mesh(*, supplements: bool = False) -> Iterator[Concept]:
    """MeSH descriptors, with supplementary records if asked for."""
    files = ("mesh_id_label_mappings", "mesh_supp_id_label_mappings")[: 1 + supplements]
    for file in files:
        for line in _lines(data_folder() / f"kb/mesh/{file}.tsv.xz"):
            id, label, entries, *_ = line.split("\t")
            yield _concept(id, [label, *entries.split("|")])


def medic() -> Iterator[Concept]:
    """MEDIC of 2012, the dictionary of NCBI Disease; other ids of a line are its retired ids."""
    for line in _lines(data_folder() / "kb/medic/medic_06Jul2012.txt.xz"):
        ids, *names = line.split("||")
        id, *others = ids.split("|")
        yield _concept(id, "|".join(names).split("|"), tuple(others))


def icd10cm() -> Iterator[Concept]:
    """ICD-10-CM's tabular list: descriptions and inclusion terms."""
    path = data_folder() / "kb/icd10cm/icd10cm-tabular-April-1-2026.xml.xz"
    with lzma.open(path) as stream:
        for node in ElementTree.parse(stream).getroot().iter("diag"):
            notes = (
                "".join(note.itertext()).strip() for note in node.findall("inclusionTerm/note")
            )
            yield _concept(node.findtext("name", ""), [node.findtext("desc", ""), *notes])


def knowledge_base(name: str, folder: Path) -> KnowledgeBase:
    """The knowledge base of that name (a row of `TERMINOLOGIES`), made in `folder` if need be."""
    path = folder / f"{name}.kb"
    if path.exists():
        return KnowledgeBase.open(path)
    source, concepts = TERMINOLOGIES[name]
    folder.mkdir(parents=True, exist_ok=True)
    return KnowledgeBase.build(concepts(), path, source=source)


TERMINOLOGIES: dict[str, tuple[str, Callable[[], Iterator[Concept]]]] = {
    "hpo-en": ("HPO", lambda: hpo("en")),
    "hpo-es-en": ("HPO", lambda: hpo("es", "en")),
    "mesh": ("MESH", mesh),
    "mesh-all": ("MESH", lambda: mesh(supplements=True)),
    "medic": ("MEDIC", medic),
    "icd10cm": ("ICD10CM", icd10cm),
}
"""Name to the `db_name` of its ids and what gives its concepts."""


def _concept(id: str, names: list[str], retired: tuple[str, ...] = ()) -> Concept:
    label, *synonyms = (name for name in names if name.strip())
    rest = tuple(Name(name, "en") for name in synonyms)
    return Concept(id, (Name(label, "en", "preferred"), *rest), retired=retired)


def _lines(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield line.rstrip("\n")
