"""Documents as brat's pairs of files: the text, and the lines that `brat_records.py` reads.

Ids of other formats become brat's own. A link is a reference (N) where there are no gold concepts,
else a note of type `Link`; NIL is left out, or the note `-`. Relations, events and coreferences
lose what points to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from xnorm.document import Document, Event, Link, Mention
from xnorm.formats.folders import write_file
from xnorm.formats.identifiers import NO_ID
from xnorm.formats.lines import one_line

_LINK = "Link"
_UNTYPED = "Entity"


def write_folder(documents: Iterable[Document], folder: Path) -> None:
    """Two files a document, named by its id; slashes in it make folders.

    Raises:
        DataError: when two documents have the same file name.
    """
    for document in documents:
        write_file(folder, document.id, ".txt", document.text.encode())
        write_file(folder, document.id, ".ann", _annotations(document).encode())


def records(document: Document) -> dict[str, str]:
    """The lines by the ids of their annotations, in the usual order; coreferences as *1, *2 ..."""
    ids = _Ids(document)
    lines: dict[str, str] = {}
    for mention in document.mentions:
        lines.update(_mention_lines(mention, ids))
    for event in document.events:
        if event.trigger_spans:
            lines.update(_event_lines(event, ids))
    for relation in document.relations:
        if relation.arg1 in ids.of and relation.arg2 in ids.of:
            roles = relation.extra.get("roles")
            first, second = roles if isinstance(roles, list) else ("Arg1", "Arg2")
            tail = relation.extra.get("tail", "")
            lines[ids.own(relation.id, "R")] = (
                f"{_word(relation.type)} {first}:{ids.of[relation.arg1]} "
                f"{second}:{ids.of[relation.arg2]}{tail}"
            )
    for number, group in enumerate(document.coreferences, 1):
        members = [ids.of[id] for id in group.mentions if id in ids.of]
        if members:
            type = group.extra.get("type", "Equiv")
            lines[f"*{number}"] = " ".join((type, *members))
    return lines


def _annotations(document: Document) -> str:
    layout = document.extra.get("layout")
    layout = layout if isinstance(layout, dict) else {}
    left = records(document)
    lines = []
    for entry in layout.get("order", ()):
        if isinstance(entry, list):
            lines += entry
        elif entry in left:
            lines.append(_line(entry, left.pop(entry)))
    lines += [_line(id, body) for id, body in left.items()]
    line_end = layout.get("line_end", "\n")
    end = line_end or "\n"
    return end.join(lines) + (line_end if lines else "")


def _line(id: str, body: str) -> str:
    return f"{id[0] if id[0] == '*' else id}\t{body}"


class _Ids:
    """The ids of a document's annotations: brat's own as they are, others by the next number."""

    def __init__(self, document: Document) -> None:
        self._given = set(_given(document))
        self._used: set[str] = set()
        self._last: dict[str, int] = {}
        self.of: dict[str, str] = {}
        for mention in document.mentions:
            self.of[mention.id] = self.own(mention.id, "T")
        for event in document.events:
            if event.trigger_spans:
                self.of[event.id] = self.own(event.id, "E")

    def own(self, id: Any, letters: str) -> str:
        """The id itself if it is one of brat's with that letter and free, else a new one."""
        if not (_is_id(id, letters) and id not in self._used):
            letter = letters[0]
            number = self._last.get(letter, 0) + 1
            while f"{letter}{number}" in self._given:
                number += 1
            self._last[letter] = number
            id = f"{letter}{number}"
        self._used.add(id)
        return str(id)

    def trigger(self, id: Any) -> str:
        """A trigger's id; events may share one."""
        shared = _is_id(id, "T") and id not in self.of.values()
        return str(id) if shared else self.own(None, "T")


def _is_id(id: Any, letters: str) -> bool:
    return isinstance(id, str) and re.fullmatch(f"[{letters}][0-9]+", id) is not None


def _given(document: Document) -> Iterator[str]:
    """The ids that are taken, those of lines that were not understood too."""
    for mention in document.mentions:
        yield mention.id
        yield from (str(concept.extra.get("id")) for concept in mention.gold)
        yield from (
            item["id"] for field in ("attributes", "notes") for item in _items(mention, field)
        )
    for event in document.events:
        yield from (event.id, str(event.extra.get("trigger_id")))
    yield from (relation.id for relation in document.relations)
    layout = document.extra.get("layout")
    for entry in layout.get("order", ()) if isinstance(layout, dict) else ():
        yield entry[0].partition("\t")[0] if isinstance(entry, list) else entry


def _items(mention: Mention, field: str) -> list[dict[str, str]]:
    """The attributes or notes of a mention that was read from brat."""
    items = mention.extra.get(field)
    keys = {"id", "type"}
    if isinstance(items, list) and all(
        isinstance(item, dict) and keys <= item.keys() for item in items
    ):
        return items
    return []


def _mention_lines(mention: Mention, ids: _Ids) -> Iterator[tuple[str, str]]:
    id = ids.of[mention.id]
    spans = ";".join(f"{start} {end}" for start, end in mention.spans)
    stated = mention.extra.get("stated")
    text = stated if isinstance(stated, str) else " ".join(mention.text)
    yield id, f"{_word(mention.type)} {spans}\t{one_line(text)}"
    for concept in mention.gold:
        named = "name" in concept.extra or "id" not in concept.extra
        name = f"\t{one_line(str(concept.extra.get('name', '')))}" if named else ""
        reference = _reference(concept.db_name, concept.db_id)
        yield ids.own(concept.extra.get("id"), "N"), f"Reference {id} {reference}{name}"
    link = mention.link
    if link is not None and link.concept is not None and not mention.gold:
        reference = _reference(link.source, link.concept)
        yield ids.own(None, "N"), f"Reference {id} {reference}\t{one_line(link.name)}"
    for item in _items(mention, "attributes"):
        value = f" {item['value']}" if "value" in item else ""
        yield ids.own(item["id"], "AM"), f"{item['type']} {id}{value}"
    beside = link if mention.gold else None
    for item in _items(mention, "notes"):
        if beside is None or item["type"] != _LINK:
            yield ids.own(item["id"], "#"), f"{item['type']} {id}\t{item['text']}"
    if beside is not None:
        yield ids.own(None, "#"), f"{_LINK} {id}\t{_link_text(beside)}"


def _link_text(link: Link) -> str:
    if link.concept is None:
        return NO_ID
    return one_line(f"{_reference(link.source, link.concept)} {link.name}".rstrip())


def _reference(db_name: str, db_id: str) -> str:
    source = re.sub(r"[\s:]", "_", db_name)
    return one_line(f"{source}:{db_id}" if source else db_id)


def _event_lines(event: Event, ids: _Ids) -> Iterator[tuple[str, str]]:
    trigger = ids.trigger(event.extra.get("trigger_id"))
    type = _word(event.type, role=True)
    spans = ";".join(f"{start} {end}" for start, end in event.trigger_spans)
    text = one_line(" ".join(event.trigger_text))
    yield trigger, f"{_word(event.extra.get('trigger_type', type))} {spans}\t{text}"
    arguments = [
        f" {_word(role, role=True)}:{ids.of[ref]}" for role, ref in event.arguments if ref in ids.of
    ]
    tail = event.extra.get("tail", "")
    yield ids.of[event.id], f"{type}:{trigger}{''.join(arguments)}{tail}"


def _word(text: str, *, role: bool = False) -> str:
    """A type or role without what parts the fields of a line."""
    return re.sub(r"[\s:]" if role else r"\s", "_", text) or _UNTYPED
