"""What was reviewed becomes gold to learn from and overrides that linking applies."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from tests.review.conftest import corpus_of
from tests.strategies import corpora, documents

from xnorm.decision.overrides import Overrides, read_rules
from xnorm.document import ConceptId, Document, Mention
from xnorm.formats import open_documents, write_output
from xnorm.pipeline import Linker, load
from xnorm.review.actions import act
from xnorm.review.export import export_review, gold_documents
from xnorm.review.loading import load_corpus
from xnorm.review.mentions import item
from xnorm.review.model import Act
from xnorm.review.reading import queue


def do(review: sqlite3.Connection, number: int, action: Any, concept: str = "") -> None:
    act(
        review,
        number,
        Act(action, item(review, number).version, concept),
        "ana",
        "n" * bool(concept),
    )


def read(path: Path) -> list[Document]:
    return list(open_documents(path))


def test_gold_is_what_was_decided_and_nothing_else(
    review: sqlite3.Connection, state: Path, tmp_path: Path
) -> None:
    do(review, 1, "accept")
    do(review, 2, "link", "T:04")
    do(review, 3, "nil")
    do(review, 4, "delete")
    wrote = export_review(state, output=tmp_path / "gold.json")
    assert (wrote.documents, wrote.mentions, wrote.rules) == (1, 3, 0)
    (document,) = read(tmp_path / "gold.json")
    gold = [(one.surface, one.gold, one.link) for one in document.mentions]
    assert gold == [
        ("Fever", (ConceptId("T", "T:05"),), None),
        ("head pain", (ConceptId("T", "T:04"),), None),
        ("fever", (), None),
    ]
    assert document.mentions[0].extra["review"]["reviewer"] == "ana"


def test_open_mentions_are_kept_on_demand_as_they_were_linked(
    review: sqlite3.Connection, state: Path, tmp_path: Path, linker: Linker
) -> None:
    do(review, 1, "nil")
    do(review, 2, "delete")
    export_review(state, output=tmp_path / "gold.jsonl", keep=True)
    first, second = read(tmp_path / "gold.jsonl")
    assert [one.surface for one in first.mentions] == ["Fever", "fever", "seizures", "vomiting"]
    assert [one.link.concept for one in second.mentions if one.link] == ["T:05", "T:03", "T:19"]


def test_overrides_are_applied_by_link(
    review: sqlite3.Connection,
    state: Path,
    corpus: Path,
    small_index: Path,
    tmp_path: Path,
    run: Callable[..., Any],
) -> None:
    do(review, 1, "always", "T:01")
    do(review, 8, "always", "T:19")
    do(review, 4, "never")
    do(review, 5, "nil")
    do(review, 5, "never")
    rules = tmp_path / "overrides.tsv"
    ran = run("review", "export", state, "--overrides", rules)
    assert (ran.status, ran.err) == (0, f"{rules}: 4 rules\n")
    linked = tmp_path / "linked.json"
    arguments = ["link", corpus, "--index", small_index, "--overrides", rules, "-o", linked]
    assert run(*arguments, "--to", "bigbio", "--quiet").status == 0
    found = {
        one.surface: one.link.concept
        for document in read(linked)
        for one in document.mentions
        if one.link and one.link.reason.startswith(("always", "never"))
    }
    assert found == {
        "Fever": "T:01", "fever": "T:01", "seizures": None, "vomiting": None, "cough": "T:19",
    }  # fmt: skip


def test_odd_words_make_rules_that_can_be_read(
    tmp_path: Path, linker: Linker, small_index: Path
) -> None:
    words = ["#fever", "Head\tpain", "“cough”", "a\u2028b"]
    text = " x ".join(words)
    mentions = [
        {"id": str(n), "start": text.index(word), "end": text.index(word) + len(word), "text": word}
        for n, word in enumerate(words)
    ]
    corpus = tmp_path / "odd.json"
    corpus.write_text(json.dumps([{"id": "d", "text": text, "mentions": mentions}]), "utf-8")
    loading = load_corpus(corpus, tmp_path / "s.sqlite", linker)
    list(loading.documents)
    for number in range(1, 5):
        do(loading.connection, number, "always", "T:02")
    export_review(tmp_path / "s.sqlite", overrides=tmp_path / "o.tsv")
    stage = Overrides(read_rules(tmp_path / "o.tsv"), linker.index.kb)
    (ruled,) = stage(list(open_documents(corpus)))
    assert [one.link.concept for one in ruled.mentions if one.link] == ["T:02"] * 4
    loading.connection.close()


def test_fusion_is_trained_on_an_export_by_one_command(
    tmp_path: Path, small_index: Path, run: Callable[..., Any]
) -> None:
    linker = load(small_index)
    texts = ["Fever, cough, nausea.", "Headache and chest pain; anemia.", "Heart attack, seizure."]
    corpus = corpus_of(texts, tmp_path / "c.json")
    state = tmp_path / "c.review.sqlite"
    loading = load_corpus(corpus, state, linker)
    list(loading.documents)
    for one in queue(loading.connection).items:
        do(loading.connection, one.number, "accept")
    loading.connection.close()
    gold, fusion = tmp_path / "gold.json", tmp_path / "fusion.json"
    assert run("review", "export", state, "--to", "bigbio", "-o", gold).status == 0
    ran = run(
        "train", "fusion", "--set", f"index={small_index}", "--set", f"train=[{gold}]", "-o", fusion
    )
    assert ran.status == 0, ran.err
    assert "8 distinct mentions to learn from" in ran.err
    parameters = f"retrieve.fuse.parameters={fusion}"
    ran = run("link", corpus, "--index", small_index, "--set", parameters, "--to", "tsv")
    assert "T:05" in ran.out


def bare(document: Document) -> list[Mention]:
    """The mentions without what a review and a linker say of them."""
    mentions = [replace(one, gold=(), extra={}, long_form="") for one in document.mentions]
    return sorted(mentions, key=lambda one: one.id)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(corpora(documents()))
def test_any_corpus_survives_its_review(
    linker: Linker, tmp_path_factory: pytest.TempPathFactory, given: list[Document]
) -> None:
    given = [one for one in given if one.text]
    folder = tmp_path_factory.mktemp("any")
    corpus, state = folder / "c.json", folder / "s.sqlite"
    if not given:
        return
    write_output(given, corpus, "bigbio")
    loading = load_corpus(corpus, state, linker)
    list(loading.documents)
    connection = loading.connection
    for one in queue(connection, limit=200).items:
        do(connection, one.number, "link", "T:01")
    reviewed = list(gold_documents(connection))
    kept = {one.id: one for one in reviewed}
    for document in given:
        if document.mentions:
            assert kept[document.id].text == document.text
            bare = [replace(one, gold=(), extra={}) for one in document.mentions]
            seen = [
                replace(one, gold=(), extra={}, long_form="") for one in kept[document.id].mentions
            ]
            assert sorted(bare, key=lambda one: one.id) == sorted(seen, key=lambda one: one.id)
    write_output(reviewed, folder / "gold.json", "bigbio")
    connection.close()
