"""Documents and mentions out of what a corpus states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from xnorm.document import ConceptId, Document, Mention, Span, mention_at
from xnorm.errors import DataError

COMPOSITE = "composite"
"""The key in a mention's `extra` under which waits what the corpus states as the ids of several
concepts ("D008175|D001943")."""

PUBLISHED = "published_text"
"""The key under which waits the text of a discontinuous mention as the corpus states it, when that
is not its parts in the order of the text."""


def document(
    id: str,
    text: str,
    language: str,
    mentions: Iterable[Mention],
    extra: Mapping[str, Any] | None = None,
) -> Document:
    """A document of one passage with mentions."""
    made = Document.from_text(text, id=id, language=language)
    return replace(made, mentions=tuple(mentions), extra=dict(extra or {}))


def mention(
    document_text: str,
    spans: Sequence[Span],
    stated: str,
    *,
    id: str,
    type: str,
    place: str,
    gold: Sequence[ConceptId] = (),
    extra: Mapping[str, Any] | None = None,
) -> Mention:
    """A mention with the text that the corpus states.

    The parts of a discontinuous one are taken from the document, since the corpus states them as
    one text.

    Raises:
        DataError: when a span is empty, reversed or outside the text.
    """
    found = mention_at(document_text, sorted(spans), id=id, type=type, place=place)
    more = dict(extra or {})
    if len(spans) == 1:
        found = replace(found, text=(stated,))
    elif found.surface != stated:
        more[PUBLISHED] = stated
    return replace(found, gold=tuple(gold), extra=more)


def id_parts(stated: str, separators: str) -> list[str]:
    """The ids in a field that may name several concepts, each once.

    >>> id_parts("D008175| D001943|D008175", "|+")
    ['D008175', 'D001943']
    """
    parts = (part.strip() for part in re.split(f"[{re.escape(separators)}]", stated))
    return list(dict.fromkeys(part for part in parts if part))


def whole_number(cell: str, *, place: str) -> int:
    """An offset.

    Raises:
        DataError: when it is not a whole number.
    """
    if not cell.strip().isdecimal():
        raise DataError(
            f"expected an offset, found '{cell}'", place=place, todo="Take the file as published"
        )
    return int(cell)
