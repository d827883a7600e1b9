"""What may be a key phrase: runs of words within a sentence that do not begin or end idly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from xnorm.document import Document, Span
from xnorm.filtering import kept_spans
from xnorm.resources import function_words
from xnorm.text.normal import fold
from xnorm.text.tokens import tokenize

LONGEST = 5
"""Words of the longest phrase."""

_INSIDE = frozenset("-‐‑'’.&/@_")  # joins two parts of one word, as in "Grammy-winning" and "S&P"
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?$")


class Word(NamedTuple):
    """A word of the text, hyphens and the like inside.

    Attributes:
        span: where it lies, without a possessive ending.
        key: it without case, accents and signs.
        idle: a function word, or a number alone.
        sentence: the place of its sentence among the kept ones.
        gap: whether a sign parts it from the word before.
    """

    span: Span
    key: str
    idle: bool
    sentence: int
    gap: bool


class Phrase(NamedTuple):
    """A candidate with all its occurrences.

    Attributes:
        key: its words' keys, joined with blanks.
        spans: of its occurrences, in order.
        words: for the first occurrence, the place of its first word, and their number.
        sentences: of the occurrences.
    """

    key: str
    spans: list[Span]
    words: tuple[int, int]
    sentences: list[int]


def phrase_key(phrase: str) -> str:
    """What phrases are compared by: words without case, accents, signs and possessive endings.

    >>> phrase_key("Grammy-winning  Bublé’s")
    'grammywinning buble'
    """
    return " ".join(filter(None, (_key(_POSSESSIVE.sub("", word)) for word in phrase.split())))


def words_of(document: Document) -> list[Word]:
    """The words of the sentences that are kept, in order."""
    text, idle = document.text, function_words(document.language)
    words: list[Word] = []
    for sentence, (start, end) in enumerate(kept_spans(document)):
        last = start
        for first, stop in _joined(text, start, end):
            written = text[first:stop]
            stop -= len(written) - len(_POSSESSIVE.sub("", written))
            key = _key(text[first:stop])
            if key:
                blank = text[last:first].isspace()
                gap = not (blank and words and words[-1].sentence == sentence)
                known = key in idle or written.lower() in idle
                acronym = len(key) > 1 and written.isupper()  # "US" is not "us"
                none = (known and not acronym) or key.isdigit()
                words.append(Word((first, stop), key, none, sentence, gap))
                last = first + len(written)
    return words


def candidates(words: Sequence[Word], *, longest: int = LONGEST) -> list[Phrase]:
    """The phrases of up to `longest` words, in the order of their first occurrence.

    They begin and end with words that are not idle, and hold no sign that parts words.
    """
    found: dict[str, Phrase] = {}
    for place, word in enumerate(words):
        if word.idle:
            continue
        key = ""
        for length in range(1, min(longest, len(words) - place) + 1):
            last = words[place + length - 1]
            if length > 1 and last.gap:
                break
            key = f"{key} {last.key}" if key else last.key
            if last.idle:
                continue
            phrase = found.get(key)
            if phrase is None:
                phrase = found[key] = Phrase(key, [], (place, length), [])
            phrase.spans.append((word.span[0], last.span[1]))
            phrase.sentences.append(word.sentence)
    return list(found.values())


def _joined(text: str, start: int, end: int) -> Iterator[Span]:
    """Runs of tokens that belong to one word, without signs at their ends."""
    first, last = -1, -1
    sign = False  # whether a joining sign has come right after `last`
    for token_start, token_end in tokenize(text[start:end]):
        here, stop = start + token_start, start + token_end
        if text[here].isalnum():
            if first >= 0 and here == last + sign:
                last, sign = stop, False
                continue
            if first >= 0:
                yield first, last
            first, last, sign = here, stop, False
        elif first >= 0 and here == last and not sign and text[here] in _INSIDE:
            sign = True
    if first >= 0:
        yield first, last


@lru_cache(maxsize=1 << 16)
def _key(word: str) -> str:
    return fold(word).replace(" ", "")
