"""Text files: one document a file, or a folder of them. What is found in them is written as JSONL.

The text is the file's, byte for byte: line ends and a byte-order mark count as characters.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import BinaryIO

from xnorm.document import Document
from xnorm.errors import DataError
from xnorm.files import decode, open_binary, zero_byte
from xnorm.formats.folders import files_with
from xnorm.formats.reading import Reading, plain_name
from xnorm.json_values import is_json

_SUFFIX = ".txt"
_ENDING = re.compile(r"(\.txt)?(\.gz|\.xz)?$", re.IGNORECASE)


def sniff(head: bytes, name: str) -> bool:
    """Whether it is named .txt, or is text that no other format claims under a name that fits."""
    suffix = PurePath(plain_name(name)).suffix
    if suffix == _SUFFIX:
        return True
    # A .csv or .xml is text too, but hardly one document.
    if b"\0" in head or is_json(head) or suffix not in ("", ".text", ".md"):
        return False
    try:
        # The head may end within a character.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The one document of a file; its id is the file's name without the suffix."""
    try:
        document = _document(stream, PurePath(reading.name).name, reading.name)
    except DataError as error:
        reading.bad(error)
    else:
        yield document


def read_folder(folder: Path, reading: Reading) -> Iterator[Document]:
    """A document for each .txt file in the folder and its folders, in the order of their paths.

    Raises:
        DataError: when there is none.
    """
    for relative, path in files_with(folder, (_SUFFIX,), todo="Give a folder of texts"):
        try:
            with open_binary(path) as stream:
                document = _document(stream, relative, str(path))
        except DataError as error:
            reading.bad(error)
        else:
            yield document


def file_text(data: bytes, *, place: str) -> str:
    """The text of a file's bytes, a byte-order mark included.

    Raises:
        DataError: naming the line that is not UTF-8 or has a zero byte.
    """
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise zero_byte(f"{place}, line {line}")
    text = decode(data, place=place)
    return f"\ufeff{text}" if data.startswith(codecs.BOM_UTF8) else text


def _document(stream: BinaryIO, name: str, place: str) -> Document:
    text = file_text(stream.read(), place=place)
    if not text.removeprefix("\ufeff").strip():
        raise DataError("a document without text", place=place, todo="Leave it out")
    return Document.from_text(text, id=_ENDING.sub("", name))
