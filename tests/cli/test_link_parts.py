"""`xnorm link` on many files, as a user calls it."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for part in ("a", "b", "c"):
        lines = [json.dumps({"id": f"{part}{n}", "text": f"Fiebre {n} y tos."}) for n in range(2)]
        (folder / f"{part}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def link(run: Callable[..., Any], small_index: Path) -> Callable[..., Any]:
    """Calls the command on Spanish texts."""

    def call(*arguments: object) -> Any:
        return run("link", "--lang", "es", "--index", small_index, *arguments)

    return call


def test_each_part_is_what_the_file_alone_gives(
    link: Callable[..., Any], corpus: Path, tmp_path: Path
) -> None:
    ran = link(f"{corpus}/*.jsonl", "-o", tmp_path / "out")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.startswith("3 parts, 6 documents, 12 mentions: 12 linked, 0 NIL; ")
    assert len(ran.err.splitlines()) == 1
    for part in corpus.iterdir():
        link(part, "-o", tmp_path / "alone.jsonl")
        assert (tmp_path / "out" / part.name).read_bytes() == (
            tmp_path / "alone.jsonl"
        ).read_bytes()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        ".run.json", "a.jsonl", "b.jsonl", "c.jsonl",
    ]  # fmt: skip


def test_several_names_are_parts_too_and_workers_change_nothing(
    link: Callable[..., Any], corpus: Path, tmp_path: Path
) -> None:
    packed = corpus / "b.jsonl.gz"
    packed.write_bytes(gzip.compress((corpus / "b.jsonl").read_bytes()))
    given = (corpus / "a.jsonl", packed, "--to", "codes", "--quiet")
    assert link(*given, "-o", tmp_path / "one").err == ""
    assert link(*given, "-o", tmp_path / "two", "--workers", 2).err == ""
    for name in ("a.tsv", "b.tsv"):
        one, two = (tmp_path / folder / name for folder in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
        assert one.read_text(encoding="utf-8").startswith("document\t")


def test_a_failed_part_does_not_stop_the_others_and_is_linked_alone_later(
    link: Callable[..., Any], corpus: Path, tmp_path: Path
) -> None:
    whole = (corpus / "b.jsonl").read_bytes()
    (corpus / "b.jsonl").write_bytes(b'{"id": "b1"')
    given = (f"{corpus}/*.jsonl", "-o", tmp_path / "out")
    ran = link(*given)
    assert ran.status == 1
    assert ran.err.splitlines()[0].startswith("2 parts, 4 documents")
    assert ran.err.splitlines()[1].startswith(f"failed: {corpus}/b.jsonl, line 1: ")
    assert ran.err.splitlines()[2].startswith("error: 1 of 3 parts failed, the others are written")
    (corpus / "b.jsonl").write_bytes(whole)
    assert "is there already" in link(*given).err
    again = link(*given, "--resume")
    assert again.status == 0
    assert again.err.startswith("1 part, 2 documents, ")
    assert "(2 more were done before)" in again.err
    assert "was begun with another index" in link(*given, "--resume", "--k", 3).err
    assert link(*given, "--resume", "--quiet").err == ""


def test_bad_documents_are_listed_with_their_part(
    link: Callable[..., Any], corpus: Path, tmp_path: Path
) -> None:
    with (corpus / "c.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('\n{"id": 1, "txt": "x"}\n')
    ran = link(f"{corpus}/*.jsonl", "-o", tmp_path / "out", "--skip-bad")
    assert ran.status == 0
    assert ran.err.startswith(f"skipped: {corpus}/c.jsonl, line 3")
    assert ran.err.rstrip().endswith("; 1 skipped")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["IN/*.jsonl"], "-o: parts need a folder to be written to"),
        (["IN/*.parquet", "-o", "OUT"], "IN/*.parquet: no file has such a name"),
        (["IN/a.jsonl", "nothing.jsonl", "-o", "OUT"], "nothing.jsonl: no file has such a name"),
        (["IN/*.jsonl", "-o", "IN"], "IN: a folder with files is there already"),
        (["IN/*.jsonl", "-o", "IN/a.jsonl"], "IN/a.jsonl: this is a file"),
        (["IN/*.jsonl", "-o", "OUT", "--to", "brat"], "'brat' is a folder of files"),
        (["IN/*.jsonl", "-o", "OUT", "--workers", "0"], "--workers: 0 processes"),
        (["IN/a.jsonl", "--ray-address", "auto"], "--ray-address: needs --engine ray"),
        (["IN/*.jsonl", "--engine", "ray", "--workers", "2"], "--workers: Ray has a worker a core"),
    ],
)
def test_a_wrong_call_exits_1_in_one_line(
    link: Callable[..., Any], corpus: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    places = {"IN": str(corpus), "OUT": str(tmp_path / "out")}

    def placed(text: str) -> str:
        for name, path in places.items():
            text = text.replace(name, path) if text.startswith(name) else text
        return text

    ran = link(*map(placed, arguments))
    assert (ran.status, ran.out) == (1, "")
    assert len(ran.err.splitlines()) == 1
    assert placed(message) in ran.err


def test_without_ray_the_command_says_which_extra(
    link: Callable[..., Any], corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "ray.data", None)
    ran = link(f"{corpus}/*.jsonl", "-o", tmp_path / "out", "--engine", "ray")
    assert ran.status == 1
    assert ran.err == (
        "error: this needs 'ray', which is not installed. Run: pip install 'xnorm[ray]'.\n"
    )
    assert not (tmp_path / "out").exists()
