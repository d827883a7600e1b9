"""brat: a text file NAME.txt and its annotations NAME.ann, alone or in folders of many.

The text is the file's, line ends and byte-order mark included. Mentions are the text-bound
annotations (T) that trigger no event; references (N) are their gold concepts, notes (#) and
attributes (A, M) wait in their `extra`. What cannot be understood is kept as it stands, in the
document's `layout`, with the order of the lines where that is not the usual one.

Source: https://brat.nlplab.org/standoff.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from xnorm.document import Document
from xnorm.errors import DataError
from xnorm.files import open_binary
from xnorm.formats.brat_records import annotated
from xnorm.formats.folders import files_with
from xnorm.formats.reading import Reading, plain_name
from xnorm.formats.text import file_text

HOLDS = frozenset(
    {
        "text",
        "mentions",
        "types",
        "discontinuous",
        "overlapping",
        "gold",
        "links",
        "coreferences",
        "relations",
        "events",
    }
)

_ANN, _TXT = ".ann", ".txt"
_NAME = re.compile(r"(.*)(\.ann|\.txt)(\.gz|\.xz)?", re.IGNORECASE | re.DOTALL)
_LINE = re.compile(rb"(\xef\xbb\xbf)?\s*([A-Z]\d+|#\d*|\*)\t")


def sniff(head: bytes, name: str) -> bool:
    """Whether it is named .ann and begins with an annotation."""
    return plain_name(name).endswith(_ANN) and _LINE.match(head) is not None


def sniff_folder(folder: Path) -> bool:
    """Whether an .ann file is in it or in its folders."""
    return any(path.is_file() for path in folder.rglob(f"*{_ANN}"))


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The one document of a pair of files, whichever of the two is given."""
    given = _NAME.fullmatch(reading.name)
    if given is None:
        raise DataError(
            "annotations of brat need the text file beside them",
            place=reading.name,
            todo="Give a folder, or a file named .ann or .txt",
        )
    stem, suffix, packed = given[1], given[2].lower(), given[3] or ""
    beside = Path(f"{stem}{_TXT if suffix == _ANN else _ANN}{packed}")
    files = {suffix: (reading.name, stream.read())}
    try:
        if beside.exists() or suffix == _ANN:
            files[_TXT if suffix == _ANN else _ANN] = (str(beside), _bytes(beside))
        document = _document(Path(stem).name, files, reading)
    except DataError as error:
        reading.bad(error)
    else:
        yield document


def read_folder(folder: Path, reading: Reading) -> Iterator[Document]:
    """A document for each text, in the order of their paths; one without annotations has none.

    Raises:
        DataError: when there is none.
    """
    pairs: dict[str, dict[str, Path]] = {}
    for name, path in files_with(folder, (_TXT, _ANN), todo="Give a folder of brat files"):
        found = _NAME.fullmatch(name)
        assert found is not None
        pairs.setdefault(found[1], {})[found[2].lower()] = path
    for id in sorted(pairs):
        try:
            files = {suffix: (str(path), _bytes(path)) for suffix, path in pairs[id].items()}
            document = _document(id, files, reading)
        except DataError as error:
            reading.bad(error)
        else:
            yield document


def _bytes(path: Path) -> bytes:
    with open_binary(path) as stream:
        return stream.read()


def _document(id: str, files: dict[str, tuple[str, bytes]], reading: Reading) -> Document:
    if _TXT not in files:
        place, _ = files[_ANN]
        raise DataError(
            f"there is no text file {Path(id).name}{_TXT} beside it",
            place=place,
            todo="Put it there, or remove the annotations",
        )
    place, data = files[_TXT]
    text = file_text(data, place=place)
    if not text.removeprefix("\ufeff"):
        raise DataError("a document without text", place=place, todo="Leave it out")
    document = Document.from_text(text, id=id)
    if _ANN not in files:
        return document
    place, data = files[_ANN]
    return annotated(document, file_text(data, place=place).removeprefix("\ufeff"), place, reading)
