"""The Rich Release Format of UMLS: files of a META folder, their rows, and rows of one concept.

A field ends in `|` and is never quoted, so that a row of n fields has n of them. Files come sorted
by CUI, which lets several be read side by side with the rows of one concept in memory.

Source: UMLS Reference Manual, chapter 3, Metathesaurus - Rich Release Format.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xnorm.errors import DataError
from xnorm.kb.sources.lines import at, text_lines

WIDTH = {"MRCONSO": 18, "MRCUI": 7, "MRDEF": 8, "MRRANK": 4, "MRSAB": 25, "MRSTY": 6}
"""Numbers of fields."""

Groups = Iterator[tuple[str, list[list[str]]]]
"""CUIs in ascending order, each with its rows."""


def meta_folder(source: Path) -> Path:
    """The folder of the RRF files: `source`, its folder META, or where the file `source` lies."""
    if source.is_file():
        return source.parent
    return source / "META" if (source / "META").is_dir() else source


def member(folder: Path, name: str) -> Path | None:
    """The file of a table such as MRCONSO, plain or packed; None if it is not there."""
    candidates = (folder / f"{name}.RRF{packed}" for packed in ("", ".gz", ".xz"))
    return next((path for path in candidates if path.is_file()), None)


def needed_member(folder: Path, name: str, purpose: str) -> Path:
    """The same for a file that has to be there.

    Raises:
        DataError: saying what it is needed for.
    """
    path = member(folder, name)
    if path is None:
        raise DataError(
            f"no {name}.RRF here, which is needed for {purpose}",
            place=str(folder),
            todo="Give the META folder of a UMLS release or subset; files may be gzip or xz",
        )
    return path


def rows(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """The line numbers and fields of a table.

    Raises:
        DataError: naming the line with too few or too many fields, or that is not text.
    """
    width = WIDTH[name]
    for number, line in text_lines(path):
        fields = line.rstrip("\r\n").split("|")
        if len(fields) != width + 1 or fields[width]:
            raise _broken(path, number, fields, width)
        yield number, fields


def concepts(path: Path, name: str) -> Groups:
    """The rows of each CUI, from a table whose first field is the CUI.

    Raises:
        DataError: as `rows` does, and naming the line whose CUI comes too late.
    """
    current = ""
    group: list[list[str]] = []
    for number, fields in rows(path, name):
        cui = fields[0]
        if cui != current:
            if cui < current:
                raise DataError(
                    f"'{cui}' comes after '{current}', but rows must be sorted by CUI",
                    place=at(path, number),
                    todo=f"Sort the unpacked file: LC_ALL=C sort -o {name}.RRF {name}.RRF",
                )
            if group:
                yield current, group
            current, group = cui, []
        group.append(fields)
    if group:
        yield current, group


class Beside:
    """The rows of a second table, asked for in the order of the first."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._next = next(groups, None)

    def rows(self, cui: str) -> list[list[str]]:
        """The rows of a CUI; rows of smaller ones are passed over."""
        while self._next is not None and self._next[0] < cui:
            self._next = next(self._groups, None)
        return self._next[1] if self._next is not None and self._next[0] == cui else []


def _broken(path: Path, number: int, fields: list[str], width: int) -> DataError:
    # What does not end in | is no field, unless it is one too many.
    found = len(fields) - (len(fields) <= width or not fields[-1])
    return DataError(
        f"{found} fields, expected {width}",
        place=at(path, number),
        todo="The file looks truncated; compare its size with MRFILES.RRF",
    )
