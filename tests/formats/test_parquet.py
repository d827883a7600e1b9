"""Parquet and Arrow files of BigBIO rows: exact, in row groups, and from any stream."""
# The messages stand here as the user sees them.
# ruff: noqa: E501

from __future__ import annotations

import datetime
import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from tests.strategies import corpora, linked_documents

from xnorm.document import Document
from xnorm.errors import DataError, XnormError
from xnorm.formats import FORMATS, Reading, open_documents, write_output
from xnorm.formats.bigbio_arrow import BEYOND, document_row, row_document, schema

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = ["parquet", "arrow", "arrow-stream"]
PASSAGE = {"id": "p", "type": "", "text": ["ab cd"], "offsets": [[0, 5]]}
ENTITY = {"id": "T1", "type": "X", "text": ["ab"], "offsets": [[0, 2]], "normalized": []}


def table(path: Path, *rows: dict[str, Any]) -> Path:
    pq.write_table(pa.Table.from_pylist(list(rows)), path)
    return path


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(corpora(linked_documents()))
def test_linked_documents_come_back_exactly(name: str, docs: list[Document]) -> None:
    row = FORMATS[name]
    assert row.read is not None
    assert row.write is not None
    stream = io.BytesIO()
    row.write(docs, stream)
    assert list(row.read(io.BytesIO(stream.getvalue()), Reading("x"))) == docs


@settings(max_examples=25, deadline=None)
@given(linked_documents())
def test_a_row_is_a_document_and_back(document: Document) -> None:
    assert row_document(document_row(document), "here") == document


def test_the_columns_are_those_of_bigbio(tmp_path: Path) -> None:
    documents = list(open_documents(FIXTURES / "linked.json"))
    write_output(documents, tmp_path / "x.parquet", "parquet")
    written = pq.read_table(tmp_path / "x.parquet")
    assert written.schema == schema()
    assert written.column_names == [
        "id", "document_id", "language", "passages", "entities", "events", "coreferences",
        "relations", "xnorm",
    ]  # fmt: skip
    offsets = pa.list_(pa.field("element", pa.list_(pa.field("element", pa.int32()))))
    assert schema().field("passages").type.value_type.field("offsets").type.equals(offsets)
    (row,) = written.to_pylist()
    assert row["entities"][1]["normalized"] == [{"db_name": "HPO", "db_id": "HP:0002315"}]
    beyond = json.loads(row["xnorm"])["entities"][1]
    assert beyond["link"]["name"] == "Headache"
    assert beyond["normalized"] == [{"score": 0.9312}]


def test_what_bigbio_can_say_needs_no_further_column() -> None:
    row = document_row(Document.from_text("Fever", id="1", language="en"))
    assert (row["language"], row[BEYOND]) == ("en", None)
    assert document_row(Document.from_text("Fever"))["language"] is None


def test_columns_of_others_are_unknown_fields(tmp_path: Path) -> None:
    day = datetime.date(2020, 2, 29)
    path = table(tmp_path / "x.parquet", {"id": "1", "passages": [PASSAGE], "day": day, "b": b"a"})
    (document,) = open_documents(path)
    assert document.extra == {"day": "2020-02-29", "b": "YQ=="}
    assert row_document(document_row(document), "here") == document


def test_documents_are_written_in_row_groups(tmp_path: Path) -> None:
    documents = (Document.from_text("Fever", id=str(number)) for number in range(600))
    write_output(documents, tmp_path / "x.parquet", "parquet")
    file = pq.ParquetFile(tmp_path / "x.parquet")
    assert [file.metadata.row_group(at).num_rows for at in range(3)] == [256, 256, 88]
    assert sum(1 for _ in open_documents(tmp_path / "x.parquet")) == 600


@pytest.mark.parametrize("name", ["parquet.parquet", "arrow.arrow", "arrow-stream.arrow"])
def test_a_stream_that_cannot_seek_is_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = list(open_documents(FIXTURES / name))
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress((FIXTURES / name).read_bytes()))
    assert list(open_documents(packed)) == expected

    class Pipe(io.BufferedReader):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError("Illegal seek")

    with Pipe(io.FileIO(FIXTURES / name)) as raw:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
        assert list(open_documents("-")) == expected


ROWS: list[tuple[dict[str, Any], str]] = [
    ({"id": "1", "text": "a"}, ": no `passages` among the fields (id, text). A BigBIO document has them."),
    ({"id": "1", "passages": [PASSAGE], "entities": [ENTITY | {"offsets": [[0, 9]]}]}, ", $.entities[0].offsets[0]: offsets 0-9 lie outside the text of 5 characters. Offsets count Unicode characters from 0, the end is exclusive."),
    ({"id": "1", "passages": [PASSAGE], "xnorm": "{"}, ", $.xnorm: not JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)). Correct it, or empty the column `xnorm`."),
    ({"id": "1", "passages": [PASSAGE], "xnorm": "[]"}, ": expected an object, found a list."),
    ({"id": "1", "passages": [PASSAGE], "xnorm": '{"entities": [{}]}'}, ", $.xnorm.entities: 1 items for 0 in the row. Correct it, or empty the column `xnorm`."),
    ({"id": "1", "passages": PASSAGE}, ", $.passages: expected a list, found an object."),
    ({"id": "", "passages": [PASSAGE]}, ": `id` is missing. Give every id a text."),
]  # fmt: skip


@pytest.mark.parametrize(("row", "message"), ROWS)
def test_a_bad_row_is_named(row: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = table(tmp_path / "x.parquet", row)
    with pytest.raises(DataError) as caught:
        list(open_documents(path))
    assert str(caught.value) == f"{path}, row 1{message}"


def test_a_bad_row_is_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    rows = [
        {"id": id, "passages": [PASSAGE], "xnorm": more} for id, more in [("1", "{"), ("2", None)]
    ]
    bad: list[XnormError] = []
    documents = open_documents(table(tmp_path / "x.parquet", *rows), on_bad=bad.append)
    assert [document.id for document in documents] == ["2"]
    assert [error.place for error in bad] == [f"{tmp_path}/x.parquet, row 1, $.xnorm"]


@pytest.mark.parametrize("name", ["parquet.parquet", "arrow.arrow", "arrow-stream.arrow"])
def test_a_cut_file_is_one_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes((FIXTURES / name).read_bytes()[:-1000])
    with pytest.raises(DataError) as caught:
        list(open_documents(path))
    assert str(caught.value).startswith(f"{path}: cannot be read (")
    assert str(caught.value).endswith("). The file looks damaged or cut; copy it again.")


def test_text_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    array = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")]
    )
    with ipc.new_file(str(tmp_path / "x.arrow"), pa.schema([("id", pa.string())])) as writer:
        writer.write_batch(pa.record_batch([array], names=["id"]))
    with pytest.raises(DataError, match="UTF8"):
        list(open_documents(tmp_path / "x.arrow"))
