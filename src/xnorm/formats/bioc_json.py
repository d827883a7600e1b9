"""BioC as JSON: a collection, one document, JSON Lines of documents, or PubTator3's wrapper.

Written is one collection, with the fields of the one that the first document was read from.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, cast

import msgspec

from xnorm.document import Document
from xnorm.formats.bioc import document_of
from xnorm.formats.bioc_fields import collection_fields, document_fields
from xnorm.formats.fields import Wrong
from xnorm.formats.reading import Reading
from xnorm.json_values import Value, first_keys, is_json, read_nested, read_values

_LISTS = frozenset({"documents", "PubTator3"})


def sniff(head: bytes, name: str) -> bool:
    """Whether it is JSON of a list of documents, or of documents with infons."""
    keys = first_keys(head)
    document = "passages" in keys and "entities" not in keys and b'"infons"' in head
    return is_json(head) and (document or not _LISTS.isdisjoint(keys))


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents one by one, however large the collection is."""
    buffered = io.BufferedReader(cast(io.RawIOBase, stream), 1 << 16)
    try:
        for collection, value in _values(cast(BinaryIO, buffered), buffered.peek(), reading):
            try:
                document = document_of(value, reading, collection)
            except Wrong as wrong:
                reading.bad(wrong.error(value))
            else:
                yield document
    finally:
        buffered.detach()


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """One collection, a document a line."""
    before = b""
    for document in documents:
        if not before:
            stream.write(_head(document))
        stream.write(before + msgspec.json.encode(document_fields(document)))
        before = b",\n"
    stream.write(b"\n]}\n" if before else _head(None) + b"]}\n")


def _head(document: Document | None) -> bytes:
    fields = msgspec.json.encode(collection_fields(document))
    return fields.removesuffix(b"}") + b',"documents":[\n'


def _values(
    stream: BinaryIO, head: bytes, reading: Reading
) -> Iterator[tuple[Mapping[str, Any], Value]]:
    if _LISTS.isdisjoint(first_keys(head)):
        for value in read_values(stream, reading.name, reading.on_bad):
            yield {}, value
        return
    collection: Mapping[str, Any] = {}
    fields: Mapping[str, Any] = {}
    for fields, value in read_nested(stream, reading.name, _LISTS):
        if fields is not collection:
            collection = dict(fields)
        yield collection, value
    late = sorted(fields.keys() - collection.keys())
    if late:
        reading.note(
            f"the collection says {', '.join(late)} after its documents",
            place=reading.name,
            todo="This was not kept; put it before them",
        )
