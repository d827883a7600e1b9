"""Terminology sources: the table of kinds, and reading one.

A source is a module with `read(source, options)`. It may also have `NAME` (the terminology's
name), `default()` (the file that is read when none is named), `release(source)` and
`files(source, options)` (all files that `read` reads, for the manifest). A further one is a file
here and a row in `SOURCES`; or, in another package, an entry point in the group `xnorm.sources`.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import msgspec

from xnorm.errors import DataError, SettingError, did_you_mean
from xnorm.kb.model import Concept
from xnorm.kb.sources.options import Options

__all__ = ["SOURCES", "Options", "find_source", "known_sources", "read_concepts"]

SOURCES = {
    "hpo": "xnorm.kb.sources.hpo",
    "obo": "xnorm.kb.sources.obo",
    "table": "xnorm.kb.sources.table",
}
"""Kind to module."""


def known_sources() -> list[str]:
    """The kinds of sources that can be read, those of other packages among them."""
    return sorted({*SOURCES, *(point.name for point in entry_points(group="xnorm.sources"))})


def find_source(kind: str) -> Any:
    """The module (or like object) of a kind.

    Raises:
        SettingError: for an unknown kind, with the nearest known one.
    """
    if kind in SOURCES:
        return importlib.import_module(SOURCES[kind])
    for point in entry_points(group="xnorm.sources", name=kind):
        return point.load()
    raise SettingError(f"unknown source '{kind}'", todo=did_you_mean(kind, known_sources()))


def read_concepts(kind: str, source: Path, options: Options) -> Iterator[Concept]:
    """The concepts of a terminology, with names in the languages asked for.

    Raises:
        DataError: naming the place of what is broken, or a language without a single name.
    """
    concepts: Iterator[Concept] = find_source(kind).read(source, options)
    return _in_languages(concepts, options.languages, source) if options.languages else concepts


def _in_languages(
    concepts: Iterator[Concept], languages: tuple[str, ...], source: Path
) -> Iterator[Concept]:
    missing = set(languages)
    for concept in concepts:
        names = tuple(name for name in concept.names if name.language in languages)
        missing.difference_update(name.language for name in names)
        yield msgspec.structs.replace(concept, names=names)
    if missing:
        raise DataError(
            f"no name in: {', '.join(sorted(missing))}",
            place=str(source),
            todo="Check the languages, the language column and the translation files",
        )
