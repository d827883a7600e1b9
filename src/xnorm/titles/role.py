"""The role of a title: what its parts leave."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xnorm.document import Span
from xnorm.resources import function_words
from xnorm.titles.model import Part, Role
from xnorm.titles.tables import WORD

_BRACKET = re.compile(r"[()\[\]{}]")
_KEPT = re.compile(b"\0+")
_BEFORE = " \t\r\n\xa0-‐‑–—,;:|/\\&*•·_@~=+!?\"'“”„‘’»«…)]}"
_AFTER = _BEFORE.replace("+", "").replace(")", "(") + "."
_JOINED = re.compile(r"(?<=[^\W\d_]{4})/(?=[^\W\d_]{4})|\s/\s?|/\s")
_WITHIN = frozenset({"ending", "twin", "sign"})
"""The values of parts that stand within a word, or within what it says twice."""


def role_of(text: str, parts: Sequence[Part], language: str) -> tuple[Role, list[Span]]:
    """What is left without the removed parts and brackets, and the words that went with them."""
    gone = bytearray(len(text))
    for bracket in _BRACKET.finditer(text):
        gone[bracket.start()] = 1
    within = []
    for part in parts:
        if part.value in _WITHIN:
            within.append((part.start, part.end))
            gone[part.start : part.end] = bytes(part.end - part.start)
        elif part.removed:
            gone[part.start : part.end] = b"\1" * (part.end - part.start)
    spans: list[Span] = []
    left_out: list[Span] = []
    for kept in _KEPT.finditer(gone):
        found = (word.span() for word in WORD.finditer(text, *kept.span()))
        words = [(s, e) for s, e in found if not any(a <= s and e <= b for a, b in within)]
        few = _trimmed(text, words, language, begins=not spans)
        left_out += sorted({*words} - {*few})
        if few:
            start, end = kept.span()
            begin = end - len(text[start:end].lstrip(_BEFORE)) if few[0] == words[0] else few[0][0]
            stop = few[-1][1]
            if few[-1] == words[-1]:
                stop = start + len(text[start:end].rstrip(_AFTER))
            spans.append((begin, stop))
    return _of_spans(text, spans, within), left_out


def _trimmed(text: str, words: Sequence[Span], language: str, *, begins: bool) -> Sequence[Span]:
    """The words of a piece without those at its ends that lead from or to a removed part."""
    small = function_words(language or "en")
    first, last = 0, len(words)
    if begins and words and text[: words[0][0]].strip(_BEFORE):
        while first < last and text[slice(*words[first])] in small:
            first += 1
    if words and text[words[-1][1] :].strip(_AFTER):
        while first < last and text[slice(*words[last - 1])] in small:
            last -= 1
    return words[first:last]


def _of_spans(text: str, spans: Sequence[Span], within: Sequence[Span]) -> Role:
    """The role of some spans, from whose words some pieces are cut."""
    pieces: list[Span] = []
    words = []
    for start, end in spans:
        word = ""
        for cut_start, cut_end in (*within, (end, end)):
            if cut_start <= end and start <= cut_end:
                if start < cut_start:
                    pieces.append((start, cut_start))
                    word += text[start:cut_start]
                start = max(start, cut_end)
        words += word.split()
    return Role(" ".join(words), tuple(pieces))


def joined_roles(text: str, role: Role, taken: bytearray) -> tuple[Role, ...]:
    """The roles that slashes part, those within parts aside."""
    pieces: list[list[Span]] = [[]]
    last = 0
    for start, end in role.spans:
        if any(text[at] == "/" and not taken[at] for at in range(last, start)):
            pieces.append([])
        for slash in _JOINED.finditer(text, start, end):
            pieces[-1].append((start, slash.start()))
            pieces.append([])
            start = slash.end()
        pieces[-1].append((start, end))
        last = end
    roles = (_of_spans(text, spans, ()) for spans in pieces)
    named = tuple(role for role in roles if WORD.search(role.text))
    return named if len(named) > 1 else ()
