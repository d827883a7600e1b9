"""What every reader shares: where complaints go, whose turn it is when one document is bad."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from xnorm.document import Document
from xnorm.errors import DataError, XnormError

PARTS = (
    "language",
    "text",
    "passages",
    "mentions",
    "types",
    "discontinuous",
    "overlapping",
    "gold",
    "links",
    "candidates",
    "coreferences",
    "relations",
    "events",
    "row",
    "extra",
)
"""What a format may be able to carry of a document; `row`: the other columns of a mention's row."""


class Reading(msgspec.Struct, frozen=True):
    """One input being read: its name for messages, and the two ears for complaints.

    Attributes:
        name: the file, folder or `standard input`, as messages say it.
        on_bad: hears of a document that is left out; None raises the error instead.
        on_note: hears of an oddity in a document that is kept.
    """

    name: str
    on_bad: Callable[[XnormError], None] | None = None
    on_note: Callable[[XnormError], None] | None = None

    def bad(self, error: XnormError) -> None:
        """Reports a document that is left out; the reader goes on with the next if this returns."""
        if self.on_bad is None:
            raise error
        self.on_bad(error)

    def note(self, what: str, *, place: str, todo: str) -> None:
        """Reports something odd in a document that is kept."""
        if self.on_note is not None:
            self.on_note(DataError(what, place=place, todo=todo))


class Format(msgspec.Struct, frozen=True):
    """A row of the table of formats; third parties give one as entry point `xnorm.formats`.

    Attributes:
        name: as `--from` and `--to` say it.
        read: documents from a binary stream, in order; None when the format is only written.
        write: documents to a binary stream, one by one; None when the format is a folder.
        sniff: whether the first 64 KiB and the file's name look like it; None: only by name.
        read_folder: documents from a folder, when the format has such a form.
        writes: the name of the format that `write` gives, when it is another one: a text file
            cannot carry links.
        write_folder: documents into a folder that exists and is empty, when the format is one.
        holds: those of `PARTS` that the format can carry; None means all.
        sniff_folder: whether a folder looks like it.
    """

    name: str
    read: Callable[[BinaryIO, Reading], Iterator[Document]] | None
    write: Callable[[Iterable[Document], BinaryIO], None] | None
    sniff: Callable[[bytes, str], bool] | None = None
    read_folder: Callable[[Path, Reading], Iterator[Document]] | None = None
    writes: str = ""
    write_folder: Callable[[Iterable[Document], Path], None] | None = None
    holds: frozenset[str] | None = None
    sniff_folder: Callable[[Path], bool] | None = None

    @property
    def output(self) -> str:
        """The name of the format that documents read from this one are written in."""
        return self.writes or self.name


class SeenIds:
    """A set of ids in 8 to 32 bytes an id, so that a million documents cost some megabytes.

    Holds 64-bit hashes: among a million ids the chance of one false alarm is 1 in 37 million.

    >>> seen = SeenIds()
    >>> seen.add("a"), seen.add("b"), seen.add("a")
    (True, True, False)
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * 64))
        self._count = 0

    def add(self, id: str) -> bool:
        """Whether the id is new; it is known afterwards."""
        # Zero marks a free slot, so no hash may be zero.
        if not self._place((hash(id) & 0xFFFF_FFFF_FFFF_FFFF) or 1):
            return False
        self._count += 1
        if 2 * self._count > len(self._slots):
            old, self._slots = self._slots, array("Q", bytes(16 * len(self._slots)))
            for key in old:
                if key:
                    self._place(key)
        return True

    def _place(self, key: int) -> bool:
        mask = len(self._slots) - 1
        slot = key & mask
        while self._slots[slot]:
            if self._slots[slot] == key:
                return False
            slot = (slot + 1) & mask
        self._slots[slot] = key
        return True


def plain_name(name: str) -> str:
    """A file's name in lower case without the suffix of its packing.

    >>> plain_name("Notes.TXT.gz")
    'notes.txt'
    """
    return name.lower().removesuffix(".gz").removesuffix(".xz")
