"""Bare mentions as tab-separated values: a line is a document whose whole text is one mention.

The header names a column `mention` (or `text`); `id`, `language` and `type` are known, all others
are kept. Without a header every line is a mention. Cells are taken as they are: no
quotes, no escapes. Written are the same columns and, after linking, the decision and the best
candidates beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from xnorm.document import Document, mention_at
from xnorm.errors import DataError, SettingError
from xnorm.files import not_utf8
from xnorm.formats.reading import Reading, plain_name
from xnorm.formats.tsv import cell, link_cells, score_cell, write_row
from xnorm.languages import language_code

_ROW = "row"
"""The key in a document's `extra` under which the cells of its line wait."""

_SHOWN = 5
_BOM = "\ufeff"


def sniff(head: bytes, name: str) -> bool:
    """Whether the first line has a column `mention`, or `text` in a file named .tsv."""
    columns = _cells(head.split(b"\n", 1)[0].decode("utf-8", "replace"), first=True)
    return "mention" in columns or ("text" in columns and plain_name(name).endswith(".tsv"))


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """A document for each line that is not blank; without a column `id` its id is its number."""
    columns: list[str] = []
    number = 0
    for line, data in enumerate(stream, 1):
        place = f"{reading.name}, line {line}"
        try:
            cells = _cells(_decode(data, place), first=line == 1)
            if not any(cells):
                continue
            if not columns:
                columns, header = _columns(cells, place)
                if header:
                    continue
            number += 1
            document = _document(_row(columns, cells, place), str(number), place)
        except (DataError, SettingError) as error:
            if not columns:
                # Without its header nothing in the table can be understood.
                raise
            reading.bad(error)
        else:
            yield document


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """The columns of the first document, then those of the decision if it has one."""
    columns: list[str] = []
    for document in documents:
        for cells in _document_cells(document):
            if not columns:
                columns = list(cells)
                write_row(map(cell, columns), stream)
            write_row((cells.get(column, "") for column in columns), stream)


def _decode(data: bytes, place: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8(error, place=place) from None


def _cells(line: str, *, first: bool) -> list[str]:
    line = line.removeprefix(_BOM) if first else line
    return line.removesuffix("\n").removesuffix("\r").split("\t")


def _columns(cells: list[str], place: str) -> tuple[list[str], bool]:
    """The names of the columns, and whether the line is a header."""
    if "mention" in cells or "text" in cells:
        for column in cells:
            if cells.count(column) > 1:
                raise DataError(
                    f"two columns are named '{column}'", place=place, todo="Rename one of them"
                )
        return cells, True
    if len(cells) > 1:
        raise DataError(
            f"{len(cells)} columns and none named `mention`",
            place=place,
            todo="Name the column of mentions in the first line",
        )
    return ["mention"], False


def _row(columns: list[str], cells: list[str], place: str) -> dict[str, str]:
    if len(cells) > len(columns):
        raise DataError(
            f"{len(cells)} cells for {len(columns)} columns",
            place=place,
            todo="Remove the tabs within cells",
        )
    cells += [""] * (len(columns) - len(cells))
    return dict(zip(columns, cells, strict=True))


def _document(row: dict[str, str], number: str, place: str) -> Document:
    text = row.get("mention") or row.get("text", "")
    if not text.strip():
        raise DataError("a line without a mention", place=place, todo="Leave it out")
    language = row.get("language", "").strip()
    document = Document.from_text(
        text,
        id=row.get("id") or number,
        language=language_code(language, place=place) if language else "",
    )
    mention = mention_at(
        text, [(0, len(text))], id=f"{document.id}-mention", type=row.get("type", ""), place=place
    )
    return msgspec.structs.replace(document, mentions=(mention,), extra={_ROW: row})


def _document_cells(document: Document) -> Iterator[dict[str, str]]:
    row = document.extra.get(_ROW)
    for mention in document.mentions:
        if isinstance(row, dict):
            cells = {str(column): str(value) for column, value in row.items()}
        else:
            only = len(document.mentions) == 1
            cells = {
                "id": cell(document.id if only else f"{document.id}/{mention.id}"),
                "mention": cell(mention.surface),
                "language": document.language,
                "type": cell(mention.type),
            }
        if mention.link is not None or mention.candidates:
            cells |= link_cells(mention)
            cells["candidates"] = "; ".join(
                f"{cell(candidate.concept)} {score_cell(candidate.score)}"
                for candidate in mention.candidates[:_SHOWN]
            )
        yield cells
