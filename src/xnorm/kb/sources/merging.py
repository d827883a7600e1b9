"""Rows and files that describe the same concepts, made into one concept an id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xnorm.kb.model import Concept
from xnorm.kb.union import unite


def merged(concepts: Iterable[Concept]) -> Iterator[Concept]:
    """Each id once, in the order in which ids first appear, with all that is said of it.

    All are held in memory: some 300 bytes a concept and 150 a name.

    >>> from xnorm.kb.model import Name
    >>> rows = [Concept("1", (Name("a"),)), Concept("2"), Concept("1", (Name("b"),))]
    >>> [(concept.id, len(concept.names)) for concept in merged(rows)]
    [('1', 2), ('2', 0)]
    """
    held: dict[str, Concept] = {}
    for concept in concepts:
        before = held.get(concept.id)
        held[concept.id] = concept if before is None else unite(before, concept)
    yield from held.values()


def grouped(concepts: Iterable[Concept]) -> Iterator[Concept]:
    """The same where those of one id are neighbours, so that only one is held.

    >>> [concept.id for concept in grouped([Concept("1"), Concept("1"), Concept("2")])]
    ['1', '2']
    """
    before: Concept | None = None
    for concept in concepts:
        if before is not None and before.id == concept.id:
            before = unite(before, concept)
            continue
        if before is not None:
            yield before
        before = concept
    if before is not None:
        yield before
