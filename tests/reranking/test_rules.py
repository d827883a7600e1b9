from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.document import Candidate, Document, Evidence, Mention
from xnorm.errors import SettingError
from xnorm.kb import Concept, KnowledgeBase, Name
from xnorm.reranking.rules import RULES, KeepTypes, MergeEqual, Reorder, groups


def concept(id: str, types: tuple[str, ...], parents: tuple[str, ...] = ()) -> Concept:
    return Concept(id, (Name(id, "en", "preferred"),), types=types, parents=parents)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    concepts = [
        concept("A", ("Disease",)),
        concept("B", ("Drug",), ("A",)),
        concept("C", ("Disease", "Finding"), ("B",)),
        Concept("OLD", replaced_by="C"),
    ]
    path = tmp_path_factory.mktemp("rules") / "x.kb"
    return KnowledgeBase.build(concepts, path, source="X")


def candidate(id: str, score: float, *found: tuple[str, str, str]) -> Candidate:
    evidence = tuple(
        Evidence(retriever, id, 0.5, 1, language=language, kind=kind)
        for retriever, language, kind in found
    )
    return Candidate(id, "X", id, score, evidence)


def document(*candidates: Candidate) -> Document:
    mention = Mention("T1", "", ((0, 1),), ("a",), candidates=candidates)
    from msgspec.structs import replace

    return replace(Document.from_text("a", language="es"), mentions=(mention,))


def ids(documents: list[Document]) -> list[str]:
    return [one.concept for one in documents[0].mentions[0].candidates]


EXACT, SPANISH = ("exact", "en", "synonym"), ("dense", "es", "synonym")
PREFERRED, PLAIN = ("tfidf", "en", "preferred"), ("dense", "en", "synonym")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), ["A", "B", "C"]),
        (("exact",), ["B", "A", "C"]),
        (("preferred",), ["C", "A", "B"]),
        (("same-language",), ["A", "B", "C"]),
        (("same-language", "preferred"), ["A", "C", "B"]),
        (("agreed",), ["B", "C", "A"]),
        (("specific",), ["C", "B", "A"]),
        (("general",), ["A", "B", "C"]),
    ],
)
def test_rules_order_ties(kb: KnowledgeBase, rules: tuple[str, ...], expected: list[str]) -> None:
    tied = document(
        candidate("A", 0.5, SPANISH),
        candidate("B", 0.5, EXACT, PLAIN),
        candidate("C", 0.5, PREFERRED, PLAIN),
    )
    assert ids(Reorder(kb, rules)([tied])) == expected


def test_a_lead_beyond_the_margin_is_kept_and_scores_still_fall(kb: KnowledgeBase) -> None:
    given = document(
        candidate("A", 0.9, PLAIN), candidate("B", 0.85, EXACT), candidate("C", 0.7, EXACT)
    )
    assert ids(Reorder(kb, ["exact"])([given])) == ["A", "B", "C"]
    (after,) = Reorder(kb, ["exact"], margin=0.1)([given])
    assert ids([after]) == ["B", "A", "C"]
    assert [one.score for one in after.mentions[0].candidates] == [0.9, 0.85, 0.7]


@given(st.lists(st.floats(0, 1)), st.floats(0, 1))
def test_groups_part_the_scores(scores: list[float], margin: float) -> None:
    scores.sort(reverse=True)
    found = groups(scores, margin)
    assert [at for group in found for at in group] == list(range(len(scores)))
    for group in found:
        assert scores[group.start] - scores[group.stop - 1] <= margin


def test_candidates_of_other_types_are_left_out(kb: KnowledgeBase) -> None:
    given = document(candidate("A", 0.9), candidate("B", 0.8), candidate("C", 0.7))
    assert ids(KeepTypes(kb, ["Disease"])([given])) == ["A", "C"]
    assert ids(KeepTypes(kb, ["Finding", "Drug"])([given])) == ["B", "C"]


def test_a_retired_and_a_current_id_are_one_candidate(kb: KnowledgeBase) -> None:
    given = document(candidate("OLD", 0.9, EXACT), candidate("A", 0.8), candidate("C", 0.7, PLAIN))
    (after,) = MergeEqual(kb)([given])
    first, second = after.mentions[0].candidates
    assert (first.concept, first.score, second.concept) == ("C", 0.9, "A")
    assert [item.retriever for item in first.evidence] == ["exact", "dense"]


def test_unknown_rules_and_missing_types_are_refused(kb: KnowledgeBase) -> None:
    with pytest.raises(SettingError, match=r"reorder\.rules: unknown rule 'exakt'. Did you mean"):
        Reorder(kb, ["exakt"])
    with pytest.raises(SettingError, match=r"reorder\.margin: margin is -1"):
        Reorder(kb, [], margin=-1)
    with pytest.raises(SettingError, match=r"keep\.types: no types"):
        KeepTypes(kb, [])


def test_every_rule_says_what_it_prefers() -> None:
    assert all(rule.__doc__ for rule in RULES.values())


def test_the_stages_are_reached_by_name(kb: KnowledgeBase) -> None:
    from xnorm.pipeline import load

    overrides = [
        "stages=[retrieve, keep, merge, reorder, decide]",
        "keep.types=[Drug]",
        "reorder.rules=[specific]",
    ]
    linker = load(kb.path, overrides=overrides)
    assert [one.concept for one in linker.mention("B").candidates] == ["B"]
    assert linker.mention("A").candidates == ()
