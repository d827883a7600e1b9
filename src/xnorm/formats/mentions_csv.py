"""Mentions as comma-separated values with quotation marks: a row is a document with one mention.

The columns are those of `mention_rows.py`, named in the first line. Commas, semicolons, tabs and
bars are told apart by it; written are commas.

Source: RFC 4180
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.files import not_utf8, zero_byte
from xnorm.formats.lines import first_line
from xnorm.formats.mention_rows import (
    check_columns,
    document_rows,
    has_context,
    is_table,
    row_document,
    without_mentions,
)
from xnorm.formats.reading import Reading, plain_name

_DELIMITERS = ",;\t|"
_BOM = b"\xef\xbb\xbf"


def sniff(head: bytes, name: str) -> bool:
    """Whether the first line has a column `mention`, or `text` in a file named .csv."""
    return is_table(_head_columns(head), loosely=plain_name(name).endswith(".csv"))


def sniff_context(head: bytes, name: str) -> bool:
    """Whether the first line also has `context`, `start` and `end`."""
    return sniff(head, name) and has_context(_head_columns(head))


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """A document for each row; without a column `id` its id is its number.

    A row may go over several lines within quotation marks.
    """
    lines = _Lines(stream, reading.name)
    first = next(lines, None)
    if first is None:
        return
    columns, delimiter = _columns(first, f"{reading.name}, line 1")
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        # The line where the row begins: one that lacks a mark goes on to the end of the file.
        place = f"{reading.name}, line {lines.number + 1}"
        try:
            cells = next(rows)
            if not any(cells):
                continue
            number += 1
            document = row_document(_row(columns, cells, place), number, place, reading)
        except StopIteration:
            return
        except csv.Error as error:
            reading.bad(_broken(error, place))
        except (DataError, SettingError) as error:
            reading.bad(error)
        else:
            yield document


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """The columns of the first document, then those of the decision if it has one."""
    _write(documents, stream, context=False)


def write_context(documents: Iterable[Document], stream: BinaryIO) -> None:
    """The same with the sentence around each mention, and the mention's place in it."""
    _write(documents, stream, context=True)


def _write(documents: Iterable[Document], stream: BinaryIO, *, context: bool) -> None:
    columns: list[str] = []
    for document in documents:
        for kept, own in document_rows(document, context=context):
            cells = kept | own
            if not columns:
                columns = list(cells)
                _write_row(columns, stream)
            _write_row([cells.get(column, "") for column in columns], stream)


def _write_row(cells: list[str], stream: BinaryIO) -> None:
    text = io.StringIO(newline="")
    # With this line end both of its characters are put between quotation marks in a cell.
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    stream.write(text.getvalue().encode())


class _Lines(Iterator[str]):
    """The lines of a stream as text, counted; after one that is not UTF-8 the next can be had."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.number = 0
        self._stream = stream
        self._name = name

    def __next__(self) -> str:
        data = next(self._stream)
        self.number += 1
        if self.number == 1:
            data = data.removeprefix(_BOM)
        if b"\0" in data:
            raise zero_byte(f"{self._name}, line {self.number}")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise not_utf8(error, place=f"{self._name}, line {self.number}") from None


def _head_columns(head: bytes) -> list[str]:
    first = first_line(head.removeprefix(_BOM))
    return _header(first, _delimiter(first))


def _columns(first: str, place: str) -> tuple[list[str], str]:
    delimiter = _delimiter(first)
    columns = _header(first, delimiter)
    if not is_table(columns, loosely=True):
        raise without_mentions(columns or [""], place)
    check_columns(columns, place)
    return columns, delimiter


def _delimiter(line: str) -> str:
    """The sign between the columns of the first line: the one that is there most often."""
    return max(_DELIMITERS, key=line.count)


def _header(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.strip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _row(columns: list[str], cells: list[str], place: str) -> dict[str, str]:
    if len(cells) != len(columns):
        raise DataError(
            f"{len(cells)} cells for {len(columns)} columns",
            place=place,
            todo="Put cells that have the delimiter in them between quotation marks",
        )
    return dict(zip(columns, cells, strict=True))


def _broken(error: csv.Error, place: str) -> DataError:
    return DataError(
        f"broken CSV: {error}",
        place=place,
        todo="Close every quotation mark, and double those within a cell",
    )
