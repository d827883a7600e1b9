"""xMEN's dictionaries: JSON Lines with a concept, its canonical name and aliases a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from xnorm.errors import DataError
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.merging import merged
from xnorm.kb.sources.options import Options

USES = frozenset({"default_language"})


class _Record(msgspec.Struct):
    """One line, as xMEN and scispaCy write it."""

    concept_id: str = ""
    cui: str = ""
    canonical_name: str = ""
    concept_name: str = ""
    aliases: list[str] = []
    types: list[str] = []
    definition: str | None = None


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The concepts in their order; names have no language unless `default_language` says one.

    The id is `concept_id` or `cui`, the preferred name `canonical_name` or `concept_name`. Further
    files add names to the concepts, as the dictionary of another language does; only then are all
    held in memory.

    Raises:
        DataError: naming the line that is no such record.
    """
    if not options.more:
        return _concepts(source, options.default_language)
    paths = (source, *options.more)
    return merged(c for path in paths for c in _concepts(path, options.default_language))


def _concepts(path: Path, language: str) -> Iterator[Concept]:
    for number, line in text_lines(path):
        if not line.strip():
            continue
        try:
            record = msgspec.json.decode(line, type=_Record)
        except msgspec.DecodeError as error:
            raise _broken(str(error), at(path, number)) from error
        id = record.concept_id or record.cui
        if not id:
            raise _broken("no `concept_id`", at(path, number))
        name = record.canonical_name or record.concept_name
        preferred = [Name(name, language, "preferred")] if name else []
        yield Concept(
            id,
            (*preferred, *(Name(alias, language) for alias in record.aliases)),
            types=tuple(record.types),
            definition=record.definition or "",
        )


def _broken(what: str, place: str) -> DataError:
    return DataError(
        f"not a concept of xMEN ({what})",
        place=place,
        todo='One object a line: {"concept_id": "C1", "canonical_name": "fever", "aliases": []}',
    )
