"""Features of candidates."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from xnorm.document import Document
from xnorm.keyphrases import IndexCategories, Reading
from xnorm.keyphrases.entities import category_columns
from xnorm.keyphrases.features import GROUPS, Sheet, matrix, sheet_of, with_statistics
from xnorm.keyphrases.phrases import candidates, words_of
from xnorm.keyphrases.statistics import Statistics

STORY = """Kraton lifts sales
Kraton Polymers said sales rose. However, Kraton sees risks. Michael Buble sang; Buble left."""


def sheet(text: str = STORY, **settings: object) -> Sheet:
    return sheet_of(Document.from_text(text, language="en"), Reading(**settings))


def of(made: Sheet, column: str, key: str) -> float:
    place = [phrase.key for phrase in made.phrases].index(key)
    return float(made.columns[column][place])


@pytest.mark.parametrize(
    ("column", "key", "expected"),
    [
        ("first", "kraton", 0.0),
        ("words", "kraton polymers", 2),
        ("characters", "kraton polymers", 15),
        ("capitals", "kraton polymers", 2),
        ("names", "kraton polymers", 1),
        ("names", "sales", 0),
        ("in title", "sales", 1),
        ("in title", "risks", 0),
        ("entity forms", "buble", 2),
        ("entity forms", "risks", 1),
        ("change", "risks", 1),
        ("change", "polymers", 0),
    ],
)
def test_a_feature_is_what_its_name_says(column: str, key: str, expected: float) -> None:
    assert of(sheet(), column, key) == expected


def test_the_forms_of_one_name_share_their_frequency_and_first_place() -> None:
    made = sheet()
    assert of(made, "tf", "buble") > of(made, "tf", "michael buble")
    assert of(made, "entity tf", "buble") == of(made, "entity tf", "michael buble")
    assert of(made, "entity first", "buble") == of(made, "first", "michael buble") * (
        made.words[-1].span[1] / len(STORY)
    )


def test_frequencies_sum_to_one_and_spread_is_last_minus_first() -> None:
    columns = sheet().columns
    assert columns["tf"].sum() == pytest.approx(1)
    assert np.allclose(columns["spread"], columns["last"] - columns["first"])


@pytest.mark.parametrize("text", ["", "of the", "?!"])
def test_a_text_without_candidates_has_no_rows(text: str) -> None:
    made = sheet(text)
    statistics = Statistics.count([(made.phrases, {})])
    assert matrix(with_statistics(made, statistics), Reading().names).shape == (
        0,
        len(Reading().names),
    )


def test_every_group_gives_its_columns() -> None:
    made = sheet()
    columns = with_statistics(made, Statistics.count([(made.phrases, {})]), own={})
    assert set(columns) == {
        name for g, names in GROUPS.items() if g != "categories" for name in names
    }


def test_signals_of_ones_own_replace_those_that_ship() -> None:
    made = sheet(signals={"said": "fuzz"})
    assert of(made, "fuzz", "polymers") == 1
    assert of(made, "change", "risks") == 0


def test_light_filtering_goes_before_candidates() -> None:
    everything = {phrase.key for phrase in sheet().phrases}
    filtered = {phrase.key for phrase in sheet(share=0.3).phrases}
    assert filtered < everything
    assert "kraton" in filtered


def test_idf_is_that_of_the_other_documents() -> None:
    """Counted by hand over three documents, of which two have the phrase."""
    corpus = [
        (candidates(words_of(Document.from_text(text))), gold)
        for text, gold in (("oil price", {"oil": 1.0}), ("oil", {}), ("gas", {"gas": 1.0}))
    ]
    statistics = Statistics.count(corpus)
    assert statistics.idf("oil", own=False) == pytest.approx(-log(3 / 4))
    assert statistics.idf("oil", own=True) == pytest.approx(-log(2 / 3))
    assert statistics.idf("price", own=True) == pytest.approx(-log(1 / 3))
    assert statistics.idf("unheard", own=False) == pytest.approx(-log(1 / 4))
    assert statistics.keyphraseness("oil", own=True) == 0
    assert statistics.keyphraseness("gas", own=False) == 1


def test_a_documents_own_gold_is_not_seen_by_its_candidates() -> None:
    made = sheet("oil")
    alone = Statistics.count([(made.phrases, {"oil": 1.0})])
    other = Statistics.count([(made.phrases, {})])
    seen = with_statistics(made, alone, own={"oil": 1.0})
    unseen = with_statistics(made, other, own={})
    names = Reading(groups=("base", "shallow")).names
    assert np.array_equal(matrix(seen, names), matrix(unseen, names))


class Sectors:
    """A knowledge base of two words."""

    def types(self, phrases: list[str]) -> list[tuple[str, ...]]:
        known = {"oil": ("fuel",), "bank": ("money", "river")}
        return [known.get(phrase, ()) for phrase in phrases]


def test_categories_come_from_a_knowledge_base() -> None:
    phrases = sheet("oil bank. Tea").phrases
    columns = category_columns(phrases, Sectors(), ["money", "fuel"])
    rows = {p.key: tuple(float(c[at]) for c in columns.values()) for at, p in enumerate(phrases)}
    assert rows == {
        "oil": (1, 2, 1),
        "oil bank": (0, 0, 1),
        "bank": (1, 1, 1),
        "tea": (0, 0, 0),
    }


def test_an_index_gives_the_types_of_equal_names(small_index: object) -> None:
    from xnorm.index import Index

    categories = IndexCategories(Index.open(small_index))
    assert categories.types(["head pain", "Fever", "tea"]) == [("T",), ("T",), ()]
