"""What a format cannot hold is counted; mentions that mismatch are kept, dropped or refused."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from tests.strategies import linked_documents

from xnorm.document import (
    Candidate,
    ConceptId,
    Coreference,
    Document,
    Event,
    Link,
    Passage,
    Relation,
    mention_at,
)
from xnorm.errors import DataError
from xnorm.formats import FORMATS
from xnorm.formats.losses import counted, in_words, losses
from xnorm.formats.mismatch import settle
from xnorm.formats.reading import PARTS

TEXT = "Fever and chest pain"
PASSAGES = (
    Passage("p0", "title", ("Fever",), ((0, 5),), {"section": 1}),
    Passage("p1", "abstract", ("and chest pain",), ((6, 20),)),
)
MENTIONS = (
    replace(
        mention_at(TEXT, [(0, 5), (16, 20)], id="T1", type="SIGN"),
        gold=(ConceptId("S", "1"), ConceptId("S", "2")),
        link=Link("1", 0.5, "S"),
        candidates=(Candidate("1", "S", "Fever", 0.5),),
    ),
    mention_at(TEXT, [(10, 20)], id="T2", type=""),
    mention_at(TEXT, [(10, 15)], id="T3", type="SIGN"),
)
DOCUMENT = Document(
    id="1",
    passages=PASSAGES,
    language="en",
    mentions=MENTIONS,
    coreferences=(Coreference("C1", ("T1", "T3")), Coreference("C2", ("T3",))),
    relations=(Relation("R1", "at", "T1", "T2"), Relation("R2", "at", "T1", "T1")),
    events=(Event("E1", "x", ("Fever",), ((0, 5),), (("of", "T3"),)),),
    extra={"row": {}, "year": 2020},
)


def test_everything_is_counted() -> None:
    assert losses(DOCUMENT, None) == {}
    assert losses(DOCUMENT, set(PARTS)) == {}
    assert losses(DOCUMENT, {"mentions"}) == {
        "language": 1,
        "text": 3,
        "passages": 2,
        "types": 2,
        "discontinuous": 1,
        "overlapping": 2,
        "gold": 2,
        "links": 1,
        "candidates": 1,
        "coreferences": 2,
        "relations": 2,
        "events": 1,
        "row": 1,
        "extra": 2,
    }


def test_without_mentions_nothing_of_them_is_counted() -> None:
    assert losses(DOCUMENT, set(PARTS) - {"mentions", "types", "gold"}) == {"mentions": 3}


def test_the_losses_are_told_in_words() -> None:
    counts: Counter[str] = Counter()
    assert list(counted([DOCUMENT, DOCUMENT], {"mentions", "text", "types"}, counts)) == [
        DOCUMENT,
        DOCUMENT,
    ]
    assert in_words(counts) == [
        "2 documents' languages were left out",
        "4 passages were put together",
        "2 discontinuous mentions were written without their gaps",
        "4 overlapping mentions were left out",
        "4 stated concepts were left out",
        "2 decisions were left out",
        "2 mentions' candidates were left out",
        "4 coreferences were left out",
        "4 relations were left out",
        "2 events were left out",
        "2 rows' other columns were left out",
        "4 unknown fields were left out",
    ]
    assert in_words({"discontinuous": 1, "relations": 0}) == [
        "1 discontinuous mention was written without its gaps"
    ]


@pytest.mark.parametrize("row", FORMATS.values(), ids=lambda row: row.name)
def test_every_format_says_what_it_holds_in_known_words(row: object) -> None:
    holds = getattr(row, "holds", None)
    assert holds is None or holds <= set(PARTS)


@settings(max_examples=30, deadline=None)
@given(linked_documents())
def test_every_part_can_be_told(document: Document) -> None:
    counts = losses(document, set())
    assert len(in_words(counts)) == len(counts)
    assert all(counts.values())


def test_mismatches_are_kept_dropped_or_refused() -> None:
    odd = replace(DOCUMENT, mentions=(*MENTIONS[:2], replace(MENTIONS[2], text=("Chest",))))
    assert settle(odd, "keep") is odd
    for mode in ("keep", "drop", "error"):
        assert settle(DOCUMENT, mode) is DOCUMENT
    dropped = settle(odd, "drop")
    assert dropped.mentions == MENTIONS[:2]
    assert dropped.coreferences == (Coreference("C1", ("T1",)),)
    assert dropped.relations == DOCUMENT.relations
    assert dropped.events == ()
    with pytest.raises(DataError) as caught:
        settle(odd, "error")
    assert str(caught.value) == (
        "document '1', mention 'T3': the text is 'Chest', but 'chest' stands at its offsets 10-15. "
        "Correct the offsets or the text, or give --mismatch keep or drop."
    )


def test_relations_go_with_the_mentions_they_name() -> None:
    odd = replace(DOCUMENT, mentions=(MENTIONS[0], replace(MENTIONS[1], text=("x",)), MENTIONS[2]))
    assert [item.id for item in settle(odd, "drop").relations] == ["R2"]
