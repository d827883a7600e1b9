"""What a system made of each gold mention: pairing, vocabularies, stages, training data."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.evaluation.building import answered, document, mention

from xnorm.document import ConceptId
from xnorm.evaluation.outcomes import is_correct, outcomes_of
from xnorm.evaluation.pairing import Pair, pair_mentions
from xnorm.evaluation.subsets import Training, groups_of
from xnorm.evaluation.vocabulary import Vocabulary
from xnorm.kb import Concept, KnowledgeBase, Name


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """Two concepts, one of which has replaced a third."""
    concepts = [
        Concept("T:1", (Name("fever"),), retired=("T:9",)),
        Concept("T:2", (Name("cough"),)),
    ]
    return KnowledgeBase.build(concepts, tmp_path / "t.kb", source="T")


def test_retired_gold_ids_count_as_the_ones_in_use(kb: KnowledgeBase) -> None:
    old = mention("a", (0, 6), ["T:9"])
    (found,) = outcomes_of(
        [document(old)], [document(answered(old, [("T:1", 0.9)], "T:1"))], Vocabulary(kb=kb)
    )
    assert found.gold == ("T:1",)
    assert found.known
    assert found.ranks == found.worst == {"candidates": 1}
    assert is_correct(found)


def test_nil_is_right_for_a_concept_that_the_terminology_lacks(kb: KnowledgeBase) -> None:
    foreign = mention("a", (0, 6), ["T:404"])
    (found,) = outcomes_of(
        [document(foreign)], [document(answered(foreign, link=""))], Vocabulary(kb=kb)
    )
    assert not found.known
    assert is_correct(found)


def test_mentions_with_ids_of_other_vocabularies_only_are_left_out() -> None:
    both = replace(
        mention("a", (0, 6), ["T:1"]),
        gold=(ConceptId("OTHER", "O:1"), ConceptId("t", "T:1")),
    )
    other = mention("b", (14, 22), ["O:2"], source="OTHER")
    nil = mention("c", (32, 35), ["-1"], source="OTHER")
    corpus = [document(both, other, nil)]
    found = outcomes_of(corpus, corpus, Vocabulary("T"))
    assert [(outcome.mention, outcome.gold) for outcome in found] == [("a", ("T:1",)), ("c", ())]


def test_ids_are_compared_without_prefix_when_asked(kb: KnowledgeBase) -> None:
    bare = mention("a", (0, 6), ["9"])
    (found,) = outcomes_of(
        [document(bare)],
        [document(answered(bare, [("T:1", 0.9)], "T:1"))],
        Vocabulary(kb=kb, strip_prefix=True),
    )
    assert (found.gold, found.predicted, found.known) == (("1",), "1", True)


def test_stages_tell_their_ranks_and_the_last_one_decides() -> None:
    given = mention("a", (0, 6), ["T:1"])
    first = document(answered(given, [("T:2", 0.9), ("T:1", 0.8)], "T:2"))
    second = document(answered(given, [("T:1", 0.7), ("T:2", 0.1)], "T:1"))
    (found,) = outcomes_of([document(given)], {"candidates": [first], "reranked": [second]})
    assert found.ranks == {"candidates": 2, "reranked": 1}
    assert found.predicted == "T:1"


def test_other_borders_give_a_decision_but_no_ranks() -> None:
    given = mention("a", (0, 11), ["T:1"])
    (found,) = outcomes_of(
        [document(given)], [document(answered(mention("x", (0, 6)), [("T:1", 0.9)], "T:1"))]
    )
    assert (found.found, found.predicted, found.ranks) == ("overlap", "T:1", {"candidates": 0})
    assert not is_correct(found)


def test_a_missing_document_is_one_without_mentions() -> None:
    (found,) = outcomes_of([document(mention("a", (0, 6), ["T:1"]))], [])
    assert (found.found, found.predicted) == ("", None)


def test_gold_ids_that_ride_along_are_no_answer() -> None:
    given = [mention("a", (0, 6), ["T:1"]), mention("b", (14, 22), ["T:2"])]
    undecided = [answered(given[0], [("T:2", 0.9)]), given[1]]
    found = outcomes_of([document(*given)], [document(*undecided)])
    assert [outcome.predicted for outcome in found] == [None, None]


def test_ids_that_another_tool_states_are_its_answers() -> None:
    given = mention("a", (0, 6), ["T:1"])
    theirs = [mention("x", (0, 6), ["T:1"]), mention("y", (14, 22))]
    (found,) = outcomes_of([document(given)], [document(*theirs)])
    assert is_correct(found)


@pytest.mark.parametrize(
    ("found", "pair"),
    [
        ([("x", (0, 6), "DIS"), ("a", (0, 6), "CHEM")], Pair(1, True)),
        ([("x", (0, 6), "CHEM"), ("y", (0, 6), "DIS")], Pair(1, True)),
        ([("x", (4, 9), "DIS"), ("y", (0, 5), "DIS")], Pair(1, False)),
        ([("x", (0, 3), "CHEM"), ("y", (3, 6), "DIS")], Pair(1, False)),
        ([("x", (0, 3), "DIS"), ("y", (3, 6), "DIS")], Pair(0, False)),
        ([("x", (6, 9), "DIS")], Pair(None, False)),
        ([("x", (0, 78), "DIS"), ("y", (1, 2), "DIS")], Pair(0, False)),
    ],
)
def test_mentions_pair_by_spans_then_id_then_type_then_shared_characters(
    found: list[tuple[str, tuple[int, int], str]], pair: Pair
) -> None:
    others = [mention(id, span, type=type) for id, span, type in found]
    assert pair_mentions([mention("a", (0, 6))], others) == [pair]


def test_training_data_tell_seen_from_unseen() -> None:
    given = [
        mention("a", (0, 6), ["T:1"]),
        mention("b", (14, 22), ["T:1"]),
        mention("c", (32, 35), ["T:3"]),
    ]
    training = Training.of(
        [document(mention("t", (0, 6), ["T:1"], text="FIEBRE"), text="FIEBRE")], Vocabulary()
    )
    found = outcomes_of([document(*given)], [], training=training)
    assert [outcome.seen_mention for outcome in found] == [True, False, False]
    assert [outcome.seen_concept for outcome in found] == [True, True, False]
    assert groups_of(found, "frequency", training=training) == {
        "concept once in training": [0, 1],
        "concept never in training": [2],
    }
    assert groups_of(found, "abbreviation") == {"written out": [0, 1], "abbreviation": [2]}
    assert groups_of(found, "words") == {"1 word": [0, 2], "2 words": [1]}
