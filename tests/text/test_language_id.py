"""Sentences tell their language, mixed texts which part is in which."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnorm.text.language_id import Identified, LanguageIdentifier

pytest.importorskip("lingua", reason="languages are told by lingua")

SENTENCES = [
    ("en", "The patient was admitted with chest pain and shortness of breath."),
    ("en", "He was discharged on the third day after the operation."),
    ("es", "La paciente ingresa por dolor torácico y disnea de dos días de evolución."),
    ("es", "Niega alergias medicamentosas conocidas y no fuma."),
    ("de", "Der Patient wurde mit Brustschmerzen und Atemnot aufgenommen."),
    ("de", "Am dritten Tag nach der Operation konnte sie entlassen werden."),
    ("fr", "Le patient a été hospitalisé pour une douleur thoracique et une dyspnée."),
    ("fr", "Elle ne prend aucun traitement et n'a pas d'allergie connue."),
    ("it", "Il paziente è stato ricoverato per dolore toracico e difficoltà respiratoria."),
    ("it", "Non sono note allergie e non assume farmaci."),
    ("nl", "De patiënt werd opgenomen met pijn op de borst en kortademigheid."),
    ("nl", "Hij mocht op de derde dag na de operatie naar huis."),
    ("pt", "O doente foi internado com dor no peito e falta de ar há dois dias."),
    ("pt", "Não são conhecidas alergias e não toma medicamentos."),
    ("cs", "Pacient byl přijat pro bolest na hrudi a dušnost trvající dva dny."),
    ("tr", "Hasta göğüs ağrısı ve nefes darlığı nedeniyle hastaneye yatırıldı."),
]


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    return LanguageIdentifier({language for language, _ in SENTENCES})


@pytest.mark.parametrize(("language", "sentence"), SENTENCES)
def test_a_sentence_tells_its_language(
    identifier: LanguageIdentifier, language: str, sentence: str
) -> None:
    assert identifier.identify(sentence) == Identified(language)


def test_a_sentence_in_another_language_is_marked_with_its_offsets(
    identifier: LanguageIdentifier,
) -> None:
    foreign = f"{SENTENCES[0][1]} {SENTENCES[1][1]}"
    text = f"🧑‍⚕️ {SENTENCES[2][1]} {foreign} {SENTENCES[3][1]} {SENTENCES[2][1]}"
    found = identifier.identify(text)
    start = text.index(foreign)
    assert found == Identified("es", (((start, start + len(foreign)), "en"),))


def test_a_short_sentence_goes_with_its_neighbours(identifier: LanguageIdentifier) -> None:
    english = f"{SENTENCES[0][1]} Tos. {SENTENCES[1][1]}"
    text = f"{SENTENCES[2][1]} Fever. {SENTENCES[3][1]} {english} {SENTENCES[2][1]}"
    found = identifier.identify(text)
    assert [(text[start:end], language) for (start, end), language in found.others] == [
        (english, "en")
    ]


@pytest.mark.parametrize("text", ["", " ", "123 / 45", "🫀"])
def test_a_text_without_letters_has_no_language(identifier: LanguageIdentifier, text: str) -> None:
    assert identifier.identify(text) == Identified("")


def test_only_the_languages_asked_for_are_found() -> None:
    assert LanguageIdentifier({"es", "xx"}).identify(SENTENCES[0][1]) == Identified("es")
    assert LanguageIdentifier({"es", "de"}).identify(SENTENCES[0][1]).language in {"es", "de"}
    assert LanguageIdentifier(()).identify(SENTENCES[0][1]) == Identified("")


@settings(deadline=None, max_examples=50)
@given(
    text=st.lists(st.text(max_size=30) | st.sampled_from([s for _, s in SENTENCES])).map(" ".join)
)
def test_parts_are_ascending_spans_of_another_language(
    identifier: LanguageIdentifier, text: str
) -> None:
    found = identifier.identify(text)
    assert found == identifier.identify(text)
    end = 0
    for (start, stop), language in found.others:
        assert end <= start < stop <= len(text)
        assert language in identifier.languages
        assert language != found.language
        end = stop
