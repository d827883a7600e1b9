"""Candidates: which runs of words may be key phrases, and where they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import texts

from xnorm.document import Document
from xnorm.filtering.stage import KEPT
from xnorm.keyphrases import phrase_key
from xnorm.keyphrases.phrases import candidates, words_of


def keys(text: str, *, language: str = "en", longest: int = 5) -> list[str]:
    words = words_of(Document.from_text(text, language=language))
    return [phrase.key for phrase in candidates(words, longest=longest)]


@pytest.mark.parametrize(
    ("phrase", "key"),
    [
        ("Grammy-winning", "grammywinning"),
        ("U.S.", "us"),
        ("Portugal's bailout", "portugal bailout"),
        ("players’ union", "players union"),
        ("  Bublé\n album ", "buble album"),
        ("S&P 500", "sp 500"),
        ("--", ""),
    ],
)
def test_phrases_are_compared_without_case_accents_signs_and_possessives(
    phrase: str, key: str
) -> None:
    assert phrase_key(phrase) == key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the civil war", ["civil", "civil war", "war"]),
        ("war of words", ["war", "war of words", "words"]),
        ("war, words", ["war", "words"]),
        ("End of war. Words", ["end", "end of war", "war", "words"]),
        ("Portugal's bailout", ["portugal", "portugal bailout", "bailout"]),
        ("US troops", ["us", "us troops", "troops"]),
        ("and let us", ["let"]),
        ("in 2010", []),
        ("", []),
    ],
)
def test_candidates_neither_begin_nor_end_idly_nor_cross_signs(
    text: str, expected: list[str]
) -> None:
    assert keys(text) == expected


def test_candidates_are_no_longer_than_asked_for() -> None:
    assert keys("alpha beta gamma", longest=2) == [
        "alpha",
        "alpha beta",
        "beta",
        "beta gamma",
        "gamma",
    ]


def test_any_language_with_function_words_has_its_own_idle_words() -> None:
    assert keys("la huelga de los médicos", language="es") == [
        "huelga",
        "huelga de los medicos",
        "medicos",
    ]


def test_sentences_that_were_filtered_out_have_no_candidates() -> None:
    document = Document.from_text("Strike ends. Tea helps.", language="en")
    filtered = Document(id="1", passages=document.passages, language="en", extra={KEPT: [[0, 12]]})
    assert [one.key for one in candidates(words_of(filtered))] == ["strike", "strike ends", "ends"]


@given(st.lists(texts(), max_size=6).map(" ".join))
def test_occurrences_slice_to_their_key(text: str) -> None:
    document = Document.from_text(text)
    for phrase in candidates(words_of(document)):
        assert phrase.spans == sorted(set(phrase.spans))
        for start, end in phrase.spans:
            assert phrase_key(text[start:end]) == phrase.key
