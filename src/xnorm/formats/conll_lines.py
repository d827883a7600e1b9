"""Documents as the lines of CoNLL, as `conll.py` reads them: token, start, end and IOB2 tag.

Tokens are cut where mentions begin and end, so that their offsets stay. A mention with gaps goes
from its first to its last character; of mentions that overlap the longest stays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from xnorm.document import Document, Span
from xnorm.formats.overlap import without_overlap
from xnorm.text.sentences import sentence_spans
from xnorm.text.tokens import tokenize


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Documents with a `# doc_id` line each; one without any letter or mark is left out."""
    for document in documents:
        lines = "".join(_lines(document))
        if lines:
            head = f"# doc_id = {' '.join(document.id.split())}\n"
            if document.language:
                head += f"# language = {document.language}\n"
            stream.write(f"{head}{lines}\n".encode())


def _lines(document: Document) -> Iterator[str]:
    text = document.text
    mentions = without_overlap(document.mentions)
    starts = [mention.start for mention in mentions]
    borders = sorted({*starts, *(mention.end for mention in mentions)})
    sentences = [start for start, _ in sentence_spans(text, document.language)]
    before, tag_before = 0, -1
    for start, end in _cut(tokenize(text), borders):
        at = bisect_right(starts, start) - 1
        inside = at >= 0 and start < mentions[at].end
        goes_on = inside and at == tag_before
        sentence = bisect_right(sentences, start)
        # A blank line would end a mention too, so that one goes on into the next sentence.
        if 0 < before < sentence and not goes_on:
            yield "\n"
        before = sentence
        tag = _tag(mentions[at].type, goes_on=goes_on) if inside else "O"
        tag_before = at if inside else -1
        yield f"{text[start:end]}\t{start}\t{end}\t{tag}\n"


def _cut(tokens: Iterable[Span], borders: list[int]) -> Iterator[Span]:
    for start, end in tokens:
        inner = borders[bisect_right(borders, start) : bisect_left(borders, end)]
        yield from zip((start, *inner), (*inner, end), strict=True)


def _tag(type: str, *, goes_on: bool) -> str:
    place = "I" if goes_on else "B"
    return f"{place}-{'_'.join(type.split())}" if type.strip() else place
