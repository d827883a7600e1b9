"""Candidates: concepts from all retrievers, with evidence."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from tests.fakes import HashEncoder, build_index, build_kb, terminology, words

from xnorm.candidates import Fuse, Query, Retrieve, generate, rank
from xnorm.candidates.features import FEATURES, feature_names, features, is_feature
from xnorm.candidates.fuse import read_parameters
from xnorm.document import Candidate, Document, Mention
from xnorm.errors import SettingError
from xnorm.index import Index

METHODS = [Fuse(), Fuse(method="max"), Fuse(method="reciprocal")]
TERMS = {
    "T:1": ["heart attack", "myocardial infarction", "MI"],
    "T:2": ["mitral insufficiency", "MI"],
    "T:3": ["attack of panic", "panic attack"],
    "T:4": ["infarction"],
    "T:10": ["liver failure"],
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return build_index(TERMS, tmp_path_factory.mktemp("terms"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return build_index(terminology(150), tmp_path_factory.mktemp("large"))


def ids(candidates: tuple[Candidate, ...]) -> list[str]:
    return [candidate.concept for candidate in candidates]


@pytest.mark.parametrize("fuse", METHODS)
def test_the_concept_of_an_equal_name_is_first_and_says_why(index: Index, fuse: Fuse) -> None:
    [candidates] = generate(index, [Query("Myocardial  infarction")], 2, fuse)
    first = candidates[0]
    assert (first.concept, first.source, first.name) == ("T:1", "T", "heart attack")
    assert [(e.retriever, e.name, e.rank, e.kind) for e in first.evidence] == [
        ("exact", "myocardial infarction", 1, "synonym"),
        ("tfidf", "myocardial infarction", 1, "synonym"),
        ("dense", "myocardial infarction", 1, "synonym"),
    ]
    assert first.evidence[0].score == first.evidence[1].score == 1
    assert all(evidence.language == "en" for evidence in first.evidence)
    assert 0 <= candidates[1].score <= first.score <= 1


@pytest.mark.parametrize("fuse", METHODS)
def test_k_counts_concepts_and_no_concept_comes_twice(large: Index, fuse: Fuse) -> None:
    queries = [Query(text) for text in words(30, seed=9)]
    for k in (1, 3, 20):
        for candidates in generate(large, queries, k, fuse):
            assert len(candidates) == k == len(set(ids(candidates)))


@pytest.mark.parametrize("fuse", METHODS)
def test_order_is_by_score_then_id_and_scores_lie_between_0_and_1(large: Index, fuse: Fuse) -> None:
    for candidates in generate(large, [Query(text) for text in words(30, seed=9)], 20, fuse):
        scores = [candidate.score for candidate in candidates]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 and round(score, 4) == score for score in scores)


def test_concepts_that_tie_come_by_id(index: Index) -> None:
    [candidates] = generate(index, [Query("MI")], 2, Fuse(method="max"))
    assert ids(candidates) == ["T:1", "T:2"]
    assert candidates[0].score == candidates[1].score == 1


def test_ids_are_compared_as_text(tmp_path: Path) -> None:
    index = build_index({"T:9": ["same"], "T:10": ["same"]}, tmp_path)
    [candidates] = generate(index, [Query("same")], 2, Fuse(method="max"))
    assert ids(candidates) == ["T:10", "T:9"]


@pytest.mark.parametrize("fuse", METHODS)
def test_answers_do_not_depend_on_the_batch(large: Index, fuse: Fuse) -> None:
    queries = [Query(text, language="en") for text in [*words(40, seed=4), *words(10)]]
    together = generate(large, queries, 10, fuse)
    assert [generate(large, [query], 10, fuse)[0] for query in queries] == together
    assert generate(large, queries[::-1], 10, fuse)[::-1] == together


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The terms with two encoders."""
    folder = tmp_path_factory.mktemp("two")
    kb = build_kb(TERMS, folder / "t.kb")
    return Index.build(kb, folder / "t.index", encoder=[HashEncoder(), HashEncoder(8)])


