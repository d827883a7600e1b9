"""What a user may say about a terminology's files; every source takes the same record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a source; one that a source has no use for is refused by it.

    Attributes:
        more: further files of the same terminology, beside the first.
        translations: a folder with translations of an OBO file's names.
        languages: keep only names in these ISO 639-1 codes; empty keeps all.
        default_language: the language of names for which the files say none.
        columns: role to column, for tables: `{"name": "Label"}`, or numbers from 1 where the table
            has no header.
        mapping: a YAML file with the columns of a table.
        sources: keep only names from these vocabularies of a collection such as UMLS, or terms of
            these of an ontology such as EFO, told by their ids.
        types: keep only concepts with one of these semantic types.
        groups: keep only concepts with a type in one of these semantic groups.
        suppressed: keep names that the publisher marks as suppressed or obsolete.
        ids: the vocabulary whose codes become the concepts' ids; empty for the source's own.
        xrefs: SSSOM tables with further cross-references of the concepts.
        quotes: whether quotation marks in a table enclose values, or are part of the text.
    """

    more: tuple[Path, ...] = ()
    translations: Path | None = None
    languages: tuple[str, ...] = ()
    default_language: str = ""
    columns: Mapping[str, str] = {}
    mapping: Path | None = None
    sources: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    suppressed: bool = False
    ids: str = ""
    xrefs: tuple[Path, ...] = ()
    quotes: bool = True
