"""The annotations of brat's standoff format, line by line, put into a document."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from xnorm.document import ConceptId, Coreference, Document, Event, Mention, Relation, Span
from xnorm.errors import DataError
from xnorm.formats.brat_lines import records
from xnorm.formats.checks import KEPT, cut, differs
from xnorm.formats.fields import Wrong, span_of
from xnorm.formats.lines import one_line
from xnorm.formats.reading import Reading

_RECORD = re.compile(r"([TNREAM]\d+|#\d+|\*)\t(.*)", re.DOTALL)
_SPANS = re.compile(r"(\S+) (-?\d+ -?\d+(?:;-?\d+ -?\d+)*)")
_EVENT = re.compile(r"([^\s:]+):(T\d+)((?: [^\s:]+:\S+)*)(\s*)")
_ARGUMENT = re.compile(r"([^\s:]+):(\S+)")
_RELATION = re.compile(r"(\S+) ([^\s:]+):(\S+) ([^\s:]+):(\S+)(\s*)")
_EQUIV = re.compile(r"(\S+)((?: \S+)+)")
_REFERENCE = re.compile(r"Reference (\S+) ([^\t]+)(?:\t(.*))?", re.DOTALL)
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (.+))?", re.DOTALL)
_NOTE = re.compile(r"(\S+) (\S+)\t(.*)", re.DOTALL)


class _Parts:
    """The document's parts as they come, by the ids of their lines; `ids`: those of all lines."""

    def __init__(self, text: str, ids: set[str]) -> None:
        self.text = text
        self.ids = ids
        self.bound: dict[str, Mention] = {}
        self.events: dict[str, Event] = {}
        self.mentions: dict[str, Mention] = {}
        self.relations: list[Relation] = []
        self.coreferences: list[Coreference] = []


def annotated(document: Document, annotations: str, place: str, reading: Reading) -> Document:
    """The document with the annotations.

    Raises:
        DataError: naming the line of a text-bound annotation that is malformed or outside the
            text, or of an id that occurs twice.
    """
    *lines, last = annotations.split("\n")
    unfinished = bool(last)
    lines += [last] * unfinished
    line_end = "" if unfinished else "\r\n" if lines and lines[-1].endswith("\r") else "\n"
    lines = [line.removesuffix("\r") for line in lines]
    rows = _rows(lines, place)
    parts = _Parts(document.text, {key for key, _ in rows.values()})
    order: list[Any] = [[line] for line in lines]
    # Text-bound ones first, then the events that take their triggers from them: any line may
    # speak of one further below.
    for kinds in ("T", "E", "NAM#R*"):
        for number, (key, body) in rows.items():
            if key[0] in kinds:
                where = f"{place}, line {number + 1}"
                kept = _READERS[key[0]](key, body, parts, where, reading)
                if kept:
                    order[number] = kept
                else:
                    reading.note(
                        f"'{lines[number][:60]}' is malformed, or speaks of what is not there",
                        place=where,
                        todo="It was kept as it is",
                    )
        if kinds == "E":
            triggers = {event.extra["trigger_id"] for event in parts.events.values()}
            parts.mentions = {id: m for id, m in parts.bound.items() if id not in triggers}
    document = msgspec.structs.replace(
        document,
        mentions=tuple(parts.mentions.values()),
        coreferences=tuple(parts.coreferences),
        relations=tuple(parts.relations),
        events=tuple(parts.events.values()),
    )
    layout: dict[str, Any] = {}
    if order != list(records(document)):
        layout["order"] = order
    if line_end != "\n":
        layout["line_end"] = line_end
    return msgspec.structs.replace(document, extra={"layout": layout} if layout else {})


def _rows(lines: list[str], place: str) -> dict[int, tuple[str, str]]:
    """The lines that look like records, by their index: their ids and what follows."""
    rows: dict[int, tuple[str, str]] = {}
    seen: set[str] = set()
    for number, line in enumerate(lines):
        found = _RECORD.fullmatch(line)
        if found is None:
            continue
        key = found[1]
        if key in seen and key[0] not in "#*":
            raise DataError(
                f"the id '{key}' occurs twice in the document",
                place=f"{place}, line {number + 1}",
                todo="Give every annotation its own id",
            )
        if key == "*" or key not in seen:
            rows[number] = (key, found[2])
        seen.add(key)
    return rows


