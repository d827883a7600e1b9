"""The written form of a name, taken apart: words, honorifics, suffixes, possessive, initials."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from xnorm.coreference.tables import NameTables, name_tables
from xnorm.document import Span
from xnorm.resources import function_words
from xnorm.text.normal import fold
from xnorm.text.tokens import tokenize

PERSON, ORGANIZATION, PLACE, NAME, TERM = "person", "organization", "place", "name", "term"

_KINDS = {
    PERSON: "per pers person persons people persona personne pessoa persoon",
    ORGANIZATION: "org organization organisation organizacion organizzazione company corporation",
    PLACE: "gpe loc location place fac facility country city norp lieu ort lugar luogo plaats",
    NAME: "name names misc prop entity ent",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_GENERATIONS = {"jr": "jr", "jnr": "jr", "junior": "jr", "sr": "sr", "snr": "sr", "senior": "sr"}
_APOSTROPHES = frozenset("'’ʼ＇")
_ARTICLES = {
    "de": frozenset("der die das den dem des".split()),
    "es": frozenset("el la los las del al".split()),
    "fr": frozenset("le la les du".split()),
    "it": frozenset("il lo la i gli le".split()),
    "nl": frozenset("de het".split()),
    "pt": frozenset("o a os as do da".split()),
}
_LONGEST_ACRONYM = 6
_LETTERS = re.compile(r"[^\W\d_]+")


class Form(NamedTuple):
    """How a name is written.

    Attributes:
        words: folded, without articles, honorifics, suffixes and possessives; at least one, unless
            the text has no letters and digits.
        gender: `m`, `f`, `fm`, `fu` or empty, of its honorifics, else of the first name.
        titled: whether it has an honorific.
        known_person: whether an honorific or a first name says that it is a person.
        generation: `jr`, `sr` or empty.
        acronym: its letters, when it is written as one; else empty.
        with_suffix: the words with the organization's suffix, for acronyms such as SAP SE's.
        span: where the name lies in the text, without article and possessive.
        head: how many words stand before a comma, as in `Portland, Oregon`; 0 without one.
        core: where its words lie, without honorifics and suffixes.
    """

    words: tuple[str, ...]
    gender: str = ""
    titled: bool = False
    known_person: bool = False
    generation: str = ""
    acronym: str = ""
    with_suffix: tuple[str, ...] = ()
    span: Span = (0, 0)
    core: Span = (0, 0)
    head: int = 0

    @property
    def joined(self) -> str:
        """The words without blanks, in which `Mac Donald` and `MacDonald` are equal."""
        return "".join(self.words)


class _Word(NamedTuple):
    text: str
    start: int
    end: int


def kind_of(type: str) -> str:
    """Which rules hold for mentions of a type: of persons, organizations, places, names, terms.

    >>> kind_of("PROP_PER"), kind_of("GPE"), kind_of(""), kind_of("Disease")
    ('person', 'place', 'name', 'term')
    """
    words = _LETTERS.findall(type.lower())
    kinds = [_KIND_OF[word] for word in words if word in _KIND_OF]
    named = [kind for kind in kinds if kind != NAME]
    if named:
        return named[0]
    return NAME if kinds or not words else TERM


def parse_name(text: str, kind: str = NAME, language: str = "") -> Form:
    """Takes a name apart.

    >>> parse_name("Dr. José Núñez's", "person", "en").words
    ('jose', 'nunez')
    >>> parse_name("Acme Corp.", "organization", "en").words
    ('acme',)
    """
    tables = name_tables(language)
    functions = function_words(language)
    words = _words(text)
    if len(words) > 1 and _is_article(text[words[0].start : words[0].end], language):
        del words[0]
    if not words:
        return Form((), span=(0, len(text)), core=(0, len(text)))
    span = words[0].start, words[-1].end
    generation = ""
    genders: list[str] = []
    titled = False
    whole = tuple(word.text for word in words)
    if kind in (PERSON, NAME):
        if len(words) > 1 and words[-1].text in _GENERATIONS:
            generation = _GENERATIONS[words.pop().text]
        while len(words) > 1 and _is_title(words, tables, functions):
            genders.append(tables.honorifics[words.pop(0).text])
            titled = True
        while len(words) > 1 and words[-1].text in tables.honorifics and _spoken_after(text, words):
            words.pop()
    if kind in (ORGANIZATION, NAME):
        while len(words) > 1 and words[-1].text in tables.suffixes:
            words.pop()
    core = tuple(word.text for word in words)
    first = tables.first_names.get(core[0]) if kind in (PERSON, NAME) else None
    gender = next((g for g in genders if g), "") or (first.gender if first else "")
    known = titled or (first is not None and len(core) > 1)
    return Form(
        core,
        gender,
        titled,
        known,
        generation,
        _acronym(text, words),
        whole,
        span,
        (words[0].start, words[-1].end),
        _before_comma(text, words),
    )


def parse_term(text: str, kind: str = TERM, language: str = "") -> Form:
    """Takes a term apart: its words without order, small words and plural s.

    >>> parse_term("Failures of the liver", language="en").words
    ('failure', 'liver')
    """
    form = parse_name(text, kind, language)
    small = function_words(language)
    words = [word for word in form.words if word not in small] or form.words
    singular = sorted(w[:-1] if len(w) > 3 and w[-1] == "s" and w[-2] != "s" else w for w in words)
    return form._replace(words=tuple(singular), with_suffix=form.words)


def _words(text: str) -> list[_Word]:
    """The folded words: `O'Brien` and `U.S.` are one, a possessive's `s` is none."""
    words: list[_Word] = []
    letters = False  # the last word consists of letters with full stops
    for start, end in tokenize(text):
        folded = fold(text[start:end]).replace(" ", "")
        if not folded:
            continue
        before = text[start - 1] if start else ""
        if before in _APOSTROPHES and words:
            if folded == "s":
                continue
            if text[words[-1].end : start] == before:
                words[-1] = _Word(words[-1].text + folded, words[-1].start, end)
                letters = False
                continue
        if letters and len(folded) == 1 and before == "." and text[words[-1].end : start] == ".":
            words[-1] = _Word(words[-1].text + folded, words[-1].start, end)
            continue
        letters = len(folded) == 1
        words.append(_Word(folded, start, end))
    return [
        part for at, word in enumerate(words) for part in _initials(word, words[at + 1 :], text)
    ]


