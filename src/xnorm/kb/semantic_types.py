"""The semantic types of UMLS: their names, their numbers in the type tree, and their groups."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from xnorm.errors import SettingError, did_you_mean
from xnorm.resources import resource_path


class SemanticType(NamedTuple):
    """A semantic type, such as T047, Disease or Syndrome, B2.2.1.2.1, DISO."""

    tui: str
    name: str
    tree: str
    group: str


@lru_cache
def semantic_types() -> tuple[SemanticType, ...]:
    """All 127, in the order of the tree.

    Source: UMLS Semantic Network and Semantic Groups (see NOTICE beside the table).
    """
    text = resource_path("umls", "semantic_types.tsv").read_text(encoding="utf-8")
    return tuple(SemanticType(*line.split("\t")) for line in text.splitlines()[1:])


def types_called(words: Iterable[str]) -> frozenset[str]:
    """The TUIs that any of some words stand for: a TUI, a type's name, or a place in the tree.

    A number in the tree stands for its type and all below, a TUI or name for one type.

    Raises:
        SettingError: for a word that is none of them.

    >>> sorted(types_called(["B2.2.1.2.1", "sign or symptom"]))
    ['T047', 'T048', 'T184', 'T191']
    """
    found: set[str] = set()
    for word in words:
        under = {type.tui for type in semantic_types() if _called(type, word)}
        if not under:
            raise SettingError(
                f"unknown semantic type '{word}'",
                place="--types",
                todo="Give a TUI (T047), a name (Sign or Symptom) or a tree number (B2.2.1.2.1)",
            )
        found |= under
    return frozenset(found)


def types_in_groups(groups: Iterable[str]) -> frozenset[str]:
    """The TUIs of some semantic groups, such as DISO.

    Raises:
        SettingError: for an unknown group.

    >>> sorted(types_in_groups(["DEVI"]))
    ['T074', 'T075', 'T203']
    """
    members: dict[str, set[str]] = {}
    for type in semantic_types():
        members.setdefault(type.group, set()).add(type.tui)
    found: set[str] = set()
    for group in groups:
        if group not in members:
            raise SettingError(
                f"unknown semantic group '{group}'",
                place="--groups",
                todo=did_you_mean(group, members),
            )
        found |= members[group]
    return frozenset(found)


def _called(type: SemanticType, word: str) -> bool:
    if word in (type.tui, type.tree) or word.casefold() == type.name.casefold():
        return True
    # The tree goes A, A1, A1.2: only its first letter stands without a full stop.
    return type.tree.startswith(word if len(word) == 1 else f"{word}.")
