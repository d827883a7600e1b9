"""Precision, recall and F1, against numbers that neleval 3.1.1 printed for the files below.

    neleval evaluate -m all -g gold.tab system.tab
    neleval evaluate -m overlap-maxmax::span -m overlap-sumsum::span -g gold.tab system.tab
    neleval evaluate -b docid -m strong_mention_match -g gold.tab system.tab

Its ends are inclusive; ours are not.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.evaluation.building import answered, document, mention
from tests.strategies import corpora, linked_documents

from xnorm.document import ConceptId, Document, Mention
from xnorm.evaluation.annotations import Annotated, Annotation, annotated, types_agree
from xnorm.evaluation.clustering import b_cubed, entity_ceaf, mention_ceaf, muc
from xnorm.evaluation.linking import MEASURES, score
from xnorm.evaluation.pairing import Overlaps, Spans
from xnorm.evaluation.vocabulary import Vocabulary

GOLD = """d1 0 8 E1 DIS
d1 14 20 E2 DIS
d1 30 39 NIL1 CHEM
d1 50 54 E3 CHEM
d2 0 4 E1 DIS
d2 10 19 NIL2 DIS
d2 25 33 E4 CHEM
d2 40 44 NIL1 CHEM
d3 5 11 E5 DIS
d3 20 28 E5 DIS"""

SYSTEM = """d1 0 8 E1 DIS
d1 14 22 E2 DIS
d1 30 39 NIL7 DIS
d1 50 54 E9 CHEM
d1 60 66 E1 CHEM
d2 0 4 NIL8 DIS
d2 10 12 NIL9 DIS
d2 14 19 NIL9 DIS
d2 25 33 E4 CHEM
d2 40 44 NIL7 CHEM
d3 5 11 E5 DIS
d3 19 28 E6 DIS"""

# precision, recall, F1 as printed
NELEVAL = {
    "entity_match": (0.667, 0.667, 0.667),
    "strong_all_match": (0.417, 0.500, 0.455),
    "strong_link_match": (0.429, 0.429, 0.429),
    "strong_linked_mention_match": (0.571, 0.571, 0.571),
    "strong_mention_match": (0.583, 0.700, 0.636),
    "strong_nil_match": (0.400, 0.667, 0.500),
    "strong_typed_all_match": (0.333, 0.400, 0.364),
    "strong_typed_link_match": (0.429, 0.429, 0.429),
    "strong_typed_mention_match": (0.500, 0.600, 0.545),
    "strong_typed_nil_match": (0.200, 0.333, 0.250),
    "overlap-maxmax": (0.890, 0.960, 0.924),
    "overlap-sumsum": (0.890, 0.990, 0.937),
}
CLUSTERS = {
    muc: (0.333, 0.333, 0.333),
    b_cubed: (0.542, 0.550, 0.546),
    mention_ceaf: (0.500, 0.600, 0.545),
    entity_ceaf: (0.481, 0.619, 0.542),
}


def read(table: str) -> dict[str, list[Mention]]:
    """The mentions of a table by document, ids as gold."""
    found: dict[str, list[Mention]] = {}
    for number, line in enumerate(table.splitlines()):
        name, start, end, id, type = line.split()
        ids = [] if id.startswith("NIL") else [id]
        span = (int(start), int(end) + 1)
        found.setdefault(name, []).append(
            mention(f"m{number}", span, ids, type=type, text="x" * 80)
        )
    return found


def pairs() -> list[Annotated]:
    """Both tables side by side."""
    gold, system = read(GOLD), read(SYSTEM)
    return [
        annotated(document(*gold[id], id=id), document(*system[id], id=id), Vocabulary())
        for id in gold
    ]


@pytest.mark.parametrize("measure", NELEVAL)
def test_measures_agree_with_neleval(measure: str) -> None:
    found = score(measure, pairs(), samples=2)
    figures = (found.precision.value, found.recall.value, found.f1.value)
    assert figures == pytest.approx(NELEVAL[measure], abs=0.0005)


def test_macro_averages_agree_with_neleval() -> None:
    found = score("strong_mention_match", pairs(), samples=2)
    figures = (found.macro_precision, found.macro_recall, found.macro_f1)
    assert figures == pytest.approx((0.567, 0.667, 0.611), abs=0.0005)
    assert (found.gold, found.found) == (10, 12)


@pytest.mark.parametrize("measure", CLUSTERS)
def test_clusters_agree_with_neleval(measure: object) -> None:
    clusters = []
    for table in (GOLD, SYSTEM):
        by_id: dict[str, set[tuple[str, ...]]] = {}
        for line in table.splitlines():
            *place, id, _ = line.split()
            by_id.setdefault(id, set()).add(tuple(place))
        clusters.append(list(by_id.values()))
    found = measure(*clusters)  # type: ignore[operator]
    figures = (found.precision, found.recall, found.f1)
    assert figures == pytest.approx(CLUSTERS[measure], abs=0.0005)  # type: ignore[index]


def test_overlapping_mentions_count_in_full_for_the_overlap_measures() -> None:
    found = score("mention_overlap", pairs(), samples=2)
    assert (found.precision.value, found.recall.value) == pytest.approx((11 / 12, 1))


def test_only_mentions_of_one_type_count_when_it_is_named() -> None:
    found = score("strong_mention_match", pairs(), type="CHEM", samples=2)
    assert (found.gold, found.found) == (4, 4)
    assert found.f1.value == pytest.approx(3 / 4)


def test_of_several_gold_ids_the_one_that_was_given_counts() -> None:
    both = mention("a", (0, 6), ["T:1", "T:2"])
    for link, right in (("T:1", 1), ("T:2", 1), ("T:3", 0)):
        pair = annotated(document(both), document(answered(both, link=link)), Vocabulary())
        assert score("strong_link_match", [pair], samples=2).f1.value == right
        assert score("entity_match", [pair], samples=2).f1.value == right


def test_what_another_vocabulary_states_is_not_judged() -> None:
    other = mention("a", (0, 6), ["O:1"], source="OTHER")
    own = mention("b", (14, 22), ["T:1"])
    system = document(answered(other, link="T:2"), answered(own, link="T:1"))
    pair = annotated(document(other, own), system, Vocabulary("T"))
    assert score("strong_all_match", [pair], samples=2).f1.value == 1
    assert score("strong_mention_match", [pair], samples=2).gold == 2


def test_types_are_compared_only_when_there_are_common_ones() -> None:
    gold = document(mention("a", (0, 6), type="DIS"))
    for type, agree in (("DIS", True), ("Disease", False), ("", False)):
        pair = annotated(gold, document(mention("a", (0, 6), type=type)), Vocabulary())
        assert types_agree([pair]) is agree


def spans() -> st.SearchStrategy[Spans]:
    """One or two spans in a text of 14 characters."""
    edges = st.lists(st.integers(0, 14), min_size=2, max_size=4, unique=True).map(sorted)
    return edges.map(lambda at: tuple(zip(at[::2], at[1::2], strict=False)))


@given(st.lists(spans(), max_size=5), st.lists(spans(), max_size=5))
@settings(max_examples=100)
def test_overlaps_are_those_of_sets_of_characters(ours: list[Spans], theirs: list[Spans]) -> None:
    def characters(own: Spans) -> set[int]:
        return {at for start, end in own for at in range(start, end)}

    overlaps = Overlaps(theirs)
    for own in ours:
        shared = [(n, len(characters(own) & characters(other))) for n, other in enumerate(theirs)]
        assert sorted(overlaps.of(own)) == [(n, count) for n, count in shared if count]
    pair = Annotated(
        "d", [Annotation(own, "", None) for own in ours], [Annotation(o, "", None) for o in theirs]
    )
    everything = set().union(*map(characters, theirs))
    best = [
        max((len(characters(own) & characters(other)) for other in theirs), default=0)
        / len(characters(own))
        for own in ours
    ]
    whole = [len(characters(own) & everything) / len(characters(own)) for own in ours]
    for measure, shares in (("overlap-maxmax", best), ("overlap-sumsum", whole)):
        expected = sum(shares) / len(ours) if ours else 0
        assert score(measure, [pair], samples=2).recall.value == pytest.approx(expected)


@given(corpora(linked_documents()), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_a_corpus_against_itself_is_perfect_in_any_order(
    corpus: list[Document], random: object
) -> None:
    plain = [
        replace(
            each,
            mentions=tuple(
                replace(m, gold=m.gold or (ConceptId("T", "T:1"),), candidates=(), link=None)
                for m in each.mentions
            ),
        )
        for each in corpus
    ]
    same = [annotated(each, each, Vocabulary()) for each in plain]
    random.shuffle(same)  # type: ignore[attr-defined]
    for measure in MEASURES:
        found = score(measure, same, samples=2)
        assert found.f1.value == pytest.approx(1 if found.gold else 0)
