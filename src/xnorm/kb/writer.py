"""Writing an Arrow file row by row, a block at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

_BLOCK = 131_072
"""Rows of one record batch; more of them cost memory, fewer cost speed of access."""


class TableWriter:
    """An Arrow IPC file that takes rows; same rows, same bytes."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.rows = 0
        self._schema = schema
        self._columns: list[list[Any]] = [[] for _ in schema]
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._file, schema)

    def add(self, row: tuple[Any, ...]) -> None:
        """Adds one row, its values in the order of the columns."""
        for column, value in zip(self._columns, row, strict=True):
            column.append(value)
        if len(self._columns[0]) >= _BLOCK:
            self._flush()

    def add_columns(self, columns: list[pa.Array]) -> None:
        """Adds a whole block of rows."""
        batch = pa.record_batch(columns, schema=self._schema)
        if batch.num_rows:
            self._writer.write_batch(batch)
            self.rows += batch.num_rows

    def _flush(self) -> None:
        arrays = [
            pa.array(values, type=field.type)
            for values, field in zip(self._columns, self._schema, strict=True)
        ]
        for values in self._columns:
            values.clear()
        self.add_columns(arrays)

    def close(self) -> None:
        """Writes what is left and the footer."""
        self._flush()
        self._writer.close()
        self._file.close()

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
