"""A run leaves its figures, what made them, and every outcome; a finished one is not repeated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xnorm.errors import DataError
from xnorm.evaluation import bench as module
from xnorm.evaluation.bench import bench
from xnorm.evaluation.outcomes import Outcome
from xnorm.evaluation.results import Result, find_results, outcomes_file, read_outcomes, read_result
from xnorm.evaluation.systems import SYSTEMS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "results"


def measured(suite: Path, *systems: str, force: bool = False) -> list[Result]:
    """The results of the suite, which lie in the folder `results` beside it."""
    work = suite.parent / "work"
    return bench(suite, suite.parent / "results", work=work, systems=systems, force=force)


def values(result: Result) -> dict[str, float]:
    return {name: figure.value for name, figure in result.runs[0].figures.items()}


def test_ties_count_against_the_system_and_the_listed_order_is_told_beside(
    suite_file: Path, in_process: None
) -> None:
    (result,) = measured(suite_file, "rapidfuzz")
    run = result.runs[0]
    # Known: blood pressure, fevr, headache (all first) and cold, which two concepts are called.
    assert (run.mentions, run.known, run.documents) == (5, 4, 2)
    assert values(result) == {
        "recall@1": 0.75,
        "recall@1, listed": 1.0,
        "recall@1, all": 0.6,
        "recall@3": 1.0,
        "recall@3, listed": 1.0,
        "recall@3, all": 0.8,
        "mrr": 0.875,
    }
    assert run.curve == {1: 0.75, 2: 1.0, 3: 1.0}


def test_a_result_says_what_made_it(suite_file: Path, folder: Path) -> None:
    measured(suite_file, "rapidfuzz")
    told = json.loads((folder / "tiny/rapidfuzz.json").read_text())
    run = told["runs"][0]
    assert told["suite"]["corpus"]["gold"] == ["HPO"]
    assert run["terminology"]["names"] == 11
    assert run["machine"]["cores"] >= 1
    assert {"xnorm", "python", "numpy", "rapidfuzz"} <= run["versions"].keys()
    assert set(run["inputs"]) == {"corpus", "terms.tsv"}
    assert run["cost"]["peak_mb"] > 10
    assert str(suite_file.parent) not in json.dumps(told)


def test_every_outcome_lies_beside_the_result(
    suite_file: Path, folder: Path, in_process: None
) -> None:
    measured(suite_file, "rapidfuzz")
    path = outcomes_file(folder / "tiny/rapidfuzz.json", "")
    found = {item.outcome.text: item for item in read_outcomes(path)}
    assert list(found) == ["high blood pressure", "fevr", "a broken leg", "Headache", "cold"]
    fever: Outcome = found["fevr"].outcome
    assert (fever.predicted, fever.predicted_name, fever.ranks) == (
        "T:05",
        "Fever",
        {"candidates": 1},
    )
    assert found["cold"].gold_name == "Common cold"
    assert found["cold"].outcome.worst == {"candidates": 2}


def test_a_finished_run_is_not_repeated(
    suite_file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, in_process: None
) -> None:
    first = measured(suite_file, "rapidfuzz")
    searched: list[str] = []
    search = module.search

    def counting(*given: Any, **options: Any) -> Any:
        searched.append(given[2])
        return search(*given, **options)

    monkeypatch.setattr(module, "search", counting)
    suite_file.write_text(suite_file.read_text().replace("title: Tiny", "title: Tiny again"))
    again = measured(suite_file, "rapidfuzz")
    assert searched == []
    assert again[0].runs == first[0].runs
    assert again[0].suite.title == "Tiny again"
    measured(suite_file, "rapidfuzz", force=True)
    assert searched == ["rapidfuzz"]
    terms = suite_file.parent / "terms.tsv"
    terms.write_text(terms.read_text() + "T:30\tAche\t\n")
    measured(suite_file, "rapidfuzz")
    assert searched == ["rapidfuzz"] * 2


def test_systems_share_one_index(suite_file: Path, folder: Path) -> None:
    exact, rapidfuzz, tfidf = measured(suite_file)
    assert len(list(suite_file.parent.glob("work/*.index"))) == 1
    assert exact.runs[0].encoder == tfidf.runs[0].encoder != ""
    assert rapidfuzz.runs[0].encoder == ""
    assert exact.runs[0].cost.index_bytes == tfidf.runs[0].cost.index_bytes > 0
    assert values(exact)["recall@1, listed"] == 0.75
    assert find_results([folder]) == sorted((folder / "tiny").glob("*.json"))
    (path,) = suite_file.parent.glob("work/*.index")
    manifest = path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 0'))
    (again,) = measured(suite_file, "tfidf", force=True)
    assert values(again) == values(tfidf)


def test_a_sample_is_asked_where_there_are_too_many_pairs(
    suite_file: Path, monkeypatch: pytest.MonkeyPatch, in_process: None
) -> None:
    monkeypatch.setitem(SYSTEMS, "rapidfuzz", SYSTEMS["rapidfuzz"]._replace(pairs=33))
    run = measured(suite_file, "rapidfuzz")[0].runs[0]
    assert (run.distinct, run.sampled_from, run.mentions) == (3, 5, 3)


def test_a_system_that_is_not_installed_is_told_and_left_out(
    suite_file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = SYSTEMS["gilda"]._replace(needs="no_such_module")
    monkeypatch.setitem(SYSTEMS, "gilda", missing)
    suite_file.write_text(suite_file.read_text().replace("[exact, rapidfuzz, tfidf]", "[gilda]"))
    told: list[str] = []
    found = bench(suite_file, folder, work=folder.parent / "work", notify=told.append)
    assert found == []
    assert told == ["tiny, gilda: 'no_such_module' is not installed"]


def test_sets_are_measured_one_by_one(suite_file: Path, in_process: None) -> None:
    text = suite_file.read_text().replace("[terms.tsv]", '["${set}.tsv"]')
    suite_file.write_text(f"{text}sets: [terms, fewer]\n")
    rows = (suite_file.parent / "terms.tsv").read_text().splitlines()
    (suite_file.parent / "fewer.tsv").write_text("\n".join(rows[:-1]) + "\n")
    (result,) = measured(suite_file, "rapidfuzz")
    assert [run.set for run in result.runs] == ["terms", "fewer"]
    assert [run.figures["recall@1"].value for run in result.runs] == [0.75, 1.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [("{}", "no result of a run"), ('{"format": 99}', "format version 99, this xnorm reads 1")],
)
def test_what_is_no_result_is_told(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "nothing").mkdir()
    file = tmp_path / "a.json"
    file.write_text(text)
    with pytest.raises(DataError, match=message):
        read_result(file)
    with pytest.raises(DataError, match="no results here"):
        find_results([tmp_path / "nothing"])
