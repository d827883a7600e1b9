"""Links as tab-separated values, one line a mention, for spreadsheets; only written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from xnorm.document import Document, Mention
from xnorm.formats.tsv import cell, chosen_candidate, link_cells, write_row

HOLDS = frozenset({"mentions", "types", "discontinuous", "overlapping", "links"})

_WHERE = ("document", "start", "end", "spans", "mention", "type")
_COLUMNS = (*_WHERE, "concept", "source", "name", "score", "matched", "retriever", "reason")


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """A header and a line for each mention, undecided ones too."""
    write_row(_COLUMNS, stream)
    for document in documents:
        for mention in document.mentions:
            cells = _cells(document, mention)
            write_row((cell(cells[column]) for column in _COLUMNS), stream)


def _cells(document: Document, mention: Mention) -> dict[str, str]:
    candidate = chosen_candidate(mention)
    best = candidate.evidence[0] if candidate and candidate.evidence else None
    spans = ";".join(f"{start}:{end}" for start, end in mention.spans)
    return {
        "document": document.id,
        "start": str(mention.start),
        "end": str(mention.end),
        "spans": spans if len(mention.spans) > 1 else "",
        "mention": mention.surface,
        "type": mention.type,
        "matched": best.name if best else "",
        "retriever": best.retriever if best else "",
        **link_cells(mention),
    }
