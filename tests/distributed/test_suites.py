"""Suites on Ray are found to give what one process finds, and fail one by one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from xnorm.evaluation.bench import bench
from xnorm.evaluation.results import read_result

pytest.importorskip("ray", reason="the engine needs ray")

from xnorm.distributed.suites import bench_suites

SUITE = """
name: {name}
title: Tiny
corpus: {{name: gsc-plus, path: corpus}}
terminology: {{kind: table, files: [{terms}], source: HPO}}
systems: [rapidfuzz]
k: [1]
hits: the id
licence: none
get: this test
"""


@pytest.fixture
def suites(tmp_path: Path) -> list[Path]:
    (tmp_path / "corpus").mkdir()
    corpus = tmp_path / "corpus/PhenoTagger_GSCplus_dev_gold.tsv"
    corpus.write_text("1\nFever\n0\t5\tFever\tT:05\n")
    (tmp_path / "terms.tsv").write_text("id\tname\nT:05\tFever\n")
    files = []
    for name, terms in (("first", "terms.tsv"), ("second", "missing.tsv")):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(SUITE.format(name=name, terms=terms))
    return files


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_finds_what_one_process_finds_and_a_broken_suite_stops_no_other(
    ray_here: None, suites: list[Path], tmp_path: Path
) -> None:
    there, work = tmp_path / "there", tmp_path / "work"
    done = sorted(bench_suites(suites, there, work=work), key=lambda one: one.error)
    assert [len(one.lines) for one in done] == [1, 0]
    assert done[0].error == ""
    assert f"{tmp_path / 'missing.tsv'} does not exist" in done[1].error
    (here,) = bench(suites[0], tmp_path / "here", work=tmp_path / "other")
    (run,) = read_result(there / "first/rapidfuzz.json").runs
    assert run.figures == here.runs[0].figures
    assert run.fingerprint == here.runs[0].fingerprint
    assert list(bench_suites(suites[:1], there, work=work)) == [
        msgspec.structs.replace(done[0], lines=())
    ], "a finished run is not repeated"
