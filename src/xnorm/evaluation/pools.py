"""Terminologies that corpora bring with them: the concepts that their publishers search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from xnorm.corpora.packs import rows, texts
from xnorm.errors import DataError
from xnorm.kb.model import Concept, Name


def melo(path: Path, *, part: str) -> Iterator[Concept]:
    """ESCO's concepts with the names of one of MELO's sets, in its order of names."""
    found: dict[str, list[str]] = {}
    for _, uri, name in _melo_names(path, part):
        found.setdefault(uri, []).append(name)
    for uri, names in found.items():
        yield Concept(uri, tuple(map(_name(part), names, range(len(names)))))


def melo_names(path: Path, *, part: str) -> Iterator[Concept]:
    """Every name of one of MELO's sets as a concept of its own; its ESCO concept is an xref.

    So its publishers rank: names, of which all those of the right concept are right.
    """
    for id, uri, name in _melo_names(path, part):
        yield Concept(id, (_name(part)(name, 0),), xrefs=(uri,))


POOLS: dict[str, Callable[..., Iterator[Concept]]] = {"melo": melo, "melo-names": melo_names}
"""Kinds of terminologies that suites may name beside the sources of `xnorm kb build`; what each
takes besides the path are its options."""


def _melo_names(path: Path, part: str) -> Iterator[tuple[str, str, str]]:
    """Number, concept and text of every name of a set."""
    files = texts(path, f"{part}/corpus_elements.tsv", f"{part}/concept_mapping.tsv")
    if len(files) != 2:
        raise DataError(
            f"the set '{part}' has no names or no concepts",
            place=str(path),
            todo="Give MELO's folder with corpus_elements.tsv and concept_mapping.tsv",
        )
    mapping, elements = (
        rows(files[name], place=f"{path}, {name}", cells=2) for name in sorted(files)
    )
    concepts = {row[0]: row[1] for _, row in mapping}
    for place, (id, name, *_) in elements:
        if id not in concepts:
            raise DataError(
                f"no concept for '{id}'", place=place, todo="Take concept_mapping.tsv as published"
            )
        yield id, concepts[id], name


def _name(part: str) -> Callable[[str, int], Name]:
    language = part.rpartition("_")[2]

    def name(text: str, place: int) -> Name:
        return Name(text, language, "synonym" if place else "preferred")

    return name