def _bound(key: str, body: str, parts: _Parts, place: str, reading: Reading) -> str:
    head, _, stated = body.partition("\t")
    found = _SPANS.fullmatch(head)
    if found is None:
        raise DataError(
            f"expected a type and offsets, found '{head[:60]}'",
            place=place,
            todo="For instance: T1, tab, Disease 0 5, tab, fever; fragments as 0 5;10 15",
        )
    spans = [_span(pair, len(parts.text), place) for pair in found[2].split(";")]
    if spans != sorted(spans):
        reading.note(
            "the offsets are not ascending", place=place, todo="They were put in text order"
        )
        spans.sort()
    texts = tuple(parts.text[start:end] for start, end in spans)
    extra: dict[str, Any] = {}
    if stated and stated != " ".join(map(one_line, texts)):
        whole = " ".join(texts)
        reading.note(differs(stated, whole, (0, len(whole))), place=place, todo=KEPT)
        parted = cut(stated, spans)
        if parted is None:
            extra["stated"] = stated
        else:
            texts = parted
    parts.bound[key] = Mention(key, found[1], tuple(spans), texts, extra=extra)
    return key


def _span(pair: str, limit: int, place: str) -> Span:
    start, end = pair.split(" ")
    try:
        return span_of([int(start), int(end)], limit=limit)
    except Wrong as wrong:
        raise DataError(wrong.what, place=place, todo=wrong.todo) from None


def _event(key: str, body: str, parts: _Parts, place: str, reading: Reading) -> str:
    found = _EVENT.fullmatch(body)
    trigger = parts.bound.get(found[2]) if found else None
    arguments = tuple(_ARGUMENT.findall(found[3])) if found else ()
    if found is None or trigger is None or not all(ref in parts.ids for _, ref in arguments):
        return ""
    extra: dict[str, Any] = {"trigger_id": trigger.id}
    if trigger.type != found[1]:
        extra["trigger_type"] = trigger.type
    if found[4]:
        extra["tail"] = found[4]
    parts.events[key] = Event(key, found[1], trigger.text, trigger.spans, arguments, extra)
    return key


def _reference(key: str, body: str, parts: _Parts, place: str, reading: Reading) -> str:
    found = _REFERENCE.fullmatch(body)
    if found is None or found[1] not in parts.mentions:
        return ""
    db_name, _, db_id = found[2].partition(":")
    extra = {"id": key} if found[3] is None else {"id": key, "name": found[3]}
    whole = re.search(r"\s", db_name) is not None or not (db_name and db_id)
    concept = ConceptId("" if whole else db_name, found[2] if whole else db_id, extra)
    mention = parts.mentions[found[1]]
    parts.mentions[found[1]] = msgspec.structs.replace(mention, gold=(*mention.gold, concept))
    return key


def _attribute(key: str, body: str, parts: _Parts, place: str, reading: Reading) -> str:
    found = _ATTRIBUTE.fullmatch(body)
    if found is None or found[2] not in parts.mentions:
        return ""
    item = {"id": key, "type": found[1]} | ({"value": found[3]} if found[3] else {})
    _append(parts, found[2], "attributes", item)
    return key


def _note(key: str, body: str, parts: _Parts, place: str, reading: Reading) -> str:
    found = _NOTE.fullmatch(body)
    if found is None or found[2] not in parts.mentions:
        return ""
    _append(parts, found[2], "notes", {"id": key, "type": found[1], "text": found[3]})
    return key


def _append(parts: _Parts, id: str, field: str, item: dict[str, str]) -> None:
    mention = parts.mentions[id]
    extra = {**mention.extra, field: [*mention.extra.get(field, ()), item]}
    parts.mentions[id] = msgspec.structs.replace(mention, extra=extra)


def _relation(key: str, body: str, parts: _Parts, place: str, reading: Reading) -> str:
    found = _RELATION.fullmatch(body)
    if found is None or not all(_known(id, parts) for id in (found[3], found[5])):
        return ""
    extra: dict[str, Any] = {}
    if (found[2], found[4]) != ("Arg1", "Arg2"):
        extra["roles"] = [found[2], found[4]]
    if found[6]:
        extra["tail"] = found[6]
    parts.relations.append(Relation(key, found[1], found[3], found[5], extra=extra))
    return key


def _equiv(key: str, body: str, parts: _Parts, place: str, reading: Reading) -> str:
    found = _EQUIV.fullmatch(body)
    ids = tuple(found[2].split()) if found else ()
    if found is None or not all(_known(id, parts) for id in ids):
        return ""
    key = f"*{len(parts.coreferences) + 1}"
    extra = {} if found[1] == "Equiv" else {"type": found[1]}
    parts.coreferences.append(Coreference(key, ids, extra))
    return key


def _known(id: str, parts: _Parts) -> bool:
    return id in parts.mentions or id in parts.events


_READERS: dict[str, Callable[[str, str, _Parts, str, Reading], str]] = {
    "T": _bound,
    "E": _event,
    "N": _reference,
    "A": _attribute,
    "M": _attribute,
    "#": _note,
    "R": _relation,
    "*": _equiv,
}
