"""Reading terminology files line by line, with the place of a line for errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xnorm.errors import DataError
from xnorm.files import open_binary


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines (from 1) of a plain, gz or xz file in UTF-8, with their line ends.

    Raises:
        DataError: naming the line that is not UTF-8 or holds a NUL character, or the file that
            cannot be read.
    """
    with open_binary(path) as stream:
        for number, raw in enumerate(stream, start=1):
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise DataError(
                    f"not UTF-8: byte 0x{raw[error.start]:02x} cannot be decoded",
                    place=at(path, number),
                    todo="Convert the file first, for instance: iconv -f latin1 -t utf-8",
                ) from error
            if "\0" in line:
                raise DataError(
                    "a NUL character",
                    place=at(path, number),
                    todo="The file is damaged or not a text; remove it with: tr -d '\\000'",
                )
            yield number, line.removeprefix("\ufeff") if number == 1 else line


def at(path: Path, line: int) -> str:
    """The place of a line, for an error."""
    return f"{path} line {line:,}"
