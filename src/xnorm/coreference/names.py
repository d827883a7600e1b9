"""Finds proper names by their capitals, in texts without mentions.

For scripts with capitals, and languages that write names alone with them: in German every noun
would be one, so there a name needs an honorific, a first name or several words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xnorm.coreference.tables import NameTables, name_tables
from xnorm.document import Document, Mention, Span, mention_at
from xnorm.resources import function_words
from xnorm.text.abbreviations import find_abbreviations
from xnorm.text.normal import fold
from xnorm.text.sentences import sentence_spans
from xnorm.text.tokens import tokenize

_PARTICLES = frozenset(
    "al af av bin da dal de degli dei del della den der di do dos du el ibn la le of ter van von y "
    "zu".split()
)
_LONGEST = 8
_NOUNS_IN_CAPITALS = frozenset({"de"})
_INSIDE = frozenset("-'’.&")


_POSSESSIVE = re.compile(r"['’]s\b")


class _Word(NamedTuple):
    start: int
    end: int
    folded: str
    capital: bool
    first: bool  # of a sentence
    certain: bool  # an acronym, or with a possessive


def find_names(document: Document) -> tuple[Mention, ...]:
    """The proper names of a document as mentions without a type, in text order.

    A word with a capital begins or continues a name; particles (`de`, `van`, `of`) may stand
    inside. The first word of a sentence counts only when the text has it with a capital elsewhere
    too, or nowhere in lower case and before another capital. What the text defines an abbreviation
    for is one name, `Food and Drug Administration (FDA)`, whatever words are in it.

    >>> [name.surface for name in find_names(Document.from_text("We saw Ludwig van Beethoven."))]
    ['Ludwig van Beethoven']
    """
    text = document.text
    words = _words(text, document.language)
    inside = Counter(word.folded for word in words if word.capital and not word.first)
    small = {word.folded for word in words if not word.capital}
    tables = name_tables(document.language)
    functions = function_words(document.language) or function_words("en")
    defined = _defined(text)
    spans = list(defined)
    for run in _runs(text, words):
        name = _trimmed(run, inside, small, functions, tables)
        if document.language in _NOUNS_IN_CAPITALS:
            name = _as_german(name, tables)
        if name and _is_name(name, tables, functions):
            span = name[0].start, name[-1].end
            if not _overlaps(span, defined):
                spans.append(span)
    return tuple(
        mention_at(text, [span], id=f"N{number}") for number, span in enumerate(sorted(spans), 1)
    )


def _words(text: str, language: str) -> list[_Word]:
    starts = {start for start, _ in sentence_spans(text, language)}
    words = []
    begins = False
    for start, end in tokenize(text):
        begins = begins or start in starts
        if text[start].isalnum():
            folded = fold(text[start:end]).replace(" ", "")
            acronym = end - start > 1 and text[start:end].isupper()
            certain = acronym or _POSSESSIVE.match(text, end) is not None
            words.append(_Word(start, end, folded, text[start].isupper(), begins, certain))
            begins = False
    return words


def _runs(text: str, words: Sequence[_Word]) -> Iterator[list[_Word]]:
    """Words with capitals that follow each other, particles between them."""
    run: list[_Word] = []
    held: list[_Word] = []  # particles that count once a capital follows
    for word in words:
        last = (held or run or [word])[-1]
        joined = word is last or _is_near(text[last.end : word.start])
        if run and (not joined or word.first or len(run) + len(held) >= _LONGEST):
            yield run
            run, held = [], []
        if word.capital:
            run += [*held, word]
            held = []
        elif run and word.folded in _PARTICLES:
            held.append(word)
        elif run:
            yield run
            run, held = [], []
    if run:
        yield run


def _is_near(gap: str) -> bool:
    return len(gap) <= 2 and set(gap) <= _INSIDE | {" ", "\xa0"} and gap not in ("''", "--")


def _trimmed(
    run: list[_Word],
    inside: Counter[str],
    small: set[str],
    functions: frozenset[str],
    tables: NameTables,
) -> list[_Word]:
    """Without function words at the ends, and without a sentence's first word that is no name."""
    if run[0].first and not (inside[run[0].folded] or run[0].certain):
        known = run[0].folded in tables.honorifics or run[0].folded in tables.first_names
        if not known and (len(run) == 1 or run[0].folded in small):
            run = run[1:]
    while run and run[0].folded in functions and run[0].folded not in tables.honorifics:
        run = run[1:]
    while run and (run[-1].folded in functions or run[-1].folded == "s"):
        run = run[:-1]
    return run


def _as_german(run: list[_Word], tables: NameTables) -> list[_Word]:
    """From the first honorific or first name on; without one, a name has several words."""
    known = tables.honorifics.keys() | tables.first_names.keys()
    for place, word in enumerate(run):
        if word.folded in known:
            return run[place:]
    return run if len(run) > 1 else []


def _is_name(run: Sequence[_Word], tables: NameTables, functions: frozenset[str]) -> bool:
    words = [word.folded for word in run if word.folded not in functions]
    if len(words) == 1 and words[0] in tables.honorifics:
        return False
    return any(len(word) > 1 and not word.isdigit() for word in words)


def _defined(text: str) -> list[Span]:
    """Long forms of several words in capitals, in order."""
    spans = {
        pair.long_span
        for pair in find_abbreviations(text)
        if pair.long[0].isupper() and sum(word[0].isupper() for word in pair.long.split()) > 1
    }
    return sorted(spans)


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span overlaps one of those, which are in order."""
    after = bisect_right(others, span)
    near = others[max(0, after - 1) : after + 1]
    return any(span[0] < end and start < span[1] for start, end in near)
