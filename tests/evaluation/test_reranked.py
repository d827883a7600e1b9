"""A re-ranker of one's own measured on a suite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from tests.tiny import tiny_transformer

from xnorm.candidates import Retrieve
from xnorm.document import Document, mention_at
from xnorm.errors import SettingError
from xnorm.evaluation.bench import Trial, bench
from xnorm.evaluation.results import Result, outcomes_file, read_outcomes
from xnorm.evaluation.systems import READER, Terminology
from xnorm.kb import KnowledgeBase
from xnorm.reranking.model import Reading, write_reading

WORDS = "patients had high blood pressure fever broken leg headache cold common sensation".split()


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an untrained one; its answers differ enough to have an order."""
    library = pytest.importorskip("sentence_transformers", reason="re-ranking needs it")
    folder = tmp_path_factory.mktemp("reranker")
    model = library.CrossEncoder(str(tiny_transformer(folder / "base", WORDS)), num_labels=1)
    model.model.classifier.weight.data *= 10_000
    model.save_pretrained(str(folder / "model"), create_model_card=False)
    write_reading(Reading(k=2), folder / "model")
    return folder / "model"


def measured(suite: Path, reranker: Path, **options: Any) -> list[Result]:
    folder, work = suite.parent / "results", suite.parent / "work"
    trial = Trial("mine", "default", reranker=str(reranker))
    return bench(suite, folder, work=work, trial=trial, **options)


def test_any_suite_is_measured_with_a_re_ranker(suite_file: Path, reranker: Path) -> None:
    (result,) = measured(suite_file, reranker)
    (run,) = result.runs
    assert (result.system, run.mentions, run.distinct) == ("re-ranked@mine", 5, 5)
    assert result.what.endswith("cross-encoder; re-ranker: mine")
    assert run.cost.build_seconds > 0
    assert run.figures["recall@3"].value > 0
    found = read_outcomes(outcomes_file(suite_file.parent / "results/tiny/re-ranked@mine.json", ""))
    assert [one.outcome.text for one in found][:2] == ["high blood pressure", "fevr"]
    assert measured(suite_file, reranker)[0].runs == result.runs  # it is not measured again


def test_another_re_ranker_of_the_same_name_is_measured_again(
    suite_file: Path, reranker: Path, in_process: None, tmp_path: Path
) -> None:
    first = measured(suite_file, reranker)[0].runs[0]
    other = tmp_path / "other"
    other.mkdir()
    for file in reranker.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    write_reading(Reading(k=1), other)
    assert measured(suite_file, other)[0].runs[0].fingerprint != first.fingerprint


def test_every_mention_is_answered_in_its_context(
    reranker: Path, small_kb: Path, small_index: Path
) -> None:
    texts = ("High blood pressure and headache.", "A common headache.")
    documents = [
        replace(
            Document.from_text(text, id=text, language="en"),
            mentions=(mention_at(text, [(text.index("headache"), len(text) - 1)], id="T1"),),
        )
        for text in texts
    ]
    kb = KnowledgeBase.open(small_kb)
    terminology = Terminology(kb, small_index, reranker=str(reranker))
    answers = READER.open(terminology)(documents, 5)
    ids = kb.concepts["id"].take(answers.concepts).to_pylist()
    found = Retrieve(terminology.index, k=5)(documents)
    for number, document in enumerate(found):
        part = slice(answers.offsets[number], answers.offsets[number + 1])
        expected = [candidate.concept for candidate in document.mentions[0].candidates]
        assert sorted(ids[part][:2]) == sorted(expected[:2])
        assert ids[part][2:] == expected[2:]
        # shares of equal decimals are told apart, so that they are no ties
        assert (np.diff(answers.scores[part])[:2] < 0).all()


def test_a_folder_that_is_not_there_is_told(suite_file: Path) -> None:
    with pytest.raises(SettingError, match=r"re-ranker: the folder .*nothing does not exist"):
        measured(suite_file, suite_file.parent / "nothing")


def test_only_the_re_ranked_system_is_measured_with_a_re_ranker(
    suite_file: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingError, match="unknown system 'tfidf'"):
        measured(suite_file, tmp_path, systems=["tfidf"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--reranker", "my-reranker/"], "--reranker: 'my-reranker/' is not a name and a folder"),
        (["--reranker", "a=x", "--encoder", "b=y"], "'a' is not the encoder's name 'b'"),
    ],
)
def test_options_that_say_too_little_are_refused(
    suite_file: Path, run: Callable[..., Any], options: list[str], message: str
) -> None:
    told = run("bench", suite_file, *options)
    assert told.status == 1
    assert message in told.err
