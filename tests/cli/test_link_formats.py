"""`xnorm link` gives back what it was given: PubTator, brat and BioC."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from xnorm.document import Document

FIXTURES = Path(__file__).parents[1] / "formats" / "fixtures"

PUBTATOR = """1|t|Fever and headache.
1|a|No cough.
1\t0\t5\tFever\tDisease\t-1
1\t10\t18\theadache\tDisease\tD006261\theadache
1\tCID\tD000001\tD006261

"""


def test_pubtator_comes_back_with_the_links_in_the_column_of_ids(
    run: Callable[..., Any], small_index: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.pubtator"
    path.write_text(PUBTATOR)
    ran = run("link", "--lang", "en", "--index", small_index, path, "-o", "-")
    assert ran.status == 0
    lines = ran.out.split("\n")
    assert lines[2] == "1\t0\t5\tFever\tDisease\tT:05"
    # A stated id stays where it is, the link stands beside it.
    assert lines[3] == "1\t10\t18\theadache\tDisease\tD006261\theadache\tlink=T:01"
    assert [*lines[:2], *lines[4:]] == [*PUBTATOR.split("\n")[:2], *PUBTATOR.split("\n")[4:]]


def test_a_mention_without_a_concept_keeps_the_sign_for_none(
    run: Callable[..., Any], small_index: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.pubtator"
    path.write_text(PUBTATOR)
    ran = run("link", "--index", small_index, path, "--threshold", 1, "--quiet", "--k", 1)
    assert ran.out.split("\n")[2] in (
        "1\t0\t5\tFever\tDisease\t-1",
        "1\t0\t5\tFever\tDisease\tT:05",
    )


def test_a_folder_of_brat_becomes_a_folder_with_references(
    run: Callable[..., Any], small_index: Path, tmp_path: Path
) -> None:
    arguments = ["link", "--lang", "es", "--index", small_index, FIXTURES / "brat"]
    ran = run(*arguments, "-o", tmp_path / "out")
    assert ran.status == 0
    assert ran.out == ""
    text = (tmp_path / "out/b/letter.txt").read_bytes()
    assert text == (FIXTURES / "brat/b/letter.txt").read_bytes()
    given = (FIXTURES / "brat/b/letter.ann").read_text().splitlines()
    lines = (tmp_path / "out/b/letter.ann").read_text().splitlines()
    assert lines[: len(given)] == given
    added = lines[len(given) :]
    assert "N3\tReference T3 T:T:05\tFever" in added
    # T1 has a reference already, so its link is a note.
    assert any(line.startswith("#3\tLink T1\tT:T:") for line in added)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    again = run(*arguments, "-o", tmp_path / "out")
    assert again.status == 1
    assert "a folder with files is there already" in again.err


def test_a_folder_needs_a_place(run: Callable[..., Any], small_index: Path, tmp_path: Path) -> None:
    ran = run("link", "--index", small_index, FIXTURES / "brat")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("error: 'brat' is a folder of files and cannot go to standard output")
    ran = run("link", "--index", small_index, FIXTURES / "brat", "--to", "tsv", "--quiet")
    assert ran.status == 0
    assert ran.out.startswith("document\tstart")


def test_a_stopped_run_into_a_folder_goes_on(
    run: Callable[..., Any], small_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FIXTURES / "brat", tmp_path / "in")
    arguments = ["link", "--lang", "es", "--index", small_index, tmp_path / "in"]
    arguments += ["-o", tmp_path / "out"]

    def stop(documents: Iterable[Document], *_: object) -> None:
        for _document in documents:
            pass
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("xnorm.journal.write_output", stop)
        assert run(*arguments).status == 130
    assert (tmp_path / "out.partial").exists()
    ran = run(*arguments, "--resume")
    assert ran.status == 0
    assert "3 more were done before" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@pytest.mark.parametrize("name", ["bioc-xml.xml", "bioc-json.json"])
def test_bioc_comes_back_with_links_beside_stated_ids(
    run: Callable[..., Any], small_index: Path, name: str
) -> None:
    ran = run("link", "--lang", "en", "--index", small_index, FIXTURES / name)
    assert ran.status == 0
    assert "linked_identifier" in ran.out
    if name.endswith(".json"):
        (document,) = json.loads(ran.out)["documents"]
        cured = document["passages"][1]["annotations"][1]["infons"]
        assert cured["identifier"] == "-" or cured["identifier"].startswith("T:")
        assert "linked_identifier" not in cured
