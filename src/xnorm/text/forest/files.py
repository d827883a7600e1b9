"""Forests from files; what was compiled is kept in a cache folder, if one is given."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from xnorm.errors import DataError
from xnorm.files import atomic_file, open_binary, sha256
from xnorm.text.forest.compiled import Compiled
from xnorm.text.forest.digest import Forest
from xnorm.text.forest.source import read_source
from xnorm.version import VERSION


def open_forest(paths: Sequence[str | Path], *, cache: Path | None = None) -> Forest:
    """The forest of some files; rules of later files go before those of earlier ones.

    Args:
        paths: YAML files; the tables that they name lie beside them.
        cache: a folder for compiled forests. One is taken only where its files, their places and
            the version are the same, and made anew where it is missing, damaged or of others.

    Raises:
        SettingError: naming file, line and rule of a mistake.
        DataError: when a file cannot be read.
    """
    files = [Path(path) for path in paths]
    if cache is None:
        return Forest(_compiled(files).compiled)
    place = cache / f"forest-{_fingerprint(files)}.json"
    kept = _kept(place)
    if kept is None:
        kept = _compiled(files)
        _keep(kept, place)
    return Forest(kept.compiled)


class _Kept(msgspec.Struct, frozen=True):
    """What a cache holds: a forest, and the SHA-256 of the tables that it was made from."""

    tables: dict[str, str]
    compiled: Compiled


def _compiled(paths: Sequence[Path]) -> _Kept:
    from xnorm.text.forest.compiling import compile_forest

    files = [read_source(path) for path in paths]
    tables = {table: sha256(table) for file in files for table in file.tables}
    return _Kept(tables, compile_forest(files))


def _fingerprint(paths: Sequence[Path]) -> str:
    """Of the files, their places and the version."""
    digest = hashlib.sha256(VERSION.encode())
    for path in paths:
        with open_binary(path) as stream:
            content = stream.read()
        digest.update(f"\0{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


def _kept(path: Path) -> _Kept | None:
    """What is kept, if it can be read and its tables are as they were."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        same = all(sha256(table) == known for table, known in kept.tables.items())
    except (OSError, msgspec.DecodeError):
        return None
    return kept if same else None


def _keep(kept: _Kept, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as stream:
            stream.write(msgspec.json.encode(kept))
    except (DataError, OSError):
        return  # a cache that cannot be written is no reason to fail
