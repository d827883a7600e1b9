"""What a format writes it reads again: one test for every row of the table, and exact ones."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.strategies import corpora, documents, linked_documents

from xnorm.document import Document, Mention
from xnorm.errors import XnormError
from xnorm.formats import (
    FORMATS,
    Format,
    Reading,
    open_documents,
    write_documents,
    write_output,
)

FIXTURES = Path(__file__).parent / "fixtures"
READABLE = [row for row in FORMATS.values() if row.read]
TWO_WAY = [row for row in READABLE if row.output == row.name]
BINARY = {"parquet", "arrow", "arrow-stream", "docbin"}
few = settings(max_examples=15, deadline=None)


def written(documents: list[Document], format: str) -> bytes:
    stream = io.BytesIO()
    write_documents(documents, stream, format)
    return stream.getvalue()


def read(data: bytes, format: str) -> list[Document]:
    found = FORMATS[format].read
    assert found is not None
    return list(found(io.BytesIO(data), Reading("test")))


def files_of(path: Path) -> dict[str, bytes]:
    """The files of a folder by their paths in it; one file alone has none."""
    if path.is_file():
        return {"": path.read_bytes()}
    paths = (item for item in path.rglob("*") if item.is_file())
    return {item.relative_to(path).as_posix(): item.read_bytes() for item in paths}


def saved(documents: list[Document], format: str) -> dict[str, bytes]:
    """The file or files that the format writes."""
    with TemporaryDirectory() as folder:
        write_output(documents, Path(folder) / "out", format)
        return files_of(Path(folder) / "out")


def opened(files: dict[str, bytes], format: str) -> list[Document]:
    """The documents of the files."""
    if "" in files:
        return read(files[""], format)
    found = FORMATS[format].read_folder
    assert found is not None
    with TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return list(found(Path(folder), Reading("test")))


def fixture(format: str) -> Path:
    """The fixture file of a format, or the folder."""
    folder = FIXTURES / format
    if folder.is_dir():
        return folder
    (path,) = FIXTURES.glob(f"{format}.*")
    return path


@pytest.mark.parametrize("format", [row.name for row in TWO_WAY])
@few
@given(corpora(linked_documents()))
def test_reading_and_writing_again_changes_nothing(format: str, docs: list[Document]) -> None:
    # A file of nothing but a byte-order mark has no text.
    assume(all(document.text != "\ufeff" for document in docs))
    once = opened(saved(docs, format), format)
    again = opened(saved(once, format), format)
    assert again == once
    assert saved(again, format) == saved(once, format)


@settings(max_examples=50, deadline=None)
@given(corpora(linked_documents()))
def test_bigbio_gives_back_linked_documents_exactly(docs: list[Document]) -> None:
    for format in ("bigbio", "bigbio-jsonl"):
        assert read(written(docs, format), format) == docs


@few
@given(corpora(linked_documents()))
def test_plain_gives_back_text_mentions_and_decisions(docs: list[Document]) -> None:
    def bare(mention: Mention) -> Mention:
        return replace(mention, candidates=())

    for before, after in zip(docs, read(written(docs, "plain"), "plain"), strict=True):
        assert (after.id, after.text, after.language) == (before.id, before.text, before.language)
        assert after.mentions == tuple(map(bare, before.mentions))
        assert after.extra == before.extra


@few
@given(documents(), st.booleans())
def test_the_text_of_a_file_is_its_own(document: Document, bom: bool) -> None:
    text = ("\ufeff" if bom else "") + "x" + document.text
    (read_back,) = read(text.encode(), "txt")
    assert read_back.text == text


@pytest.mark.parametrize("row", READABLE, ids=lambda row: row.name)
def test_the_fixture_is_recognised_and_comes_back(row: Format) -> None:
    path = fixture(row.name)
    stream = open_documents(path)
    assert stream.format.name == row.name
    answer = saved(list(stream), row.output)
    if row.output == row.name:
        given = files_of(path)
        if row.name in BINARY:
            assert opened(answer, row.name) == list(open_documents(path))
            return
        if path.suffix in (".json", ".jsonl"):
            assert _parsed(answer[""].decode()) == _parsed(given[""].decode("utf-8-sig"))
        else:
            assert answer == given


@pytest.mark.parametrize("row", READABLE, ids=lambda row: row.name)
@few
@given(st.integers(0, 10_000), st.sampled_from([b"", b'"', b"}", b"]", b",", b"\xff", b"\t", b"9"]))
def test_a_damaged_file_gives_documents_or_a_complaint(row: Format, at: int, put: bytes) -> None:
    files = files_of(fixture(row.name))
    largest = max(files, key=lambda name: len(files[name]))
    data = files[largest]
    at %= len(data)
    with contextlib.suppress(XnormError):
        opened({**files, largest: data[:at] + put + data[at + 1 :]}, row.name)


def _parsed(text: str) -> list[object]:
    with contextlib.suppress(json.JSONDecodeError):
        return [json.loads(text)]
    return [json.loads(line) for line in text.splitlines()]


def test_the_fields_of_a_linked_mention_are_the_documented_ones() -> None:
    (path,) = FIXTURES.glob("linked.json")
    documents = list(open_documents(path))
    assert json.loads(written(documents, "bigbio")) == json.loads(path.read_bytes())
    nil, linked, open_ = documents[0].mentions
    assert nil.link is not None
    assert nil.link.concept is None
    assert linked.link is not None
    assert linked.link.concept == linked.candidates[0].concept == "HP:0002315"
    assert [concept.db_id for concept in linked.gold] == ["HP:0000001"]
    assert open_.link is None


@pytest.mark.parametrize("name", ["links.tsv", "mentions_linked.tsv"])
def test_tables_of_links_read_well(name: str) -> None:
    documents = list(open_documents(FIXTURES / "linked.json"))
    format = "tsv" if name == "links.tsv" else "mentions"
    assert written(documents, format).decode() == (FIXTURES / name).read_text(encoding="utf-8")
