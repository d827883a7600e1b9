"""Giving concepts the ids of another vocabulary, by their cross-references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from xnorm.errors import DataError
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.prefixes import xref
from xnorm.kb.union import unite

_WITH_PREFIX = {"HP", "MONDO", "DOID", "UBERON", "EFO", "CHEBI", "GO"}
"""Vocabularies whose ids are written with their prefix."""


class Rekeyed(NamedTuple):
    """Concepts under their new ids, in the order in which these first appear."""

    concepts: list[Concept]
    without: int
    """Concepts left out because they have no such cross-reference."""


def rekey(concepts: Iterable[Concept], prefix: str, *, source: str) -> Rekeyed:
    """Concepts under the codes of the vocabulary `prefix` that they refer to.

    A concept with several such codes gives its names to each; concepts of one code become one, the
    first one's preferred names staying preferred. Old ids become cross-references. A parent without
    a code is replaced by its nearest ancestors with one. Retired ids are gone, for they belong to
    the old vocabulary.

    Args:
        concepts: all concepts of a terminology; they are held in memory.
        prefix: such as `UMLS`, in any spelling that cross-references have.
        source: the terminology that the names are from.

    Raises:
        DataError: when no concept refers to the vocabulary.

    >>> fever = Concept("X:1", (Name("fever"),), xrefs=("UMLS:C01",))
    >>> ague = Concept("X:2", (Name("ague"),), xrefs=("UMLS:C01", "UMLS:C02"), parents=("X:1",))
    >>> for concept in rekey([fever, ague], "UMLS", source="X").concepts:
    ...     print(concept.id, [name.text for name in concept.names], concept.xrefs, concept.parents)
    C01 ['fever', 'ague'] ('X:1', 'X:2') ()
    C02 ['ague'] ('X:2',) ('C01',)
    """
    start = f"{vocabulary(prefix)}:"
    live = [concept for concept in concepts if not concept.replaced_by]
    codes = {concept.id: _codes(concept, start) for concept in live}
    parents = {concept.id: concept.parents for concept in live}
    found: dict[str, Concept] = {}
    without = 0
    for concept in live:
        without += not codes[concept.id]
        for code in codes[concept.id]:
            moved = _moved(concept, code, start, source, _ancestors(concept.id, codes, parents))
            before = found.get(code)
            found[code] = moved if before is None else unite(before, moved)
    if live and not found:
        raise DataError(
            f"none of {len(live):,} concepts has a cross-reference to {start[:-1]}",
            place=source,
            todo="Check the vocabulary, or give cross-references with --xrefs",
        )
    return Rekeyed([_tidy(concept) for concept in found.values()], without)


def vocabulary(prefix: str) -> str:
    """The one spelling of a vocabulary's prefix.

    >>> vocabulary("umls_cui")
    'UMLS'
    """
    return xref(prefix, "").removesuffix(":")


def code_start(start: str) -> str:
    """What an id begins with in the vocabulary whose cross-references begin with `start`."""
    return start if start[:-1] in _WITH_PREFIX else ""


def as_xref(id: str, source: str) -> str:
    """The cross-reference to a concept of a terminology.

    >>> as_xref("HP:0001250", "HPO"), as_xref("D012640", "MESH")
    ('HP:0001250', 'MESH:D012640')
    """
    return id if ":" in id else xref(source, id)


def _codes(concept: Concept, start: str) -> tuple[str, ...]:
    keep = code_start(start)
    found = (keep + to[len(start) :] for to in concept.xrefs if to.startswith(start))
    return tuple(dict.fromkeys(found))


def _moved(
    concept: Concept, code: str, start: str, source: str, parents: tuple[str, ...]
) -> Concept:
    others = (to for to in concept.xrefs if not to.startswith(start))
    return Concept(
        code,
        names=tuple(_from(name, source) for name in concept.names),
        types=concept.types,
        definition=concept.definition,
        parents=parents,
        xrefs=(as_xref(concept.id, source), *others),
    )


def _from(name: Name, source: str) -> Name:
    return name if name.source else msgspec.structs.replace(name, source=source)


def _ancestors(
    id: str, codes: Mapping[str, Sequence[str]], parents: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """The codes of the nearest ancestors that have one, level by level."""
    found: dict[str, None] = {}
    seen = {id}
    level = list(parents[id])
    while level:
        above: list[str] = []
        for parent in level:
            if parent in seen:
                continue
            seen.add(parent)
            if codes.get(parent):
                found.update(dict.fromkeys(codes[parent]))
            else:
                above.extend(parents.get(parent, ()))
        level = above
    return tuple(found)


def _tidy(concept: Concept) -> Concept:
    """No concept is its own parent, as one would be that was united with its parent."""
    if concept.id not in concept.parents:
        return concept
    parents = tuple(parent for parent in concept.parents if parent != concept.id)
    return msgspec.structs.replace(concept, parents=parents)
