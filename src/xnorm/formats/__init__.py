"""Readers and writers of documents, one file a format, chosen by content or by name."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from xnorm.document import Document
from xnorm.errors import DataError, SettingError, XnormError
from xnorm.files import open_binary
from xnorm.formats.reading import Format, Reading, SeenIds
from xnorm.formats.registry import FORMATS, SUFFIXES, format_named, installed, output_format
from xnorm.formats.writing import check_output, write_documents, write_output
from xnorm.json_values import first_keys, is_json, read_values
from xnorm.languages import language_code

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "DocumentStream",
    "Format",
    "Reading",
    "check_output",
    "format_named",
    "open_documents",
    "output_format",
    "write_documents",
    "write_output",
]

_HEAD = 1 << 16


class DocumentStream(Iterator[Document]):
    """The documents of one input, read while they are asked for; it can be gone through once.

    Attributes:
        format: what the input is written in, so that the answer can be given in the same.
    """

    def __init__(self, format: Format, documents: Iterator[Document], stack: ExitStack) -> None:
        self.format = format
        self._documents = documents
        self._stack = stack

    def __next__(self) -> Document:
        return next(self._documents)

    def __enter__(self) -> DocumentStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the input; going through to the end does it too."""
        self._stack.close()


def open_documents(
    source: str | Path,
    *,
    format: str | None = None,
    language: str = "",
    on_bad: Callable[[XnormError], None] | None = None,
    on_note: Callable[[XnormError], None] | None = None,
) -> DocumentStream:
    """The documents of a file, of a folder or of standard input (`-`), packed or not, as a stream.

    Args:
        source: where they are.
        format: a name in the table; by default the content decides.
        language: the language of documents that do not say theirs.
        on_bad: hears of a document that cannot be read and is left out; by default it is raised.
        on_note: hears of an oddity in a document that is kept, for instance that a mention's text
            differs from the document's.

    Raises:
        DataError: when the input cannot be read at all, or a document cannot and `on_bad` is None.
        SettingError: for an unknown format or language.
    """
    language = language_code(language) if language else ""
    wanted = format_named(format, reading=True) if format else None
    name = "standard input" if str(source) == "-" else str(source)
    reading = Reading(name, on_bad, on_note)
    with ExitStack() as stack:
        if str(source) != "-" and Path(source).is_dir():
            found = wanted or _sniffed_folder(Path(source))
            if found.read_folder is None:
                raise SettingError(f"'{found.name}' reads files, not folders", place=name)
            documents = found.read_folder(Path(source), reading)
        else:
            opened = stack.enter_context(open_binary(source))
            # Through a second buffer, because standard input cannot go back to its beginning.
            stream = io.BufferedReader(cast(io.RawIOBase, opened), _HEAD)
            stack.callback(stream.detach)
            head = stream.peek(_HEAD)
            if not head.strip():
                raise DataError("the file is empty", place=name, todo="Give a file with documents")
            found = wanted or _sniffed(head, stream, reading)
            assert found.read is not None
            documents = found.read(stream, reading)
        kept = stack.pop_all()
    return DocumentStream(found, _checked(documents, reading, language, kept), kept)


def _sniffed_folder(folder: Path) -> Format:
    for formats in (FORMATS, installed()):
        for row in formats.values():
            if row.sniff_folder is not None and row.sniff_folder(folder):
                return row
    return FORMATS["txt"]


def _sniffed(head: bytes, stream: BinaryIO, reading: Reading) -> Format:
    for formats in (FORMATS, installed()):
        for row in formats.values():
            if row.sniff is not None and row.sniff(head, reading.name):
                return row
    what = "unknown format"
    if is_json(head):
        # That the JSON is broken is the better answer, with its line.
        next(read_values(stream, reading.name), None)
        keys = ", ".join(sorted(first_keys(head))) or "none"
        what = f"JSON of an unknown format: the fields are {keys}"
    raise DataError(
        what,
        place=reading.name,
        todo="Expected `passages` (BigBIO), `text`, a table with `mention`, or plain text; or name "
        "the format",
    )


def _checked(
    documents: Iterator[Document], reading: Reading, language: str, stack: ExitStack
) -> Iterator[Document]:
    seen = SeenIds()
    with stack:
        for document in documents:
            if not seen.add(document.id):
                reading.bad(
                    DataError(
                        "the id occurs twice",
                        place=f"{reading.name}, document '{document.id}'",
                        todo="Give every document its own id",
                    )
                )
                continue
            if language and not document.language:
                document = msgspec.structs.replace(document, language=language)
            yield document
