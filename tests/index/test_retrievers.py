"""Each retriever against a search that looks at every name."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import HashEncoder, words

from xnorm.index import Hits, Retriever
from xnorm.index.dense import Dense
from xnorm.index.exact import Exact
from xnorm.index.hits import offsets_of, ranked
from xnorm.index.tfidf import Tfidf
from xnorm.text.normal import fold

NAMES = [*words(180), "Ångström", "angstrom", "a", "%", "+", "日本", "Ñandú-kari"]
ODD = ["", " ", "%", "a", "x" * 10_000, "ka " * 3_000, "\x00\x07\x1b", "日本", "ЖЖ", "ka-ri\n", "Ñ"]
QUERIES = [*words(40, seed=5), *NAMES[:10], *ODD]


def texts(rows: np.ndarray) -> list[str]:
    return [NAMES[row] for row in rows]


def make(kind: str, folder: Path) -> Retriever:
    if kind == "exact":
        Exact.build(NAMES, folder)
        return Exact.open(folder, texts)
    if kind == "dense":
        encoder = HashEncoder()
        Dense.build(NAMES, folder, encoder)
        return Dense.open(folder, lambda: encoder)
    Tfidf.build(NAMES, folder, search=kind)
    return Tfidf.open(folder)


@pytest.fixture(params=["exact", "dense", "auto", "rarest", "faiss"])
def retriever(request: pytest.FixtureRequest, tmp_path: Path) -> Retriever:
    return make(request.param, tmp_path)


def grams(text: str) -> set[str]:
    padded = [f" {word} " for word in fold(text).split()]
    return {word[i : i + 3] for word in padded for i in range(len(word) - 2)}


def tfidf_by_hand(query: str) -> list[float]:
    sets = [grams(name) for name in NAMES]
    frequency = Counter(gram for own in sets for gram in own)
    idf = {gram: math.log((1 + len(NAMES)) / (1 + n)) + 1 for gram, n in frequency.items()}

    def length(own: set[str]) -> float:
        return math.sqrt(sum(idf[gram] ** 2 for gram in own)) or 1.0

    asked = {gram for gram in grams(query) if gram in idf}
    return [
        sum(idf[gram] ** 2 for gram in asked & own) / length(asked) / length(own) for own in sets
    ]


def dense_by_hand(query: str) -> list[float]:
    encoder = HashEncoder()
    return (encoder.encode(NAMES) @ encoder.encode([query])[0]).tolist()


def exact_by_hand(query: str) -> list[float]:
    same = [fold(name) == fold(query) and bool(fold(query)) for name in NAMES]
    return [float(one or NAMES[row] == query.strip()) for row, one in enumerate(same)]


def of(hits: Hits, query: int) -> list[tuple[int, float]]:
    part = slice(hits.offsets[query], hits.offsets[query + 1])
    return list(zip(hits.rows[part].tolist(), hits.scores[part].tolist(), strict=True))


@pytest.mark.parametrize(
    ("kind", "by_hand", "tolerance"),
    [
        ("exact", exact_by_hand, 0),
        ("auto", tfidf_by_hand, 6e-5),
        ("dense", dense_by_hand, 0.02),  # vectors are bytes
    ],
)
def test_every_score_is_that_of_a_search_by_hand_and_the_best_come_first(
    kind: str, by_hand: Callable[[str], Sequence[float]], tolerance: float, tmp_path: Path
) -> None:
    hits = make(kind, tmp_path).search(QUERIES, 10)
    for number, query in enumerate(QUERIES):
        expected = by_hand(query)
        found = of(hits, number)
        assert [score for _, score in found] == pytest.approx(
            [expected[row] for row, _ in found], abs=tolerance
        )
        assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
        reached = sorted(expected, reverse=True)[: len(found)]
        assert [score for _, score in found] == pytest.approx(reached, abs=tolerance)
        assert (
            len(found) == min(10, sum(score > tolerance for score in expected)) or kind == "dense"
        )


@pytest.mark.parametrize("kind", ["rarest", "faiss"])
def test_a_quick_search_finds_nearly_what_the_exact_one_finds(kind: str, tmp_path: Path) -> None:
    (tmp_path / "exact").mkdir()
    (tmp_path / kind).mkdir()
    exact = make("auto", tmp_path / "exact").search(QUERIES, 5)
    quick = make(kind, tmp_path / kind).search(QUERIES, 5)
    wanted = {(q, *hit) for q in range(len(QUERIES)) for hit in of(exact, q)}
    found = {(q, *hit) for q in range(len(QUERIES)) for hit in of(quick, q)}
    assert len(wanted & found) > 0.9 * len(wanted)


def test_an_answer_does_not_depend_on_the_other_queries(retriever: Retriever) -> None:
    together = retriever.search(QUERIES, 7)
    for number, query in enumerate(QUERIES):
        assert of(retriever.search([query], 7), 0) == of(together, number)
    backwards = retriever.search(QUERIES[::-1], 7)
    assert [of(backwards, n) for n in range(len(QUERIES))][::-1] == [
        of(together, n) for n in range(len(QUERIES))
    ]


def test_given_names_score_what_the_search_says(retriever: Retriever) -> None:
    hits = retriever.search(QUERIES, 9)
    prepared = retriever.prepare(QUERIES)
    assert (retriever.score(prepared, hits.rows, hits.offsets) == hits.scores).all()
    nothing = offsets_of(np.zeros(0, np.int64), len(QUERIES))
    assert len(retriever.score(prepared, hits.rows[:0], nothing)) == 0


def test_odd_queries_and_no_queries_are_answered(retriever: Retriever) -> None:
    assert of(retriever.search([""], 3), 0) == []
    assert retriever.search([], 3).offsets.tolist() == [0]
    hits = retriever.search(ODD, 3)
    assert len(hits.offsets) == len(ODD) + 1
    assert all(0 <= score <= 1 for score in hits.scores.tolist())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=12), st.text(max_size=20))
def test_any_names_can_be_indexed_and_found(names: list[str], query: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        Exact.build(names, Path(folder))
        Tfidf.build(names, Path(folder))
        exact = Exact.open(Path(folder), lambda rows: [names[row] for row in rows])
        tfidf = Tfidf.open(Path(folder))
        assert 0 in exact.search([names[0]], 99).rows or not names[0].strip()
        if fold(names[0]):
            found = of(tfidf.search([names[0]], 99), 0)
            assert (0, found[0][1]) in found
        tfidf.search([query], 5)


def test_more_queries_than_fit_into_a_sorting_key_are_ranked_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    owner, rows = np.sort(rng.integers(0, 9, 200)), rng.integers(0, 50, 200)
    whole = rng.integers(-20, 20, 200) * 100
    expected = ranked(owner, rows, whole, 10, 6)
    monkeypatch.setattr("xnorm.index.hits._QUERIES", 5)
    for one, other in zip(expected, ranked(owner, rows, whole, 10, 6), strict=True):
        assert np.array_equal(one, other)


def test_names_with_equal_vectors_come_by_row_however_many_they_are(tmp_path: Path) -> None:
    encoder = HashEncoder()
    Dense.build(["ka ri", *["ri ka"] * 300, "mu"], tmp_path, encoder)
    dense = Dense.open(tmp_path, lambda: encoder)
    assert dense.search(["ka ri"], 5).rows.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux says what is mapped")
def test_vectors_are_mapped_from_their_file(tmp_path: Path) -> None:
    encoder = HashEncoder()
    Dense.build(NAMES, tmp_path, encoder)
    dense = Dense.open(tmp_path, lambda: encoder)
    assert len(dense.search(["ka ri"], 5).rows) == 5
    assert str(tmp_path / "vectors.faiss") in Path("/proc/self/maps").read_text()


@pytest.mark.parametrize("kind", ["flat", "ivf"])
def test_larger_terminologies_find_nearly_what_a_full_search_finds(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = words(2_000, seed=3)
    encoder = HashEncoder()
    full, quick = tmp_path / "full", tmp_path / "quick"
    full.mkdir()
    quick.mkdir()
    Dense.build(names, full, encoder)
    monkeypatch.setattr("xnorm.index.vectors.FIRST_PASS_ABOVE", 100)
    Dense.build(names, quick, encoder, search=kind)
    wanted = Dense.open(full, lambda: encoder).search(names[:50], 10)
    dense = Dense.open(quick, lambda: encoder)
    found = dense.search(names[:50], 10)
    shared = [set(of(wanted, n)) & set(of(found, n)) for n in range(50)]
    assert sum(map(len, shared)) > 450
    assert (dense.score(dense.prepare(names[:50]), found.rows, found.offsets) == found.scores).all()
    alone = dense.search([names[7]], 10)
    assert of(alone, 0) == of(found, 7)
