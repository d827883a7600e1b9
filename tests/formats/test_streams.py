"""Where documents come from: standard input, packed files, folders; and how much is held."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from xnorm.document import Document
from xnorm.formats import FORMATS, Format, open_documents, output_format, write_documents
from xnorm.formats.reading import SeenIds
from xnorm.formats.registry import installed

FIXTURES = Path(__file__).parent / "fixtures"
PATHS = sorted(FIXTURES.glob("*.*"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_standard_input_and_packed_files_read_the_same(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = open_documents(path)
    expected = list(plain)
    packed = tmp_path / f"{path.name}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert list(open_documents(packed)) == expected
    with open(packed, "rb") as raw:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
        stream = open_documents("-", format=plain.format.name)
        found = list(stream)
    if plain.format.name != "txt":
        assert found == expected


def test_a_pipe_that_trickles_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer_end = os.pipe()
    data = (FIXTURES / "bigbio.json").read_bytes()

    def trickle() -> None:
        with open(writer_end, "wb", buffering=0) as stream:
            for start in range(0, len(data), 100):
                stream.write(data[start : start + 100])

    thread = threading.Thread(target=trickle)
    thread.start()
    with open(reader, "rb") as raw:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
        documents = open_documents("-")
        assert documents.format.name == "bigbio"
        assert [item.id for item in documents] == ["0", "1"]
    thread.join()


def test_text_on_standard_input_is_one_document() -> None:
    code = "from xnorm.formats import open_documents; print([d.text for d in open_documents('-')])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input="Sin fiebre ä\n".encode(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == "['Sin fiebre ä\\n']"


def test_a_folder_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a.txt", ".hidden.txt", "notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"text of {name}", encoding="utf-8")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"packed"))
    documents = open_documents(tmp_path, language="es-MX")
    assert documents.format.output == "bigbio-jsonl"
    found = list(documents)
    assert [item.id for item in found] == ["a", "a/z", "b", "c"]
    assert {item.language for item in found} == {"es"}


def test_the_documents_own_language_goes_first(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id":"1","text":"a","lang":"pt-BR"}\n{"id":"2","text":"b"}\n')
    documents = list(open_documents(path, language="es"))
    assert [item.language for item in documents] == ["pt", "es"]
    stream = io.BytesIO()
    write_documents(documents, stream, "plain-jsonl")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line.get("lang"), line.get("language")) for line in lines] == [
        ("pt-BR", None),
        (None, "es"),
    ]


VARIANTS: list[tuple[bytes, list[str]]] = [
    (b'\xef\xbb\xbf[\r\n{"id": "1", "text": "a"}\r\n]\r\n', ["plain", "1"]),
    (b'{"id": "1", "text": "a"}\r\n\r\n{"id": 2, "text": "b"}', ["plain-jsonl", "1", "2"]),
    (b'\xef\xbb\xbf{"id": "1", "text": "a"}\r\n', ["plain-jsonl", "1"]),
    (b'{\n  "id": "1",\n  "text": "a"\n}\n', ["plain-jsonl", "1"]),
    (b"[ ]", ["bigbio"]),
    (
        b'{"document_id": "d", "passages": [{"id": 0, "text": "ab", "offsets": [[0, 2]]}]}',
        ["bigbio-jsonl", "d"],
    ),
]


@pytest.mark.parametrize(("data", "expected"), VARIANTS)
def test_json_is_read_in_all_its_dresses(data: bytes, expected: list[str], tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    documents = open_documents(path)
    assert [documents.format.name, *(item.id for item in documents)] == expected


def test_a_headless_list_of_mentions_is_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("fiebre\n\ntos\n", encoding="utf-8")
    documents = list(open_documents(path, format="mentions"))
    assert [(item.id, item.mentions[0].text) for item in documents] == [
        ("1", ("fiebre",)),
        ("2", ("tos",)),
    ]


def test_json_and_jsonl_as_targets_keep_the_kind_of_the_input() -> None:
    def chosen(target: str | None, source: str) -> str:
        return output_format(target, FORMATS[source]).name

    assert chosen("json", "plain-jsonl") == "plain"
    assert chosen("jsonl", "bigbio") == "bigbio-jsonl"
    assert chosen("json", "mentions") == "bigbio"
    assert chosen(None, "txt") == "bigbio-jsonl"
    assert chosen("tsv", "txt") == "tsv"


def test_formats_of_other_packages_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(stream: Any, _: Any) -> Iterator[Document]:
        yield Document.from_text(stream.read().decode())

    other = Format("other", read, FORMATS["bigbio"].write, lambda head, _: head.startswith(b"#!x"))
    monkeypatch.setattr(EntryPoint, "load", lambda _: other)
    entries = [EntryPoint("other", "package:format", "xnorm.formats")]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: entries)
    installed.cache_clear()
    try:
        path = tmp_path / "x.dat"
        path.write_text("#!x fiebre")
        assert [item.text for item in open_documents(path)] == ["#!x fiebre"]
        assert open_documents(path, format="other").format is other
    finally:
        installed.cache_clear()


@pytest.mark.parametrize("name", ["bigbio", "bigbio-jsonl"])
def test_memory_does_not_grow_with_the_corpus(name: str, tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    passage = {"id": "p", "type": "", "text": ["x" * 2_000], "offsets": [[0, 2_000]]}
    (document,) = open_documents(
        _saved(tmp_path / "one.json", [{"id": "1", "passages": [passage]}])
    )
    with open(path, "wb") as stream:
        copies = (_renamed(document, number) for number in range(3_000))
        write_documents(copies, stream, name)
    size = path.stat().st_size
    tracemalloc.start()
    count = sum(1 for _ in open_documents(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3_000
    assert peak < size / 3


def test_seen_ids_are_exact_beyond_the_first_growth() -> None:
    seen = SeenIds()
    assert all(seen.add(str(number)) for number in range(500))
    assert not any(seen.add(str(number)) for number in range(500))


def _saved(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def _renamed(document: Document, number: int) -> Document:
    return Document(id=str(number), passages=document.passages)
