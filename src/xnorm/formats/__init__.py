"""Readers and writers of documents, one file a format, chosen by content or by name."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from xnorm.document import Document
from xnorm.errors import DataError, SettingError, XnormError, did_you_mean
from xnorm.files import open_binary
from xnorm.formats import bigbio, html, links_tsv, mentions_tsv, plain, table, text
from xnorm.formats.json_values import first_keys, is_json, read_values
from xnorm.formats.reading import Format, Reading, SeenIds
from xnorm.languages import language_code

__all__ = [
    "FORMATS",
    "DocumentStream",
    "Format",
    "Reading",
    "format_named",
    "open_documents",
    "write_documents",
    "writer",
]

_HEAD = 1 << 16

# Sniffed from above to below: the more a format asks of the content, the earlier it is asked.
_TABLE = (
    Format("bigbio", bigbio.read, bigbio.write, bigbio.sniff_array),
    Format("bigbio-jsonl", bigbio.read, bigbio.write_jsonl, bigbio.sniff),
    Format("plain", plain.read, plain.write, plain.sniff_array),
    Format("plain-jsonl", plain.read, plain.write_jsonl, plain.sniff),
    Format("mentions", mentions_tsv.read, mentions_tsv.write, mentions_tsv.sniff),
    Format("tsv", None, links_tsv.write),
    Format("html", None, html.write),
    Format("table", None, table.write),
    Format("txt", text.read, bigbio.write_jsonl, text.sniff, text.read_folder, "bigbio-jsonl"),
)
FORMATS = {row.name: row for row in _TABLE}
"""The formats that come with xnorm, by name."""


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
            found = wanted or FORMATS["txt"]
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


def write_documents(documents: Iterable[Document], stream: BinaryIO, format: str) -> None:
    """Writes documents one by one in the format of that name.

    Raises:
        SettingError: for an unknown format.
    """
    format_named(format).write(documents, stream)


def writer(target: str | None, source: Format) -> Callable[[Iterable[Document], BinaryIO], None]:
    """What writes documents that were read from `source`: the same format unless `target` is given.

    Args:
        target: a format's name, or `json` or `jsonl` for an array or lines of the source's kind.
        source: the format of the input.

    Raises:
        SettingError: for an unknown format.
    """
    if target is None:
        return source.write
    if target in ("json", "jsonl"):
        kind = "plain" if source.output.startswith("plain") else "bigbio"
        target = f"{kind}-jsonl" if target == "jsonl" else kind
    return format_named(target).write


def format_named(name: str, *, reading: bool = False) -> Format:
    """The format of that name, of xnorm or of an installed package; `reading`: one that reads.

    Raises:
        SettingError: with the nearest name.
    """
    # Other packages are asked only when needed, for looking for them takes time.
    found = FORMATS.get(name) or _installed().get(name)
    if found is not None and (found.read or not reading):
        return found
    known = [row for row in (FORMATS | _installed()).values() if row.read or not reading]
    raise SettingError(
        f"the format '{name}' is only written" if found else f"unknown format '{name}'",
        todo=did_you_mean(name, [row.name for row in known]),
    )


@cache
def _installed() -> dict[str, Format]:
    from importlib.metadata import entry_points

    formats = {}
    for entry in entry_points(group="xnorm.formats"):
        try:
            formats[entry.name] = entry.load()
        except ImportError as error:
            raise SettingError(
                f"the format '{entry.name}' cannot be loaded ({error})",
                todo=f"Repair or remove the package that brings {entry.value}",
            ) from error
    return formats


def _sniffed(head: bytes, stream: BinaryIO, reading: Reading) -> Format:
    for formats in (FORMATS, _installed()):
        for row in formats.values():
            if row.sniff is not None and row.sniff(head, reading.name):
                return row
    what = "unknown format"
    if is_json(head):
        # That the JSON is broken is the better answer, with its line.
        next(read_values(stream, Reading(reading.name)), None)
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
