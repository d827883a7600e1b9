"""The Arrow tables of a knowledge base: their columns, and opening them by memory map."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from xnorm.errors import IndexProblem
from xnorm.files import sha256
from xnorm.kb.manifest import Manifest

SCHEMAS: dict[str, pa.Schema] = {
    "names": pa.schema(
        [
            ("concept", pa.int32()),  # row in concepts
            ("text", pa.string()),
            ("language", pa.string()),
            ("kind", pa.string()),
            ("scope", pa.string()),
            ("source", pa.string()),
        ]
    ),
    "concepts": pa.schema(
        [
            ("id", pa.string()),
            ("preferred", pa.string()),
            ("types", pa.list_(pa.string())),
            ("definition", pa.string()),
            ("depth", pa.int32()),  # shortest way to a root, -1 unknown
        ]
    ),
    "relations": pa.schema([("child", pa.int32()), ("parent", pa.int32())]),
    "xrefs": pa.schema([("concept", pa.int32()), ("xref", pa.string())]),
    "retired": pa.schema([("old", pa.string()), ("new", pa.string())]),
}
"""Rows of names, relations and xrefs lie in the order of their concepts; retired by old id."""

_AGAIN = "Build the knowledge base again with: xnorm kb build"


def table_path(folder: Path, name: str) -> Path:
    """The file of one table."""
    return folder / f"{name}.arrow"


def open_table(folder: Path, name: str, manifest: Manifest) -> pa.Table:
    """One table by memory map, checked against the manifest by size, columns and rows.

    Raises:
        IndexProblem: naming the file that is missing, truncated or foreign.
    """
    path = table_path(folder, name)
    expected = manifest.tables.get(name)
    if expected is None:
        raise IndexProblem(f"the manifest lists no table '{name}'", place=str(folder), todo=_AGAIN)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise IndexProblem("the table is missing", place=str(path), todo=_AGAIN) from error
    if size != expected.bytes:
        raise IndexProblem(
            f"truncated or foreign: {size:,} bytes, the manifest says {expected.bytes:,}",
            place=str(path),
            todo=_AGAIN,
        )
    try:
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_file(source).read_all()
    except (pa.ArrowException, OSError) as error:
        raise IndexProblem(
            f"not a readable Arrow file ({error})", place=str(path), todo=_AGAIN
        ) from error
    if not table.schema.equals(SCHEMAS[name]) or table.num_rows != expected.rows:
        raise IndexProblem(
            "foreign: its columns or number of rows are not those of the manifest",
            place=str(path),
            todo=_AGAIN,
        )
    return table


def verify_tables(folder: Path, manifest: Manifest) -> None:
    """Reads every table in full and compares its SHA-256 with the manifest.

    Raises:
        IndexProblem: naming the first file that differs.
    """
    for name, expected in manifest.tables.items():
        path = table_path(folder, name)
        if sha256(path) != expected.sha256:
            raise IndexProblem(
                "damaged: its SHA-256 is not that of the manifest", place=str(path), todo=_AGAIN
            )
