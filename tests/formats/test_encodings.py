"""Line ends, byte-order marks, zero bytes and normal forms: the text stays what the file says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xnorm.document import Document
from xnorm.errors import DataError
from xnorm.formats import FORMATS, open_documents, write_output

# Composed and decomposed, a ligature, full width, and characters that normal forms would change.
FORMS = "é e\u0301 ﬁ Ａ ² Å\u212b ﷺ"
LINES = "Kein Fieber.\r\nHusten\rseit\n3 Tagen\u2028heute\n"


def passage(text: str) -> dict[str, Any]:
    return {"id": "p", "type": "", "text": [text], "offsets": [[0, len(text)]]}


def json_of(text: str) -> bytes:
    return json.dumps([{"id": "1", "text": text}], ensure_ascii=False).encode()


def bigbio_of(text: str) -> bytes:
    return json.dumps([{"id": "1", "passages": [passage(text)]}], ensure_ascii=False).encode()


def csv_of(text: str) -> bytes:
    return f'id,mention\r\n1,"{text}"\r\n'.encode()


def conll_of(text: str) -> bytes:
    return "".join(f"{word}\tO\r\n" for word in text.split(" ")).encode()


MAKERS: list[tuple[str, Callable[[str], bytes]]] = [
    ("x.txt", str.encode),
    ("x.json", json_of),
    ("x.json", bigbio_of),
    ("x.csv", csv_of),
]


def saved(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize(("name", "make"), [*MAKERS, ("x.conll", conll_of)])
def test_normal_forms_are_not_changed(
    name: str, make: Callable[[str], bytes], tmp_path: Path
) -> None:
    (document,) = open_documents(saved(tmp_path, name, make(FORMS)))
    assert document.text == FORMS


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_line_ends_within_the_text_are_kept(
    name: str, make: Callable[[str], bytes], tmp_path: Path
) -> None:
    (document,) = open_documents(saved(tmp_path, name, make(LINES)))
    assert document.text == LINES


@pytest.mark.parametrize(("name", "make"), [*MAKERS[1:], ("x.conll", conll_of)])
def test_a_byte_order_mark_of_the_file_is_no_text(
    name: str, make: Callable[[str], bytes], tmp_path: Path
) -> None:
    (document,) = open_documents(saved(tmp_path, name, b"\xef\xbb\xbf" + make("Fieber")))
    assert document.text == "Fieber"


def test_the_byte_order_mark_of_a_text_file_counts(tmp_path: Path) -> None:
    (document,) = open_documents(saved(tmp_path, "x.txt", b"\xef\xbb\xbfFieber"))
    assert document.text == "\ufeffFieber"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.txt", b"Kein\0 Fieber"),
        ("x.tsv", b"mention\nFie\0ber\n"),
        ("x.csv", b"mention,n\nFie\0ber,1\n"),
        ("x.conll", b"Fie\0ber\tO\n"),
    ],
)
def test_a_zero_byte_is_no_text(name: str, data: bytes, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a zero byte, so this is no UTF-8 text"):
        list(open_documents(saved(tmp_path, name, data)))


@pytest.mark.parametrize("name", ["plain", "bigbio", "bigbio-jsonl", "parquet", "arrow"])
def test_an_escaped_zero_is_a_character(name: str, tmp_path: Path) -> None:
    """JSON can say what a text file may not."""
    document = Document.from_text(f"a\0b{LINES}{FORMS}", id="1")
    write_output([document], tmp_path / "out", name)
    (again,) = open_documents(tmp_path / "out", format=name)
    assert again.text == document.text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize(("name", "make"), [*MAKERS, ("x.conll", conll_of)])
def test_other_encodings_are_one_line(
    encoding: str, name: str, make: Callable[[str], bytes], tmp_path: Path
) -> None:
    data = make("Kein Fieber").decode().encode(encoding)
    with pytest.raises(DataError) as caught:
        list(open_documents(saved(tmp_path, name, data)))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "name", [name for name, row in FORMATS.items() if row.read and "text" in (row.holds or ())]
)
def test_normal_forms_and_emoji_go_through_every_format(name: str, tmp_path: Path) -> None:
    document = Document.from_text(f"{FORMS} 🫀 👩‍⚕️ ok", id="1")
    write_output([document], tmp_path / "out", name)
    (again,) = open_documents(tmp_path / "out", format=name)
    # PubTator has a second line, the abstract, after a blank.
    assert again.text.rstrip() == document.text
