"""BioC as XML: read and written document by document.

Unknown attributes and elements wait as `attributes` and `elements` beside the known fields. Control
characters, which XML cannot hold, are written as U+FFFD; what else only JSON can say is an infon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO
from xml.etree.ElementTree import tostring

import msgspec

from xnorm.document import Document
from xnorm.errors import DataError
from xnorm.formats.bioc import document_of, infons_of
from xnorm.formats.bioc_fields import collection_fields, document_fields
from xnorm.formats.fields import Wrong
from xnorm.formats.reading import Reading
from xnorm.json_values import Value
from xnorm.xml_stream import Element, elements, parse

_SNIFFED = re.compile(rb"<collection[\s>]")
_FIELDS = ("source", "date", "key", "version")
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">\n'
_LISTS = {
    "passages": "passage",
    "sentences": "sentence",
    "annotations": "annotation",
    "relations": "relation",
    "locations": "location",
    "nodes": "node",
}
_LIST_OF = {element: field for field, element in _LISTS.items()}
_TEXTS = frozenset({"id", "text", "offset"})
_ATTRIBUTES = {
    "annotation": ("id",),
    "relation": ("id",),
    "location": ("offset", "length"),
    "node": ("refid", "role"),
}
# JSON has these where XML has nothing.
_EXPECTED = {"annotation": "locations", "relation": "nodes"}
_XML = "http://www.w3.org/XML/1998/namespace"
_NAME = re.compile(r"(\{[^{}]+\})?[A-Za-z_][A-Za-z0-9_.-]*")
_NUMBERS = frozenset({"offset", "length"})
_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTES = str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


def sniff(head: bytes, name: str) -> bool:
    """Whether it is XML whose first element is a collection."""
    first = re.search(rb"<[A-Za-z]", head)
    return (
        re.match(rb"(\xef\xbb\xbf)?\s*<", head) is not None
        and first is not None
        and _SNIFFED.match(head, first.start()) is not None
    )


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents one by one, however large the collection is."""
    collection: dict[str, Any] = {}
    tags = frozenset({"document", "infon", *_FIELDS})
    for number, element in enumerate(elements(stream, tags, place=reading.name)):
        if element.tag != "document":
            # A later one belongs to the documents after it, which keep their own.
            collection = {**collection, **_collection_field(element, collection)}
            continue
        fields = _object(element)
        place = f"{reading.name}, document '{fields.get('id', number)}'"
        value = Value(place, "$", fields)
        try:
            document = document_of(value, reading, collection)
        except Wrong as wrong:
            reading.bad(wrong.error(value))
        else:
            yield document


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """One collection, with the fields of the one that the first document was read from."""
    begun = False
    for document in documents:
        if not begun:
            stream.write(_head(document))
        begun = True
        stream.write(f"{_element('document', document_fields(document))}\n".encode())
    stream.write((b"" if begun else _head(None)) + b"</collection>\n")


def _head(document: Document | None) -> bytes:
    fields = collection_fields(document)
    first = "".join(
        f"<{key}>{_escaped(_text(fields.pop(key)))}</{key}>" for key in _FIELDS if key in fields
    )
    return _HEAD + f"<collection>{first}{_inner(fields)}\n".encode()


def _collection_field(element: Element, known: Mapping[str, Any]) -> dict[str, Any]:
    text = element.text or ""
    if element.tag == "infon":
        return {"infons": {**known.get("infons", {}), element.get("key", ""): text}}
    return {element.tag: text}


def _object(element: Element) -> dict[str, Any]:
    """An element as the object that JSON has for it."""
    fields: dict[str, Any] = {}
    if element.tag in _EXPECTED:
        fields = {"infons": {}, _EXPECTED[element.tag]: []}
    own = _ATTRIBUTES.get(element.tag, ())
    for key, value in element.attrib.items():
        if key in own:
            fields[key] = value
        else:
            fields.setdefault("attributes", {})[key] = value
    for child in element:
        text = child.text or ""
        if _is_infon(child) and child.attrib["key"] not in fields.get("infons", {}):
            fields.setdefault("infons", {})[child.attrib["key"]] = text
        elif child.tag in _LIST_OF:
            fields.setdefault(_LIST_OF[child.tag], []).append(_object(child))
        elif child.tag in _TEXTS and child.tag not in fields:
            # Only the text itself may begin or end with blanks.
            fields[child.tag] = text if child.tag == "text" else text.strip() or text
        else:
            child.tail = None
            fields.setdefault("elements", []).append(tostring(child, "unicode"))
    for key in _NUMBERS & fields.keys():
        fields[key] = _number(fields[key])
    return fields


def _is_infon(element: Element) -> bool:
    return element.tag == "infon" and element.attrib.keys() == {"key"}


def _number(text: str) -> int | str:
    """The whole number, or the text for the complaint about it."""
    return int(text) if re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text) else text


def _element(tag: str, fields: Mapping[str, Any]) -> str:
    """An object as XML."""
    attributes = "".join(
        f' {key}="{_escaped(str(fields[key]), attribute=True)}"'
        for key in _ATTRIBUTES.get(tag, ())
        if fields.get(key) is not None
    )
    left = {key: value for key, value in fields.items() if key not in _ATTRIBUTES.get(tag, ())}
    unknown = left.pop("attributes", {})
    for number, (key, value) in enumerate(unknown.items() if isinstance(unknown, dict) else ()):
        if _NAME.fullmatch(key):
            attributes += f' {_attribute(key, number)}="{_escaped(str(value), attribute=True)}"'
    inner = _inner(left)
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"


def _attribute(key: str, number: int) -> str:
    """An attribute's name, with its namespace declared before it."""
    namespace, _, name = key.removeprefix("{").rpartition("}")
    if not namespace or namespace == _XML:
        return f"xml:{name}" if namespace else key
    return f'xmlns:n{number}="{_escaped(namespace, attribute=True)}" n{number}:{name}'


def _inner(fields: Mapping[str, Any]) -> str:
    """The elements within one, in the order of the DTD: texts stand around the infons."""
    left = {key: value for key, value in fields.items() if key != "infons"}
    infons = dict(infons_of(fields))
    first = [f"<id>{_escaped(str(left.pop('id')))}</id>"] if "id" in left else []
    texts = [
        f"<{key}>{_escaped(str(left.pop(key)))}</{key}>"
        for key in ("offset", "text")
        if key in left
    ]
    texts = [*_list(left, "locations"), *texts]
    lists = [item for key in _LISTS for item in _list(left, key)]
    raw = [item for item in _strings(left.get("elements")) if _is_element(item)]
    if raw:
        del left["elements"]
    # Only JSON has further fields; here they are infons.
    infons |= {key: value for key, value in left.items() if key not in infons}
    named = [
        f'<infon key="{_escaped(key, attribute=True)}">{_escaped(_text(value))}</infon>'
        for key, value in infons.items()
    ]
    return "".join((*first, *named, *texts, *lists, *raw))


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _is_element(text: str) -> bool:
    try:
        parse(text.encode(), place="")
    except DataError:
        return False
    return True


def _list(fields: dict[str, Any], key: str) -> list[str]:
    items = fields.get(key)
    if not (isinstance(items, list | tuple) and all(isinstance(item, dict) for item in items)):
        return []
    del fields[key]
    return [_element(_LISTS[key], item) for item in items]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _escaped(text: str, *, attribute: bool = False) -> str:
    escaped = _INVALID.sub("\ufffd", text).translate(_ESCAPES)
    return escaped.translate(_IN_ATTRIBUTES) if attribute else escaped
