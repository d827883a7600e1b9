"""The rows of a delimited file or of JSON records, by the columns that a layout speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from xnorm.errors import DataError, SettingError, did_you_mean
from xnorm.files import open_binary
from xnorm.json_values import read_values
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.mapping import Layout, Row, used_columns
from xnorm.kb.sources.separated import Row as Cells
from xnorm.kb.sources.separated import delimiter_of, separated


def rows(path: Path, layout: Layout, *, quotes: bool) -> Iterator[tuple[str, Row]]:
    """The rows of a file with their places; one that begins with `{` or `[` holds JSON records.

    Raises:
        DataError: naming the line of what is broken.
        SettingError: for a column that is not there.
    """
    lines = _content(path, layout)
    first = next(((number, line) for number, line in lines if line.strip()), None)
    if first is None:
        raise DataError("an empty file", place=str(path), todo="Give a table with rows")
    used = used_columns(layout)
    if first[1].lstrip().startswith(("{", "[")):
        return _records(path, used)
    delimiter = layout.delimiter or delimiter_of(first[1])
    cells = separated(path, chain([first], lines), delimiter, quotes=quotes)
    return _cells(path, cells, used, header=layout.header)


def _content(path: Path, layout: Layout) -> Iterator[tuple[int, str]]:
    for number, line in text_lines(path):
        if number > layout.skip and not (layout.comment and line.startswith(layout.comment)):
            yield number, line


def _cells(
    path: Path, rows: Iterator[Cells], used: Sequence[str | int], *, header: bool
) -> Iterator[tuple[str, Row]]:
    names: list[str] = []
    if header:
        line, cells = next(rows)
        names = [cell.strip() for cell in cells]
        positions = {column: _position(column, names, at(path, line)) for column in used}
    else:
        positions = {column: int(column) - 1 for column in used}
    needed = 1 + max(positions.values())
    for line, cells in rows:
        # Without a header nobody says how many columns there are: more than used is fine.
        if len(cells) != len(names) if header else len(cells) < needed:
            raise DataError(
                f"{len(cells)} columns, expected {len(names) or needed}",
                place=at(path, line),
                todo="Mend the row, put a value that holds the delimiter in quotation marks, or say"
                " `quotes: false` in the mapping",
            )
        yield (
            at(path, line),
            {
                column: (text,) if (text := cells[position].strip()) else ()
                for column, position in positions.items()
            },
        )


def _position(column: str | int, names: Sequence[str], place: str) -> int:
    if isinstance(column, int):
        if column > len(names):
            raise SettingError(
                f"no column {column}", place=place, todo=f"There are {len(names)} columns"
            )
        return column - 1
    if column not in names:
        raise SettingError(f"no column '{column}'", place=place, todo=did_you_mean(column, names))
    return names.index(column)


def _records(path: Path, used: Sequence[str | int]) -> Iterator[tuple[str, Row]]:
    """The objects of JSON Lines or of one array. A key that an object lacks is empty there."""
    missing = set(used)
    with open_binary(path) as stream:
        for found in read_values(stream, str(path)):
            place = found.place if found.root == "$" else f"{found.place} {found.root}"
            if not isinstance(found.value, dict):
                raise DataError(
                    "a record is not an object", place=place, todo='Write {"id": "C1", ...}'
                )
            missing.difference_update(found.value)
            yield (
                place,
                {
                    column: tuple(_texts(found.value.get(column), str(column), place))
                    for column in used
                },
            )
    if missing:
        raise SettingError(
            f"no record has the key '{min(map(str, missing))}'",
            place=str(path),
            todo="Correct the mapping",
        )


def _texts(value: Any, key: str, place: str) -> Iterable[str]:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict | list):
            raise DataError(
                f"'{key}' holds more than texts",
                place=place,
                todo="A mapping takes texts, numbers and lists of them",
            )
        text = str(part).lower() if isinstance(part, bool) else str(part).strip()
        if part is not None and text:
            yield text
