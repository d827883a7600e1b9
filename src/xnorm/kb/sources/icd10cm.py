"""ICD-10-CM: the tabular list as XML, as CDC publishes it.

Codes with a seventh character that the list only describes (T14.91XA) are not made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from xnorm.errors import DataError, SettingError, did_you_mean
from xnorm.files import open_binary
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.options import Options
from xnorm.xml_stream import Element, elements

NAME = "ICD10CM"
USES = frozenset({"types"})

_HEAD = 65_536
_VERSION = re.compile(rb"<version>\s*([^<]*?)\s*</version>")
_RANGE = re.compile(r"\(([A-Z][0-9A-Z]{2}(?:-[A-Z][0-9A-Z]{2})?)\)\s*$")


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The codes in the order of the list, each below the one that it stands in.

    Descriptions are the preferred names and inclusion terms are synonyms, all in English. Types are
    the ranges of the chapter and the section: (`A00-B99`, `A00-A09`).

    Raises:
        DataError: naming the line that is broken, or the code without a description.
        SettingError: for a type that is no chapter or section.
    """
    ranges: set[str] = set()
    for path in (source, *options.more):
        found = False
        with open_binary(path) as stream:
            for chapter in elements(stream, frozenset({"chapter"}), place=str(path)):
                found = True
                for concept in _chapter(chapter, str(path)):
                    ranges.update(concept.types)
                    if not options.types or set(options.types) & set(concept.types):
                        yield concept
        if not found:
            raise DataError(
                "no chapter of ICD-10-CM",
                place=str(path),
                todo="Give the tabular list in XML, icd10cm-tabular-*.xml",
            )
    for type in options.types:
        if type not in ranges:
            raise SettingError(
                f"no chapter or section '{type}'", place="--types", todo=did_you_mean(type, ranges)
            )


def release(source: Path) -> str:
    """The version at the head of the list, such as 2026; empty if there is none."""
    with open_binary(source) as stream:
        found = _VERSION.search(stream.read(_HEAD))
    return found[1].decode("utf-8", "replace") if found is not None else ""


def _chapter(chapter: Element, place: str) -> Iterator[Concept]:
    description = _text(chapter, "desc")
    found = _RANGE.search(description)
    of_chapter = found[1] if found is not None else _text(chapter, "name")
    for section in chapter.iterfind("section"):
        of_section = section.get("id", "")
        types = tuple(dict.fromkeys(type for type in (of_chapter, of_section) if type))
        for code in section.iterfind("diag"):
            yield from _code(code, (), types, place)


def _code(
    element: Element, parents: tuple[str, ...], types: tuple[str, ...], place: str
) -> Iterator[Concept]:
    id, description = _text(element, "name"), _text(element, "desc")
    if not id or not description:
        raise DataError(
            f"an entry without {'a description' if id else 'a code'}",
            place=f"{place}, {id or ' '.join(('below', *(parents or types)))}",
            todo="Fetch the file again; every entry has both",
        )
    names = [Name(description, "en", "preferred")]
    notes = element.iterfind("inclusionTerm/note")
    names += [Name("".join(note.itertext()), "en") for note in notes]
    yield Concept(id, tuple(names), types=types, parents=parents)
    for below in element.iterfind("diag"):
        yield from _code(below, (id,), types, place)


def _text(element: Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()
