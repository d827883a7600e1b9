"""Splits of one's own making and of others'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from xnorm.corpora import default_path, read_corpus
from xnorm.corpora.codiesp import document_splits
from xnorm.corpora.splits import inherit_split, keep_split, split_by_document, split_of
from xnorm.corpora.steps import STEPS, prepared
from xnorm.corpora.tally import Tally
from xnorm.document import Document
from xnorm.errors import SettingError


def _documents(*ids: str) -> list[Document]:
    return [Document.from_text("x", id=id) for id in ids]


@given(st.lists(st.text(min_size=1), min_size=1, unique=True), st.integers(), st.data())
def test_a_documents_split_does_not_depend_on_the_others(
    ids: list[str], seed: int, data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(ids), unique=True))

    def splits(chosen: list[str]) -> dict[str, str]:
        documents = split_by_document(_documents(*chosen), seed=seed)
        return {document.id: document.extra["split"] for document in documents}

    whole = splits(ids)
    assert splits(some) == {id: whole[id] for id in some}


def test_shares_are_kept_in_the_mean() -> None:
    counts = Counter(split_of(str(number), seed=7) for number in range(10_000))
    assert counts["train"] == pytest.approx(8_000, abs=150)
    assert counts["dev"] == pytest.approx(1_000, abs=100)
    assert split_of("1", seed=1, shares={"a": 0.0, "b": 1.0}) == "b"


def test_shares_are_parts_of_one() -> None:
    with pytest.raises(SettingError, match=r"the shares sum up to 0\.9"):
        split_by_document([], seed=1, shares={"train": 0.9})


def test_another_corpus_gives_its_split_by_name() -> None:
    tally = Tally(step="inherit", unit="documents")
    splits = {"S1": "dev", "S2": "test"}
    found = list(inherit_split(_documents("es-S1", "S2", "es-S3"), splits, tally=tally))
    assert [(d.id, d.extra["split"]) for d in found] == [("es-S1", "dev"), ("S2", "test")]
    assert str(tally) == "inherit: kept 2 of 3 documents; 1 dev; 1 of no split; 1 test"


def test_a_split_that_nothing_is_of_is_answered_with_what_there_is() -> None:
    documents = [replace(d, extra={"split": "train"}) for d in _documents("1", "2")]
    assert len(list(keep_split(documents, "train"))) == 2
    with pytest.raises(SettingError, match=r"no document is of the split 'dev'\. There are: train"):
        list(keep_split(documents, "dev"))


def test_codiesp_tells_the_split_of_its_documents(folder: Callable) -> None:
    path = folder({"v4/dev/text_files/S1.txt": "x", "v4/test/text_files/S2.txt": "x"})
    assert document_splits(path) == {"S1": "dev", "S2": "test"}


def test_distemist_inherits_302_142_and_139_linked_documents(data: Path) -> None:
    splits = document_splits(data / default_path("codiesp"))
    documents = read_corpus("distemist", data / default_path("distemist"), ids=["SNOMEDCT", "HPO"])
    linked, hpo = Counter[str](), Counter[str]()
    for document in inherit_split(documents, splits):
        linked[document.extra["split"]] += any(mention.gold for mention in document.mentions)
        hpo[document.extra["split"]] += sum(
            any(gold.db_name == "HPO" for gold in mention.gold) for mention in document.mentions
        )
    assert linked == {"train": 302, "dev": 142, "test": 139}
    assert hpo == {"train": 1106, "dev": 551, "test": 516}


def test_steps_run_by_their_names_in_the_given_order() -> None:
    tallies: list[Tally] = []
    steps = ["split-by-document=3", "keep-split=train", "drop-duplicates"]
    found = list(prepared(_documents(*map(str, range(20))), steps, tallies=tallies))
    assert len(found) == 1
    assert [tally.step for tally in tallies] == [step.partition("=")[0] for step in steps]
    assert tallies[1].given == 20


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("drop-duplicate", r"unknown step 'drop-duplicate'\. Did you mean 'drop-duplicates'\?"),
        ("keep-types", r"'keep-types' needs a value\. Give types, as in Disease"),
        ("drop-duplicates=1", r"'drop-duplicates' takes no value\. Leave it out"),
        ("replace-retired", r"'replace-retired' needs a knowledge base\. Give a \.kb with --kb"),
        ("split-by-document=one", r"the seed 'one' is no whole number"),
    ],
)
def test_a_step_that_cannot_be_run_says_why(step: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        prepared([], [step])


def test_every_step_has_a_name_that_says_what_it_does() -> None:
    assert {name.partition("-")[0] for name in STEPS} == {
        "expand", "keep", "replace", "out", "drop", "split", "inherit",
    }  # fmt: skip
