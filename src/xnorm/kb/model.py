"""What a terminology says about a concept, before and after it lies in a knowledge base."""

from __future__ import annotations

import msgspec

KINDS = ("preferred", "synonym", "layperson", "abbreviation")
"""The kinds of names; `layperson` is a synonym that patients use."""


class Name(msgspec.Struct, frozen=True):
    """One name of a concept.

    Attributes:
        text: as the terminology writes it.
        language: ISO 639-1 code, empty if unknown.
        kind: one of `KINDS`.
        scope: how it relates to the concept, where the source says so: `exact`, `broad`, `narrow`
            or `related`; else empty.
        source: the terminology that gave the name; a build fills it in where it is empty.
    """

    text: str
    language: str = ""
    kind: str = "synonym"
    scope: str = ""
    source: str = ""


class Concept(msgspec.Struct, frozen=True):
    """One concept with everything that is kept of it.

    Attributes:
        id: as the terminology writes it, such as `HP:0002315`.
        names: preferred first.
        types: such as UMLS semantic types; a filter may use them.
        definition: one text, empty if there is none.
        parents: ids of broader concepts.
        xrefs: ids in other terminologies, such as `UMLS:C0018681`.
        retired: ids that are now this concept.
        replaced_by: set when this concept itself is retired: it brings no names then, and its id
            stands for the other one.
    """

    id: str
    names: tuple[Name, ...] = ()
    types: tuple[str, ...] = ()
    definition: str = ""
    parents: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    replaced_by: str = ""
