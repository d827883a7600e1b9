"""A line for each document and concept, for people who code documents; only written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from xnorm.document import Document, Mention
from xnorm.formats.tsv import cell, score_cell, write_row

HOLDS = frozenset({"links"})

_COLUMNS = ("document", "concept", "source", "name", "mentions", "score", "spans", "text")


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """A header, and the linked concepts of each document in the order in which they first occur.

    `mentions` says how many, `score` the best of theirs; spans are `start:end`, parts of a
    discontinuous mention joined by `+`, mentions by `;`; `text` is the first mention's.
    """
    write_row(_COLUMNS, stream)
    for document in documents:
        found: dict[tuple[str, str], list[Mention]] = {}
        for mention in sorted(document.mentions, key=lambda one: one.spans):
            if mention.link is not None and mention.link.concept is not None:
                key = (mention.link.source, mention.link.concept)
                found.setdefault(key, []).append(mention)
        for (source, concept), mentions in found.items():
            row = (document.id, concept, source, *_summary(mentions))
            write_row(map(cell, row), stream)


def _summary(mentions: list[Mention]) -> tuple[str, ...]:
    links = [mention.link for mention in mentions if mention.link is not None]
    spans = ("+".join(f"{start}:{end}" for start, end in mention.spans) for mention in mentions)
    return (
        links[0].name,
        str(len(mentions)),
        score_cell(max(link.score for link in links)),
        ";".join(spans),
        mentions[0].surface,
    )
