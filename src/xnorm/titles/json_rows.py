"""Rows of JSON Lines; a line that is no object is given, as text, with its error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import msgspec

from xnorm.titles.rows import Row, Table, text_of

_BOM = b"\xef\xbb\xbf"


def read(stream: BinaryIO, column: str) -> Table:
    """A table of one object a line."""
    rows = _rows(stream, column)
    first = next(rows, None)
    if first is None:
        return Table("jsonl", (column,), iter(()))
    return Table("jsonl", tuple(first.cells), _again(first, rows))


def write(rows: Iterable[Mapping[str, Any]], stream: BinaryIO) -> None:
    """One object a line."""
    for row in rows:
        stream.write(msgspec.json.encode(row, enc_hook=str) + b"\n")


def _rows(stream: BinaryIO, column: str) -> Iterator[Row]:
    number = 0
    for line in stream:
        line = line.removeprefix(_BOM) if number == 0 else line
        if not line.strip():
            continue
        number += 1
        try:
            value = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield Row(number, _as_text(line, column), "", f"no JSON ({error})")
            continue
        if not isinstance(value, dict):
            yield Row(number, _as_text(line, column), "", "no JSON object")
            continue
        if column not in value:
            yield Row(number, value, "", f"no field '{column}'")
            continue
        title, problem = text_of(value[column])
        yield Row(number, value, title, problem)


def _as_text(line: bytes, column: str) -> dict[str, str]:
    return {column: line.decode("utf-8", "replace").rstrip("\r\n")}


def _again(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest
