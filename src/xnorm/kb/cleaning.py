"""Cleaning the names of a concept on its way into a knowledge base."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from xnorm.errors import DataError
from xnorm.kb.model import KINDS, Concept, Name


class Cleaned(NamedTuple):
    """A concept with clean names, and how many names that cost."""

    concept: Concept
    empty: int
    repeated: int


def clean(concept: Concept, source: str) -> Cleaned:
    """The concept with every name once a language, preferred names first, blanks tidied.

    Order is kept otherwise. Of two equal names the one that comes first in the new order stays, so
    that a synonym which repeats the preferred name goes.

    Raises:
        DataError: for an empty id or an unknown kind of name.

    >>> twice = Concept("C1", (Name(" fever "), Name("fever", kind="preferred"), Name("")))
    >>> [(name.text, name.kind) for name in clean(twice, "S").concept.names]
    [('fever', 'preferred')]
    """
    if not concept.id:
        raise DataError("a concept without id", place=source, todo="Give every concept an id")
    kept: dict[tuple[str, str], Name] = {}
    empty = 0
    for name in sorted(concept.names, key=_not_preferred):
        text = " ".join(name.text.split())
        if name.kind not in KINDS:
            raise DataError(
                f"unknown kind of name '{name.kind}'",
                place=f"{source}, concept {concept.id}",
                todo=f"Known: {', '.join(KINDS)}",
            )
        if not text:
            empty += 1
        elif (text, name.language) not in kept:
            if text != name.text or not name.source:
                name = msgspec.structs.replace(name, text=text, source=name.source or source)
            kept[text, name.language] = name
    repeated = len(concept.names) - empty - len(kept)
    return Cleaned(msgspec.structs.replace(concept, names=tuple(kept.values())), empty, repeated)


def _not_preferred(name: Name) -> bool:
    return name.kind != "preferred"
