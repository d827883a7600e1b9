"""Tables of titles: every row comes back, the broken ones with what is wrong."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import texts

from xnorm.errors import DataError, SettingError
from xnorm.titles.rows import Row, open_rows, output_format, write_rows


def rows_of(path: Path, column: str = "title") -> list[Row]:
    with open_rows(str(path), column) as table:
        return list(table.rows)


def csv_rows(tmp_path: Path, text: str | bytes) -> list[Row]:
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return rows_of(path)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("id,title\n1,Cook\n", ["Cook"]),
        ("\ufeffid;title\r\n1;Koch, Köchin\r\n", ["Koch, Köchin"]),
        ("id\ttitle\n1\tCook\n", ["Cook"]),
        ('id,title\n1,"Cook, ""hot"""\n', ['Cook, "hot"']),
        ('id,title\n1,"Cook\nand waiter"\n2,Nurse\n', ["Cook\nand waiter", "Nurse"]),
        ('id,title\n1,5" pipe fitter\n2,Nurse\n', ['5" pipe fitter', "Nurse"]),
        ("id,title\n\n1,Cook\n\n", ["Cook"]),
        ("title\nCook, full time", ["Cook, full time"]),
    ],
)
def test_titles_are_read_from_the_dialects_of_csv(
    tmp_path: Path, text: str, titles: list[str]
) -> None:
    rows = csv_rows(tmp_path, text)
    assert [row.title for row in rows] == titles
    assert not any(row.error for row in rows)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


def test_a_broken_row_is_told_and_the_next_one_is_read(tmp_path: Path) -> None:
    text = 'id,title\n1,"Cook\n2,Nurse\n3,a,b\n4\n5,Clerk "x" y\n6,"Smith" John\n7,Guard\n'
    rows = csv_rows(tmp_path, text)
    assert [(row.cells["id"], row.error) for row in rows] == [
        ("1", "quotation marks are broken"),
        ("2", ""),
        ("3", "cells: 3, columns: 2"),
        ("4", "cells: 1, columns: 2"),
        ("5", ""),
        ("6", "quotation marks are broken"),
        ("7", ""),
    ]
    assert rows[2].cells["title"] == "a,b"


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    first, second = csv_rows(tmp_path, b"title\nK\xf6ch\nCook\n")
    assert first.error.startswith("not UTF-8")
    assert (second.title, second.error) == ("Cook", "")


def test_one_column_with_an_empty_line_has_an_empty_title(tmp_path: Path) -> None:
    assert [row.title for row in csv_rows(tmp_path, "title\n\nCook\n")] == ["", "Cook"]


def test_lines_of_json_that_are_no_title_are_told(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"title": "Cook", "n": [1]}\n{"title": 3}\nno\n[1]\n{"a": 1}\n\n', "utf-8")
    rows = rows_of(path)
    assert [row.error.partition(" (")[0] for row in rows] == [
        *("", "the title is int, not text", "no JSON", "no JSON object", "no field 'title'")
    ]
    assert rows[0].cells == {"title": "Cook", "n": [1]}
    assert rows[2].cells == {"title": "no"}


def test_parquet_keeps_the_types_of_its_columns(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"n": pa.array([1, 2], pa.int16()), "title": ["Cook", None]})
    pq.write_table(table, tmp_path / "t.parquet")
    with open_rows(str(tmp_path / "t.parquet"), "title") as read:
        rows = list(read.rows)
        assert [row.error for row in rows] == ["", "the title is nothing, not text"]
        out = io.BytesIO()
        cells = [{**row.cells, "score": 0.5 if row.title else None} for row in rows]
        write_rows(cells, ["n", "title", "score"], out, format="parquet", layout=read.layout)
    written = pq.read_table(io.BytesIO(out.getvalue()))
    assert written.schema.field("n").type == pa.int16()
    assert written.to_pylist()[0] == {"n": 1, "title": "Cook", "score": 0.5}


def test_a_packed_table_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "t.tsv.gz").write_bytes(gzip.compress(b"id\ttitle\n1\tCook\n"))
    assert rows_of(tmp_path / "t.tsv.gz")[0].title == "Cook"


def test_a_column_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,titel\n1,Cook\n")
    with pytest.raises(SettingError, match=r"t\.csv: no column 'title'\. Did you mean 'titel'\?"):
        rows_of(tmp_path / "t.csv")


def test_two_columns_of_one_name_are_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("title,a,a\nCook,1,2\n")
    with pytest.raises(DataError, match=r"t\.csv, line 1: two columns are named 'a'"):
        rows_of(tmp_path / "t.csv")


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_an_empty_file_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(DataError, match=name):
        rows_of(tmp_path / name)


def test_the_suffix_of_the_output_tells_its_format() -> None:
    assert output_format("-", "jsonl") == "jsonl"
    assert output_format("a.tsv", "csv") == "tsv"
    with pytest.raises(SettingError, match=r"a\.doc: no format has this suffix"):
        output_format("a.doc", "csv")


_CELLS: Any = st.lists(
    texts(min_size=0).filter(lambda text: "\0" not in text), min_size=2, max_size=2
)


@given(st.lists(_CELLS, max_size=4), st.sampled_from(["csv", "tsv", "jsonl", "parquet"]))
def test_what_is_written_is_read(cells: list[list[str]], format: str) -> None:
    import tempfile

    rows = [{"a": first, "title": second} for first, second in cells]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t.{format}"
        with path.open("wb") as stream:
            write_rows(rows, ["a", "title"], stream, format=format)
        read = rows_of(path)
    expected = rows if format in {"jsonl", "parquet"} else [r for r in rows if any(r.values())]
    if format in {"csv", "tsv"}:
        read = [row for row in read if any(row.cells.values())]
    assert [dict(row.cells) for row in read] == expected


@given(st.text(st.sampled_from('a",;\n\t\r ')))
def test_no_line_of_a_table_is_lost(text: str) -> None:
    from xnorm.titles import csv_rows as reader

    stream = io.BytesIO(f"id,title\n{text}".encode())
    table = reader.read(stream, "title", "t.csv", ",")
    read = "".join(f"{row.cells['id']},{row.cells['title']}" for row in table.rows)
    assert read.count("a") == text.count("a")


def test_values_that_are_no_text_are_json_in_a_cell() -> None:
    out = io.BytesIO()
    row = {"a": {"b": [1, "ü"]}, "c": None, "d": 0.91234, "e": True}
    write_rows([row], list(row), out, format="csv")
    assert out.getvalue().decode() == 'a,c,d,e\n"{""b"": [1, ""ü""]}",,0.91234,true\n'
    assert json.loads('{"b": [1, "ü"]}') == row["a"]
