"""Bare mentions as tab-separated values: a line is a document with one mention.

The columns are those of `mention_rows.py`. Without a header every line is a mention. Cells are
taken as they are: no quotes, no escapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.formats.lines import first_line, line_text
from xnorm.formats.mention_rows import (
    check_columns,
    document_rows,
    is_table,
    row_document,
    without_mentions,
)
from xnorm.formats.reading import Reading, plain_name
from xnorm.formats.tsv import cell, write_row

_BOM = "\ufeff"


def sniff(head: bytes, name: str) -> bool:
    """Whether the first line has a column `mention`, or `text` in a file named .tsv."""
    columns = _cells(first_line(head), first=True)
    return is_table(columns, loosely=plain_name(name).endswith(".tsv"))


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """A document for each line that is not blank; without a column `id` its id is its number."""
    columns: list[str] = []
    number = 0
    for line, data in enumerate(stream, 1):
        place = f"{reading.name}, line {line}"
        try:
            cells = _cells(line_text(data, place=place), first=line == 1)
            if not any(cells):
                continue
            if not columns:
                columns, header = _columns(cells, place)
                if header:
                    continue
            number += 1
            document = row_document(_row(columns, cells, place), number, place, reading)
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
        for kept, own in document_rows(document):
            cells = {column: _kept(value) for column, value in kept.items()}
            cells |= {column: cell(value) for column, value in own.items()}
            if not columns:
                columns = list(cells)
                write_row(map(_kept, columns), stream)
            write_row((cells.get(column, "") for column in columns), stream)


def _kept(text: str) -> str:
    """A cell that was read: a backslash in a table of tabs is only that, so it is not doubled."""
    return cell(text) if "\t" in text or "\n" in text else text


def _cells(line: str, *, first: bool) -> list[str]:
    line = line.removeprefix(_BOM) if first else line
    return line.split("\t")


def _columns(cells: list[str], place: str) -> tuple[list[str], bool]:
    """The names of the columns, and whether the line is a header."""
    if is_table(cells, loosely=True):
        check_columns(cells, place)
        return cells, True
    if len(cells) > 1:
        raise without_mentions(cells, place)
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
