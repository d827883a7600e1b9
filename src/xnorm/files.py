"""Opening inputs, and writing outputs so that nothing half-written is ever left behind."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from xnorm.errors import DataError

_GZIP = b"\x1f\x8b"
_XZ = b"\xfd7zXZ\x00"


@contextmanager
def open_binary(source: str | Path) -> Iterator[BinaryIO]:
    """Opens a file, or standard input for `-`, as bytes; gzip and xz are unpacked by content.

    Raises:
        DataError: when the file is missing, a folder, unreadable, or its packing is damaged.
    """
    name = "standard input" if str(source) == "-" else str(source)
    try:
        raw = sys.stdin.buffer if str(source) == "-" else open(source, "rb")
    except OSError as error:
        raise unreadable(name, error) from error
    buffered = cast(BinaryIO, raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw))
    opened: io.BufferedReader | None = None
    try:
        head = buffered.peek(6)  # type: ignore[attr-defined]
        stream: IO[bytes] = buffered
        if head.startswith(_GZIP):
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=buffered))
        elif head.startswith(_XZ):
            stream = lzma.LZMAFile(buffered)
        opened = io.BufferedReader(cast(io.RawIOBase, stream))
        yield cast(BinaryIO, opened)
    except (gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise DataError(
            f"the packed data is damaged ({error})", place=name, todo="Copy or pack the file again"
        ) from error
    except OSError as error:
        raise unreadable(name, error) from error
    finally:
        if raw is not sys.stdin.buffer:
            raw.close()
        elif opened is not None:
            # Left to itself it would close standard input for the whole process.
            opened.detach()


def unreadable(name: str, error: OSError) -> DataError:
    """The error for a file that the operating system refuses."""
    reason = error.strerror or str(error)
    return DataError(f"cannot be read ({reason})", place=name, todo="Check the path and its rights")


def unwritable(name: str, error: OSError) -> DataError:
    """The error for an output that the operating system refuses, for instance a full disk."""
    first = error.args[0][0][2] if isinstance(error, shutil.Error) else error
    reason = error.strerror or str(first)
    return DataError(
        f"cannot be written ({reason})",
        place=name,
        todo="Check the folder, its rights and the free space; nothing was left behind",
    )


def decode(data: bytes, *, place: str) -> str:
    """UTF-8 text, with or without a byte-order mark.

    Raises:
        DataError: naming the first line that is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise not_utf8(error, place=f"{place}, line {line}") from error


def decode_line(data: bytes, *, place: str) -> str:
    """One line as text, with its line end.

    Raises:
        DataError: when it is not UTF-8 or has a zero byte.
    """
    if b"\0" in data:
        raise zero_byte(place)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8(error, place=place) from None


def zero_byte(place: str) -> DataError:
    """The error for a zero byte, which hints at UTF-16."""
    return DataError(
        "a zero byte, so this is no UTF-8 text",
        place=place,
        todo="Convert UTF-16 first, for instance: iconv -f utf-16 -t utf-8",
    )


def not_utf8(error: UnicodeDecodeError, *, place: str) -> DataError:
    """The error for bytes that are not UTF-8."""
    return DataError(
        f"not UTF-8: byte 0x{error.object[error.start]:02x} cannot be decoded",
        place=place,
        todo="Convert the file first, for instance: iconv -f latin1 -t utf-8",
    )


@contextmanager
def atomic_file(path: str | Path) -> Iterator[BinaryIO]:
    """A binary file that appears at `path` only when the block ends without an error.

    Raises:
        DataError: when it cannot be written; nothing is left behind then.
    """
    target = Path(path)
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as stream:
            yield stream
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except OSError as error:
        raise unwritable(str(path), error) from error
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


@contextmanager
def atomic_folder(path: str | Path) -> Iterator[Path]:
    """A sibling folder that replaces `path` only when the block ends without an error.

    Raises:
        DataError: when it cannot be written; the folder that was there stays as it was then.
    """
    target = Path(path)
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        temporary.chmod(0o777 & ~_umask())
        yield temporary
        old = None
        if target.exists():
            old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.old."))
            os.replace(target, old / target.name)
        os.replace(temporary, target)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise unwritable(str(path), error) from error
    finally:
        if temporary is not None and temporary.exists():
            shutil.rmtree(temporary, ignore_errors=True)


def sha256(path: str | Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
