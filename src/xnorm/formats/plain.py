"""Plain JSON: {"id", "text"} with any further fields, as one array or as JSON Lines.

Mentions ride along compactly under `mentions`: where, what, and the decision without candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from xnorm.document import Document, Mention
from xnorm.formats.checks import checked_mentions
from xnorm.formats.fields import (
    Wrong,
    beside,
    concept_id_fields,
    concept_ids,
    each,
    id_of,
    language_fields,
    language_of,
    object_of,
    place,
    read_documents,
    rest,
    same_number,
    span_of,
    spans_of,
    text_of,
    texts_of,
)
from xnorm.formats.linked import LINK_FIELDS, link_fields, link_of
from xnorm.formats.reading import Reading
from xnorm.json_values import (
    Value,
    first_keys,
    is_array,
    is_json,
    write_array,
    write_lines,
)

HOLDS = frozenset(
    {
        "language",
        "text",
        "mentions",
        "types",
        "discontinuous",
        "overlapping",
        "gold",
        "links",
        "row",
        "extra",
    }
)


def sniff(head: bytes, name: str) -> bool:
    """Whether it is JSON whose first document has a text and no passages."""
    keys = first_keys(head)
    return is_json(head) and "text" in keys and "passages" not in keys


def sniff_array(head: bytes, name: str) -> bool:
    """The same in one JSON array."""
    return is_array(head) and sniff(head, name)


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents of an array, of JSON Lines or of one object."""
    return read_documents(stream, reading, _document)


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """One JSON array, a document a line."""
    write_array(map(_document_fields, documents), stream)


def write_jsonl(documents: Iterable[Document], stream: BinaryIO) -> None:
    """JSON Lines."""
    write_lines(map(_document_fields, documents), stream)


def _document(value: Value, reading: Reading) -> Document:
    data = object_of(value.value)
    if "text" not in data:
        found = ", ".join(sorted(data)) or "none"
        raise Wrong(f"no `text` among the fields ({found})", "Give every document a text")
    text, id = text_of(data, "text"), id_of(data)
    if not text:
        raise Wrong("a document without text", "Leave it out", ".text")
    language, said = language_of(data)
    mentions = data.get("mentions")
    used = {"id", "text", *said}
    document = Document.from_text(text, id=id, language=language)
    if isinstance(mentions, list) and all(map(_is_mention, mentions)):
        used.add("mentions")
        found_mentions = checked_mentions(
            _mentions(data, text),
            text,
            key="mentions",
            note=lambda what, path, todo: reading.note(what, place=place(value, path), todo=todo),
        )
        document = msgspec.structs.replace(document, mentions=found_mentions)
    return msgspec.structs.replace(document, extra=rest(data, used))


def _document_fields(document: Document) -> dict[str, Any]:
    known = {
        "id": document.id,
        "text": document.text,
        **language_fields(document),
        "mentions": [_mention_fields(mention) for mention in document.mentions],
    }
    return beside(known, document.extra)


def _is_mention(value: Any) -> bool:
    return isinstance(value, dict) and {"start", "end"} <= value.keys()


def _mentions(data: dict[str, Any], text: str) -> list[Mention]:
    mentions = each(data, "mentions", lambda item: _mention(item, text))
    return [
        mention if mention.id else msgspec.structs.replace(mention, id=f"m{number}")
        for number, mention in enumerate(mentions, 1)
    ]


def _mention(data: dict[str, Any], text: str) -> Mention:
    if "spans" in data:
        spans = spans_of(data, "spans", limit=len(text))
    else:
        spans = (span_of([data["start"], data["end"]], limit=len(text)),)
    texts = texts_of(data) or tuple(text[start:end] for start, end in spans)
    same_number(spans, texts)
    used = {"id", "start", "end", "spans", "text", "type", "gold", "long_form"}
    link = None
    if {"concept", "score"} <= data.keys():
        link = link_of({key: data[key] for key in LINK_FIELDS if key in data}, "")
        used |= LINK_FIELDS
    return Mention(
        id=id_of(data) if "id" in data else "",
        type=text_of(data, "type"),
        spans=spans,
        text=texts,
        gold=concept_ids(data, "gold"),
        link=link,
        long_form=text_of(data, "long_form"),
        extra=rest(data, used),
    )


def _mention_fields(mention: Mention) -> dict[str, Any]:
    known: dict[str, Any] = {"id": mention.id, "start": mention.start, "end": mention.end}
    if len(mention.spans) > 1:
        known |= {"spans": mention.spans, "text": mention.text, "type": mention.type}
    else:
        known |= {"text": mention.surface, "type": mention.type}
    if mention.link is not None:
        known |= link_fields(mention.link)
    if mention.gold:
        known["gold"] = concept_id_fields(mention.gold)
    if mention.long_form:
        known["long_form"] = mention.long_form
    return beside(known, mention.extra)
