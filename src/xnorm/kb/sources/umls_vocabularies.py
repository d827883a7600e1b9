"""The vocabularies inside UMLS: which ones a user's words mean, and how their term types rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from xnorm.errors import DataError, SettingError, did_you_mean
from xnorm.kb.sources.lines import at
from xnorm.kb.sources.rrf import member, needed_member, rows

_LANGUAGES = (
    "ARA ar BAQ eu BUL bg CAT ca CHI zh CZE cs DAN da DUT nl ENG en EST et FIN fi FRE fr GER de "
    "GRE el HEB he HIN hi HUN hu ICE is ITA it JPN ja KOR ko LAV lv LIT lt NOR no PER fa POL pl "
    "POR pt RUM ro RUS ru SCR hr SLO sk SLV sl SPA es SWE sv TUR tr UKR uk VIE vi"
).split()

LANGUAGES: Mapping[str, str] = dict(zip(_LANGUAGES[::2], _LANGUAGES[1::2], strict=True))
"""Language codes of UMLS (LAT) to ISO 639-1."""

_RSAB, _SF, _IMETA = 3, 5, 9


def vocabularies(folder: Path, words: Sequence[str], place: str) -> dict[str, int]:
    """The root abbreviations (SAB) that some words mean, each with the place of its word.

    A word is a root abbreviation (`SNOMEDCT_US`) or a family (`SNOMEDCT`, `MSH`), which stands for
    all its members, translations among them. The first word that means a vocabulary counts.

    Raises:
        DataError: when MRSAB is missing.
        SettingError: for a word that is neither, with the nearest one.
    """
    if not words:
        return {}
    path = needed_member(folder, "MRSAB", "choosing vocabularies")
    family = {fields[_RSAB]: fields[_SF] for _, fields in rows(path, "MRSAB")}
    found: dict[str, int] = {}
    for order, word in enumerate(words):
        members = [root for root in family if word in (root, family[root])]
        if not members:
            raise SettingError(
                f"unknown vocabulary '{word}'",
                place=place,
                todo=did_you_mean(word, {*family, *family.values()}),
            )
        for root in members:
            found.setdefault(root, order)
    return found


def newest(folder: Path) -> str:
    """The newest release in which a vocabulary changed, such as 2025AB; empty if not known."""
    path = member(folder, "MRSAB")
    return max((fields[_IMETA] for _, fields in rows(path, "MRSAB")), default="") if path else ""


def term_ranks(folder: Path) -> dict[tuple[str, str], int]:
    """Vocabulary and term type to rank, smaller for better ones; empty without MRRANK.

    Raises:
        DataError: naming the line that is broken.
    """
    path = member(folder, "MRRANK")
    if path is None:
        return {}
    ranks = {}
    for number, (rank, sab, tty, *_) in rows(path, "MRRANK"):
        if not rank.isdecimal():
            raise DataError(
                f"the rank '{rank}' is no number",
                place=at(path, number),
                todo="Unpack the file again, or remove it: term types are not ranked then",
            )
        ranks[sab, tty] = -int(rank)
    return ranks
