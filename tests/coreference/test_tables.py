"""Every language of the product has tables of names, in order."""

import pytest

from xnorm.coreference.tables import name_tables
from xnorm.languages import SPOKEN

GENDERS = {"m", "f", "fm", "fu", ""}


@pytest.mark.parametrize("language", sorted(SPOKEN))
def test_a_spoken_language_has_tables(language: str) -> None:
    tables = name_tables(language)
    assert min(map(len, (tables.honorifics, tables.demonyms, tables.first_names))) >= 40
    assert set(tables.honorifics.values()) <= GENDERS
    assert {name.gender for name in tables.first_names.values()} <= {"m", "f", ""}
    assert all(places and all(places) for places in tables.demonyms.values())


@pytest.mark.parametrize("language", sorted(SPOKEN))
def test_what_a_nickname_stands_for_is_a_first_name_too(language: str) -> None:
    names = name_tables(language).first_names
    assert {full for name in names.values() for full in name.full} <= names.keys()
    assert any(name.full for name in names.values())


@pytest.mark.parametrize("language", ["", "xx", "../en"])
def test_other_languages_have_empty_tables(language: str) -> None:
    tables = name_tables(language)
    assert [*tables.honorifics, *tables.demonyms, *tables.first_names] == []
