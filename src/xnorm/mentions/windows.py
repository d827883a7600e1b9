"""Candidate windows of running text: word sequences that a name could cover.

Everything is arrays over the words of all documents of a batch, but no window's content depends on
which other documents are in the batch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.document import Document
from xnorm.resources import function_words, generic_words, known_abbreviations
from xnorm.text.abbreviations import defined_long_forms
from xnorm.text.normal import fold
from xnorm.text.tokens import tokenize

Ints = NDArray[np.int64]

_INNER = frozenset("-‐‑–/'’")
"""Marks that, without white space before them, do not end a run of words."""

_PLURAL = re.compile(r"(?<=[A-Z]{2})s$")

_LONGEST_WORD = 100
"""Words beyond this many characters (sequences, base64) are never part of a name."""

_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})

FUNCTION, GENERIC = 1, 2


class Word(NamedTuple):
    """A word of a document.

    Attributes:
        start, end: where it lies.
        text: what is searched, folded: its long form when it is an abbreviation.
        run: words of different runs are never in one window.
        kind: 0, or bits that say function word or generic word.
        shape: whether it is in capitals, and whether it begins with one where that says something.
    """

    start: int
    end: int
    text: str
    run: int
    kind: int
    shape: tuple[bool, bool]


class Windows(NamedTuple):
    """Windows of a batch; window `i` covers the words `first[i]` to `last[i]` of `words`.

    Attributes:
        words: of all documents, one after the other.
        document: which document each window is from.
        first, last: places in `words`.
        unique: for each window the row in `texts` of its content.
        texts: the distinct contents.
        languages: of the documents.
    """

    words: list[Word]
    document: Ints
    first: Ints
    last: Ints
    unique: Ints
    texts: list[tuple[str, ...]]
    languages: list[str]


def words_of(document: Document, *, expand: bool = True) -> list[Word]:
    """The words of a document with what its language and the document itself say about them.

    Args:
        document: its language decides which words are function words, generic, abbreviations.
        expand: give abbreviations their long forms.
    """
    language = document.language
    function, generic = function_words(language), generic_words(language)
    text = document.text
    long_forms = _long_forms(text, known_abbreviations(language)) if expand else {}
    words: list[Word] = []
    run, end = 0, 0
    for token in tokenize(text):
        piece = text[token.start : token.end]
        gap = text[end : token.start]
        end = token.end
        run += "\n" in gap and gap.count("\n") > 1
        if not piece[0].isalnum():
            run += bool(gap) or piece not in _INNER
            continue
        folded = fold(piece)
        if len(piece) > _LONGEST_WORD or not folded:
            run += 1
            continue
        kind = FUNCTION * (folded in function or piece.lower() in function)
        if folded in generic or not any(c.isalpha() for c in folded) or len(folded) < 2:
            kind |= GENERIC
        long_form = long_forms.get(piece) or long_forms.get(_PLURAL.sub("", piece))
        if long_form:
            folded, kind = long_form, 0
        capitalised = piece[0].isupper() and language not in _NOUNS_IN_CAPITALS
        # capitals say nothing of what is written out
        shape = (piece.isupper() and not long_form, capitalised and not long_form)
        words.append(Word(token.start, token.end, folded, run, kind, shape))
    return words


def find_windows(documents: Sequence[Document], longest: int) -> Windows:
    """All windows of up to `longest` words.

    A window neither begins nor ends in a function word, does not cross punctuation, and has a word
    that is not generic.
    """
    words: list[Word] = []
    starts = [0]
    for document in documents:
        words += words_of(document)
        starts.append(len(words))
    ids = {text: number for number, text in enumerate(dict.fromkeys(w.text for w in words))}
    word_id = np.array([ids[word.text] for word in words], np.int64)
    kind = np.array([word.kind for word in words], np.int64)
    owner = np.repeat(np.arange(len(documents)), np.diff(starts))
    run = np.array([word.run for word in words], np.int64)
    telling = np.concatenate([[0], np.cumsum(kind == 0)])
    border = kind & FUNCTION == 0
    first, last = [], []
    for length in range(1, longest + 1):
        begin = np.arange(max(len(words) - length + 1, 0))
        end = begin + length - 1
        together = (run[begin] == run[end]) & (owner[begin] == owner[end])
        told = telling[end + 1] > telling[begin]
        begin = begin[together & border[begin] & border[end] & told]
        first.append(begin)
        last.append(begin + length - 1)
    firsts, lasts = np.concatenate(first), np.concatenate(last)
    padded = np.full((len(firsts), longest), -1, np.int64)
    for place in range(longest):
        inside = firsts + place <= lasts
        padded[inside, place] = word_id[firsts[inside] + place]
    rows, unique = (
        np.unique(padded, axis=0, return_inverse=True) if len(padded) else (padded, firsts)
    )
    known = list(ids)
    # the words of a long form count each, so that it is scored as if it were written out
    texts = [
        tuple(part for i in row if i >= 0 for part in known[i].split()) for row in rows.tolist()
    ]
    languages = [document.language for document in documents]
    return Windows(words, owner[firsts], firsts, lasts, unique.reshape(-1), texts, languages)


def _long_forms(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """Folded long forms; what the document defines goes before what is known."""
    defined = defined_long_forms(text)
    return {short: fold(long) for short, long in ({**known, **defined}).items()}
