"""BigBIO's knowledge-base schema, as one JSON array or as JSON Lines; nothing that is read is lost.

A linked mention is written with its decision as `normalized` ([] for NIL) and the fields of
`linked.py`; an undecided one keeps the concepts that the input stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from xnorm.document import Coreference, Document, Event, Mention, Passage, Relation
from xnorm.formats.bigbio_fields import document_fields
from xnorm.formats.checks import check_order, checked_mentions
from xnorm.formats.fields import (
    Wrong,
    concept_ids,
    each,
    id_of,
    language_of,
    object_of,
    place,
    read_documents,
    rest,
    same_number,
    spans_of,
    text_of,
    texts_of,
)
from xnorm.formats.linked import read_candidates, read_link
from xnorm.formats.reading import Reading
from xnorm.json_values import (
    Value,
    first_keys,
    is_array,
    is_json,
    write_array,
    write_lines,
)

_NO_DOCUMENTS = re.compile(rb"(\xef\xbb\xbf)?\s*\[\s*\]\s*")
_PARTS = {"passages", "entities", "events", "coreferences", "relations"}
_SPANNED = {"id", "type", "text", "offsets"}


def sniff(head: bytes, name: str) -> bool:
    """Whether it is JSON whose first document has passages."""
    return is_json(head) and "passages" in first_keys(head)


def sniff_array(head: bytes, name: str) -> bool:
    """The same in one JSON array, which may hold no document at all."""
    return is_array(head) and (sniff(head, name) or _NO_DOCUMENTS.fullmatch(head) is not None)


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents of an array, of JSON Lines or of one object."""
    return read_documents(stream, reading, document_of)


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """One JSON array, a document a line."""
    write_array(map(document_fields, documents), stream)


def write_jsonl(documents: Iterable[Document], stream: BinaryIO) -> None:
    """JSON Lines."""
    write_lines(map(document_fields, documents), stream)


def document_of(value: Value, reading: Reading) -> Document:
    """The document that a value of the schema says.

    Raises:
        Wrong: naming the field that cannot be used.
    """
    data = object_of(value.value)
    if "passages" not in data:
        found = ", ".join(sorted(data)) or "none"
        raise Wrong(f"no `passages` among the fields ({found})", "A BigBIO document has them")
    language, said = language_of(data)
    used = {"id", *_PARTS, *said}
    if data.get("id") is None and "document_id" in data:
        id = id_of(data, "document_id")
    else:
        id = id_of(data)
    if data.get("document_id") == id:
        used.add("document_id")
    document = Document(id=id, passages=_passages(data), language=language, extra=rest(data, used))
    if not document.text:
        raise Wrong("a document without text", "Leave it out", ".passages")
    limit = len(document.text)
    mentions = each(data, "entities", lambda item: _mention(item, limit))
    return msgspec.structs.replace(
        document,
        mentions=checked_mentions(
            mentions,
            document.text,
            key="entities",
            note=lambda what, path, todo: reading.note(what, place=place(value, path), todo=todo),
        ),
        events=each(data, "events", lambda item: _event(item, limit)),
        coreferences=each(data, "coreferences", _coreference),
        relations=each(data, "relations", _relation),
    )


def _passages(data: dict[str, Any]) -> tuple[Passage, ...]:
    passages = each(data, "passages", _passage)
    check_order(passages, key="offsets")
    return passages


def _passage(data: dict[str, Any]) -> Passage:
    # A passage may be empty (a title that is not there); a mention may not.
    texts, spans = texts_of(data), spans_of(data, empty=True)
    same_number(spans, texts)
    for number, ((start, end), text) in enumerate(zip(spans, texts, strict=True)):
        if end - start != len(text):
            raise Wrong(
                f"offsets {start}-{end} for a text of {len(text)} characters",
                "Offsets count Unicode characters, not bytes or UTF-16 units",
                f".offsets[{number}]",
            )
    return Passage(
        id=id_of(data),
        type=text_of(data, "type"),
        text=texts,
        spans=spans,
        extra=rest(data, _SPANNED),
    )


def _mention(data: dict[str, Any], limit: int) -> Mention:
    texts, spans = texts_of(data), spans_of(data, limit=limit)
    if not spans:
        raise Wrong("an entity without offsets", "Give it one [start, end] at least")
    same_number(spans, texts)
    link, gold, link_used = read_link(data)
    candidates, candidates_used = read_candidates(data)
    stated = concept_ids(data, "normalized")
    if link is None:
        gold = stated
    elif tuple(concept.db_id for concept in stated) != ((link.concept,) if link.concept else ()):
        raise Wrong(
            "`normalized` and `link` name different concepts",
            "Correct both, or delete `link` to make `normalized` the stated concepts",
        )
    long_form = data.get("long_form")
    long_form = long_form if isinstance(long_form, str) else ""
    used = _SPANNED | {"normalized"} | link_used | candidates_used
    return Mention(
        id=id_of(data),
        type=text_of(data, "type"),
        spans=spans,
        text=texts,
        gold=gold,
        candidates=candidates,
        link=link,
        long_form=long_form,
        extra=rest(data, used | {"long_form"} if long_form else used),
    )


def _event(data: dict[str, Any], limit: int) -> Event:
    try:
        trigger = object_of(data.get("trigger") or {})
        texts, spans = texts_of(trigger), spans_of(trigger, limit=limit)
        same_number(spans, texts)
    except Wrong as wrong:
        raise wrong.under(".trigger") from None
    # What an argument or trigger says beyond the schema waits in `extra` under the same name.
    arguments = each(
        data, "arguments", lambda item: (item, text_of(item, "role"), id_of(item, "ref_id"))
    )
    beyond = {
        "trigger": rest(trigger, {"text", "offsets"}),
        "arguments": [rest(item, {"role", "ref_id"}) for item, _, _ in arguments],
    }
    extra = rest(data, {"id", "type", "trigger", "arguments"})
    if beyond["trigger"]:
        extra["trigger"] = beyond["trigger"]
    if any(beyond["arguments"]):
        extra["arguments"] = beyond["arguments"]
    return Event(
        id=id_of(data),
        type=text_of(data, "type"),
        trigger_text=texts,
        trigger_spans=spans,
        arguments=tuple((role, ref_id) for _, role, ref_id in arguments),
        extra=extra,
    )


def _coreference(data: dict[str, Any]) -> Coreference:
    mentions = texts_of(data, "entity_ids")
    return Coreference(id=id_of(data), mentions=mentions, extra=rest(data, {"id", "entity_ids"}))


def _relation(data: dict[str, Any]) -> Relation:
    return Relation(
        id=id_of(data),
        type=text_of(data, "type"),
        arg1=id_of(data, "arg1_id"),
        arg2=id_of(data, "arg2_id"),
        normalized=concept_ids(data, "normalized"),
        extra=rest(data, {"id", "type", "arg1_id", "arg2_id", "normalized"}),
    )
