"""Every system answers concepts, best first, and a peer that is not installed is no error."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.candidates import Query, generate
from xnorm.evaluation.answers import Answers, of_names
from xnorm.evaluation.systems import SYSTEMS, Terminology
from xnorm.index import Index
from xnorm.kb import KnowledgeBase


@pytest.fixture
def terminology(small_kb: Path, small_index: Path) -> Terminology:
    return Terminology(KnowledgeBase.open(small_kb), small_index)


def answered(terminology: Terminology, system: str, *queries: Query, k: int = 5) -> list[list[str]]:
    """The ids that a system answers."""
    if not SYSTEMS[system].installed:
        pytest.skip(f"{SYSTEMS[system].needs} is not installed")
    answers = SYSTEMS[system].open(terminology)(queries, k)
    ids = terminology.kb.concepts["id"].take(answers.concepts).to_pylist()
    return [ids[start:stop] for start, stop in pairwise(answers.offsets.tolist())]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_name_finds_its_concept_first(terminology: Terminology, system: str) -> None:
    found = answered(terminology, system, Query("cephalalgia"), Query("Heart attack"))
    assert [ids[0] for ids in found] == ["T:01", "T:03"]


@pytest.mark.parametrize("system", ["rapidfuzz", "rapidfuzz-wratio", "tfidf", "fused"])
def test_a_slip_of_the_pen_is_forgiven(terminology: Terminology, system: str) -> None:
    assert answered(terminology, system, Query("hypertensoin"))[0][0] == "T:02"


@pytest.mark.parametrize("system", ["exact", "gilda"])
def test_what_has_no_answer_has_none(terminology: Terminology, system: str) -> None:
    found = answered(terminology, system, Query("xyz"), Query("Fever"))
    assert found == [[], ["T:05"]]


def test_a_long_form_is_searched_by_one_system_alone(terminology: Terminology) -> None:
    query = Query("AKI", long_form="acute kidney injury")
    assert answered(terminology, "expanded", query)[0][0] == "T:12"
    assert answered(terminology, "fused", query) == answered(terminology, "fused", Query("AKI"))


def test_the_fused_system_is_the_default_of_the_library(terminology: Terminology) -> None:
    queries = [Query(text) for text in ("renal failure", "chest", "blood", "atrial")]
    made = generate(Index.open(terminology.index.path), queries, 8)
    expected = [[candidate.concept for candidate in candidates] for candidates in made]
    assert answered(terminology, "fused", *queries, k=8) == expected


def test_equal_keys_have_equal_scores_and_others_have_not(terminology: Terminology) -> None:
    answers = SYSTEMS["fused"].open(terminology)([Query("qqq")], 20)
    assert (np.diff(answers.scores) <= 0).all()
    assert len(set(answers.scores.tolist())) > 1


def test_a_missing_peer_is_not_installed() -> None:
    assert not SYSTEMS["gilda"]._replace(needs="no_such_module").installed
    assert SYSTEMS["fused"].installed


NAMES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 4)), max_size=30)


@given(NAMES, st.integers(1, 4))
def test_names_become_their_concepts(names: list[tuple[int, int, int]], k: int) -> None:
    """Against a plain reckoning: best score a concept, then score, then id."""
    order_of_ids = np.array([5, 4, 3, 2, 1, 0], np.int32)
    owner, concepts, scores = (np.array(column, np.int64) for column in _columns(names))
    answers = of_names(
        owner, concepts.astype(np.int32), scores / 4, order_of_ids=order_of_ids, count=4, k=k
    )
    for query in range(4):
        best: dict[int, float] = {}
        for asked, concept, score in names:
            if asked == query:
                best[concept] = max(best.get(concept, 0), score / 4)
        expected = sorted(best.items(), key=lambda item: (-item[1], order_of_ids[item[0]]))[:k]
        assert _of(answers, query) == expected


def _columns(names: list[tuple[int, int, int]]) -> list[list[int]]:
    return [list(column) for column in zip(*names, strict=True)] or [[], [], []]


def _of(answers: Answers, query: int) -> list[tuple[int, float]]:
    part = slice(answers.offsets[query], answers.offsets[query + 1])
    return list(zip(answers.concepts[part].tolist(), answers.scores[part].tolist(), strict=True))
