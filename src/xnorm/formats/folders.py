"""The files of a folder and its folders: found by suffix, written by the ids of documents."""

from __future__ import annotations

import re
from pathlib import Path

from xnorm.errors import DataError
from xnorm.formats.reading import plain_name

_UNSAFE = re.compile(r"^\.|[\x00-\x1f\x7f\\]")


def files_with(folder: Path, suffixes: tuple[str, ...], *, todo: str) -> list[tuple[str, Path]]:
    """Relative paths and files with one of the suffixes, packed or not, in the order of the paths.

    Args:
        folder: where to look; what is hidden is passed over.
        suffixes: in lower case, with the full stop.
        todo: what to do when there is none.

    Raises:
        DataError: when there is none.
    """
    found = sorted(
        (path.relative_to(folder).as_posix(), path)
        for path in folder.rglob("*")
        if plain_name(path.name).endswith(suffixes) and path.is_file() and not _hidden(path, folder)
    )
    if not found:
        *others, last = suffixes
        named = f"{', '.join(others)} or {last}" if others else last
        raise DataError(f"no {named} files in the folder", place=str(folder), todo=todo)
    return found


def write_file(folder: Path, id: str, suffix: str, data: bytes) -> None:
    """Writes a file that is named by a document's id; slashes in it make folders.

    Raises:
        DataError: when another document has the same file name.
    """
    name = "/".join(_UNSAFE.sub(_escaped, part) or "_" for part in id.split("/"))
    path = folder / f"{name}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(path, "xb") as stream:
            stream.write(data)
    except FileExistsError as error:
        raise DataError(
            f"the file name '{name}' is that of another document",
            place=f"document '{id}'",
            todo="Give the documents ids that differ by more than capitals",
        ) from error


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)
