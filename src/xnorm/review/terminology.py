"""A concept with what stands above and below it, to walk through a terminology."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np

from xnorm.kb import Concept, KnowledgeBase

_MOST = 200
"""Children that are told."""


class Neighbour(msgspec.Struct, frozen=True):
    """A concept by its id and preferred name; `children` counts what is below it."""

    id: str
    name: str
    children: int


class Place(msgspec.Struct, frozen=True):
    """A concept in its hierarchy.

    Attributes:
        concept: with its names and definition.
        parents, children: in the order of the terminology; at most 200 children.
        more: children that are left out.
    """

    concept: Concept
    parents: list[Neighbour]
    children: list[Neighbour]
    more: int


def place_of(kb: KnowledgeBase, id: str) -> Place:
    """A concept in its hierarchy.

    Raises:
        SettingError: for an id that is not known, with the nearest ones.
    """
    concept = kb.concept(id)
    row = kb.concept_row(concept.id)
    child, parent = (kb.relations[name].to_numpy() for name in ("child", "parent"))
    below = np.unique(child[parent == row]).tolist()
    return Place(
        concept,
        _neighbours(kb, parent, np.unique(parent[child == row]).tolist()),
        _neighbours(kb, parent, below[:_MOST]),
        max(len(below) - _MOST, 0),
    )


def _neighbours(kb: KnowledgeBase, parent: Any, rows: Iterable[int]) -> list[Neighbour]:
    table = kb.concepts
    return [
        Neighbour(
            table["id"][row].as_py(),
            table["preferred"][row].as_py(),
            int(np.count_nonzero(parent == row)),
        )
        for row in rows
    ]
