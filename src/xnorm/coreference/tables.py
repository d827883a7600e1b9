"""What is known about names in a language: honorifics, company suffixes, demonyms, first names.

Each is a small file in `resources/LANGUAGE/names`; a language without them has empty tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from xnorm.languages import SPOKEN
from xnorm.resources import resource_path
from xnorm.text.normal import fold


class FirstName(NamedTuple):
    """`m`, `f` or empty where it can be either or is not known, and the names it is short for."""

    gender: str
    full: tuple[str, ...]


class NameTables(NamedTuple):
    """One language's tables; all words are folded.

    Attributes:
        honorifics: word to gender: `m`, `f`, `fm` (of a married woman), `fu` (of an unmarried one)
            or empty.
        suffixes: what follows an organization's name, as `inc`; in any language, for firms travel.
        demonyms: word to the places it may come from.
        first_names: word to what is known of it.
    """

    honorifics: Mapping[str, str]
    suffixes: frozenset[str]
    demonyms: Mapping[str, tuple[str, ...]]
    first_names: Mapping[str, FirstName]


@lru_cache
def name_tables(language: str) -> NameTables:
    """The tables of a language.

    >>> name_tables("en").demonyms["french"]
    ('france',)
    """
    return NameTables(
        {fold(word): gender for word, gender in _rows(language, "honorifics.tsv")},
        frozenset(fold(row[0]) for code in SPOKEN for row in _rows(code, _SUFFIXES, header=0)),
        {fold(word): _listed(places) for word, places in _rows(language, "demonyms.tsv")},
        {
            fold(name): FirstName(gender, _listed(full))
            for name, gender, full in _rows(language, "first_names.tsv")
        },
    )


_SUFFIXES = "organization_suffixes.txt"


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(fold(item) for item in cell.split(",") if item.strip())


def _rows(language: str, file: str, *, header: int = 1) -> list[list[str]]:
    path = resource_path(language, "names", file)
    if not (language.isalpha() and path.is_file()):
        return []
    lines = path.read_text(encoding="utf-8").splitlines()[header:]
    return [line.split("\t") for line in lines if line]
