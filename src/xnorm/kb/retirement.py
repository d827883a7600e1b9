"""Retired ids: following chains of replacements to the concept that is in use."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

import msgspec


class Conflict(msgspec.Struct, frozen=True):
    """A retired id that is said to be replaced by two concepts; the first one counts."""

    old: str
    kept: str
    other: str


class Retirements(NamedTuple):
    """Retired ids with the ids in use, sorted by retired id, and what was left out."""

    pairs: list[tuple[str, str]]
    without_concept: int
    in_use: int
    conflicts: list[Conflict]


def settle(replacements: Iterable[tuple[str, str]], current: Container[str]) -> Retirements:
    """Follows every retired id to a concept in use; the first replacement of an id counts.

    An id that is itself in use is not retired. A chain that ends nowhere, or runs in a circle,
    leads to no concept; both are left out and counted. A second replacement that leads to another
    concept than the first is a conflict.

    >>> settle([("A", "B"), ("B", "C"), ("X", "Y"), ("Y", "X")], {"C"})
    Retirements(pairs=[('A', 'C'), ('B', 'C')], without_concept=2, in_use=0, conflicts=[])
    >>> settle([("A", "C"), ("A", "B"), ("B", "C"), ("A", "D")], {"C", "D"}).conflicts
    [Conflict(old='A', kept='C', other='D')]
    """
    step: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    in_use = 0
    for old, new in replacements:
        if old in current:
            in_use += old != new
        elif step.setdefault(old, new) != new:
            others.append((old, new))
    pairs = [(old, new) for old in sorted(step) if (new := _end(step, step[old])) in current]
    ends = dict(pairs)
    conflicts = [
        Conflict(old, ends[old], end)
        for old, new in sorted(set(others))
        if (end := _end(step, new)) in current and ends.get(old, end) != end
    ]
    return Retirements(pairs, len(step) - len(pairs), in_use, conflicts)


def _end(step: Mapping[str, str], id: str) -> str:
    """Where a chain of replacements ends; in a circle, anywhere in it."""
    seen = set()
    while id in step and id not in seen:
        seen.add(id)
        id = step[id]
    return id
