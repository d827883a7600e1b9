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
from xnorm.files import decode, open_binary
from xnorm.formats.json_values import is_json
from xnorm.formats.reading import Reading, plain_name

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
    paths = sorted(
        (path.relative_to(folder).as_posix(), path)
        for path in folder.rglob("*")
        if plain_name(path.name).endswith(_SUFFIX) and path.is_file() and not _hidden(path, folder)
    )
    if not paths:
        raise DataError(
            f"no {_SUFFIX} files in the folder", place=reading.name, todo="Give a folder of texts"
        )
    for relative, path in paths:
        try:
            with open_binary(path) as stream:
                document = _document(stream, relative, str(path))
        except DataError as error:
            reading.bad(error)
        else:
            yield document


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _document(stream: BinaryIO, name: str, place: str) -> Document:
    data = stream.read()
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise DataError(
            "a zero byte, so this is no UTF-8 text",
            place=f"{place}, line {line}",
            todo="Convert UTF-16 first, for instance: iconv -f utf-16 -t utf-8",
        )
    text = decode(data, place=place)
    if not text.strip():
        raise DataError("a document without text", place=place, todo="Leave it out")
    if data.startswith(codecs.BOM_UTF8):
        text = f"\ufeff{text}"
    return Document.from_text(text, id=_ENDING.sub("", name))
