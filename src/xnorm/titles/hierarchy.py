"""What stands above a concept: its groups, and the code of the nearest in ISCO."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

_ISCO = re.compile(r"/isco/C(\d{1,4})$|^ISCO(?:-08)?:C?(\d{1,4})$")
"""The address of an ISCO group in ESCO, or its code as a cross-reference."""


class Hierarchy:
    """The groups of a terminology's concepts, by row.

    Args:
        kb: whose concepts say their parents.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._above: dict[int, dict[int, int]] = {}

    def above(self, row: int) -> dict[int, int]:
        """The concept itself and all that are above it, with the steps to each, nearest first."""
        if row not in self._above:
            steps = {row: 0}
            for concept in (queue := [row]):
                for parent in self._parents.get(concept, ()):
                    if parent not in steps:
                        steps[parent] = steps[concept] + 1
                        queue.append(parent)
            self._above[row] = steps
        return self._above[row]

    def depth(self, row: int) -> int:
        """The distance to the top of the hierarchy; -1 outside it."""
        return self._depths[row]

    def isco(self, row: int) -> str:
        """The digits of the nearest ISCO group, of the concept itself or above; empty if none."""
        return next((self._codes[one] for one in self.above(row) if one in self._codes), "")

    @cached_property
    def _parents(self) -> dict[int, list[int]]:
        parents: dict[int, list[int]] = {}
        relations = self._kb.relations
        pairs = zip(relations["child"].to_pylist(), relations["parent"].to_pylist(), strict=True)
        for child, parent in pairs:
            parents.setdefault(child, []).append(parent)
        return parents

    @cached_property
    def _depths(self) -> list[int]:
        depths: list[int] = self._kb.concepts["depth"].to_pylist()
        return depths

    @cached_property
    def _codes(self) -> dict[int, str]:
        xrefs = self._kb.xrefs
        named = [
            *zip(xrefs["concept"].to_pylist(), xrefs["xref"].to_pylist(), strict=True),
            *enumerate(self._kb.concepts["id"].to_pylist()),
        ]
        found = ((row, _ISCO.search(text)) for row, text in named)
        return {row: code[1] or code[2] for row, code in found if code}
