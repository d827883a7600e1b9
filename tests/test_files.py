"""Inputs open packed or plain; outputs appear whole or not at all."""

import errno
import gzip
import lzma
import shutil
from pathlib import Path

import pytest

from xnorm.errors import DataError
from xnorm.files import atomic_file, atomic_folder, decode, open_binary


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_a_file_opens_whatever_its_packing(tmp_path: Path, pack: object) -> None:
    file = tmp_path / "file"
    file.write_bytes(pack(b"one\ntwo\n"))  # type: ignore[operator]
    with open_binary(file) as stream:
        assert stream.read() == b"one\ntwo\n"


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing.json: cannot be read .No such file"):
        with open_binary(tmp_path / "nothing.json"):
            pass


def test_damaged_gzip_is_told(tmp_path: Path) -> None:
    file = tmp_path / "cut.gz"
    file.write_bytes(gzip.compress(b"x" * 10_000)[:-12])
    with pytest.raises(DataError, match="the packed data is damaged"):
        with open_binary(file) as stream:
            stream.read()


def test_wrong_encoding_names_the_line() -> None:
    with pytest.raises(DataError) as caught:
        decode("uno\ndos ñ\n".encode("latin-1"), place="a.txt")
    assert str(caught.value).startswith("a.txt, line 2: not UTF-8: byte 0xf1")


def test_a_byte_order_mark_is_dropped() -> None:
    assert decode("\ufeffx".encode(), place="a") == "x"


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataError), atomic_file(tmp_path / "out") as stream:
        stream.write(b"half")
        raise DataError("stop")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    with pytest.raises(DataError) as caught, atomic_file(target) as stream:
        stream.write(b"new")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert "cannot be written (No space left on device)" in str(caught.value)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    for text in ("old", "new"):
        with atomic_folder(target) as folder:
            (folder / text).write_text(text)
    assert [path.name for path in target.iterdir()] == ["new"]
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_folder_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    with atomic_folder(target) as folder:
        (folder / "old").write_text("old")
    with pytest.raises(DataError), atomic_folder(target) as folder:
        (folder / "new").write_text("new")
        raise DataError("stop")
    assert [path.name for path in target.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_copied_gives_one_reason(tmp_path: Path) -> None:
    failures = [("a", "b", "No space left on device"), ("c", "d", "No space left on device")]
    with pytest.raises(DataError) as caught, atomic_folder(tmp_path / "folder"):
        raise shutil.Error(failures)
    assert "cannot be written (No space left on device)" in str(caught.value)
