"""What changed between two versions of a knowledge base."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.kb.knowledge_base import KnowledgeBase
from xnorm.kb.model import Concept

_BLOCK = 4_096


class ConceptChange(msgspec.Struct, frozen=True):
    """A concept that came or went: its id and preferred name."""

    id: str
    preferred: str


class Replacement(msgspec.Struct, frozen=True):
    """A concept of the old version whose id stands for another one in the new version."""

    id: str
    preferred: str
    now: str


class NameChange(msgspec.Struct, frozen=True):
    """A name that came or went."""

    id: str
    text: str
    language: str


class Renaming(msgspec.Struct, frozen=True):
    """A concept with another preferred name than before."""

    id: str
    before: str
    now: str


class Difference(msgspec.Struct, frozen=True):
    """Everything that changed, in the order of the new version, or of the old one for what went.

    Attributes:
        added, removed: concepts that are in one version only.
        retired: concepts of the old version that became another one.
        renamed: concepts with another preferred name.
        names_added, names_removed: names of concepts that are in both versions.
    """

    added: tuple[ConceptChange, ...]
    removed: tuple[ConceptChange, ...]
    retired: tuple[Replacement, ...]
    renamed: tuple[Renaming, ...]
    names_added: tuple[NameChange, ...]
    names_removed: tuple[NameChange, ...]

    def counts(self) -> dict[str, int]:
        """How much changed, by what."""
        return {field: len(getattr(self, field)) for field in self.__struct_fields__}


def difference(old: KnowledgeBase, new: KnowledgeBase) -> Difference:
    """What must change in `old` to give `new`; ids and changes are held in memory.

    Names are compared by text and language.
    """
    before = {id: row for row, id in enumerate(old.concepts["id"].to_pylist())}
    after = {id: row for row, id in enumerate(new.concepts["id"].to_pylist())}
    removed: list[ConceptChange] = []
    retired: list[Replacement] = []
    for id, row in before.items():
        if id in after:
            continue
        preferred, now = old.concepts["preferred"][row].as_py(), new.resolve(id)
        if now in after:
            retired.append(Replacement(id, preferred, now))
        else:
            removed.append(ConceptChange(id, preferred))
    added = [
        ConceptChange(id, new.concepts["preferred"][row].as_py())
        for id, row in after.items()
        if id not in before
    ]
    renamed: list[Renaming] = []
    came: list[NameChange] = []
    went: list[NameChange] = []
    rows = np.array([(before[id], row) for id, row in after.items() if id in before], np.int64)
    for one, other in _pairs(old, new, rows.reshape(-1, 2)):
        if one.names[0].text != other.names[0].text:
            renamed.append(Renaming(one.id, one.names[0].text, other.names[0].text))
        if one.names != other.names:
            came += _only(other, one)
            went += _only(one, other)
    return Difference(
        added=tuple(added),
        removed=tuple(removed),
        retired=tuple(retired),
        renamed=tuple(renamed),
        names_added=tuple(came),
        names_removed=tuple(went),
    )


def _pairs(
    old: KnowledgeBase, new: KnowledgeBase, rows: NDArray[np.int64]
) -> Iterator[tuple[Concept, Concept]]:
    """Both versions of the concepts that are in both; `rows` has ascending rows of the new one."""
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        order = np.argsort(block[:, 0])
        one = dict(zip(order.tolist(), old.some(block[order, 0]), strict=True))
        for place, other in enumerate(new.some(block[:, 1])):
            yield one[place], other


def _only(one: Concept, other: Concept) -> list[NameChange]:
    """Names that only the first of two concepts has."""
    known = {(name.text, name.language) for name in other.names}
    return [
        NameChange(one.id, name.text, name.language)
        for name in one.names
        if (name.text, name.language) not in known
    ]
