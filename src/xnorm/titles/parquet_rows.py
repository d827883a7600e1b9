"""Rows of Parquet files, some at a time; columns keep their types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from xnorm.errors import DataError
from xnorm.titles.rows import Row, Table, text_of

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 4096


def read(stream: BinaryIO, column: str, name: str) -> Table:
    """A table with the schema of the file as its layout.

    Raises:
        DataError: when it is no Parquet, or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(name, error) from error
    schema = file.schema_arrow
    return Table("parquet", tuple(schema.names), _rows(file, column, name), schema)


def write(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    stream: BinaryIO,
    layout: pa.Schema | None,
) -> None:
    """A Parquet file; columns that the layout does not have get the type of their first values.

    Raises:
        DataError: when a later value does not fit.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    waiting = ({column: row.get(column) for column in columns} for row in rows)
    held = list(islice(waiting, _ROWS))
    schema = _schema(columns, held, layout)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        while held:
            try:
                writer.write_table(pa.Table.from_pylist(held, schema=schema))
            except pa.ArrowException as error:
                raise DataError(
                    f"a value that does not fit its column ({error})",
                    todo="Write JSON Lines instead, with -o NAME.jsonl",
                ) from error
            held = list(islice(waiting, _ROWS))


def _schema(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]], layout: pa.Schema | None
) -> pa.Schema:
    import pyarrow as pa

    known = {field.name: field.type for field in layout} if layout is not None else {}
    fields = []
    for column in columns:
        kind = known.get(column)
        if kind is None:
            try:
                kind = pa.array([row[column] for row in rows]).type
            except pa.ArrowException as error:
                raise DataError(
                    f"the column '{column}' has values of several types",
                    todo="Write JSON Lines instead, with -o NAME.jsonl",
                ) from error
        fields.append(pa.field(column, pa.string() if pa.types.is_null(kind) else kind))
    return pa.schema(fields)


def _rows(file: Any, column: str, name: str) -> Iterator[Row]:
    import pyarrow as pa

    number = 0
    try:
        for batch in file.iter_batches(_ROWS):
            # Arrow itself trusts a file: a damaged offset would read beyond the memory.
            batch.validate(full=True)
            for cells in batch.to_pylist():
                number += 1
                title, problem = text_of(cells[column])
                yield Row(number, cells, title, problem)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> DataError:
    return DataError(
        f"cannot be read ({error})", place=name, todo="The file looks damaged; copy it again"
    )
