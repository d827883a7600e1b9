"""What a job title is made of. Offsets are code points of the title, end exclusive."""

from __future__ import annotations

import msgspec

from xnorm.document import Span

KINDS = (
    "seniority",
    "employment",
    "gender",
    "location",
    "salary",
    "requisition",
    "noise",
    "markup",
)
"""The kinds of parts that stand around a role."""


LONGEST = 500
"""Characters of a title; what is longer is a description."""


class Part(msgspec.Struct, frozen=True):
    """A piece of a title that is not its role.

    Attributes:
        kind: one of `KINDS`.
        start, end: where it stands.
        value: what it says, such as `senior`, `part-time`, `80-100%`; for gender `mark`
            ("(m/w/d)"), `ending` ("-in") or `twin` ("/ Verkäuferin").
        removed: whether the role goes without it; "Head of" tells the level and stays.
    """

    kind: str
    start: int
    end: int
    value: str = ""
    removed: bool = True


class Role(msgspec.Struct, frozen=True):
    """What somebody works as, in the title's own words.

    Attributes:
        text: the words, one blank between the pieces.
        spans: where the pieces stand; empty when the title has no word.
    """

    text: str
    spans: tuple[Span, ...]


class Title(msgspec.Struct, frozen=True):
    """A title taken apart; nothing of it is lost.

    Attributes:
        text: the title as it was given.
        role: all that is left of it.
        joined: the roles one by one when it names several ("Driver / Warehouse worker"); else
            empty.
        parts: in their order in the text; none overlaps another.
    """

    text: str
    role: Role
    joined: tuple[Role, ...]
    parts: tuple[Part, ...]

    def value(self, kind: str) -> str:
        """What the first part of a kind says; empty if there is none."""
        return next((part.value for part in self.parts if part.kind == kind), "")

    def pieces(self, kind: str) -> tuple[str, ...]:
        """The texts of the parts of a kind."""
        return tuple(self.text[p.start : p.end] for p in self.parts if p.kind == kind)
