"""Recall, reciprocal rank and accuracy, against tables made by hand and two other libraries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evaluation.building import answered, document, mention, outcomes

from xnorm.evaluation.metrics import accuracy, mrr, ranks, recall_at
from xnorm.evaluation.outcomes import outcomes_of

Lists = list[tuple[Sequence[str], Sequence[tuple[str, float]]]]

# gold, candidates, rank as listed, rank with ties against
TABLE: tuple[tuple[list[str], list[tuple[str, float]], int, int], ...] = (
    (["A"], [("A", 0.9), ("B", 0.8)], 1, 1),
    (["B"], [("A", 0.9), ("B", 0.8)], 2, 2),
    (["C"], [("A", 0.9), ("B", 0.8)], 0, 0),
    (["A"], [("A", 0.9), ("B", 0.9)], 1, 2),
    (["B"], [("A", 0.9), ("B", 0.9), ("C", 0.9)], 2, 3),
    (["A", "B"], [("A", 0.9), ("B", 0.9)], 1, 1),
    (["A", "C"], [("B", 0.9), ("C", 0.8), ("A", 0.7)], 2, 2),
    (["B"], [("A", 0.9), ("A", 0.8), ("B", 0.7)], 2, 2),
    (["A"], [], 0, 0),
)


@pytest.mark.parametrize(("gold", "candidates", "listed", "worst"), TABLE)
def test_ranks_count_concepts_and_ties_as_told(
    gold: list[str], candidates: list[tuple[str, float]], listed: int, worst: int
) -> None:
    (outcome,) = outcomes((gold, candidates))
    assert ranks([outcome], ties="listed").tolist() == [listed]
    assert ranks([outcome]).tolist() == [worst]


def test_figures_of_the_table_are_those_counted_by_hand() -> None:
    found = outcomes(*((gold, candidates) for gold, candidates, *_ in TABLE))
    assert recall_at(found, 1) == pytest.approx(2 / 9)
    assert recall_at(found, 1, ties="listed") == pytest.approx(3 / 9)
    assert recall_at(found, 2) == pytest.approx(6 / 9)
    assert recall_at(found, 64) == pytest.approx(7 / 9)
    assert mrr(found) == pytest.approx((1 + 1 / 2 + 1 / 2 + 1 / 3 + 1 + 1 / 2 + 1 / 2) / 9)


def test_mentions_without_a_gold_concept_count_in_no_recall() -> None:
    found = outcomes((["A"], [("A", 0.9)]), ([], [("A", 0.9)]))
    assert recall_at(found, 1) == recall_at(found, 1, of="all") == 1


def test_accuracy_takes_a_gold_id_and_nil_where_there_is_none() -> None:
    given = [mention(f"m{n}", (n, n + 1), ids) for n, ids in enumerate([["A"], ["A", "B"], ["C"]])]
    links = ("A", "B", "")
    found = outcomes_of(
        [document(*given)],
        [document(*(answered(m, link=link) for m, link in zip(given, links, strict=True)))],
    )
    assert accuracy(found) == pytest.approx(2 / 3)


def test_nothing_is_zero() -> None:
    assert recall_at([], 5) == mrr([]) == accuracy([]) == 0


def ranked_lists() -> st.SearchStrategy[Lists]:
    """Candidates in descending order, with equal scores and gold concepts in and out of them."""
    concepts = st.lists(st.sampled_from("ABCDEFG"), unique=True, max_size=6)
    scores = st.lists(st.integers(1, 4).map(lambda n: n / 4), min_size=6, max_size=6)
    candidates = st.builds(
        lambda ids, values: list(zip(ids, sorted(values, reverse=True), strict=False)),
        concepts,
        scores,
    )
    gold = st.lists(st.sampled_from("ABCDEFG"), unique=True, min_size=1, max_size=2)
    return st.lists(st.tuples(gold, candidates), min_size=1, max_size=6)


@given(ranked_lists())
@settings(max_examples=50)
def test_recall_grows_with_k_and_ties_against_never_help(lists: Lists) -> None:
    found = outcomes(*lists)
    for ties in ("worst", "listed"):
        grown = [recall_at(found, k, ties=ties) for k in range(1, 8)]
        assert grown == sorted(grown)
        assert grown[0] <= mrr(found, ties=ties) <= grown[-1]
    for k in range(1, 8):
        assert recall_at(found, k) <= recall_at(found, k, ties="listed")


@given(ranked_lists())
@settings(max_examples=25, deadline=None)
def test_listed_ranks_agree_with_ir_measures(lists: Lists) -> None:
    ir_measures: Any = pytest.importorskip("ir_measures")
    found = outcomes(*lists)
    qrels = [ir_measures.Qrel(str(n), id, 1) for n, (gold, _) in enumerate(lists) for id in gold]
    run = [
        # Their order is by score alone, so a list's order is given by its place.
        ir_measures.ScoredDoc(str(n), id, 100 - place)
        for n, (_, candidates) in enumerate(lists)
        for place, (id, _) in enumerate(candidates)
    ]
    wanted = {k: ir_measures.Success @ k for k in (1, 3)}
    theirs = ir_measures.calc_aggregate([*wanted.values(), ir_measures.RR], qrels, run)
    for k, measure in wanted.items():
        assert recall_at(found, k, ties="listed") == pytest.approx(theirs[measure])
    assert mrr(found, ties="listed") == pytest.approx(theirs[ir_measures.RR])


def test_recall_agrees_with_scikit_learn_where_scores_differ() -> None:
    sklearn: Any = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(4)
    scores = np.stack([random.permutation(10) for _ in range(40)]) / 10
    gold = random.integers(10, size=40)
    found = outcomes(
        *(
            (
                [str(right)],
                [
                    (str(concept), float(row[concept]))
                    for concept in np.argsort(-row, kind="stable")
                ],
            )
            for row, right in zip(scores, gold, strict=True)
        )
    )
    for k in (1, 3, 9):
        theirs = sklearn.top_k_accuracy_score(gold, scores, k=k, labels=range(10))
        assert recall_at(found, k) == pytest.approx(theirs)
    theirs = sklearn.label_ranking_average_precision_score(np.eye(10)[gold], scores)
    assert mrr(found) == pytest.approx(theirs)


def test_ties_count_against_as_scikit_learn_counts_them() -> None:
    sklearn: Any = pytest.importorskip("sklearn.metrics")
    scores = np.array([[0.9, 0.9, 0.1], [0.9, 0.5, 0.5]])
    gold = np.array([0, 2])
    found = outcomes(
        *(
            ([str(right)], [(str(n), float(s)) for n, s in enumerate(row)])
            for row, right in zip(scores, gold, strict=True)
        )
    )
    theirs = sklearn.label_ranking_average_precision_score(np.eye(3)[gold], scores)
    assert mrr(found) == pytest.approx(theirs) == pytest.approx((1 / 2 + 1 / 3) / 2)
