"""PubTator: `PMID|t|title`, `PMID|a|abstract`, a line for each mention and relation, a blank line.

Offsets count into the title, one blank and the abstract. The sixth column names the concepts;
`identifiers.py` says how they are parted. Mentions that were read keep that column as it stood
under `identifier` and further ones (the single mentions of a composite one) under `columns`;
relations between concepts wait as cells in the document's `concept_relations`.

Source: https://www.ncbi.nlm.nih.gov/research/pubtator3/ ; Wei et al. 2013 (doi 10.1093/nar/gkt441).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from xnorm.document import Document, Mention, Passage
from xnorm.errors import DataError
from xnorm.formats.checks import KEPT, differs
from xnorm.formats.fields import Wrong, span_of
from xnorm.formats.identifiers import ids_text, read_ids
from xnorm.formats.lines import line_text, one_line
from xnorm.formats.reading import Reading

HOLDS = frozenset({"text", "passages", "mentions", "overlapping", "types", "gold", "links"})
TAGS = {"t": "title", "a": "abstract"}

_PASSAGE = re.compile(rb"([^|\t]+)\|(\w+)\|")
_FIRST = re.compile(rb"(\xef\xbb\xbf)?\s*[^|\t\n]{1,200}\|[ta]\|")
_NUMBER = re.compile(r"-?\d+")
_RELATION = re.compile(r"[A-Za-z]")


class _Block(msgspec.Struct):
    """The lines of one document and the blank lines around it."""

    id: bytes
    first: bool
    before: int
    tags: set[bytes] = msgspec.field(default_factory=set)
    lines: list[tuple[int, bytes]] = msgspec.field(default_factory=list)
    annotated: bool = False
    after: int = 0
    last: bool = False

    def add(self, number: int, line: bytes) -> None:
        passage = _PASSAGE.match(line)
        if passage:
            self.tags.add(passage[2])
        self.annotated |= passage is None
        self.lines.append((number, line))

    def ends_before(self, line: bytes) -> bool:
        """Whether the line begins the next document."""
        passage = _PASSAGE.match(line)
        if passage is None:
            return self.after > 0
        again = passage[1] != self.id or passage[2] in self.tags
        return self.after > 0 or again or self.annotated


def sniff(head: bytes, name: str) -> bool:
    """Whether the first line with text is a title or an abstract."""
    return _FIRST.match(head) is not None


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents; one ends at a blank line, or where the next one's title stands."""
    for block in _blocks(stream):
        try:
            document = _document(block, reading)
        except DataError as error:
            reading.bad(error)
        else:
            yield document


def _blocks(stream: BinaryIO) -> Iterator[_Block]:
    block: _Block | None = None
    first, before = True, 0
    for number, line in enumerate(stream, 1):
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line.strip():
            if block is None:
                before += 1
            else:
                block.after += 1
            continue
        if block is not None and block.ends_before(line):
            yield block
            before = block.after
            block = None
        if block is None:
            passage = _PASSAGE.match(line)
            block = _Block(passage[1] if passage else b"", first, before)
            first = False
        block.add(number, line)
    if block is not None:
        block.last = True
        yield block


def _document(block: _Block, reading: Reading) -> Document:
    passages: list[Passage] = []
    cells: list[tuple[str, list[str]]] = []
    id, at = "", 0
    for number, data in block.lines:
        place = f"{reading.name}, line {number}"
        line = line_text(data, place=place)
        if _PASSAGE.match(data):
            id, tag, text = line.split("|", 2)
            type = TAGS.get(tag, tag)
            own = {} if tag in TAGS else {"tag": tag}
            span = (at, at + len(text))
            passages.append(Passage(f"{id}-{type}", type, (text,), (span,), own))
            at = span[1] + 1
        else:
            cells.append((place, line.split("\t")))
    if not any(passage.text[0] for passage in passages):
        raise DataError(
            "a document without title and abstract" if not passages else "a document without text",
            place=f"{reading.name}, line {block.lines[0][0]}",
            todo="Before its mentions stand lines such as PMID|t|title, without a blank line",
        )
    document = Document(id=id, passages=_without_last_gaps(passages))
    mentions: list[Mention] = []
    relations: list[list[str]] = []
    for place, row in cells:
        if row[0] != id:
            raise DataError(
                f"the line is one of document '{row[0]}', but stands among those of '{id}'",
                place=place,
                todo="Put it below its title and abstract",
            )
        if len(row) > 3 and _RELATION.match(row[1]):
            relations.append(row[1:])
        else:
            mentions.append(_mention(row, f"T{len(mentions) + 1}", document.text, place, reading))
    extra: dict[str, Any] = {"concept_relations": relations} if relations else {}
    return msgspec.structs.replace(document, mentions=tuple(mentions), extra=extra | _layout(block))


def _without_last_gaps(passages: list[Passage]) -> tuple[Passage, ...]:
    """The passages; empty ones at the end add no blank to the text."""
    full = [passage.spans[0][1] for passage in passages if passage.text[0]]
    return tuple(
        msgspec.structs.replace(passage, spans=((full[-1], full[-1]),))
        if passage.spans[0][0] > full[-1]
        else passage
        for passage in passages
    )


def _layout(block: _Block) -> dict[str, Any]:
    """Blank lines and line ends, where they are not a single blank line after each document."""
    layout: dict[str, Any] = {}
    if block.before != (0 if block.first else 1):
        layout["before"] = block.before
    if block.last and block.after != 1:
        layout["after"] = block.after
    line = block.lines[-1][1]
    if not line.endswith(b"\n"):
        layout["line_end"] = ""
    elif line.endswith(b"\r\n"):
        layout["line_end"] = "\r\n"
    return {"layout": layout} if layout else {}


def _mention(row: list[str], id: str, text: str, place: str, reading: Reading) -> Mention:
    if len(row) < 5:
        raise DataError(
            f"{len(row)} columns",
            place=place,
            todo="A mention has PMID, start, end, text, type and id; a relation PMID, type and two "
            "ids; between them stand tabs",
        )
    start, end, stated, type = row[1:5]
    if not (_NUMBER.fullmatch(start) and _NUMBER.fullmatch(end)):
        raise DataError(
            f"the offsets are '{start}' and '{end}'", place=place, todo="Give two whole numbers"
        )
    try:
        span = span_of([int(start), int(end)], limit=len(text))
    except Wrong as wrong:
        raise DataError(wrong.what, place=place, todo=wrong.todo) from None
    there = text[slice(*span)]
    if stated == one_line(there):
        stated = there
    else:
        reading.note(differs(stated, text, span), place=place, todo=KEPT)
    gold = read_ids(row[5] if len(row) > 5 else "", type)
    extra: dict[str, Any] = {}
    if len(row) == 5:
        extra["identifier"] = None
    elif row[5] != ids_text(gold):
        extra["identifier"] = row[5]
    if len(row) > 6:
        extra["columns"] = row[6:]
    return Mention(id=id, type=type, spans=(span,), text=(stated,), gold=gold, extra=extra)
