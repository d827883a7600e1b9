"""Tables of titles: rows in and out, as CSV, TSV, JSON Lines or Parquet, never one of them lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath
from typing import Any, BinaryIO, NamedTuple

import msgspec

from xnorm.errors import DataError, SettingError, did_you_mean
from xnorm.files import open_binary
from xnorm.formats.arrow_files import seekable

SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
FORMATS = ("csv", "tsv", "jsonl", "parquet")

_PACKED = (".gz", ".xz")
_HEAD = 1 << 12


class Row(msgspec.Struct, frozen=True):
    """A row of a table.

    Attributes:
        number: from 1, without the header.
        cells: column to value, as it was read; a broken row's as far as it can be told.
        title: what stands in the column of titles.
        error: why there is no title to look up; empty if there is one.
    """

    number: int
    cells: Mapping[str, Any]
    title: str
    error: str = ""


class Table(NamedTuple):
    """An open table.

    Attributes:
        format: one of `FORMATS`.
        columns: their names in order; those of the first object in JSON Lines.
        rows: one after another.
        layout: what a writer of the same format needs to write alike: the delimiter of CSV, the
            schema of Parquet.
    """

    format: str
    columns: tuple[str, ...]
    rows: Iterator[Row]
    layout: Any = None


@contextmanager
def open_rows(source: str, column: str, *, format: str | None = None) -> Iterator[Table]:
    """Opens a file, or standard input for `-`; packed ones are unpacked.

    Args:
        source: the path.
        column: the name of the column with the titles.
        format: one of `FORMATS`; by suffix and content if not given.

    Raises:
        DataError: when it cannot be read at all; broken rows are rows with an error.
        SettingError: when there is no such column.
    """
    from xnorm.titles import csv_rows, json_rows, parquet_rows

    name = "standard input" if source == "-" else source
    with ExitStack() as opened:
        stream = opened.enter_context(open_binary(source))
        chosen = format or format_of(source) or _sniffed(stream)
        if chosen == "parquet":
            table = parquet_rows.read(opened.enter_context(seekable(stream)), column, name)
        elif chosen == "jsonl":
            table = json_rows.read(stream, column)
        else:
            table = csv_rows.read(stream, column, name, "\t" if chosen == "tsv" else "")
        if chosen != "jsonl" and column not in table.columns:
            raise SettingError(
                f"no column '{column}'", place=name, todo=did_you_mean(column, table.columns)
            )
        yield table


def write_rows(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    stream: BinaryIO,
    *,
    format: str,
    layout: Any = None,
) -> None:
    """Writes rows.

    Args:
        rows: column to value.
        columns: what the header names; JSON Lines have whatever a row has.
        stream: where to.
        format: one of `FORMATS`.
        layout: of a table of the same format, to write alike.
    """
    from xnorm.titles import csv_rows, json_rows, parquet_rows

    if format == "parquet":
        parquet_rows.write(rows, columns, stream, layout)
    elif format == "jsonl":
        json_rows.write(rows, stream)
    else:
        csv_rows.write(rows, columns, stream, "\t" if format == "tsv" else layout or ",")


def format_of(name: str) -> str | None:
    """The format that a file's name tells; None if it tells none."""
    path = PurePosixPath(name)
    if path.suffix in _PACKED:
        path = path.with_suffix("")
    return SUFFIXES.get(path.suffix.lower())


def output_format(name: str, read: str) -> str:
    """The format to write: that of the name, and for standard output the one that was read.

    Raises:
        SettingError: for a suffix that tells no format.
    """
    if name == "-":
        return read
    found = SUFFIXES.get(PurePosixPath(name).suffix.lower())
    if found is None:
        raise SettingError(
            "no format has this suffix", place=name, todo=f"Known: {', '.join(SUFFIXES)}"
        )
    return found


def text_of(value: object) -> tuple[str, str]:
    """The title in a cell, and what is wrong with a value that is no text."""
    if isinstance(value, str):
        return value, ""
    kind = "nothing" if value is None else type(value).__name__
    return "", f"the title is {kind}, not text"


def _sniffed(stream: BinaryIO) -> str:
    head = stream.peek(_HEAD)[:_HEAD]  # type: ignore[attr-defined]
    if head.startswith(b"PAR1"):
        return "parquet"
    return "jsonl" if head.lstrip().startswith(b"{") else "csv"


def missing(name: str) -> DataError:
    """The error for a table without a header."""
    return DataError("the table is empty", place=name, todo="Name the columns in the first line")
