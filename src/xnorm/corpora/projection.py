"""Labels in another language: documents are translated with markers around their mentions.

A mention becomes `[3] chest pain [/3]`, and whatever translates the sentence takes the markers to
where the words go (EasyProject, Chen et al., 2023; for entity linking Borchert et al.). Sentences
are joined where a mention crosses their border, so that none is cut by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from xnorm.document import Document, Mention, Passage, Span
from xnorm.errors import DataError
from xnorm.text.sentences import sentence_spans

Translate = Callable[[Sequence[str]], Sequence[str]]
"""Sentences in, their translations in the same order out."""

# Translators put blanks into markers, and take other brackets.
_MARKER = re.compile(
    r"(?P<before>\s*)[\[［【]\s*(?P<close>[/／]?)\s*(?P<number>\d{1,6})\s*[\]］】](?P<after>\s*)"
)


class Projected(msgspec.Struct, frozen=True):
    """A translated document, and how many of its mentions the translation has lost."""

    document: Document
    lost: int


def project(document: Document, translate: Translate, language: str) -> Projected:
    """The document in another language, with the mentions whose markers came through.

    Mentions keep ids and gold concepts. Candidates, links and events are dropped, for they belong
    to the old text; coreferences and relations stay among the mentions that stay. A sentence that
    has bracketed numbers of its own is translated without markers and loses its mentions.

    Args:
        document: what is translated.
        translate: called once, with all sentences.
        language: of the translations.

    Raises:
        DataError: when `translate` gives another number of sentences.

    >>> from xnorm.document import mention_at
    >>> fever = mention_at("Mild fever. No cough.", [(5, 10)], id="1")
    >>> document = replace(Document.from_text("Mild fever. No cough."), mentions=(fever,))
    >>> shouted = project(document, lambda texts: [text.upper() for text in texts], "en").document
    >>> shouted.text, shouted.mentions[0].text
    ('MILD FEVER. NO COUGH.', ('FEVER',))
    """
    text = document.text
    spans = [span for mention in document.mentions for span in mention.spans]
    pieces = [span for passage in document.passages for span in passage.spans]
    cut = [_sentences(document, piece, spans) for piece in pieces]
    asked = [_marked(text, sentence, spans) for sentences in cut for sentence in sentences]
    told = list(translate(asked)) if asked else []
    if len(told) != len(asked):
        raise DataError(
            f"{len(told)} translations of {len(asked)} sentences",
            place=f"document '{document.id}'",
            todo="Give one translation a sentence",
        )
    answers = iter(told)
    new, found, places = "", dict[int, Span](), list[Span]()
    for piece, sentences in zip(pieces, cut, strict=True):
        at = piece[0]
        new += " " * (at - (pieces[len(places) - 1][1] if places else 0))
        begun = len(new)
        for start, end in sentences:
            own = _MARKER.search(text, start, end)
            words, inside = (next(answers).strip(), {}) if own else unmarked(next(answers))
            new += text[at:start]
            found |= {number: (len(new) + a, len(new) + b) for number, (a, b) in inside.items()}
            new += words
            at = end
        new += text[at : piece[1]]
        places.append((begun, len(new)))
    return _rebuilt(document, language, new, places, found)


def unmarked(answer: str) -> tuple[str, dict[int, Span]]:
    """A translation without its markers, and the spans of those that were opened and closed once.

    >>> unmarked("Dolor [1] torácico [/1] leve.")
    ('Dolor torácico leve.', {1: (6, 14)})
    """
    answer = answer.strip()
    text, at = "", 0
    opened: dict[int, int] = {}
    found: dict[int, Span] = {}
    spoilt: set[int] = set()
    for marker in _MARKER.finditer(answer):
        text += answer[at : marker.start()]
        at = marker.end()
        number = int(marker["number"])
        if marker["close"]:
            if number not in opened or number in found or opened[number] >= len(text.rstrip()):
                spoilt.add(number)
            else:
                found[number] = (opened[number], len(text.rstrip()))
        # Blanks inside of markers are the markers', blanks outside the text's.
        outside = marker["after"] if marker["close"] else marker["before"]
        if outside and text and not text[-1].isspace():
            text += " "
        if not marker["close"]:
            if number in opened:
                spoilt.add(number)
            opened[number] = len(text)
    text = (text + answer[at:]).rstrip()
    return text, {number: span for number, span in found.items() if number not in spoilt}


def _sentences(document: Document, piece: Span, spans: Sequence[Span]) -> list[Span]:
    """The sentences of a piece of text, joined where one of some spans crosses their border."""
    start, end = piece
    joined: list[Span] = []
    for a, b in sentence_spans(document.text[start:end], document.language):
        first, last = start + a, start + b
        if joined and any(left < first < right for left, right in spans):
            first = joined.pop()[0]
        joined.append((first, last))
    return joined


def _marked(text: str, sentence: Span, spans: Sequence[Span]) -> str:
    """A sentence with numbered markers around the spans that lie in it."""
    start, end = sentence
    if _MARKER.search(text, start, end):
        return text[start:end]
    inside = [number for number, (a, b) in enumerate(spans) if start <= a and b <= end]
    # Of nested spans the outer opens first and closes last.
    opens = sorted((spans[number][0], -spans[number][1], number) for number in inside)
    closes = sorted((spans[number][1], -spans[number][0], -number) for number in inside)
    marks = [(at, 0, place, f"[/{-number}] ") for place, (at, _, number) in enumerate(closes)]
    marks += [(at, 1, place, f"[{number}] ") for place, (at, _, number) in enumerate(opens)]
    parts, last = [], start
    for at, opening, _, mark in sorted(marks):
        parts.append(text[last:at])
        parts.append(mark if opening else f" {mark.rstrip()}")
        last = at
    return "".join([*parts, text[last:end]])


def _rebuilt(
    document: Document, language: str, text: str, places: Sequence[Span], found: dict[int, Span]
) -> Projected:
    mentions, number = [], 0
    for mention in document.mentions:
        numbers = range(number, number + len(mention.spans))
        number += len(mention.spans)
        if all(one in found for one in numbers):
            mentions.append(_moved(mention, sorted(found[one] for one in numbers), text))
    kept = {mention.id for mention in mentions}
    rest = iter(places)
    passages = tuple(
        _passage(passage, text, [next(rest) for _ in passage.spans])
        for passage in document.passages
    )
    clusters = (
        replace(one, mentions=tuple(id for id in one.mentions if id in kept))
        for one in document.coreferences
    )
    after = replace(
        document,
        language=language,
        passages=passages,
        mentions=tuple(mentions),
        coreferences=tuple(one for one in clusters if len(one.mentions) > 1),
        relations=tuple(one for one in document.relations if {one.arg1, one.arg2} <= kept),
        events=(),
    )
    return Projected(after, len(document.mentions) - len(mentions))


def _passage(passage: Passage, text: str, spans: Sequence[Span]) -> Passage:
    return replace(passage, text=tuple(text[a:b] for a, b in spans), spans=tuple(spans))


def _moved(mention: Mention, spans: Sequence[Span], text: str) -> Mention:
    return replace(
        mention,
        spans=tuple(spans),
        text=tuple(text[a:b] for a, b in spans),
        candidates=(),
        link=None,
        long_form="",
    )