def test_every_encoder_is_evidence_of_its_own(two: Index) -> None:
    [candidates] = generate(two, [Query("panic attacks")], 1)
    assert candidates[0].concept == "T:3"
    assert {e.retriever for e in candidates[0].evidence} == {"tfidf", "dense", "dense2"}


def test_weights_that_know_one_encoder_mean_the_average_of_all(two: Index) -> None:
    found = rank(two, [Query(text) for text in ("attack of heart", "failure")], 5).found
    dense, preferred, both = features(two, found, ("dense", "preferred", "both"))
    assert dense == pytest.approx(found.scores[2:].mean(axis=0))
    assert preferred == pytest.approx(found.preferred[2:].mean(axis=0))
    assert both == pytest.approx(found.scores[1] * found.scores[2:].mean(axis=0))
    first, second = features(two, found, ("dense", "dense2"))
    assert (first == found.scores[2]).all()
    assert (second == found.scores[3]).all()


def test_an_index_names_its_features(index: Index, two: Index) -> None:
    assert feature_names(index) == tuple(FEATURES)
    assert feature_names(two) == (*FEATURES, "dense2", "preferred2", "both2")
    assert all(map(is_feature, feature_names(two)))
    assert not any(map(is_feature, ("dense1", "tfidf2", "dense0", "densee", "")))


def test_weights_of_an_encoder_that_the_index_lacks_are_refused(
    index: Index, tmp_path: Path
) -> None:
    usual = read_parameters()
    path = tmp_path / "two.json"
    path.write_bytes(
        msgspec.json.encode(
            msgspec.structs.replace(usual, features=("dense", "dense2"), weights=(1.0, 1.0))
        )
    )
    with pytest.raises(SettingError, match="weigh 'dense2', which the index does not have"):
        generate(index, [Query("attack")], 3, Fuse(parameters=str(path)))


def test_answers_do_not_depend_on_threads(large: Index) -> None:
    import faiss

    queries = [Query(text) for text in words(40, seed=4)]
    threads = faiss.omp_get_max_threads()
    answers = []
    for count in (1, 2, 3):
        faiss.omp_set_num_threads(count)
        answers.append(generate(large, queries, 10))
    faiss.omp_set_num_threads(threads)
    assert answers[0] == answers[1] == answers[2]


def test_equal_queries_are_searched_once(tmp_path: Path) -> None:
    encoder = HashEncoder()
    index = build_index(TERMS, tmp_path, encoder)
    encoder.encoded = 0
    answers = generate(index, [Query("fever")] * 50, 3)
    assert encoder.encoded == 1
    assert answers == answers[:1] * 50


def test_one_more_name_never_lowers_the_best_score_of_a_concept(tmp_path: Path) -> None:
    names = terminology(60)
    longer = {id: [*own, f"{own[0]} extra", "ka ri to"] for id, own in names.items()}
    queries = [Query(text) for text in words(20, seed=2)]
    found = {}
    for label, own in (("before", names), ("after", longer)):
        (tmp_path / label).mkdir()
        index = build_index(own, tmp_path / label)
        index.retrievers = {"dense": index.retrievers["dense"]}  # TF-IDF weights change with names
        found[label] = [
            {c.concept: c.score for c in candidates}
            for candidates in generate(index, queries, 60, Fuse(method="max"))
        ]
    for before, after in zip(found["before"], found["after"], strict=True):
        shared = before.keys() & after.keys()
        assert len(shared) > 10
        # a name's bytes are scaled with those of all names, hence the tolerance
        assert all(after[id] >= before[id] - 0.01 for id in shared)


def test_the_long_form_is_searched_too_and_named_as_evidence(index: Index) -> None:
    queries = [Query("LF"), Query("LF", long_form="liver failure")]
    short, both = generate(index, queries, 1, Fuse(method="max"))
    assert "T:10" not in ids(short)
    assert ids(both) == ["T:10"]
    assert {(e.name, e.query) for e in both[0].evidence} == {("liver failure", "liver failure")}


