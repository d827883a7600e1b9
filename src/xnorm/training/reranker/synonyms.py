"""A terminology teaches by itself: some of its names are taken out and become mentions.

The re-ranker learns to find the concept of a name that the index does not have, among what the
retrievers propose for it: their nearest wrong concepts are the hard negatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from xnorm.document import ConceptId, Document, mention_at
from xnorm.kb import Concept, KnowledgeBase
from xnorm.text.normal import fold


class Held(NamedTuple):
    """A terminology without some of its names, and these names as mentions."""

    concepts: list[Concept]
    documents: list[Document]


def held_names(kb: KnowledgeBase, *, most: int, seed: int = 0) -> Held:
    """Takes one name from each of some concepts that keep another.

    A name that several concepts have stays, for it would teach a wrong answer.

    Args:
        kb: a terminology.
        most: concepts that lose a name, chosen at random.
        seed: of the choice.
    """
    generator = np.random.default_rng(seed)
    shared = _shared(kb)
    rows = generator.permutation(len(kb))
    chosen: dict[int, int] = {}
    for row in rows.tolist():
        names = kb.concept(row).names
        spare = [
            at
            for at, name in enumerate(names)
            if at and fold(name.text) not in shared and fold(name.text) != fold(names[0].text)
        ]
        if spare:
            chosen[row] = spare[int(generator.integers(len(spare)))]
        if len(chosen) == most:
            break
    return Held(list(_without(kb, chosen)), [_document(kb, *one) for one in sorted(chosen.items())])


def _shared(kb: KnowledgeBase) -> frozenset[str]:
    """Folded names that more than one concept has."""
    owner: dict[str, int] = {}
    shared: set[str] = set()
    for row, concept in enumerate(kb):
        for name in concept.names:
            folded = fold(name.text)
            if owner.setdefault(folded, row) != row:
                shared.add(folded)
    return frozenset(shared)


def _without(kb: KnowledgeBase, chosen: dict[int, int]) -> Iterator[Concept]:
    for row, concept in enumerate(kb):
        at = chosen.get(row)
        if at is None:
            yield concept
            continue
        gone = fold(concept.names[at].text)
        yield replace(
            concept, names=tuple(name for name in concept.names if fold(name.text) != gone)
        )


def _document(kb: KnowledgeBase, row: int, at: int) -> Document:
    concept = kb.concept(row)
    name = concept.names[at]
    document = Document.from_text(name.text, id=f"{concept.id}-{at}", language=name.language)
    mention = mention_at(name.text, [(0, len(name.text))], id="T1")
    gold = (ConceptId(kb.source, concept.id),)
    return replace(document, mentions=(replace(mention, gold=gold),))
