"""Mentions whose text is another than the document's at their offsets: kept, dropped or refused."""

from __future__ import annotations

import msgspec

from xnorm.document import Document, Mention
from xnorm.errors import DataError
from xnorm.formats.checks import differs

MODES = ("keep", "drop", "error")


def settle(document: Document, mode: str) -> Document:
    """The document with its mismatched mentions dealt with.

    Args:
        document: as it was read.
        mode: `keep`; `drop`, with the relations and events that name them; or `error`.

    Raises:
        DataError: with mode `error`, naming the first one.
    """
    wrong = {mention.id for mention in document.mentions if _differs(mention, document.text)}
    if mode == "keep" or not wrong:
        return document
    if mode == "error":
        first = next(mention for mention in document.mentions if mention.id in wrong)
        raise DataError(
            _differs(first, document.text),
            place=f"document '{document.id}', mention '{first.id}'",
            todo="Correct the offsets or the text, or give --mismatch keep or drop",
        )
    return _without(document, wrong)


def _differs(mention: Mention, text: str) -> str:
    """What is wrong with the first part that differs; nothing if none does."""
    for span, part in zip(mention.spans, mention.text, strict=True):
        if text[span[0] : span[1]] != part:
            return differs(part, text, span)
    return ""


def _without(document: Document, ids: set[str]) -> Document:
    groups = [
        msgspec.structs.replace(group, mentions=left)
        for group in document.coreferences
        if (left := tuple(id for id in group.mentions if id not in ids))
    ]
    events = [
        event
        for event in document.events
        if event.id not in ids and not any(ref in ids for _, ref in event.arguments)
    ]
    return msgspec.structs.replace(
        document,
        mentions=tuple(item for item in document.mentions if item.id not in ids),
        coreferences=tuple(groups),
        relations=tuple(item for item in document.relations if not {item.arg1, item.arg2} & ids),
        events=tuple(events),
    )
