"""Data that ships: word lists a language, and the files of other rooms. A language is a folder.

`function_words.txt` and `generic_words.txt` have a word a line, `abbreviations.tsv` and
`signal_words.tsv` have a header and two columns. Unknown languages have empty lists: nothing fails
for want of a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from xnorm.text.normal import fold

__all__ = [
    "function_words",
    "generic_words",
    "known_abbreviations",
    "resource_path",
    "signal_words",
]


def resource_path(*parts: str) -> Path:
    """A file or folder inside the package's data; it need not exist."""
    return Path(__file__).parent.joinpath(*parts)


@lru_cache
def function_words(language: str) -> frozenset[str]:
    """Articles, prepositions, pronouns, auxiliaries: words that no name begins or ends with.

    In lower case as written, and folded, so that either form of a token can be looked up.

    >>> {"más", "mas"} <= function_words("es")
    True
    """
    return _words(language, "function_words.txt")


@lru_cache
def generic_words(language: str) -> frozenset[str]:
    """Words of clinical prose that alone name nothing ("patient", "proximal"); forms as above."""
    return _words(language, "generic_words.txt")


@lru_cache
def known_abbreviations(language: str) -> Mapping[str, str]:
    """Abbreviations that clinical texts use without defining them, with their long forms.

    >>> known_abbreviations("es")["HTA"]
    'hipertensión arterial'
    """
    return _pairs(language, "abbreviations.tsv")


@lru_cache
def signal_words(language: str) -> Mapping[str, str]:
    """Words and phrases that tell what a sentence does, in lower case, with their kind.

    >>> signal_words("en")["for example"]
    'illustration'
    """
    return _pairs(language, "signal_words.tsv")


def _pairs(language: str, name: str) -> Mapping[str, str]:
    rows = (line.split("\t") for line in _lines(language, name)[1:])
    return MappingProxyType({row[0]: row[1] for row in rows})


def _words(language: str, name: str) -> frozenset[str]:
    written = [line.lower() for line in _lines(language, name)]
    return frozenset(written) | frozenset(word for line in written for word in fold(line).split())


def _lines(language: str, name: str) -> list[str]:
    path = resource_path(language, name)
    if not (language.isalpha() and path.is_file()):
        return []
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
