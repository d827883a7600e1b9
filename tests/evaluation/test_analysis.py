"""Labels of gold mentions, groups and the costliest of them."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace
from tests.evaluation.building import answered, document, mention

from xnorm.document import Document, Mention
from xnorm.evaluation.analysis import (
    LABELS,
    breakdown,
    counted_labels,
    label_of,
    labels_of,
    worst_groups,
)
from xnorm.evaluation.evaluate import evaluate
from xnorm.evaluation.outcomes import outcomes_of
from xnorm.evaluation.vocabulary import Vocabulary

FEVER = mention("a", (0, 6), ["T:1"])
NOTHING = mention("a", (0, 6))
BEST, TIED, SECOND = [("T:1", 0.9)], [("T:1", 0.9), ("T:2", 0.9)], [("T:2", 0.9), ("T:1", 0.5)]


class Small(Vocabulary):
    """A terminology of two concepts."""

    def knows(self, id: str) -> bool:
        return id in ("T:1", "T:2")


@pytest.mark.parametrize(
    ("label", "gold", "found"),
    [
        ("right", FEVER, answered(FEVER, BEST, "T:1")),
        ("right", NOTHING, answered(NOTHING, BEST, "")),
        ("right", mention("a", (0, 6), ["T:404"]), answered(NOTHING, BEST, "")),
        ("right", FEVER, answered(FEVER, BEST)),
        ("right among equals", FEVER, answered(FEVER, TIED, "T:1")),
        ("type", FEVER, answered(mention("a", (0, 6), type="CHEM"), BEST, "T:1")),
        ("ambiguous", FEVER, answered(FEVER, TIED[::-1], "T:2")),
        ("wrong concept", FEVER, answered(FEVER, SECOND, "T:2")),
        ("wrong concept", FEVER, answered(FEVER, SECOND)),
        ("wrong concept", FEVER, mention("a", (0, 6), ["T:2"])),
        ("not among the candidates", FEVER, answered(FEVER, [("T:2", 0.9)], "T:2")),
        ("NIL though in terminology", FEVER, answered(FEVER, BEST, "")),
        ("linked though NIL", NOTHING, answered(NOTHING, BEST, "T:1")),
        ("out of terminology", mention("a", (0, 6), ["T:404"]), answered(FEVER, BEST, "T:1")),
        ("boundary", FEVER, answered(mention("x", (0, 11)), BEST, "T:1")),
        ("boundary and concept", FEVER, answered(mention("x", (0, 11)), BEST, "T:2")),
        ("missed", FEVER, answered(mention("x", (14, 22)), BEST, "T:1")),
    ],
)
def test_every_gold_mention_has_the_label_of_what_became_of_it(
    label: str, gold: Mention, found: Mention
) -> None:
    (outcome,) = outcomes_of([document(gold)], [document(found)], Small())
    assert label_of(outcome) == label
    assert label in LABELS


def test_a_type_that_cannot_be_compared_is_no_mistake() -> None:
    found = answered(mention("a", (0, 6), type="CHEM"), BEST, "T:1")
    (outcome,) = outcomes_of([document(FEVER)], [document(found)])
    assert label_of(outcome, typed=False) == "right"


def test_groups_add_up_and_the_costliest_comes_first() -> None:
    gold, system = [], []
    for number in range(30):
        type = ("DIS", "CHEM", "SIGN")[number % 3]
        given = mention(f"m{number}", (number, number + 1), ["T:1"], type=type, text="x" * 40)
        right = type != "CHEM" or number < 8
        gold.append(given)
        system.append(
            answered(given, [("T:1" if right else "T:2", 0.9)], "T:1" if right else "T:2")
        )
    found = outcomes_of([document(*gold, text="x" * 40)], [document(*system, text="x" * 40)])
    labels = labels_of(found)
    groups = breakdown(found, labels, "type", k=5)
    assert [(g.name, g.mentions, g.accuracy, g.recall) for g in groups] == [
        ("CHEM", 10, 0.3, 0.3),
        ("DIS", 10, 1, 1),
        ("SIGN", 10, 1, 1),
    ]
    (worst,) = worst_groups(groups)
    assert worst.name == "CHEM"
    assert worst.lost == pytest.approx(10 * 23 / 30 - 3)
    assert [(e.text, e.gold, e.predicted) for e in worst.examples] == [("x", "T:1", "T:2")]
    assert counted_labels(labels) == {"right": 23, "not among the candidates": 7}
    assert breakdown(found, labels, "language") == []


def corpus(documents: int = 6) -> list[Document]:
    """Documents of three mentions with candidates, links and two types."""
    made = []
    for number in range(documents):
        own = [
            mention("a", (0, 6), ["T:1"]),
            mention("b", (14, 22), [f"T:{number}"], type="SIGN"),
            mention("c", (32, 35)),
        ]
        links = [("T:1", "T:1"), (f"T:{number}", "T:9")[number % 2], ""]
        links[0] = "T:1"
        made.append(
            document(
                *(
                    answered(m, [(link, 0.9)] if link else [], link)
                    for m, link in zip(own, links, strict=True)
                ),
                id=f"d{number}",
            )
        )
    return made


def plain(documents: list[Document]) -> list[Document]:
    """The same documents as a corpus states them."""
    return [
        replace(d, mentions=tuple(replace(m, candidates=(), link=None) for m in d.mentions))
        for d in documents
    ]


def test_gold_against_itself_is_right_everywhere() -> None:
    gold = plain(corpus())
    found, _ = evaluate(gold, gold, samples=50)
    assert found.accuracy.known.value == found.accuracy.all.low == 1
    assert all(score.f1.low == score.macro_f1 == 1 for score in found.linking)
    assert found.labels == {"right": 18}
    assert found.ranking == found.worst == ()
    assert {(group.accuracy, group.recall) for group in found.groups} == {(1, None)}


def test_the_order_of_documents_changes_no_figure() -> None:
    system = corpus()
    gold = plain(system)
    mixed = list(system)
    random.Random(1).shuffle(mixed)
    ours, _ = evaluate(gold, system, samples=50)
    other, _ = evaluate(gold, mixed, samples=50)
    assert other == ours
    assert ours.ranking[0].known.value == ours.accuracy.known.value == 0.75
    assert (ours.counted.known, ours.counted.nil, ours.counted.decided) == (12, 6, 18)
    assert set(ours.types) == {"DIS", "SIGN"}


def test_links_where_the_corpus_has_no_mention_are_counted_by_text() -> None:
    gold = document(FEVER)
    found = [
        answered(mention("x", (0, 6)), link="T:1"),
        answered(mention("y", (14, 22)), link="T:2"),
        answered(mention("z", (32, 35)), link=""),
    ]
    told, _ = evaluate([gold], [document(*found)], samples=2)
    assert told.spurious == 1
    assert [(s.text, s.predicted, s.times) for s in told.often_spurious] == [("tos seca", "T:2", 1)]
