"""Steps between a corpus as published and what is measured or trained on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests import strategies

from xnorm.corpora import prepare
from xnorm.corpora.building import COMPOSITE
from xnorm.corpora.tally import Tally
from xnorm.document import ConceptId, Coreference, Document, Mention, Relation, mention_at
from xnorm.errors import SettingError
from xnorm.kb import Concept, KnowledgeBase, Name

TEXT = "Chronic kidney disease (CKD) and fever. CKD again."


def _mention(
    word: str, *ids: str, id: str = "", type: str = "Disease", composite: str = ""
) -> Mention:
    start = TEXT.rindex(word)
    found = mention_at(TEXT, [(start, start + len(word))], id=id or word, type=type)
    gold = tuple(ConceptId(*one.split(":", 1)) for one in ids)
    return replace(found, gold=gold, extra={COMPOSITE: composite} if composite else {})


def _document(*mentions: Mention, id: str = "1") -> Document:
    return replace(Document.from_text(TEXT, id=id, language="en"), mentions=mentions)


def _mentions(documents: object) -> list[str]:
    (document,) = documents  # type: ignore[misc]
    return [mention.id for mention in document.mentions]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    concepts = [
        Concept("MESH:D1", (Name("one"),), retired=("MESH:D0",)),
        Concept("OMIM:7", (Name("seven"),)),
        Concept("D5", (Name("five"),), retired=("D4",)),
    ]
    return KnowledgeBase.build(concepts, tmp_path_factory.mktemp("kb") / "x.kb", source="MEDIC")


def test_long_forms_come_from_the_document_itself() -> None:
    tally = Tally(step="expand")
    (document,) = prepare.expand_abbreviations([_document(_mention("CKD"), _mention("fever"))],
                                               tally=tally)  # fmt: skip
    assert [m.long_form for m in document.mentions] == ["Chronic kidney disease", ""]
    assert str(tally) == "expand: kept 2 of 2 mentions; 1 expanded"


def test_one_of_several_types_is_enough() -> None:
    document = _document(_mention("CKD", type="T033,T047"), _mention("fever", type="T184"))
    tally = Tally(step="types")
    assert _mentions(prepare.keep_types([document], ["T047"], tally=tally)) == ["CKD"]
    assert str(tally) == "types: kept 1 of 2 mentions; 1 of other types"


def test_a_type_that_no_mention_has_is_answered_with_the_nearest() -> None:
    document = _document(_mention("CKD"), _mention("fever", type="Symptom"))
    with pytest.raises(SettingError, match=r"types: disease\. Did you mean 'Disease'\?"):
        list(prepare.keep_types([document], ["disease"]))
    assert list(prepare.keep_types([], ["disease"])) == []


def test_a_group_is_stated_itself_or_by_its_types() -> None:
    document = _document(_mention("CKD", type="T047"), _mention("fever", type="DISO"),
                         _mention("again", type="T061"))  # fmt: skip
    assert _mentions(prepare.keep_groups([document], ["DISO"])) == ["CKD", "fever"]
    with pytest.raises(SettingError, match="unknown semantic group 'DIS'"):
        prepare.keep_groups([document], ["DIS"])


def test_mentions_without_an_id_are_dropped() -> None:
    document = _document(_mention("CKD", "MESH:D1"), _mention("fever"))
    assert _mentions(prepare.drop_without_id([document])) == ["CKD"]


def test_retired_ids_are_replaced_as_they_are_written(kb: KnowledgeBase) -> None:
    document = _document(_mention("CKD", "MESH:D0", "MESH:D1"), _mention("fever", "MESH:D4"),
                         _mention("again", "MESH:D9"))  # fmt: skip
    tally = Tally(step="retired")
    (after,) = prepare.replace_retired([document], kb, tally=tally)
    assert [[gold.db_id for gold in m.gold] for m in after.mentions] == [["D1"], ["D5"], ["D9"]]
    assert str(tally) == "retired: kept 3 of 3 mentions; 2 replaced"


def test_concepts_that_the_terminology_lacks_are_counted_and_dropped_or_not(
    kb: KnowledgeBase,
) -> None:
    document = _document(
        _mention("CKD", "MESH:D9", "OMIM:7"),
        _mention("fever", "MESH:D9"),
        _mention("again"),
        # The code is in the knowledge base, but as one of OMIM.
        _mention("kidney", "SNOMEDCT:7"),
    )
    for drop, kept in ((True, ["CKD", "again"]), (False, ["CKD", "fever", "again", "kidney"])):
        tally = Tally(step="outside")
        found = prepare.out_of_terminology([document], kb, drop=drop, tally=tally)
        assert _mentions(found) == kept
        assert tally.notes == {"not in the terminology": 2}
        assert tally.kept == len(kept)


def test_composites_are_split_or_dropped() -> None:
    both = _mention("CKD", "MESH:D1", "OMIM:7", composite="D1|OMIM:7")
    document = _document(both, _mention("fever", "MESH:D5"))
    (split,) = prepare.split_composites([document])
    assert [(m.id, [g.db_id for g in m.gold], m.spans == both.spans) for m in split.mentions] == [
        ("CKD-1", ["D1"], True),
        ("CKD-2", ["7"], True),
        ("fever", ["D5"], False),
    ]
    assert all(COMPOSITE not in mention.extra for mention in split.mentions)
    assert _mentions(prepare.drop_composites([document])) == ["fever"]


def test_composites_in_several_vocabularies_have_to_be_reduced_to_one_first() -> None:
    document = _document(_mention("CKD", "SNOMEDCT:1", "SNOMEDCT:2", "HPO:HP:3", composite="1+2"))
    with pytest.raises(SettingError, match=r"'1\+2' has ids of several vocabularies"):
        list(prepare.split_composites([document]))


def test_the_same_text_and_the_same_mention_count_once() -> None:
    fever = _mention("fever", "MESH:D5")
    once = _document(fever, replace(fever, id="again"), replace(fever, id="other", type="Symptom"))
    tally = Tally(step="duplicates")
    found = prepare.drop_duplicates([once, replace(once, id="2")], tally=tally)
    assert _mentions(found) == ["fever", "other"]
    assert str(tally) == (
        "duplicates: kept 2 of 6 mentions; 3 in documents that came before; 1 stated twice"
    )


def test_what_speaks_of_a_dropped_mention_goes_too() -> None:
    document = replace(
        _document(_mention("CKD", "MESH:D1"), _mention("fever"), _mention("again", "MESH:D5")),
        relations=(Relation("r1", "causes", "CKD", "fever"), Relation("r2", "is", "CKD", "again")),
        coreferences=(Coreference("c", ("CKD", "fever")), Coreference("d", ("fever",))),
    )
    (after,) = prepare.drop_without_id([document])
    assert [relation.id for relation in after.relations] == ["r2"]
    assert after.coreferences == (Coreference("c", ("CKD",)),)


STEPS: list[Callable[..., object]] = [
    prepare.expand_abbreviations,
    prepare.drop_without_id,
    prepare.drop_composites,
    prepare.split_composites,
    prepare.drop_duplicates,
]


@settings(max_examples=40)
@given(strategies.corpora(strategies.documents()), st.sampled_from(STEPS))
def test_a_step_only_ever_touches_mentions_and_counts_every_one(
    documents: list[Document], step: Callable[..., list[Document]]
) -> None:
    tally = Tally()
    after = list(step(documents, tally=tally))
    assert tally.given == sum(len(document.mentions) for document in documents)
    assert tally.kept == sum(len(document.mentions) for document in after)
    by_id = {document.id: document for document in documents}
    for document in after:
        before = by_id[document.id]
        assert (document.text, document.passages) == (before.text, before.passages)
        assert {m.id for m in document.mentions} <= {m.id for m in before.mentions}


def test_a_corpus_need_not_fit_into_memory(tmp_path: Path) -> None:
    def endless() -> object:
        while True:
            yield _document(_mention("CKD"))

    steps = prepare.drop_without_id(prepare.expand_abbreviations(endless()))  # type: ignore[arg-type]
    assert next(steps).mentions == ()
