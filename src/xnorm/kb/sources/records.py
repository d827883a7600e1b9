"""JSONL terminologies: one object a line, with the roles of `headings.py` as keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from xnorm.errors import DataError
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.headings import HEADINGS
from xnorm.kb.sources.lines import at
from xnorm.kb.sources.values import kind_of, language_of

_Texts = str | list[str]


class _Name(msgspec.Struct):
    text: str
    language: str = ""
    kind: str = ""


class _Record(msgspec.Struct):
    """One line; a name may be a text, or an object with its own language and kind."""

    id: str | int
    name: str = ""
    names: list[str | _Name] = []
    synonyms: list[str | _Name] = []
    language: str = ""
    kind: str = ""
    types: _Texts = []
    parents: _Texts = []
    definition: str = ""
    xrefs: _Texts = []
    retired: _Texts = []


def read_records(
    path: Path, lines: Iterable[tuple[int, str]], columns: Mapping[str, str], default_language: str
) -> Iterator[Concept]:
    """The concepts of numbered lines. The first name of each language is the preferred one.

    Raises:
        DataError: naming the line that is no JSON object, or the field of a wrong type.
    """
    key_of = {role: (columns.get(role, role), *usual) for role, usual in HEADINGS.items()}
    for number, line in lines:
        if not line.strip():
            continue
        place = at(path, number)
        try:
            found = msgspec.json.decode(line, type=dict[str, Any])
            fields = {
                role: key for role, keys in key_of.items() for key in keys[::-1] if key in found
            }
            record = msgspec.convert({role: found[key] for role, key in fields.items()}, _Record)
        except msgspec.DecodeError as error:
            raise DataError(
                f"not a concept ({error})",
                place=place,
                todo='One object a line: {"id": "C1", "name": "fever", "synonyms": ["pyrexia"]}',
            ) from error
        yield _concept(record, default_language, place)


def _concept(record: _Record, default_language: str, place: str) -> Concept:
    id = str(record.id).strip()
    if not id:
        raise DataError("an empty id", place=place, todo="Give every record an id")
    language = language_of(record.language, default_language, place)
    names: list[Name] = []
    main = [_Name(record.name, kind=record.kind)] if record.name else []
    main += [given if isinstance(given, _Name) else _Name(given) for given in record.names]
    named: set[str] = set()
    for given in main:
        code = language_of(given.language, language, place)
        unsaid = "synonym" if code in named else "preferred"
        names.append(Name(given.text, code, kind_of(given.kind or unsaid, place)))
        named.add(code)
    for other in record.synonyms:
        given = other if isinstance(other, _Name) else _Name(other)
        code = language_of(given.language, language, place)
        names.append(Name(given.text, code, kind_of(given.kind, place)))
    return Concept(
        id,
        tuple(names),
        types=_tuple(record.types),
        definition=record.definition,
        parents=_tuple(record.parents),
        xrefs=_tuple(record.xrefs),
        retired=_tuple(record.retired),
    )


def _tuple(texts: _Texts) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)
