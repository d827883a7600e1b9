"""Rows of separated values (TSV, CSV), with the place of what is broken."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from xnorm.errors import DataError
from xnorm.kb.sources.lines import at


class Row(NamedTuple):
    """The cells of a row and the line that it ends in."""

    line: int
    cells: list[str]


def delimiter_of(line: str) -> str:
    """What parts the columns of a header: a tab wherever there is one, else `,` or `;`.

    >>> delimiter_of("id;name;a,b"), delimiter_of("id,name\\tsynonyms")
    (';', '\\t')
    """
    return "\t" if "\t" in line else max(",;", key=line.count)


def separated(
    path: Path, lines: Iterable[tuple[int, str]], delimiter: str, *, quotes: bool
) -> Iterator[Row]:
    """The rows of numbered lines, without blank ones.

    A quoted value may hold the delimiter, doubled quotation marks and line ends. A mark inside an
    unquoted value is part of the text.

    Raises:
        DataError: naming the line where quotation marks are broken.
    """
    texts = (line for _, line in lines)
    reader = csv.reader(texts, delimiter=delimiter, quotechar='"' if quotes else None, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(
                f"broken quotation marks ({error})",
                place=at(path, reader.line_num),
                todo="Double quotation marks inside quoted values, or read with --no-quotes",
            ) from error
        if cells:
            yield Row(reader.line_num, cells)
