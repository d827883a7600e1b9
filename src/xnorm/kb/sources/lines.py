"""Reading terminology files line by line, with the place of a line for errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xnorm.files import decode_line, open_binary


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines (from 1) of a plain, gz or xz file in UTF-8, with their line ends.

    Raises:
        DataError: naming the line that is not UTF-8 or has a zero byte, or the file that cannot be
            read.
    """
    with open_binary(path) as stream:
        for number, raw in enumerate(stream, start=1):
            line = decode_line(raw, place=at(path, number))
            yield number, line.removeprefix("\ufeff") if number == 1 else line


def at(path: Path, line: int) -> str:
    """The place of a line, for an error."""
    return f"{path} line {line:,}"
