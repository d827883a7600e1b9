"""The word lists of titles, a folder a language: `resources/LANGUAGE/titles/`.

`phrases.tsv` has the columns phrase, kind, value and where. Kinds are those of parts, and `role`
(words that look like a part and are none), `place` (a place follows) and `preposition` (before a
place). A phrase counts anywhere, or at the `first` or `last` words of a segment, or at either
`edge`; `kept` ones tell something and stay in the role. `places.txt` has a town, region or country
a line, `endings.tsv` the masculine and feminine endings of words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from xnorm.resources import resource_path
from xnorm.text.normal import fold

LANGUAGES = ("de", "en", "es", "fr", "nl", "pt")
"""Those with tables; titles in other languages get the English ones."""

WORD = re.compile(r"[^\W_]+")


class Phrase(NamedTuple):
    """Words that mean something in a title: those after the first, and what they tell."""

    rest: tuple[str, ...]
    kind: str
    value: str
    where: str


class Tables(NamedTuple):
    """What is known of titles in one language.

    Attributes:
        phrases: by their first word in lower case; longest first.
        twins: pairs of folded endings, masculine and feminine.
        endings: finds an ending that is added to a word, as in "Kassierer/-in".
        camel: finds "KassiererIn", where the language writes so.
    """

    phrases: dict[str, tuple[Phrase, ...]]
    twins: tuple[tuple[str, str], ...]
    endings: re.Pattern[str]
    camel: re.Pattern[str] | None


@lru_cache
def tables(language: str) -> Tables:
    """The tables for titles in a language; ads everywhere are full of English, so with its own."""
    spoken = dict.fromkeys((language if language in LANGUAGES else "en", "en"))
    found: dict[tuple[str, ...], Phrase] = {}
    for code in LANGUAGES:
        for line in _lines(code, "places.txt"):
            _add(found, line, "location", line, "last")
    for code in reversed(spoken):
        for line in _lines(code, "phrases.tsv")[1:]:
            phrase, kind, value, where = line.split("\t")
            _add(found, phrase, kind, value, where)
    phrases: dict[str, list[Phrase]] = {}
    for words, entry in found.items():
        phrases.setdefault(words[0], []).append(entry)
    rows = [line.split("\t") for code in spoken for line in _lines(code, "endings.tsv")[1:]]
    pairs = list(dict.fromkeys((row[0], row[1]) for row in rows))
    return Tables(
        {word: tuple(sorted(of, key=lambda p: -len(p.rest))) for word, of in phrases.items()},
        tuple((fold(man), fold(woman)) for man, woman in pairs),
        _endings(pairs, dots="fr" in spoken),
        _CAMEL if language == "de" else None,
    )


_CAMEL = re.compile(r"(?<=[a-zäöüß]{3})In(?:nen)?(?![a-zäöüß])")


def _add(
    found: dict[tuple[str, ...], Phrase], phrase: str, kind: str, value: str, where: str
) -> None:
    # As written, and as those write it who leave accents out.
    for words in (WORD.findall(phrase.lower()), fold(phrase).split()):
        found[tuple(words)] = Phrase(tuple(words[1:]), kind, value, where)


def _endings(pairs: Sequence[tuple[str, str]], *, dots: bool) -> re.Pattern[str]:
    """Finds an ending that brackets or a sign add to a word; a full stop is one in French alone."""
    signs = "/*:·•∙⋅_." if dots else "/*:·•∙⋅_"
    short = {ending for pair in pairs for ending in pair if ending}
    one_of = "|".join(sorted(map(re.escape, short), key=lambda ending: (-len(ending), ending)))
    return re.compile(
        rf"(?<=[^\W\d_][^\W\d_])(?:\s?\(\s?-?(?:{one_of})\)"
        rf"|(?:\s?/\s?-\s?|[{signs}]-?)(?:{one_of})(?![^\W_]))",
        re.IGNORECASE,
    )


def _lines(language: str, name: str) -> list[str]:
    path = resource_path(language, "titles", name)
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]
