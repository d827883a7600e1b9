"""Abbreviations that a text defines itself: `long form (SF)` and `SF (long form)`.

After Schwartz and Hearst (PSB 2003): the letters of the short form are looked for, in order, in the
words beside the bracket, and the first one must begin a word. Where they take the first alignment
from the right, this takes the best one: a letter that begins a word counts most, a letter inside a
word little, a passed-over word costs. Letters are compared without case and accents, so that any
Latin-script language works.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from xnorm.document import Span
from xnorm.text.normal import fold_with_map
from xnorm.text.tokens import tokenize

_BRACKETS = re.compile(r"\(([^()\[\]]{1,300})\)|\[([^()\[\]]{1,300})\]")
_BOUNDARY = re.compile(r"(?<!\b[A-Z])[.!?;]\s+|\n\s*\n|\s[(\[]|[)\]](?=[\s,.;:]*\s)")
_CUT = re.compile(r"[;,=:]|\s(?:or|o|ou|oder|of)\s")
_LEAD = re.compile(r"(?i)(?:also|abbreviated(?: as)?|abbr\.|siglas?|abreviad[oa]|or|ou|oder)\s+")
_PLURAL = re.compile(r"(?<=[A-Z])s$")

_LONGEST_SHORT = 10
_MINOR = 3  # words up to this length (of, de, la, und) may be passed over at little cost
_BEGINS, _FOLLOWS, _INSIDE = 1.0, 0.65, 0.4
_SKIP, _SKIP_MINOR, _SKIP_END = 0.5, 0.15, 4.0
_MINOR_START = 0.4  # "Dirección de Desarrollo (DD)" does not begin at "de"
_ENOUGH = 0.4


class Abbreviation(NamedTuple):
    """A short form and what the text says it stands for, with the places of this definition."""

    short: str
    long: str
    short_span: Span
    long_span: Span


def find_abbreviations(text: str) -> list[Abbreviation]:
    """The definitions of a text, in order; a short form that is defined twice comes twice.

    >>> text = "Sufre un infarto agudo de miocardio (IAM). EPOC (enfermedad pulmonar obstructiva)"
    >>> [(a.short, a.long) for a in find_abbreviations(text)]
    [('IAM', 'infarto agudo de miocardio'), ('EPOC', 'enfermedad pulmonar obstructiva')]
    """
    found: list[Abbreviation] = []
    for match in _BRACKETS.finditer(text):
        start, end = _first_part(text, *match.span(1 if match[1] is not None else 2))
        if start == end:
            continue
        before = max(0, match.start() - 400)
        for boundary in _BOUNDARY.finditer(text, before, match.start()):
            before = boundary.end()
        pair = _short_inside(text, before, match.start(), (start, end))
        pair = pair or _long_inside(text, before, match.start(), (start, end))
        if pair is not None:
            short, long = pair
            found.append(Abbreviation(text[slice(*short)], text[slice(*long)], short, long))
    return found


def _short_inside(text: str, before: int, bracket: int, inside: Span) -> tuple[Span, Span] | None:
    """`long form (SF)`."""
    short = text[slice(*inside)]
    if not _is_short(short):
        return None
    letters = _letters(short)
    words = [token for token in tokenize(text[before:bracket]) if _is_word(text[before + token[0]])]
    room = min(len(letters) + 5, 2 * len(letters))  # Schwartz and Hearst's bound, on major words
    majors = [i for i, word in enumerate(words) if word.end - word.start > _MINOR]
    words = words[majors[-room] :] if len(majors) > room else words
    if not words:
        return None
    first = before + words[0].start
    aligned = _align(letters, text[first:bracket])
    if aligned is None:
        return None
    start, score = aligned
    end = before + words[-1].end
    if text[end:bracket].strip(" \t\n\"'”’*-") or not _plausible(short, text[first + start : end]):
        return None
    # A lower-case word in brackets is seldom an abbreviation: more is asked of it.
    enough = _ENOUGH if any(c.isupper() or c.isdigit() for c in short) else 0.7
    return ((inside), (first + start, end)) if score >= enough else None


def _long_inside(text: str, before: int, bracket: int, inside: Span) -> tuple[Span, Span] | None:
    """`SF (long form)`."""
    word = re.search(r"[^\s,;:]+\s*$", text[before:bracket])
    if word is None:
        return None
    short = word.group().rstrip()
    span = (before + word.start(), before + word.start() + len(short))
    long = text[slice(*inside)]
    if not _is_short(short) or not any(c.isupper() for c in short[:-1] or short):
        return None
    aligned = _align(_letters(short), long)
    if aligned is None or aligned[1] < _ENOUGH or not _plausible(short, long):
        return None
    # "AIDS (the acquired ...)": an article may go before
    lead = fold_with_map(long[: aligned[0]])[0].split()
    if len(lead) > 1 or any(len(word) > _MINOR for word in lead):
        return None
    return span, (inside[0] + aligned[0], inside[1])


def _align(letters: str, text: str) -> tuple[int, float] | None:
    """Where the best alignment of the letters begins in the text, and its score a letter (<= 1)."""
    folded, offsets = fold_with_map(text)
    words = folded.split(" ")
    word_of: list[int] = []  # the word of each character
    cost = [0.0]  # what passing over all words before this one costs
    for word in words:
        word_of += [len(cost) - 1] * (len(word) + 1)
        cost.append(cost[-1] + (_SKIP_MINOR if len(word) <= _MINOR else _SKIP))
    best: dict[int, float] = {}  # by position of the current letter: score from there to the end
    for letter in reversed(letters):
        current: dict[int, float] = {}
        for position, character in enumerate(folded):
            if character != letter:
                continue
            in_word = word_of[position]
            begins = position == 0 or folded[position - 1] == " "
            own = _BEGINS if begins else _INSIDE
            if letter is letters[-1] and not best:
                current[position] = own - _SKIP_END * (cost[-1] - cost[in_word + 1])
                continue
            rest = -1e9
            for later, value in best.items():
                if later == position + 1 and word_of[later] == in_word:
                    value += _FOLLOWS - _INSIDE
                elif later <= position:
                    continue
                elif word_of[later] > in_word:
                    value -= cost[word_of[later]] - cost[in_word + 1]
                rest = max(rest, value)
            if rest > -1e8:
                current[position] = own + rest
        best = current
        if not best:
            return None
    starts = {
        position: score - _MINOR_START * (len(words[word_of[position]]) <= _MINOR)
        for position, score in best.items()
        if position == 0 or folded[position - 1] == " "
    }
    if not starts:
        return None
    start = max(starts, key=lambda p: (round(starts[p], 6), p))
    return offsets[start], starts[start] / len(letters)


def _is_short(short: str) -> bool:
    return (
        1 < len(short) <= _LONGEST_SHORT
        and len(short.split()) <= 2
        and short[0].isalnum()
        and any(c.isalpha() for c in short)
    )


def _letters(short: str) -> str:
    return "".join(c for c in fold_with_map(_PLURAL.sub("", short))[0] if c != " ")


def _plausible(short: str, long: str) -> bool:
    """A long form is longer than its short form and does not contain it as a word."""
    words = fold_with_map(long)[0].split()
    return len(long) > len(short) + 1 and fold_with_map(short)[0] not in words


def _is_word(character: str) -> bool:
    return character.isalnum()


def _first_part(text: str, start: int, end: int) -> Span:
    """The bracket's text up to a comma or the like, without "abbreviated" and white space."""
    lead = _LEAD.match(text, start, end)
    start = lead.end() if lead else start
    cut = _CUT.search(text, start, end)
    end = cut.start() if cut else end
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(" \t\n\"'“‘"))
    end = max(start, start + len(text[start:end].rstrip(" \t\n\"'”’.")))
    return start, end
