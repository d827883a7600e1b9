"""The word lists that ship."""

import pytest

from xnorm.languages import SPOKEN
from xnorm.resources import function_words, generic_words, known_abbreviations
from xnorm.text import fold


@pytest.mark.parametrize("language", SPOKEN)
def test_every_language_has_its_lists(language: str) -> None:
    assert len(function_words(language)) > 200
    assert len(generic_words(language)) > 150
    assert len(known_abbreviations(language)) > 90


@pytest.mark.parametrize("language", SPOKEN)
def test_words_are_there_folded_too(language: str) -> None:
    for words in (function_words(language), generic_words(language)):
        assert all(part in words for word in words for part in fold(word).split())


@pytest.mark.parametrize("language", SPOKEN)
def test_long_forms_are_longer(language: str) -> None:
    for short, long in known_abbreviations(language).items():
        assert short == short.strip() != ""
        assert len(long) > len(short)


@pytest.mark.parametrize("language", ["", "xx", "ja", "../de"])
def test_an_unknown_language_has_none(language: str) -> None:
    assert not function_words(language)
    assert not generic_words(language)
    assert not known_abbreviations(language)
