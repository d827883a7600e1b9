"""The pattern language: words, `{label}`, `{name:label}`, `[optional]` and `(this | that)`.

A pattern is written out into its variants, each a plain sequence of items. Nothing in the language
repeats, so every variant is finite and matching needs no backtracking.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MOST_VARIANTS = 500
"""What one pattern may be written out into."""

_PARTS = re.compile(r"\\.|\{[^{}]*\}|[()\[\]|]|[^\s()\[\]|{}\\]+|[{}\\]")
_SLOT = re.compile(r"\{(?:(?P<name>[a-z][a-z0-9_]*):)?(?P<label>[a-z][a-z0-9_]*)\}")


class Slot(NamedTuple):
    """A place for a unit with a label; the name is what templates call it."""

    name: str
    label: str


Item = str | Slot
Variant = tuple[Item, ...]


class PatternError(ValueError):
    """What is wrong with a pattern, in words."""


def variants(pattern: str) -> list[Variant]:
    """Every sequence that the pattern stands for, shortest alternatives as written.

    A backslash takes the meaning from a bracket or bar.

    Raises:
        PatternError: for broken brackets or slots, and for too many variants.

    >>> variants("(grade | stage) [-] {roman}")[0]
    ('grade', '-', Slot(name='roman', label='roman'))
    """
    parts = _PARTS.findall(pattern)
    found, at = _alternatives(parts, 0)
    if at < len(parts):
        raise PatternError(f"'{parts[at]}' closes nothing")
    if any(not variant for variant in found):
        raise PatternError("it matches nothing at all: one part must not be optional")
    for variant in found:
        names = [item.name for item in variant if isinstance(item, Slot)]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise PatternError(f"two slots are called '{twice}': name them, as in {{low:{twice}}}")
    return list(dict.fromkeys(found))


def _alternatives(parts: list[str], at: int) -> tuple[list[Variant], int]:
    """Sequences apart from each other by bars, up to a closing bracket."""
    found: list[Variant] = []
    while True:
        sequence, at = _sequence(parts, at)
        found = _bounded([*found, *sequence])
        if at == len(parts) or parts[at] != "|":
            return found, at
        at += 1


def _sequence(parts: list[str], at: int) -> tuple[list[Variant], int]:
    found: list[Variant] = [()]
    while at < len(parts) and parts[at] not in ("|", ")", "]"):
        part = parts[at]
        if part in ("(", "["):
            inner, at = _alternatives(parts, at + 1)
            closing = ")" if part == "(" else "]"
            if at == len(parts) or parts[at] != closing:
                raise PatternError(f"a '{part}' has no '{closing}'")
            if part == "[":
                inner = [*inner, ()]
        else:
            inner = [(_item(part),)]
        at += 1
        found = _bounded(left + right for left in found for right in inner)
    return found, at


def _item(part: str) -> Item:
    if part.startswith("\\") and len(part) == 2:
        return part[1]
    if part in ("{", "}", "\\"):
        raise PatternError(f"a stray '{part}'")
    if not part.startswith("{"):
        return part
    match = _SLOT.fullmatch(part)
    if match is None:
        raise PatternError(f"'{part}' is no slot: write {{label}} or {{name:label}}")
    return Slot(match["name"] or match["label"], match["label"])


def _bounded(found: Iterable[Variant]) -> list[Variant]:
    return list(_counted(found))


def _counted(found: Iterable[Variant]) -> Iterator[Variant]:
    for number, variant in enumerate(found):
        if number == MOST_VARIANTS:
            raise PatternError(
                f"it stands for more than {MOST_VARIANTS} sequences: split it into layers"
            )
        yield variant
