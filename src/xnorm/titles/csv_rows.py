"""Rows of CSV and TSV. A broken row is given with its error; the next line is a row again.

Source: RFC 4180
"""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from xnorm.formats.mention_rows import check_columns
from xnorm.titles.rows import Row, Table, missing

_DELIMITERS = ",;\t|"
_NO_DELIMITER = "\x1f"  # of a table with one column, whose titles may have commas
_BOM = b"\xef\xbb\xbf"
_LONGEST = 100
"""Lines that a row may have; a quotation mark that is not closed by then is broken."""

_OPEN, _BROKEN = "open", "broken"


def read(stream: BinaryIO, column: str, name: str, delimiter: str) -> Table:
    """A table whose first line names the columns; without a delimiter that line tells it.

    Raises:
        DataError: when there is no line, or two columns have one name.
    """
    first = stream.readline().removeprefix(_BOM)
    if not first.strip():
        raise missing(name)
    header, _ = _decoded(first)
    delimiter = delimiter or max(_DELIMITERS, key=header.count)
    if delimiter not in header:
        delimiter = _NO_DELIMITER
    columns = next(csv.reader([header.rstrip("\r\n")], delimiter=delimiter))
    check_columns(columns, f"{name}, line 1")
    return Table(
        "tsv" if delimiter == "\t" else "csv",
        tuple(columns),
        _rows(stream, columns, column, delimiter),
        "," if delimiter == _NO_DELIMITER else delimiter,
    )


def write(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], stream: BinaryIO, delimiter: str
) -> None:
    """A line with the columns, and a line a row."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    text.flush()
    text.detach()


def _rows(stream: BinaryIO, columns: Sequence[str], column: str, delimiter: str) -> Iterator[Row]:
    lines = _Lines(stream)
    number = 0
    while lines:
        taken = [lines.pop()]
        parsed = _parsed(taken, delimiter)
        while parsed is _OPEN and len(taken) < _LONGEST and lines:
            taken.append(lines.pop())
            parsed = _parsed(taken, delimiter)
        if parsed == [] and len(columns) > 1:
            continue  # a blank line
        number += 1
        problem = lines.problem(taken)
        cells = parsed if isinstance(parsed, list) else None
        if cells == []:
            cells = [""]
        if cells is None or len(cells) != len(columns):
            lines.push_back(taken[1:])
            problem = problem or (
                "quotation marks are broken"
                if cells is None or len(taken) > 1
                else f"cells: {len(cells)}, columns: {len(columns)}"
            )
            cells = _fitted(taken[0], columns, delimiter)
        row = dict(zip(columns, cells, strict=True))
        yield Row(number, row, row.get(column, ""), problem)


class _Lines:
    """The lines of a stream as text; some may be put back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._odd: set[str] = set()
        self._fill()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def pop(self) -> str:
        """The next line."""
        line = self._waiting.popleft()
        if not self._waiting:
            self._fill()
        return line

    def push_back(self, lines: Sequence[str]) -> None:
        """Makes these the next lines."""
        self._waiting.extendleft(reversed(lines))

    def problem(self, lines: Sequence[str]) -> str:
        """What was wrong with the bytes of these lines."""
        odd = self._odd and not self._odd.isdisjoint(lines)
        return "not UTF-8; what cannot be read is shown as \ufffd" if odd else ""

    def _fill(self) -> None:
        line = self._stream.readline()
        if line:
            text, sound = _decoded(line)
            if not sound:
                self._odd.add(text)
            self._waiting.append(text)


def _decoded(line: bytes) -> tuple[str, bool]:
    """The text, and whether all of it could be read."""
    try:
        return line.decode("utf-8"), True
    except UnicodeDecodeError:
        return line.decode("utf-8", "replace"), False


def _parsed(lines: Sequence[str], delimiter: str) -> list[str] | str:
    """The cells of some lines; or that they lack a quotation mark, or are broken."""
    try:
        rows = list(csv.reader(["".join(lines).rstrip("\r\n")], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return _OPEN if "unexpected end" in str(error) else _BROKEN
    return rows[0] if rows else []


def _fitted(line: str, columns: Sequence[str], delimiter: str) -> list[str]:
    """The cells of a broken line, cut at every delimiter; the last column has all the rest."""
    cells = line.rstrip("\r\n").split(delimiter, len(columns) - 1)
    return cells + [""] * (len(columns) - len(cells))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
