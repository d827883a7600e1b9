"""`xnorm convert`, as a user calls it."""
# The messages stand here as the user sees them.
# ruff: noqa: E501

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xnorm.formats import FORMATS, SUFFIXES, open_documents

FIXTURES = Path(__file__).parents[1] / "formats" / "fixtures"
READABLE = [name for name, row in FORMATS.items() if row.read and row.output == name]
Run = Callable[..., Any]


def input_of(format: str) -> Path:
    folder = FIXTURES / format
    return folder if folder.is_dir() else next(FIXTURES.glob(f"{format}.*"))


@pytest.mark.parametrize("source", READABLE)
@pytest.mark.parametrize("target", ["bigbio-jsonl", "parquet", "conll"])
def test_every_format_can_be_converted(source: str, target: str, run: Run, tmp_path: Path) -> None:
    ran = run("convert", input_of(source), tmp_path / "out", "--to", target)
    assert ran.status == 0, ran.err
    assert ran.err.splitlines()[-1].endswith(f" written as {target}")
    documents = list(open_documents(tmp_path / "out", format=target))
    assert documents
    if target != "conll":
        assert documents == list(open_documents(input_of(source)))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_suffix_says_the_format(suffix: str, run: Run, tmp_path: Path) -> None:
    out = tmp_path / f"out{suffix}"
    assert run("convert", FIXTURES / "plain-jsonl.jsonl", out).status == 0
    expected = {".json": "plain", ".jsonl": "plain-jsonl"}.get(suffix, SUFFIXES[suffix][0])
    ran = run("convert", FIXTURES / "plain-jsonl.jsonl", tmp_path / "named", "--to", expected)
    assert ran.status == 0
    assert out.read_bytes() == (tmp_path / "named").read_bytes()


def test_a_suffix_of_the_inputs_own_keeps_its_format(run: Run, tmp_path: Path) -> None:
    ran = run("convert", FIXTURES / "mentions.tsv", tmp_path / "out.tsv")
    assert ran.err == "2 documents, 2 mentions written as mentions\n"
    assert (tmp_path / "out.tsv").read_bytes() == (FIXTURES / "mentions.tsv").read_bytes()


def test_what_the_target_cannot_hold_is_told(run: Run, tmp_path: Path) -> None:
    ran = run("convert", FIXTURES / "bigbio.json", tmp_path / "out.conll")
    assert ran.err.splitlines() == [
        "note: conll cannot hold everything: 2 passages were put together, 1 discontinuous "
        "mention was written without its gaps, 1 stated concept was left out, 1 coreference was "
        "left out, 1 relation was left out, 1 event was left out, 12 unknown fields were left out",
        "2 documents, 2 mentions written as conll",
    ]
    assert run("convert", FIXTURES / "bigbio.json", tmp_path / "o.conll", "--quiet").err == ""


def test_pipes_work_in_both_directions() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "xnorm", "convert", "-", "-", "--to", "jsonl", "--lang", "de"],
        input=(FIXTURES / "parquet.parquet").read_bytes(),
        capture_output=True,
        check=True,
    )
    assert [json.loads(line)["language"] for line in ran.stdout.splitlines()][1:] == ["de"]


def test_a_folder_is_written_for_formats_that_are_one(run: Run, tmp_path: Path) -> None:
    ran = run("convert", FIXTURES / "conll.conll", tmp_path / "out", "--to", "xmi")
    assert ran.status == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "caso-1.xmi",
        "caso-2.xmi",
    ]


def odd(path: Path) -> Path:
    passage = {"id": "p", "type": "", "text": ["No tos"], "offsets": [[0, 6]]}
    entities = [
        {"id": f"T{at}", "type": "", "text": [text], "offsets": [[3, 6]]}
        for at, text in enumerate(["tos", "Tos"])
    ]
    whole = [
        {"id": "1", "passages": [passage], "entities": entities},
        {"id": "2", "passages": [passage]},
    ]
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def test_mismatched_mentions_are_kept_dropped_or_refused(run: Run, tmp_path: Path) -> None:
    path, out = odd(tmp_path / "x.json"), tmp_path / "out.jsonl"
    what = "the text is 'Tos', but 'tos' stands at its offsets 3-6"
    ran = run("convert", path, out)
    assert ran.err.splitlines() == [
        f"note: {path}, $[0].entities[1].text[0]: {what}. "
        "It was kept as it is; correct the offsets or the text.",
        "2 documents, 2 mentions written as bigbio-jsonl",
    ]
    ran = run("convert", path, out, "--mismatch", "drop")
    assert ran.err.splitlines() == [
        "note: dropped 1 mention whose text differs",
        "2 documents, 1 mention written as bigbio-jsonl",
    ]
    refused = (
        f"document '1', mention 'T1': {what}. "
        "Correct the offsets or the text, or give --mismatch keep or drop."
    )
    before = out.read_bytes()
    ran = run("convert", path, out, "--mismatch", "error")
    assert (ran.status, ran.err) == (1, f"error: {refused}\n")
    assert out.read_bytes() == before
    ran = run("convert", path, out, "--mismatch", "error", "--skip-bad", "--quiet")
    assert (ran.status, ran.err) == (0, f"skipped: {refused}\n")
    assert [item.id for item in open_documents(out)] == ["2"]


def test_bad_documents_are_skipped_and_listed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('mention,n\ntos,1\n"a"b,2\nfiebre,3\n', encoding="utf-8")
    ran = run("convert", path, tmp_path / "out.parquet", "--skip-bad", "--lang", "es")
    assert ran.status == 0
    assert ran.err.splitlines() == [
        f"skipped: {path}, line 3: broken CSV: ',' expected after '\"'. "
        "Close every quotation mark, and double those within a cell.",
        "2 documents, 2 mentions written as parquet; 1 skipped",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["INPUT", "out.foo"], "out.foo: the name does not tell the format. Name it with --to, or end it with one of .json .jsonl "),
        (["INPUT", "-"], "standard output: the name does not tell the format. Name it with --to"),
        (["INPUT", "out.json.gz"], "out.json.gz: the name does not tell the format."),
        (["INPUT", "out", "--to", "cvs"], "unknown format 'cvs'. Did you mean 'csv'?"),
        (["INPUT", "out.json", "--from", "tsv"], "the format 'tsv' is only written."),
        (["INPUT", "out.json", "--lang", "zz"], "unknown language code 'zz'"),
        (["INPUT", "-", "--to", "xmi"], "'xmi' is a folder of files and cannot go to standard output."),
        (["INPUT", ".", "--to", "csv"], ".: this is a folder, and 'csv' is a file. Name a file."),
        (["INPUT", "no/out.csv"], "no/out.csv: cannot be written (No such file or directory)."),
        (["INPUT", "out.json", "--mismatch", "mend"], "'mend' is not one of 'keep', 'drop', 'error'."),
        (["none.json", "out.csv"], "none.json: cannot be read (No such file or directory)."),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_line(
    arguments: list[str], message: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = str(FIXTURES / "bigbio.json")
    ran = run("convert", *(source if item == "INPUT" else item for item in arguments))
    assert ran.status == 1
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert message in ran.err
    assert list(tmp_path.iterdir()) == []
