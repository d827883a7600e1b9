"""Documents as the lines of PubTator, as `pubtator.py` reads them.

The offsets stay: where two passages touch they become one, and wider gaps are filled with blanks.
What follows the second passage becomes part of it, for readers know a title and an abstract alone.
A decision beside gold ids is a column of its own, `link=ID`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from xnorm.document import Document, Mention, Passage
from xnorm.formats.identifiers import NO_ID, link_text, read_ids, stated_ids
from xnorm.formats.lines import one_line
from xnorm.formats.pubtator import TAGS

_TAG_OF = {type: tag for tag, type in TAGS.items()}
_UNFIT = re.compile("[|\t\n\r\ufeff]")
_LINK = "link="
_LINE_ENDS = str.maketrans("\r\n", "  ")


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Documents one by one, a blank line between them and at the end unless they lay otherwise."""
    layout: Mapping[str, Any] | None = None
    for document in documents:
        usual = 0 if layout is None else 1
        unfinished = layout is not None and layout.get("line_end") == ""
        layout = _layout(document)
        line_end = layout.get("line_end") or "\n"
        before = line_end * (layout.get("before", usual) + unfinished)
        lines = line_end.join(_lines(document))
        stream.write(f"{before}{lines}{layout.get('line_end', line_end)}".encode())
    if layout is not None:
        stream.write(((layout.get("line_end", "\n")) * layout.get("after", 1)).encode())


def _layout(document: Document) -> Mapping[str, Any]:
    layout = document.extra.get("layout")
    return layout if isinstance(layout, dict) else {}


def _lines(document: Document) -> Iterator[str]:
    id = _UNFIT.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), document.id
    )
    for tag, text in _passages(document):
        yield f"{id}|{tag}|{text.translate(_LINE_ENDS)}"
    rows = [_cells(mention, document.text) for mention in document.mentions]
    for row in (*rows, *document.extra.get("concept_relations", ())):
        yield "\t".join((id, *map(one_line, row)))


def _passages(document: Document) -> Iterator[tuple[str, str]]:
    """The tags and texts of the passages as lines."""
    text = document.text
    lines: list[tuple[str, int, int]] = []
    used: set[str] = set()
    for passage in document.passages:
        if not passage.spans:
            continue
        start, end = passage.spans[0][0], passage.spans[-1][1]
        tag = _tag(passage, used)
        last_and_empty = start == end == len(text)
        if lines and (tag is None or (start == lines[-1][2] and not last_and_empty)):
            lines[-1] = (*lines[-1][:2], end)
            continue
        tag = tag or "t"
        used.add(tag)
        # A gap wider than the one blank that the line end stands for belongs to the line before.
        if lines:
            lines[-1] = (*lines[-1][:2], start if last_and_empty else start - 1)
        lines.append((tag, start if lines else 0, end))
    for tag, start, end in lines:
        yield tag, text[start:end]
    if used == {"t"} and document.passages[0].type != TAGS["t"]:
        yield "a", ""


def _tag(passage: Passage, used: set[str]) -> str | None:
    """The passage's own tag, else the next free one of title and abstract, else none."""
    own = passage.extra.get("tag", _TAG_OF.get(passage.type))
    tags = [own, "t", "a"] if isinstance(own, str) and re.fullmatch(r"\w+", own, re.A) else "ta"
    return next((tag for tag in tags if tag not in used), None)


def _cells(mention: Mention, text: str) -> list[str]:
    single = len(mention.spans) == 1
    stated = mention.text[0] if single else text[mention.start : mention.end]
    kept = mention.extra.get("identifier")
    kept = kept if isinstance(kept, str) else None
    ids = stated_ids(mention, kept, read_ids(kept or "", mention.type))
    columns = mention.extra.get("columns")
    more = list(columns) if isinstance(columns, list) else []
    if mention.link is not None and mention.gold:
        more = [cell for cell in more if not cell.startswith(_LINK)]
        more.append(_LINK + link_text(mention.link))
    cells = [str(mention.start), str(mention.end), stated, mention.type, ids, *more]
    without = ids == NO_ID and not more and mention.extra.get("identifier", "") is None
    return cells[:-1] if without else cells
