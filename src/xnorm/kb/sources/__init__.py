"""Terminology sources: the table of kinds, and reading one.

A source is a module with `read(source, options)` and `USES`, the fields of `Options` that it has a
use for; others are refused here. It may also have `NAME` or `name(options)` (the terminology's
name), `default()` (the file that is read when none is named), `release(source)` and
`files(source, options)` (all files that `read` reads, for the manifest). The first line of its
docstring says what it reads. A further one is a file here and a row in `SOURCES`; or, in another
package, an entry point in the group `xnorm.sources`.
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

__all__ = ["SOURCES", "Options", "described", "find_source", "known_sources", "read_concepts"]

SOURCES = {
    "atc": "xnorm.kb.sources.atc",
    "esco": "xnorm.kb.sources.esco",
    "hpo": "xnorm.kb.sources.hpo",
    "icd10cm": "xnorm.kb.sources.icd10cm",
    "icd10who": "xnorm.kb.sources.icd10who",
    "indra": "xnorm.kb.sources.indra",
    "medic": "xnorm.kb.sources.medic",
    "mesh": "xnorm.kb.sources.mesh",
    "obo": "xnorm.kb.sources.obo",
    "obographs": "xnorm.kb.sources.obographs",
    "orphanet": "xnorm.kb.sources.orphanet",
    "skos": "xnorm.kb.sources.skos",
    "snomed": "xnorm.kb.sources.snomed",
    "table": "xnorm.kb.sources.table",
    "umls": "xnorm.kb.sources.umls",
    "xmen": "xnorm.kb.sources.xmen",
}
"""Kind to module."""


def known_sources() -> list[str]:
    """The kinds of sources that can be read, those of other packages among them."""
    return sorted({*SOURCES, *(point.name for point in entry_points(group="xnorm.sources"))})


def described() -> dict[str, str]:
    """The kinds of sources, each with the first sentence of what its module says of itself."""
    return {kind: _first_sentence(find_source(kind).__doc__ or "") for kind in known_sources()}


def _first_sentence(text: str) -> str:
    line = " ".join(text.split("\n\n")[0].split())
    return line.split(". ")[0].rstrip(".")


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
        SettingError: for an option that the kind has no use for.
    """
    module = find_source(kind)
    _refuse_unused(kind, module, options)
    concepts: Iterator[Concept] = module.read(source, options)
    return _in_languages(concepts, options.languages, source) if options.languages else concepts


_ALWAYS = {"languages", "more"}
"""Options that every source heeds, or that are heeded here for it."""

_SWITCHES = {"columns": "--column", "quotes": "--no-quotes"}
"""Options of the command line that are not spelt like their field."""


def _refuse_unused(kind: str, module: Any, options: Options) -> None:
    uses = _ALWAYS | getattr(module, "USES", frozenset())
    given = msgspec.structs.asdict(options)
    default = msgspec.structs.asdict(Options())
    for field, value in given.items():
        if value != default[field] and field not in uses:
            switch = _SWITCHES.get(field, f"--{field.replace('_', '-')}")
            raise SettingError(
                f"source '{kind}' has no use for {switch}", place=switch, todo="Leave it out"
            )


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
