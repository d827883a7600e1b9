"""Mentions in comma-separated values: dialects, contexts, and what is wrong in which line."""
# The messages stand here as the user sees them.
# ruff: noqa: E501

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import texts

from xnorm.document import Document
from xnorm.errors import DataError, XnormError
from xnorm.formats import FORMATS, Reading, open_documents, write_documents

FIXTURES = Path(__file__).parent / "fixtures"


def saved(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def written(documents: list[Document], format: str) -> str:
    stream = io.BytesIO()
    write_documents(documents, stream, format)
    return stream.getvalue().decode()


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiter_line_ends_and_bom_are_found(
    delimiter: str, bom: str, end: str, tmp_path: Path
) -> None:
    rows = ["Mention,note", '"fiebre"" , alta",x', "tos,", ""]
    text = bom + end.join(rows).replace(",", delimiter)
    documents = open_documents(saved(tmp_path / "x.csv", text), format="csv")
    assert [item.text for item in documents] == [f'fiebre" {delimiter} alta', "tos"]


CONTEXTS = [
    ("mention,Left_Context,Right_Context\ntos,Sin,ni", "Sin tos ni", 4),
    ("mention,left context\ntos,", "tos", 0),
    ("mention,context,start,end\ntos,Sin tos,4,7", "Sin tos", 4),
    ("context,start,end,mention\nSin tos,4,7,", "Sin tos", 4),
    ("mention,context\ntos,Sin tos", "tos", 0),
    ("mention,context,start,end\ntos,,,", "tos", 0),
]


@pytest.mark.parametrize(("table", "text", "start"), CONTEXTS)
def test_the_context_is_the_documents_text(
    table: str, text: str, start: int, tmp_path: Path
) -> None:
    (document,) = open_documents(saved(tmp_path / "x.csv", table))
    (mention,) = document.mentions
    assert document.text == text
    assert (mention.surface, mention.spans) == ("tos", ((start, start + 3),))


def test_blanks_beside_the_mention_are_not_doubled(tmp_path: Path) -> None:
    table = 'mention,left context,right context\ntos,"Sin ",\n"tos","Sin"," ni fiebre"\n'
    documents = open_documents(saved(tmp_path / "x.csv", table))
    assert [item.text for item in documents] == ["Sin tos", "Sin tos ni fiebre"]


def test_a_mention_that_does_not_stand_in_its_context_is_noted(tmp_path: Path) -> None:
    notes: list[XnormError] = []
    path = saved(tmp_path / "x.csv", "mention,context,start,end\nTos,Sin tos,4,7\n")
    (document,) = open_documents(path, on_note=notes.append)
    assert document.mentions[0].text == ("Tos",)
    assert [str(note) for note in notes] == [
        f"{path}, line 2: the text is 'Tos', but 'tos' stands at its offsets 4-7. "
        "It was kept as it is; correct the offsets or the text."
    ]


BAD = [
    ("a,b\n1,2\n", ", line 1: 2 columns and none named `mention`. Name the column of mentions in the first line."),
    ("mention,x,x\n", ", line 1: two columns are named 'x'. Rename one of them."),
    ("mention,x\na,b\nc,d,e\n", ", line 3: 3 cells for 2 columns. Put cells that have the delimiter in them between quotation marks."),
    ("mention,x\na\n", ", line 2: 1 cells for 2 columns. Put cells that have the delimiter in them between quotation marks."),
    ('mention,x\na,b\n"c,d\ne,f\n', ", line 3: broken CSV: unexpected end of data. Close every quotation mark, and double those within a cell."),
    ('mention,x\n"a"b,c\n', ", line 2: broken CSV: ',' expected after '\"'. Close every quotation mark, and double those within a cell."),
    ('mention,x\n"a\nb",c\n,d\n', ", line 4: a line without a mention. Leave it out."),
    (b"mention,x\nfi\xe9,\n", ", line 2: not UTF-8: byte 0xe9 cannot be decoded. Convert the file first, for instance: iconv -f latin1 -t utf-8."),
    ("mention,x\na\0,b\n", ", line 2: a zero byte, so this is no UTF-8 text. Convert UTF-16 first, for instance: iconv -f utf-16 -t utf-8."),
    ("mention,context,start,end\ntos,Sin tos,4,x\n", ", line 2: 'x' in the column `end` is no number. Give the offset in characters of the context, from 0."),
    ("mention,context,start,end\ntos,Sin tos,4,9\n", ", line 2: offsets 4-9 lie outside the text of 7 characters. Offsets count Unicode characters from 0, the end is exclusive."),
    ("mention,language\ntos,zz\n", ", line 2: unknown language code 'zz'. Give an ISO 639-1 code such as es, de or fr. Known: de, en, es, fr, it, nl, pt."),
]  # fmt: skip


@pytest.mark.parametrize(("data", "message"), BAD)
def test_what_is_wrong_is_named_with_its_line(
    data: str | bytes, message: str, tmp_path: Path
) -> None:
    path = saved(tmp_path / "x.csv", data)
    with pytest.raises(XnormError) as caught:
        list(open_documents(path, format="csv"))
    assert str(caught.value) == f"{path}{message}"


def test_bad_rows_are_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    data = b'mention,x\na,1\n"b"c,2\nd,\xff\ne\nf,3\n"g,4\n'
    bad: list[XnormError] = []
    path = saved(tmp_path / "x.csv", data)
    assert [item.text for item in open_documents(path, on_bad=bad.append)] == ["a", "f"]
    assert [error.place for error in bad] == [f"{path}, line {line}" for line in (3, 4, 5, 7)]


def test_a_mention_with_its_sentence(tmp_path: Path) -> None:
    documents = list(open_documents(FIXTURES / "bigbio.json"))
    assert written(documents, "csv-context").splitlines() == [
        "id,mention,context,start,end,language,type",
        "0/T1,Dolor de cabeza,Dolor 🤕 de cabeza Fiebre; dolor torácico y lumbar.,0,17,es,ENFERMEDAD",
        "0/T2,Fiebre,Dolor 🤕 de cabeza Fiebre; dolor torácico y lumbar.,18,24,es,ENFERMEDAD",
    ]


def test_after_linking_the_decision_stands_beside_the_columns(tmp_path: Path) -> None:
    linked = list(open_documents(FIXTURES / "linked.json"))
    header, *lines = written(linked, "csv").splitlines()
    assert header == "id,mention,language,type,concept,source,name,score,reason,candidates"
    assert lines[1] == (
        "n1/T2,dolor cabeza,es,SIGN,HP:0002315,HPO,Headache,0.9312,clear,"
        "HP:0002315 0.9312; HP:0012531 0.8100"
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(texts().filter(str.strip), min_size=1, max_size=3))
def test_any_cells_come_back_through_csv_and_tsv_of_others(mentions: list[str]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["id", "mention"], *enumerate(mentions)])
    rows = stream.getvalue().encode()
    read, read_tsv = FORMATS["csv"].read, FORMATS["mentions"].read
    assert read is not None
    assert read_tsv is not None
    documents = list(read(io.BytesIO(rows), Reading("x")))
    assert [item.mentions[0].surface for item in documents] == mentions
    # Python's own reader is the second opinion.
    again = list(csv.reader(io.StringIO(written(documents, "csv"), newline="")))
    assert again == [["id", "mention"], *([str(n), m] for n, m in enumerate(mentions))]
    tabs = list(read_tsv(io.BytesIO(written(documents, "mentions").encode()), Reading("x")))
    assert len(tabs) == len(mentions)


def test_a_table_that_has_no_mentions_is_not_taken_for_one(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="unknown format"):
        open_documents(saved(tmp_path / "x.csv", "a,b\n1,2\n"))