def test_what_the_mention_itself_finds_keeps_its_evidence(index: Index) -> None:
    query = Query("MI", long_form="myocardial infarction")
    [candidates] = generate(index, [query], 5, Fuse(method="max"))
    by_id = {candidate.concept: candidate for candidate in candidates}
    assert {evidence.query for evidence in by_id["T:1"].evidence} == {""}
    assert by_id["T:4"].evidence[0].query == "myocardial infarction"


def test_only_concepts_of_the_wanted_types_are_given(large: Index) -> None:
    queries = [Query("ka ri"), Query("ka ri", types=("even",)), Query("ka ri", types=("none",))]
    every, even, none = generate(large, queries, 8)
    assert [generate(large, [query], 8)[0] for query in queries] == [every, even, none]
    assert any(int(id.split(":")[1]) % 2 for id in ids(every))
    assert len(even) == 8
    assert all(int(id.split(":")[1]) % 2 == 0 for id in ids(even))
    assert none == ()


@pytest.mark.parametrize("fuse", METHODS)
def test_odd_queries_never_fail(index: Index, fuse: Fuse) -> None:
    odd = ["", " ", "a", "%", "x" * 10_000, "\x00\x07\x1b", "日本語", "\ud800", "🧑‍⚕️", "ЖЖ"]
    queries = [Query(text, long_form=long) for text in odd for long in ("", "infarction", "\ud83d")]
    answers = generate(index, queries, 3, fuse)
    assert len(answers) == len(queries)
    assert answers[0] == ()
    assert ids(answers[1])[0] == "T:4"
    assert generate(index, [], 3, fuse) == []


def test_flat_arrays_say_the_same_as_objects(large: Index) -> None:
    queries = [Query(text) for text in words(12, seed=8)]
    ranking = rank(large, queries, 5)
    known = large.kb.concepts["id"].to_pylist()
    for number, candidates in enumerate(generate(large, queries, 5)):
        part = slice(ranking.offsets[number], ranking.offsets[number + 1])
        assert [known[row] for row in ranking.concepts[part]] == ids(candidates)
        assert ranking.scores[part].tolist() == [candidate.score for candidate in candidates]
    assert ranking.found.scores.shape == (3, len(ranking.concepts)) == ranking.ranks.shape
    assert np.all(np.diff(ranking.offsets) == 5)


def test_many_queries_are_ranked_in_batches(large: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = [
        Query(text, long_form="ka ri", types=("even",) if at % 3 == 0 else ())
        for at, text in enumerate(words(25, seed=8))
    ]
    whole = rank(large, queries, 5)
    monkeypatch.setattr("xnorm.candidates.ranking.BATCH", 7)
    parts = rank(large, queries, 5)
    for one, other in zip([*whole[:3], whole.ranks], [*parts[:3], parts.ranks], strict=True):
        assert np.array_equal(one, other)
    for one, other in zip(whole.found, parts.found, strict=True):
        assert np.array_equal(one, other)


def test_the_stage_fills_every_mention_in_order(index: Index) -> None:
    text = "panic attack, liver failure"
    spans = ((0, 12), (14, 27))
    mentions = tuple(
        Mention(f"T{n}", "", (span,), (text[slice(*span)],)) for n, span in enumerate(spans)
    )
    document = Document.from_text(text, language="en")
    with_mentions = Document(document.id, document.passages, "en", mentions)
    first, second = Retrieve(index, k=1)([with_mentions, document])
    assert [mention.candidates[0].concept for mention in first.mentions] == ["T:3", "T:10"]
    assert second == document
    assert Retrieve(index)([]) == []


def test_a_k_below_one_is_refused(index: Index) -> None:
    with pytest.raises(SettingError, match=r"retrieve\.k: k is 0"):
        Retrieve(index, k=0)
