"""`xnorm keyphrases train`, `extract`, `evaluate`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="training needs scikit-learn")


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    folder = tmp_path / "stories"
    folder.mkdir()
    for thing in ("strike", "merger", "flood", "election"):
        text = f"The {thing} goes on\nPeople talked about the {thing}. Nobody knew why."
        (folder / f"{thing}.txt").write_text(text, encoding="utf-8")
        (folder / f"{thing}.key").write_text(f"{thing}\n", encoding="utf-8")
    return folder


@pytest.fixture
def model(run: Callable, stories: Path, tmp_path: Path) -> Path:
    path = tmp_path / "news.model"
    ran = run("keyphrases", "train", stories, "--lang", "en", "--trees", 5, "-o", path)
    assert ran.status == 0
    assert "news.model: 4 documents, 33 features, 5 trees with" in ran.err
    return path


def test_phrases_are_extracted_as_text_json_and_documents(
    run: Callable, model: Path, tmp_path: Path
) -> None:
    story = tmp_path / "story.txt"
    story.write_text("The trial goes on\nPeople talked about the trial.", encoding="utf-8")
    options = ("keyphrases", "extract", "--model", model, story, "--lang", "en", "--top", 1)
    id, score, phrase = run(*options).out.strip().split("\t")
    assert (id, phrase) == ("story", "trial")
    (found,) = json.loads(run(*options, "--to", "json").out)["key_phrases"]
    assert found["spans"] == [[4, 9], [42, 47]]
    assert found["score"] == float(score)
    (document,) = json.loads(run(*options, "--to", "bigbio").out)
    assert document["key_phrases"][0]["text"] == "trial"


def test_a_model_is_measured(run: Callable, model: Path, stories: Path) -> None:
    options = ("keyphrases", "evaluate", "--model", model, stories, "--lang", "en", "--top", 3)
    assert run(*options).out.startswith("4 documents, the first 3 phrases\nndcg ")
    figures = json.loads(run(*options, "--json").out)
    assert figures["documents"] == 4
    value, low, high = figures["precision"]
    assert 0 <= low <= value <= high <= 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("strike.key", None, "strike.key: cannot be read"),
        ("strike-CrowdCountskey", "strike 8", "strike-CrowdCountskey, line 1: 'strike 8' is not"),
        ("strike.key", b"\xff", "strike.key, line 1: not UTF-8"),
    ],
)
def test_a_bad_corpus_is_one_line(
    run: Callable, stories: Path, name: str, content: str | bytes | None, message: str
) -> None:
    path = stories / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = run("keyphrases", "train", stories, "-o", stories / "x.model")
    assert ran.status == 1
    assert message in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "phrases", [None, [], "strike", [3], [{"score": 1}], [{"text": "a", "score": "b"}]]
)
def test_documents_without_gold_are_one_line(
    run: Callable, tmp_path: Path, phrases: object
) -> None:
    path = tmp_path / "stories.jsonl"
    path.write_text(json.dumps({"id": "7", "text": "Strike.", "key_phrases": phrases}))
    ran = run("keyphrases", "train", path, "-o", tmp_path / "x.model")
    assert ran.status == 1
    assert "document '7'" in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "x.model").exists()


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--trees", 0, "error: keyphrases: trees: 0. Give one at least.\n"),
        ("--longest", -1, "error: keyphrases: longest: -1. Give one at least.\n"),
        ("--groups", ",", "error: keyphrases: groups: 0. Give one at least.\n"),
        ("--drop-share", 7, "error: filter.share: the share of sentences to drop is 7."),
        ("--lang", "xx", "error: --lang: unknown language code 'xx'."),
        ("--seed", -1, "error: Invalid value for '--seed'"),
    ],
)
def test_an_impossible_setting_is_one_line(
    run: Callable, stories: Path, option: str, value: object, message: str
) -> None:
    ran = run("keyphrases", "train", stories, "-o", stories / "x.model", option, value)
    assert ran.status == 1
    assert ran.err.startswith(message)
    assert ran.err.count("\n") == 1


def test_training_without_scikit_learn_says_what_to_install(
    run: Callable, stories: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    ran = run("keyphrases", "train", stories, "-o", stories / "x.model")
    assert ran.status == 1
    assert "pip install 'xnorm[keyphrases]'" in ran.err


def test_extraction_needs_no_scikit_learn(
    run: Callable, model: Path, stories: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    ran = run("keyphrases", "extract", "--model", model, stories / "strike.txt", "--lang", "en")
    assert ran.out.startswith("strike\t")
