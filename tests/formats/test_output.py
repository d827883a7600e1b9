"""Where documents go: a file or a folder, whole or not at all, and never over other files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.formats import FORMATS, open_documents, output_format, write_documents, write_output

DOCUMENTS = [Document.from_text("Fever.", id="a"), Document.from_text("Cough.", id="b/c")]


def broken() -> Iterator[Document]:
    yield DOCUMENTS[0]
    raise DataError("no more")


def test_a_format_decides_between_a_file_and_a_folder(tmp_path: Path) -> None:
    write_output(DOCUMENTS, tmp_path / "x.json", "plain")
    write_output(DOCUMENTS, tmp_path / "x", "brat")
    assert [item.id for item in open_documents(tmp_path / "x.json")] == ["a", "b/c"]
    assert [item.id for item in open_documents(tmp_path / "x")] == ["a", "b/c"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x", "x.json"]


@pytest.mark.parametrize("format", ["plain", "brat"])
def test_a_failed_run_leaves_nothing(format: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no more"):
        write_output(broken(), tmp_path / "x", format)
    assert list(tmp_path.iterdir()) == []


def test_standard_output_is_a_file(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_output(DOCUMENTS[:1], "-", "pubtator")
    assert capfdbinary.readouterr().out == b"a|t|Fever.\na|a|\n\n"


def test_a_folder_is_no_stream_and_replaces_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        write_output(DOCUMENTS, "-", "brat")
    assert str(caught.value) == (
        "'brat' is a folder of files and cannot go to standard output. "
        "Name a folder with -o, or another format with --to."
    )
    with pytest.raises(SettingError, match="'brat' is written as a folder, not as a file"):
        write_documents(DOCUMENTS, io.BytesIO(), "brat")
    (tmp_path / "x").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_text("work of a week")
    for name, what in (("x", "a file"), ("full", "a folder with files")):
        with pytest.raises(SettingError) as caught:
            write_output(DOCUMENTS, tmp_path / name, "brat")
        assert str(caught.value) == (
            f"{tmp_path / name}: {what} is there already. Name a new folder, or remove it."
        )
    with pytest.raises(SettingError) as caught:
        write_output(DOCUMENTS, tmp_path / "full", "plain")
    assert str(caught.value) == (
        f"{tmp_path / 'full'}: this is a folder, and 'plain' is a file. Name a file."
    )
    assert (tmp_path / "full/mine").read_text() == "work of a week"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    write_output(DOCUMENTS, tmp_path / "x", "brat")
    assert [item.id for item in open_documents(tmp_path / "x")] == ["a", "b/c"]


def test_documents_go_back_into_their_own_format() -> None:
    assert output_format(None, FORMATS["brat"]) is FORMATS["brat"]
    assert output_format(None, FORMATS["bioc-json"], "x.json") is FORMATS["bioc-json"]
    assert output_format(None, FORMATS["bioc-json"], "x.xml") is FORMATS["bioc-xml"]
    assert output_format(None, FORMATS["txt"]) is FORMATS["bigbio-jsonl"]