def _initials(word: _Word, following: list[_Word], text: str) -> list[_Word]:
    """`J.F.` before a name is two initials; `U.S.` at the end, or `JF`, is one word."""
    if not following or "." not in text[word.start : word.end]:
        return [word]
    places = range(word.start, word.end)
    return [_Word(fold(text[at]), at, at + 1) for at in places if text[at].isalpha()]


def _is_article(word: str, language: str) -> bool:
    # In capitals it is mostly part of the name (El País, Los Angeles), in English hardly ever.
    return word.lower() == "the" or word in _ARTICLES.get(language, ())


def _is_title(words: list[_Word], tables: NameTables, functions: frozenset[str]) -> bool:
    # "Prince of Wales" is all name.
    return words[0].text in tables.honorifics and words[1].text not in functions


def _spoken_after(text: str, words: list[_Word]) -> bool:
    """Whether an honorific at the end is one: after a comma, or in capitals, as `, PhD`, `MD`."""
    word = words[-1]
    comma = "," in text[words[-2].end : word.start]
    return comma or sum(c.isupper() for c in text[word.start : word.end]) > 1


def _before_comma(text: str, words: list[_Word]) -> int:
    gaps = (text[one.end : two.start] for one, two in pairwise(words))
    return next((number for number, gap in enumerate(gaps, 1) if "," in gap), 0)


def _acronym(text: str, words: list[_Word]) -> str:
    if len(words) != 1:
        return ""
    written = [c for c in text[words[0].start : words[0].end] if c.isalnum()]
    capital = sum(c.isupper() for c in written) >= 2 and not any(c.islower() for c in written)
    return words[0].text if capital and len(written) <= _LONGEST_ACRONYM else ""
