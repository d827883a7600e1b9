"""What a format cannot carry of documents, counted and put in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from xnorm.document import Document
from xnorm.formats.mention_rows import ROW
from xnorm.formats.overlap import without_overlap

_OF_MENTIONS = {"types", "discontinuous", "overlapping", "gold", "links", "candidates", "row"}


def losses(document: Document, holds: Set[str] | None) -> Counter[str]:
    """How many things of each part of a document a format cannot carry; zeros are left out.

    Args:
        document: what is to be written.
        holds: the format's `holds`.

    >>> losses(Document.from_text("Fever", language="en"), {"text", "mentions"})
    Counter({'language': 1})
    """
    if holds is None:
        return Counter()
    found = {part: count(document) for part, count in _COUNTS.items() if part not in holds}
    if "mentions" in found:
        found = {part: count for part, count in found.items() if part not in _OF_MENTIONS}
    return Counter({part: count for part, count in found.items() if count})


def counted(
    documents: Iterable[Document], holds: Set[str] | None, counts: Counter[str]
) -> Iterator[Document]:
    """Passes documents on and adds their losses to `counts`."""
    for document in documents:
        counts.update(losses(document, holds))
        yield document


def in_words(counts: Mapping[str, int]) -> list[str]:
    """The losses as clauses, in one order whatever came first.

    >>> in_words({"relations": 12, "discontinuous": 1})
    ['1 discontinuous mention was written without its gaps', '12 relations were left out']
    """
    return [_clause(part, counts[part]) for part in _COUNTS if counts.get(part)]


def _clause(part: str, count: int) -> str:
    one, many, happened = _WORDS[part]
    if count == 1:
        return f"1 {one} was {happened.replace('their', 'its')}"
    return f"{count:,} {many} were {happened}"


_LEFT_OUT = "left out"
_WORDS = {
    "language": ("document's language", "documents' languages", _LEFT_OUT),
    "text": ("text around a mention", "texts around mentions", _LEFT_OUT),
    "passages": ("passage", "passages", "put together"),
    "mentions": ("mention", "mentions", _LEFT_OUT),
    "types": ("mention's type", "mentions' types", _LEFT_OUT),
    "discontinuous": (
        "discontinuous mention",
        "discontinuous mentions",
        "written without their gaps",
    ),
    "overlapping": ("overlapping mention", "overlapping mentions", _LEFT_OUT),
    "gold": ("stated concept", "stated concepts", _LEFT_OUT),
    "links": ("decision", "decisions", _LEFT_OUT),
    "candidates": ("mention's candidates", "mentions' candidates", _LEFT_OUT),
    "coreferences": ("coreference", "coreferences", _LEFT_OUT),
    "relations": ("relation", "relations", _LEFT_OUT),
    "events": ("event", "events", _LEFT_OUT),
    "row": ("row's other columns", "rows' other columns", _LEFT_OUT),
    "extra": ("unknown field", "unknown fields", _LEFT_OUT),
}


def _text(document: Document) -> int:
    return sum(mention.surface != document.text.strip() for mention in document.mentions)


def _passages(document: Document) -> int:
    return len(document.passages) if len(document.passages) > 1 else 0


def _extra(document: Document) -> int:
    parts = (document.passages, document.mentions, document.events)
    others = (document.coreferences, document.relations)
    inside = sum(len(item.extra) for part in (*parts, *others) for item in part)
    return inside + len(document.extra.keys() - {ROW})


_COUNTS: dict[str, Callable[[Document], int]] = {
    "language": lambda document: int(bool(document.language)),
    "text": _text,
    "passages": _passages,
    "mentions": lambda document: len(document.mentions),
    "types": lambda document: sum(bool(item.type) for item in document.mentions),
    "discontinuous": lambda document: sum(len(item.spans) > 1 for item in document.mentions),
    "overlapping": lambda document: (
        len(document.mentions) - len(without_overlap(document.mentions))
    ),
    "gold": lambda document: sum(len(item.gold) for item in document.mentions),
    "links": lambda document: sum(item.link is not None for item in document.mentions),
    "candidates": lambda document: sum(bool(item.candidates) for item in document.mentions),
    "coreferences": lambda document: len(document.coreferences),
    "relations": lambda document: len(document.relations),
    "events": lambda document: len(document.events),
    "row": lambda document: int(ROW in document.extra),
    "extra": _extra,
}
