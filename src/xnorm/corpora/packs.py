"""The files of a corpus, wherever they lie: an archive, a folder, single packed files."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from xnorm.errors import DataError
from xnorm.files import decode, open_binary, unreadable

_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_PACKED = (".gz", ".xz")
_DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
)


def open_files(path: Path, *patterns: str) -> Iterator[tuple[str, BinaryIO]]:
    """The files whose path matches one of the patterns, by path, each open until the next.

    An archive (tar, zip) is gone through like a folder, one within a folder too; gzip and xz are
    unpacked. A pattern is compared from the right: `text_files/*.txt` is found at any depth.

    Args:
        path: an archive, a folder, or a single file.
        patterns: as in `pathlib.PurePath.match`; without the suffix of gzip or xz.

    Yields:
        (path within the pack, bytes), a folder's in the order of names, an archive's in its own.

    Raises:
        DataError: when it is missing, or an archive is damaged.
    """
    if not path.exists():
        raise DataError("no such file or folder", place=str(path), todo="Check the path")
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        if _is_zip(file):
            yield from _zipped(file, patterns)
        elif _is_tar(file, single=file == path):
            yield from _tarred(file, patterns)
        elif (plain := _plain(name)) and _matches(plain, patterns):
            with open_binary(file) as stream:
                yield plain, stream


def texts(path: Path, *patterns: str) -> dict[str, str]:
    """The texts of the files that match, by path within the pack, in the order of paths.

    Line ends are kept as they are, since offsets count them.
    """
    found = {
        name: decode(stream.read(), place=f"{path}, {name}")
        for name, stream in open_files(path, *patterns)
    }
    return dict(sorted(found.items()))


def rows(text: str, *, place: str, cells: int = 1) -> Iterator[tuple[str, list[str]]]:
    """The places and cells of tab-separated lines that are not blank.

    Raises:
        DataError: naming a line with fewer cells than expected.
    """
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        found = line.split("\t")
        here = f"{place} line {number:,}"
        if not line.strip():
            continue
        if len(found) < cells:
            raise DataError(
                f"{len(found)} cells, expected {cells}",
                place=here,
                todo="Take the file as published",
            )
        yield here, found


def stem(name: str) -> str:
    """A file's name without folder and suffix."""
    return PurePosixPath(name).stem


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    path = PurePosixPath(name)
    if path.name.startswith("._") or "__MACOSX" in path.parts:
        return False
    return any(path.match(pattern) for pattern in patterns)


def _plain(name: str) -> str:
    for suffix in _PACKED:
        name = name.removesuffix(suffix)
    return name


def _is_zip(file: Path) -> bool:
    return file.suffix.lower() == ".zip"


def _is_tar(file: Path, *, single: bool) -> bool:
    # An archive is known by its name in a folder of thousands, by its content when it is the one.
    return file.name.lower().endswith(_TAR) or (single and tarfile.is_tarfile(file))


def _zipped(file: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, BinaryIO]]:
    try:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if _matches(_plain(name), patterns):
                    yield _plain(name), _unpacked(archive.read(name), name)
    except OSError as error:
        raise unreadable(str(file), error) from error
    except _DAMAGE as error:
        raise _damaged(file, error) from error


def _tarred(file: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, BinaryIO]]:
    try:
        with tarfile.open(file) as archive:
            for member in archive:
                name = member.name.removeprefix("./")
                if member.isfile() and _matches(_plain(name), patterns):
                    stream = archive.extractfile(member)
                    assert stream is not None
                    yield _plain(name), _unpacked(stream.read(), name)
    except OSError as error:
        raise unreadable(str(file), error) from error
    except _DAMAGE as error:
        raise _damaged(file, error) from error


def _unpacked(data: bytes, name: str) -> BinaryIO:
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    elif name.endswith(".xz"):
        data = lzma.decompress(data)
    return io.BytesIO(data)


def _damaged(file: Path, error: BaseException) -> DataError:
    return DataError(
        f"the archive is damaged ({error})", place=str(file), todo="Copy or download it again"
    )
