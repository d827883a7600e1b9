"""The cross-lingual finder: Spanish and German texts, English names."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from tests.strategies import texts

from xnorm.document import Document
from xnorm.errors import SettingError
from xnorm.index import Index
from xnorm.mentions import CrossLingualFinder, FindMentions

LOW = 0.02
"""In a terminology of twenty concepts most that a text says is missing, which the scorer knows."""

NOTE = (
    "Mujer de 60 años con HTA y fibrilación auricular en tratamiento. Acude por fiebre, cefalea y "
    "vómitos. Sufrió un infarto agudo de miocardio (IAM). Debilidad muscular proximal."
)


def found(finder: CrossLingualFinder | FindMentions, text: str, language: str) -> dict[str, str]:
    (document,) = finder([Document.from_text(text, language=language)])
    return {m.surface: m.extra["found"]["concept"] for m in document.mentions}


def test_findings_in_spanish(english: Index) -> None:
    got = found(CrossLingualFinder(english, LOW), NOTE, "es")
    assert got["HTA"] == "X:5"
    assert got["fibrilación auricular"] == "X:9"
    assert got["fiebre"] == "X:4"
    assert got["vómitos"] == "X:13"
    assert "X:7" in got.values()
    assert "tratamiento" not in got
    assert "proximal" not in got


def test_findings_in_german(english: Index) -> None:
    text = "Die Patientin klagt über Kopfschmerzen, Fieber und Muskelschwäche."
    got = found(CrossLingualFinder(english, LOW), text, "de")
    assert got == {"Kopfschmerzen": "X:3", "Fieber": "X:4", "Muskelschwäche": "X:10"}


def test_a_higher_threshold_finds_a_part_of_it(english: Index) -> None:
    few = found(CrossLingualFinder(english, threshold=0.8), NOTE, "es")
    many = found(CrossLingualFinder(english, threshold=0.05), NOTE, "es")
    assert len(few) < len(many)


def test_a_document_does_not_depend_on_the_others(english: Index) -> None:
    finder = CrossLingualFinder(english)
    documents = [
        Document.from_text(text, id=str(number), language="es")
        for number, text in enumerate([NOTE, "", "Tos.", NOTE[60:], "Fiebre y tos. " * 30])
    ]
    together = finder(documents)
    assert together == [finder([document])[0] for document in documents]
    assert together == CrossLingualFinder(english)(documents)
    assert [d.id for d in together] == [d.id for d in documents]


def test_ids_are_unique_and_mentions_apart_and_in_order(english: Index) -> None:
    (document,) = CrossLingualFinder(english)([Document.from_text(NOTE, language="es")])
    mentions = document.mentions
    assert [m.id for m in mentions] == [f"T{n}" for n in range(1, len(mentions) + 1)]
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(m.surface == NOTE[m.start : m.end] for m in mentions)
    assert all(0 < m.extra["found"]["probability"] <= 1 for m in mentions)


def test_a_document_with_mentions_is_left_alone(english: Index) -> None:
    finder = CrossLingualFinder(english)
    done = finder([Document.from_text("fibrilación auricular", language="es")])
    assert finder(done)[0] is done[0]


@settings(max_examples=40, deadline=None)
@given(texts(max_size=30))
def test_any_text_is_survived(english: Index, text: str) -> None:
    (document,) = FindMentions(english)([Document.from_text(text, language="es")])
    assert all(m.surface == document.text[m.start : m.end] for m in document.mentions)


@pytest.mark.parametrize("text", ["", " ", "a", "x" * 10_000, "fiebre " * 2_000, "\x00\ud800"])
def test_extreme_texts(english: Index, text: str) -> None:
    (document,) = FindMentions(english)([Document.from_text(text, language="xx")])
    assert all(m.surface == text[m.start : m.end] for m in document.mentions)


def test_a_text_is_compared_with_its_language_and_english_else_with_all(both: Index) -> None:
    finder = CrossLingualFinder(both)
    assert finder.languages("es") == {"es", "en"}
    assert finder.languages("de") == {"en"}
    assert finder.languages("") == {"es", "en"}


def test_languages_mixed_in_a_batch_do_not_matter(both: Index) -> None:
    finder = CrossLingualFinder(both, LOW)
    documents = [
        Document.from_text(text, id=str(number), language=language)
        for number, (text, language) in enumerate(
            [(NOTE, "es"), ("Fieber und Anämie", "de"), ("cefalea", ""), ("fiebre", "es")]
        )
    ]
    assert finder(documents) == [finder([document])[0] for document in documents]


def test_no_documents(english: Index) -> None:
    assert CrossLingualFinder(english)([]) == []


@pytest.mark.parametrize("setting", [{"threshold": 0.0}, {"threshold": 2}, {"longest": 0}])
def test_impossible_settings_are_refused_at_once(english: Index, setting: dict[str, float]) -> None:
    for finder in (CrossLingualFinder, FindMentions):
        with pytest.raises(SettingError, match="find"):
            finder(english, **setting)


def test_the_default_adds_what_the_dictionary_finds(both: Index) -> None:
    text = "Linfoma de células T y anemia ferropénica con fiebre y tratamiento proximal"
    got = found(FindMentions(both), text, "es")
    assert got["Linfoma de células T"] == "X:18"
    assert "X:2" in got.values()
    assert "proximal" not in got
