"""The atoms of UMLS (rows of MRCONSO): which are wanted, in which order, and names from them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

from xnorm.kb.model import Name
from xnorm.kb.sources.prefixes import xref
from xnorm.kb.sources.umls_vocabularies import LANGUAGES

_LAT, _TS, _STT, _ISPREF, _SAB, _TTY, _CODE, _STR, _SUPPRESS = 1, 2, 4, 6, 11, 12, 13, 14, 16

_ABBREVIATIONS = frozenset({"AB", "ACR", "RAB", "VAB"})
"""Term types that UMLS documents as abbreviation or acronym."""

_LAYPERSON = "CHV"
"""The Consumer Health Vocabulary."""

_NO_CODES = frozenset({"MTH", "SRC"})
"""UMLS's own: codes of theirs are no cross-references."""


class Choice(NamedTuple):
    """Which atoms are wanted.

    Attributes:
        vocabularies: root abbreviations with their order; empty for all.
        languages: ISO 639-1 codes; empty for all.
        suppressed: whether obsolete and suppressed ones are wanted too.
    """

    vocabularies: Mapping[str, int]
    languages: tuple[str, ...]
    suppressed: bool

    def valid(self, rows: list[list[str]]) -> list[list[str]]:
        """Rows of MRCONSO without suppressed ones, whatever their vocabulary and language."""
        return rows if self.suppressed else [row for row in rows if row[_SUPPRESS] == "N"]

    def atoms(self, rows: Iterable[list[str]]) -> list[Atom]:
        """The wanted ones, best name first: by TS, STT, ISPREF, then the order of vocabularies."""
        found = []
        for row in rows:
            sab = row[_SAB]
            if self.vocabularies and sab not in self.vocabularies:
                continue
            language = LANGUAGES.get(row[_LAT], "")
            if self.languages and language not in self.languages:
                continue
            better = (row[_TS] != "P") * 4 + (row[_STT] != "PF") * 2 + (row[_ISPREF] != "Y")
            order = better * 10_000 + self.vocabularies.get(sab, 0)
            # Few vocabularies and term types are named by many rows: one text each will do.
            sab, tty = sys.intern(sab), sys.intern(row[_TTY])
            found.append(Atom(order, row[_STR], language, sab, tty, row[_CODE]))
        found.sort(key=itemgetter(0))
        return found

    def definition(self, rows: Iterable[list[str]]) -> str:
        """The first of MRDEF's rows, those of wanted vocabularies before others."""
        usable = [row for row in rows if self.suppressed or row[6] == "N"]
        last = len(self.vocabularies)
        best = min(usable, key=lambda row: self.vocabularies.get(row[4], last), default=None)
        return best[5] if best is not None else ""


class Atom(NamedTuple):
    """A name in one vocabulary; smaller `order` is better."""

    order: int
    text: str
    language: str
    sab: str
    tty: str
    code: str


def names(atoms: Iterable[Atom]) -> tuple[Name, ...]:
    """Names in the order of atoms, the first of each language preferred."""
    named: set[str] = set()
    found = []
    for _, text, language, sab, tty, _ in atoms:
        if language not in named:
            named.add(language)
            kind = "preferred"
        elif tty in _ABBREVIATIONS:
            kind = "abbreviation"
        else:
            kind = "layperson" if sab == _LAYPERSON else "synonym"
        found.append(Name(text, language, kind, source=sab))
    return tuple(found)


def codes(rows: Iterable[list[str]]) -> dict[tuple[str, str], None]:
    """The vocabularies and codes of rows of MRCONSO, each pair once."""
    pairs = dict.fromkeys((row[_SAB], row[_CODE]) for row in rows)
    return {pair: None for pair in pairs if pair[1] != "NOCODE" and pair[0] not in _NO_CODES}


def cross_references(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The same as cross-references; editions of one vocabulary share theirs."""
    return tuple(dict.fromkeys(xref(sab, code) for sab, code in pairs))
