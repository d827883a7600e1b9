"""Documents into files and folders that are there whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from xnorm.document import Document
from xnorm.errors import SettingError
from xnorm.files import atomic_file, atomic_folder
from xnorm.formats.reading import Format
from xnorm.formats.registry import format_named


def write_documents(documents: Iterable[Document], stream: BinaryIO, format: str) -> None:
    """Writes documents one by one in the format of that name.

    Raises:
        SettingError: for an unknown format, or one that is a folder.
    """
    found = format_named(format)
    if found.write is None:
        raise SettingError(f"'{found.name}' is written as a folder, not as a file")
    found.write(documents, stream)


def write_output(documents: Iterable[Document], path: str | Path, format: str) -> None:
    """Writes documents to a file or a folder, as the format asks; it is there whole or not at all.

    Args:
        documents: what to write; they are taken one by one.
        path: the file or folder; `-` is standard output, which gets each document as it comes.
        format: a name in the table.

    Raises:
        SettingError: for an unknown format, and see `check_output`.
        DataError: when it cannot be written; nothing is left behind then.
    """
    found = check_output(path, format)
    if found.write_folder is not None:
        with atomic_folder(path) as folder:
            found.write_folder(documents, folder)
    elif str(path) == "-":
        write_documents(documents, sys.stdout.buffer, format)
    else:
        with atomic_file(path) as stream:
            write_documents(documents, stream, format)


def check_output(path: str | Path, format: str) -> Format:
    """The format of that name, after making sure, before any work, that it can be written there.

    Raises:
        SettingError: for an unknown format; a folder on standard output, or over files that are
            there; a file over a folder.
    """
    found = format_named(format)
    target = Path(path)
    if found.write_folder is None:
        if str(path) != "-" and target.is_dir():
            raise SettingError(
                f"this is a folder, and '{format}' is a file", place=str(path), todo="Name a file"
            )
    elif str(path) == "-":
        raise SettingError(
            f"'{format}' is a folder of files and cannot go to standard output",
            todo="Name a folder with -o, or another format with --to",
        )
    elif target.is_file() or (target.is_dir() and any(target.iterdir())):
        what = "a file" if target.is_file() else "a folder with files"
        raise SettingError(
            f"{what} is there already", place=str(path), todo="Name a new folder, or remove it"
        )
    return found
