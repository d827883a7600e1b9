"""The word lists that ship: whole, and of known kinds."""

from __future__ import annotations

import pytest

from xnorm.resources import resource_path
from xnorm.titles.model import KINDS
from xnorm.titles.tables import LANGUAGES, tables

_OTHER = {"role", "place", "preposition"}
_WHERE = {"", "first", "last", "edge", "kept"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_has_a_kind_and_a_place(language: str) -> None:
    path = resource_path(language, "titles", "phrases.tsv")
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    assert header == "phrase\tkind\tvalue\twhere"
    for line in lines:
        phrase, kind, value, where = line.split("\t")
        assert phrase == phrase.strip().lower()
        assert kind in {*KINDS, *_OTHER}
        assert where in _WHERE
        assert bool(value) == (kind in {"seniority", "employment", "location"}), line
    assert len({line.split("\t")[0] for line in lines}) == len(lines)


def test_titles_in_other_languages_are_read_with_the_english_tables() -> None:
    assert tables("cs").phrases == tables("en").phrases == tables("").phrases


def test_words_without_accents_are_known_too() -> None:
    known = tables("pt").phrases
    assert known["estágio"][-1].value == known["estagio"][-1].value == "internship"
