"""A corpus is read wherever its files lie."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from xnorm.corpora.packs import open_files, rows, texts
from xnorm.errors import DataError

FILES = {"data/train/a.txt": "á\r\n", "data/train/b.tsv": "x\ty\n", "data/._a.txt": "no"}


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.xz"])
def test_an_archive_is_gone_through_like_a_folder(
    folder: Callable, packed: Callable, suffix: str
) -> None:
    expected = {"data/train/a.txt": "á\r\n"}
    assert texts(folder(FILES), "train/*.txt") == expected
    assert texts(packed(FILES, suffix), "train/*.txt") == expected


def test_an_archive_within_a_folder_is_opened_too(packed: Callable) -> None:
    path = packed(FILES, ".tar.xz")
    assert list(texts(path.parent, "*.tsv")) == ["data/train/b.tsv"]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_packed_files_are_known_by_their_plain_name(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    suffix = ".gz" if pack is gzip.compress else ".xz"
    file = tmp_path / f"a.txt{suffix}"
    file.write_bytes(pack("naïve".encode()))
    assert texts(tmp_path, "*.txt") == {"a.txt": "naïve"}
    assert texts(file, "*.txt") == {"a.txt": "naïve"}
    with tarfile.open(tmp_path / "all.tar", "w") as archive:
        archive.add(file, f"in/{file.name}")
    assert texts(tmp_path / "all.tar", "in/*.txt") == {"in/a.txt": "naïve"}


def test_a_file_is_open_until_the_next_is_asked_for(folder: Callable) -> None:
    path = folder({"a.txt": "1", "b.txt": "2"})
    assert [stream.read() for _, stream in open_files(path, "*.txt")] == [b"1", b"2"]


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere: no such file or folder\. Check the path"):
        texts(tmp_path / "nowhere", "*")


def test_a_cut_archive_is_named(packed: Callable) -> None:
    numbers = " ".join(map(str, range(9999)))
    path = packed({"a.txt": numbers, "b.txt": numbers[::-1]}, ".tar.xz")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(DataError, match=r"corpus\.tar\.xz: the archive is damaged"):
        texts(path, "*.txt")


def test_a_damaged_zip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK no more")
    with pytest.raises(DataError, match=r"x\.zip: the archive is damaged"):
        texts(path, "*.txt")


def test_text_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\nt\xe9")
    with pytest.raises(DataError, match=r"a\.txt, line 2: not UTF-8: byte 0xe9"):
        texts(tmp_path, "*.txt")


def test_rows_know_their_lines_and_blank_ones_are_none() -> None:
    assert list(rows("a\tb\r\n\nc\t\n", place="x")) == [
        ("x line 1", ["a", "b"]),
        ("x line 3", ["c", ""]),
    ]
    with pytest.raises(DataError, match="x line 2: 1 cells, expected 2. Take the file as publ"):
        list(rows("a\tb\nc\n", place="x", cells=2))


def test_an_archive_by_content_when_it_is_the_one_given(tmp_path: Path) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"1"))
    (tmp_path / "download").write_bytes(data.getvalue())
    assert texts(tmp_path / "download", "*.txt") == {"a.txt": "1"}
