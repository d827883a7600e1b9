"""`xnorm link` and `xnorm show`, as a user calls them."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LETTERS = [
    {"id": "a", "text": "Ingresa por infarto agudo de miocardio (IAM). Niega cefalea."},
    {"id": "b", "text": "Fiebre y tos. El IAM se descarta."},
    {"id": "c", "text": "Sin hallazgos."},
]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    path = tmp_path / "letters.json"
    path.write_text(json.dumps(LETTERS, ensure_ascii=False), encoding="utf-8")
    return path


def bigbio(*entities: tuple[str, str]) -> list[dict[str, Any]]:
    """A BigBIO document whose entities are given by id and text."""
    text = "Cefalea, náuseas y fiebre."
    return [
        {
            "id": "1",
            "document_id": "doc 1",
            "passages": [{"id": "p", "type": "note", "text": [text], "offsets": [[0, len(text)]]}],
            "entities": [
                {
                    "id": id,
                    "type": "DISEASE",
                    "text": [part],
                    "offsets": [[text.index(part), text.index(part) + len(part)]],
                    "normalized": [{"db_name": "GOLD", "db_id": "G1"}],
                }
                for id, part in entities
            ],
            "events": [],
            "coreferences": [],
            "relations": [],
        }
    ]


def test_given_mentions_are_linked_in_the_format_they_came_in(
    run: Callable[..., Any], small_index: Path, tmp_path: Path
) -> None:
    path = tmp_path / "corpus.json"
    path.write_text(json.dumps(bigbio(("T1", "Cefalea"), ("T2", "náuseas"))), encoding="utf-8")
    ran = run("link", "--lang", "es", "--index", small_index, path, "--k", 3)
    assert ran.status == 0
    (document,) = json.loads(ran.out)
    assert document["document_id"] == "doc 1"
    first, second = document["entities"]
    assert [e["normalized"][0]["db_id"] for e in (first, second)] == ["T:01", "T:06"]
    assert first["normalized"][0]["db_name"] == "T"
    assert 1 <= len(first["candidates"]) <= 3
    assert first["candidates"][0]["db_id"] == "T:01"
    assert first["candidates"][0]["evidence"][0]["name"] in {"Headache", "Head pain", "Cephalalgia"}
    assert first["gold"] == [{"db_name": "GOLD", "db_id": "G1"}]
    assert "2 mentions: 2 linked, 0 NIL" in ran.err


def test_mentions_are_found_where_there_are_none(
    run: Callable[..., Any], small_index: Path, letters: Path
) -> None:
    ran = run("link", "--lang", "es", "--index", small_index, letters, "--to", "tsv", "--quiet")
    assert ran.status == 0
    assert ran.err == ""
    header, *rows = [line.split("\t") for line in ran.out.splitlines()]
    found = {(row[header.index("document")], row[header.index("concept")]) for row in rows}
    assert {("a", "T:03"), ("a", "T:01"), ("b", "T:05")} <= found
    assert not any(document == "c" for document, _ in found)


def test_a_high_threshold_makes_nil(
    run: Callable[..., Any], small_index: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mentions.tsv"
    path.write_text("mention\nautomóvil\ncefalea\n", encoding="utf-8")
    ran = run("link", "--lang", "es", "--index", small_index, path, "--threshold", 0.9999)
    assert "2 mentions: 0 linked, 2 NIL" in ran.err


def test_a_kb_gets_its_index_beside_it_once(
    run: Callable[..., Any], small_kb: Path, letters: Path
) -> None:
    first = run("link", "--lang", "es", "--index", small_kb, letters)
    again = run("link", "--lang", "es", "--index", small_kb, letters)
    assert first.status == again.status == 0
    assert "building" not in again.err
    assert first.out == again.out


def test_the_same_input_gives_the_same_bytes_by_file_pipe_and_gzip(
    run: Callable[..., Any], small_index: Path, letters: Path, tmp_path: Path
) -> None:
    plain = run("link", "--lang", "es", "--index", small_index, letters).out
    packed = tmp_path / "letters.json.gz"
    packed.write_bytes(gzip.compress(letters.read_bytes()))
    assert run("link", "--lang", "es", "--index", small_index, packed).out == plain
    output = tmp_path / "out.json"
    assert run("link", "--lang", "es", "--index", small_index, letters, "-o", output).out == ""
    assert output.read_text(encoding="utf-8") == plain
    piped = subprocess.run(
        [sys.executable, "-m", "xnorm", "link", "--lang", "es", "--index", small_index, "-"],
        input=letters.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert piped.stdout.decode() == plain
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "letters.json",
        "letters.json.gz",
        "out.json",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'[{"id": "a", "text": "x"},\n {"id": ]', "line 2"),
        (b'{"id": "a", "text": "caf\xe9"}', "not UTF-8"),
        (b"", "the file is empty"),
        (b'[{"id": "a", "text": "x"}, {"id": "a", "text": "y"}]', "the id occurs twice"),
        (b'[{"id": "a"}]', "text"),
        (json.dumps(bigbio(("T1", "Cefalea"))).replace("[0, 7]", "[0, 99]").encode(), "offsets"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(
    run: Callable[..., Any], small_index: Path, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    ran = run("link", "--lang", "es", "--index", small_index, path, "-o", tmp_path / "out.json")
    assert ran.status == 1
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith(f"error: {path}")
    assert message in ran.err
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.json"], "nothing.json: cannot be read"),
        (["--lang", "xx", "-"], "--lang: unknown language code 'xx'"),
        (["--to", "pdf", "LETTERS"], "unknown format 'pdf'"),
        (["--from", "jsno", "LETTERS"], "unknown format 'jsno'"),
        (["--index", "no.index", "LETTERS"], "no.index: there is no such index"),
        (["--set", "decide.treshold=1", "LETTERS"], "Did you mean 'threshold'?"),
        (["--set", "find.finder=magic", "LETTERS"], "unknown finder 'magic'"),
        (["--threshold", "2", "LETTERS"], "decide.threshold: 2.0 is not between 0 and 1"),
        (["--k", "0", "LETTERS"], "retrieve.k"),
        (["--config", "nothing", "LETTERS"], "no ready configuration is called 'nothing'"),
        (["-o", "no/folder/out", "LETTERS"], "cannot be written"),
        (["--resume", "LETTERS"], "--resume needs an input file and -o FILE"),
    ],
)
def test_a_wrong_call_exits_1_in_one_line(
    run: Callable[..., Any],
    small_index: Path,
    letters: Path,
    arguments: list[str],
    message: str,
) -> None:
    given = [str(letters) if argument == "LETTERS" else argument for argument in arguments]
    index = [] if "--index" in given else ["--index", small_index]
    ran = run("link", *index, *given)
    assert (ran.status, ran.out) == (1, "")
    assert len(ran.err.splitlines()) == 1
    assert message in ran.err


def test_a_bad_document_is_skipped_and_listed(
    run: Callable[..., Any], small_index: Path, tmp_path: Path
) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"id": "1", "text": "Fiebre."}\n{"id": 2\n{"id": "3", "text": "Tos."}\n')
    ran = run("link", "--lang", "es", "--index", small_index, path, "--skip-bad")
    assert ran.status == 0
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["1", "3"]
    assert f"skipped: {path}, line 2" in ran.err
    assert "1 skipped" in ran.err


def test_oddities_are_told_and_kept(
    run: Callable[..., Any], small_index: Path, tmp_path: Path
) -> None:
    corpus = bigbio(("T1", "Cefalea"), ("T2", "fiebre"))
    corpus[0]["entities"][0]["text"] = ["Cefalia"]
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(corpus), encoding="utf-8")
    ran = run("link", "--index", small_index, path)
    assert ran.status == 0
    note, language, summary = ran.err.splitlines()
    assert note.startswith(f"note: {path}")
    assert "'Cefalia'" in note
    assert language == "note: 1 document without a language; --lang CODE finds more and better"
    assert summary.startswith("1 document, 2 mentions: ")
    assert json.loads(ran.out)[0]["entities"][0]["text"] == ["Cefalia"]


@pytest.mark.parametrize(
    "mention", ["x", "a" * 10_000, "発熱", "\x01\x02", "¿?", "🫀", "עייפות", " ", "e\u0301"]
)
def test_an_odd_mention_is_linked_or_nil(
    run: Callable[..., Any], small_index: Path, tmp_path: Path, mention: str
) -> None:
    entity = {"id": "T1", "type": "", "text": [mention], "offsets": [[0, len(mention)]]}
    passage = {"id": "p", "type": "", "text": [mention], "offsets": [[0, len(mention)]]}
    path = tmp_path / "odd.json"
    path.write_text(json.dumps([{"id": "1", "passages": [passage], "entities": [entity]}]))
    ran = run("link", "--lang", "es", "--index", small_index, path)
    assert ran.status in (0, 1)
    if ran.status == 0:
        assert "1 document, 1 mention: " in ran.err or "no text" in ran.err
    else:
        assert "text" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_killed_run_resumes_to_the_same_bytes(
    run: Callable[..., Any], small_index: Path, tmp_path: Path
) -> None:
    path = tmp_path / "many.jsonl"
    lines = [json.dumps({"id": str(n), "text": f"Fiebre {n} y cefalea."}) for n in range(3000)]
    path.write_text("\n".join(lines))
    output = tmp_path / "out.jsonl"
    arguments = ["link", "--lang", "es", "--index", str(small_index), str(path), "-o", str(output)]
    process = subprocess.Popen([sys.executable, "-m", "xnorm", *arguments])
    partial = tmp_path / "out.jsonl.partial"
    while process.poll() is None and (not partial.exists() or partial.stat().st_size < 20_000):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert partial.exists()
    assert not output.exists()
    ran = run(*arguments, "--resume")
    assert ran.status == 0
    assert "more were done before" in ran.err
    whole = tmp_path / "whole.jsonl"
    run(*arguments[:-1], whole)
    assert output.read_bytes() == whole.read_bytes()
    assert not partial.exists()


def test_show_explains_every_candidate(run: Callable[..., Any], small_index: Path) -> None:
    ran = run("show", "dolor de cabeza", "--lang", "es", "--index", small_index, "--k", 2)
    assert ran.status == 0
    assert ran.out.startswith("1. T:01  Headache  ")
    assert "dense" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_show_as_json_is_json(run: Callable[..., Any], small_index: Path) -> None:
    ran = run("show", "HTA", "--lang", "es", "--index", small_index, "--json")
    best = json.loads(ran.out)[0]
    assert (best["concept"], best["source"]) == ("T:02", "T")
    assert best["evidence"][0]["query"] == "hipertensión arterial"


def test_the_suffix_of_the_output_says_its_format(
    run: Callable[..., Any], small_index: Path, letters: Path, tmp_path: Path
) -> None:
    for name in ("out.json", "out.jsonl", "out.parquet", "out.unknown"):
        assert run("link", "--index", small_index, letters, "-o", tmp_path / name).status == 0
    whole = json.loads((tmp_path / "out.json").read_bytes())
    assert json.loads((tmp_path / "out.unknown").read_bytes()) == whole
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert list(map(json.loads, lines)) == whole
    assert (tmp_path / "out.parquet").read_bytes().startswith(b"PAR1")
