"""Retired ids: following chains of replacements to the concept that is in use."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import NamedTuple


class Retirements(NamedTuple):
    """Retired ids with the ids in use, sorted by retired id, and what was left out."""

    pairs: list[tuple[str, str]]
    without_concept: int
    in_use: int


def settle(replacements: Iterable[tuple[str, str]], current: Container[str]) -> Retirements:
    """Follows every retired id to a concept in use; the first replacement of an id counts.

    An id that is itself in use is not retired. A chain that ends nowhere, or runs in a circle,
    leads to no concept; both are left out and counted.

    >>> settle([("A", "B"), ("B", "C"), ("X", "Y"), ("Y", "X")], {"C"})
    Retirements(pairs=[('A', 'C'), ('B', 'C')], without_concept=2, in_use=0)
    """
    step: dict[str, str] = {}
    in_use = 0
    for old, new in replacements:
        if old in current:
            in_use += old != new
        else:
            step.setdefault(old, new)
    pairs = []
    for old in sorted(step):
        seen = {old}
        new = step[old]
        while new not in current and new in step and new not in seen:
            seen.add(new)
            new = step[new]
        if new in current:
            pairs.append((old, new))
    return Retirements(pairs, without_concept=len(step) - len(pairs), in_use=in_use)
