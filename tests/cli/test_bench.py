"""`xnorm bench` and `xnorm report` from a shell's side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SUITE = """
name: tiny
title: Tiny
corpus: {name: gsc-plus, path: corpus}
terminology: {kind: table, files: [terms.tsv], source: HPO}
systems: [rapidfuzz, tfidf]
k: [1]
hits: the id
licence: none
get: this test
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    corpus = tmp_path / "corpus/PhenoTagger_GSCplus_dev_gold.tsv"
    corpus.write_text("1\nFever\n0\t5\tFever\tT:05\n")
    (tmp_path / "terms.tsv").write_text("id\tname\nT:05\tFever\n")
    file = tmp_path / "tiny.yaml"
    file.write_text(SUITE)
    return file


def test_a_suite_is_measured_and_reported(run: Callable, suite: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    ran = run("bench", suite, "-o", results, "--work", tmp_path / "work", "--systems", "rapidfuzz")
    assert (ran.status, ran.out) == (0, "")
    told, end = ran.err.splitlines()
    assert told.startswith("tiny, rapidfuzz: recall@1 1.000; 1 mentions (1 distinct), 0.")
    assert end == f"results in {results}; read them with: xnorm report {results}"
    assert [file.name for file in results.glob("tiny/*.json")] == ["rapidfuzz.json"]
    page = tmp_path / "page.html"
    assert run("report", results, "-o", page, "--title", "Mine") == (0, "", "")
    assert "<h1>Mine</h1>" in page.read_text()
    table = tmp_path / "table.md"
    assert run("report", results, "-o", table, "--to", "markdown").status == 0
    assert "| rapidfuzz | 1.000 [1.000, 1.000] |" in table.read_text()


def test_a_missing_file_of_a_suite_is_one_line(run: Callable, suite: Path, tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").unlink()
    ran = run("bench", suite, "-o", tmp_path / "results", "--work", tmp_path / "work")
    assert (ran.status, len(ran.err.splitlines())) == (1, 1)
    assert f"{tmp_path / 'terms.tsv'} does not exist" in ran.err


def test_a_missing_suite_is_one_line(run: Callable, tmp_path: Path) -> None:
    ran = run("bench", tmp_path / "nothing.yaml")
    assert ran.status == 1
    assert "nothing.yaml: cannot be read" in ran.err


def test_no_results_are_one_line(run: Callable, tmp_path: Path) -> None:
    ran = run("report", tmp_path, "-o", tmp_path / "page.html")
    assert (ran.status, len(ran.err.splitlines())) == (1, 1)
    assert "no results here" in ran.err


def test_an_address_without_ray_is_one_line(run: Callable, suite: Path) -> None:
    ran = run("bench", suite, "--ray-address", "auto")
    assert ran == (1, "", "error: --ray-address: needs --engine ray. Add it.\n")


def test_suites_on_ray_are_told_and_the_broken_ones_named(
    run: Callable, suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xnorm.distributed import suites
    from xnorm.distributed.suites import Benched

    done = [Benched(("tiny, tfidf: recall@1 1.000",)), Benched((), "other.yaml: is broken.")]
    monkeypatch.setattr(suites, "bench_suites", lambda *given, **options: iter(done))
    ran = run("bench", suite, suite, "--engine", "ray", "--work", tmp_path)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "tiny, tfidf: recall@1 1.000",
        "failed: other.yaml: is broken.",
        "error: 1 of 2 suites failed, the others are measured. Mend them; what is finished is not "
        "repeated.",
    ]
