"""Small corpora in the publishers' layouts, as folders and as archives."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Files = Mapping[str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Files], Path]:
    """Writes files below a folder."""

    def write(files: Files) -> Path:
        root = tmp_path / "corpus"
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8", newline="")
        return root

    return write


@pytest.fixture
def packed(tmp_path: Path) -> Callable[[Files, str], Path]:
    """Writes files into an archive: .zip, .tar or .tar.xz."""

    def write(files: Files, suffix: str) -> Path:
        path = tmp_path / f"corpus{suffix}"
        if suffix == ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                for name, text in files.items():
                    archive.writestr(name, text)
            return path
        with tarfile.open(path, "w:xz" if suffix.endswith("xz") else "w") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))
        return path

    return write
