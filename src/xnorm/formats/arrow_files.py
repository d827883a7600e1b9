"""Parquet and Arrow files of BigBIO rows, read and written some rows at a time.

Source: https://parquet.apache.org/docs/file-format/ and the interprocess communication of
https://arrow.apache.org/docs/format/Columnar.html
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from xnorm.document import Document
from xnorm.errors import DataError
from xnorm.formats.bigbio_arrow import document_row, row_document, schema
from xnorm.formats.reading import Reading

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 256
"""Documents a row group or record batch: what is held in memory at once."""

_PARQUET = b"PAR1"
_ARROW_FILE = b"ARROW1"
_ARROW_STREAM = b"\xff\xff\xff\xff"
_IN_MEMORY = 1 << 26


def sniff_parquet(head: bytes, name: str) -> bool:
    """Whether it begins as Parquet does."""
    return head.startswith(_PARQUET)


def sniff_arrow(head: bytes, name: str) -> bool:
    """Whether it begins as an Arrow file does."""
    return head.startswith(_ARROW_FILE)


def sniff_arrow_stream(head: bytes, name: str) -> bool:
    """Whether it begins as an Arrow stream does, which is what `datasets` saves."""
    return head.startswith(_ARROW_STREAM)


def read_parquet(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents of a Parquet file, a row each; a stream is put aside first, for seeking."""
    import pyarrow.parquet as pq

    with seekable(stream) as file:
        yield from _documents(lambda: pq.ParquetFile(file).iter_batches(ROWS), reading)


def read_arrow(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents of an Arrow file, a row each; a stream is put aside first, for seeking."""
    import pyarrow.ipc as ipc

    def batches() -> Iterator[pa.RecordBatch]:
        opened = ipc.open_file(file)
        return (opened.get_batch(number) for number in range(opened.num_record_batches))

    with seekable(stream) as file:
        yield from _documents(batches, reading)


def read_arrow_stream(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents of an Arrow stream, a row each."""
    import pyarrow.ipc as ipc

    yield from _documents(lambda: ipc.open_stream(stream), reading)


def write_parquet(documents: Iterable[Document], stream: BinaryIO) -> None:
    """A Parquet file with row groups of 256 documents."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(stream, schema(), compression="zstd") as writer:
        for batch in _batches(documents):
            writer.write_batch(batch)


def write_arrow(documents: Iterable[Document], stream: BinaryIO) -> None:
    """An Arrow file with batches of 256 documents."""
    import pyarrow.ipc as ipc

    with ipc.new_file(stream, schema()) as writer:
        for batch in _batches(documents):
            writer.write_batch(batch)


def write_arrow_stream(documents: Iterable[Document], stream: BinaryIO) -> None:
    """An Arrow stream with batches of 256 documents."""
    import pyarrow.ipc as ipc

    with ipc.new_stream(stream, schema()) as writer:
        for batch in _batches(documents):
            writer.write_batch(batch)


def _batches(documents: Iterable[Document]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    rows = map(document_row, documents)
    while held := list(islice(rows, ROWS)):
        yield pa.RecordBatch.from_pylist(held, schema=schema())


def _documents(
    batches: Callable[[], Iterable[pa.RecordBatch]], reading: Reading
) -> Iterator[Document]:
    for number, row in enumerate(_rows(batches, reading.name), 1):
        try:
            document = row_document(row, f"{reading.name}, row {number}", reading.on_note)
        except DataError as error:
            reading.bad(error)
        else:
            yield document


def _rows(batches: Callable[[], Iterable[pa.RecordBatch]], name: str) -> Iterator[dict[str, Any]]:
    import pyarrow as pa

    try:
        for batch in batches():
            # Arrow itself trusts a file: a damaged offset would read beyond the memory.
            batch.validate(full=True)
            for start in range(0, batch.num_rows, ROWS):
                yield from batch.slice(start, ROWS).to_pylist()
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise DataError(
            f"cannot be read ({str(error) or type(error).__name__})",
            place=name,
            todo="The file looks damaged or cut; copy it again",
        ) from error


@contextmanager
def seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The stream if it is a file that lies there unpacked, and otherwise a copy."""
    bottom: object = stream
    while isinstance(bottom, io.BufferedReader):
        bottom = bottom.raw
    if isinstance(bottom, io.FileIO | io.BytesIO) and stream.seekable():
        yield stream
        return
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
        yield cast(BinaryIO, copy)
