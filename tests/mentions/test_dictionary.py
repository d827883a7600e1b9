"""The dictionary finder, against a naive scan."""

import random

import pytest
from tests.mentions.conftest import SPANISH

from xnorm.document import Document
from xnorm.index import Index
from xnorm.mentions import DictionaryFinder
from xnorm.text import fold


def found(index: Index, text: str, language: str = "es", **settings: object) -> dict[str, str]:
    finder = DictionaryFinder(index, **settings)  # type: ignore[arg-type]
    (document,) = finder([Document.from_text(text, language=language)])
    for mention in document.mentions:
        assert mention.surface == text[mention.start : mention.end]
    return {m.surface: m.extra["found"]["concept"] for m in document.mentions}


def test_names_are_found_whatever_their_case_and_accents(both: Index) -> None:
    text = "ANEMIA FERROPENICA y anemia; cefalea; dolor  de cabeza"
    assert found(both, text) == {
        "ANEMIA FERROPENICA": "X:2",
        "anemia": "X:1",
        "cefalea": "X:3",
        "dolor  de cabeza": "X:3",
    }


def test_only_whole_words_count_and_no_punctuation_is_crossed(both: Index) -> None:
    assert found(both, "anemias, cefaleas, linfoma de células, T") == {}


def test_only_names_in_the_language_count(both: Index) -> None:
    assert found(both, "Headache, cefalea") == {"cefalea": "X:3"}
    assert found(both, "Headache, cefalea", "en") == {"Headache": "X:3"}
    assert found(both, "Headache, cefalea", "") == {"Headache": "X:3", "cefalea": "X:3"}


def test_short_names_in_capitals_count_only_as_written(both: Index) -> None:
    assert found(both, "We treat all with ALL", "en") == {"ALL": "X:8"}


def test_generic_names_are_never_looked_for(both: Index) -> None:
    assert found(both, "proximal") == {}


def test_types_filter(both: Index) -> None:
    assert found(both, "anemia con cefalea", types=("blood",)) == {"anemia": "X:1"}


def test_a_document_with_mentions_is_left_alone(both: Index) -> None:
    finder = DictionaryFinder(both)
    document = finder([Document.from_text("anemia", language="es")])[0]
    assert finder([document])[0] is document


@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_a_naive_scan(both: Index, seed: int) -> None:
    names = {
        fold(name): id
        for id, known in SPANISH.items()
        for name in known
        if name not in ("LAL", "Proximal")
    }
    rng = random.Random(seed)
    words = ["anemia", "ferropénica", "dolor", "de", "cabeza", "cefalea", "Linfoma", "T", "células"]
    text = " ".join(rng.choice(words) for _ in range(60))
    tokens = text.split(" ")
    ranges = []
    for first in range(len(tokens)):
        for last in range(first, len(tokens)):
            if fold(" ".join(tokens[first : last + 1])) in names:
                start = len(" ".join(tokens[:first])) + bool(first)
                ranges.append((start, start + len(" ".join(tokens[first : last + 1]))))
    kept: list[tuple[int, int]] = []
    for start, end in sorted(ranges, key=lambda r: (r[0] - r[1], r[0])):
        if all(end <= a or b <= start for a, b in kept):
            kept.append((start, end))
    document = DictionaryFinder(both)([Document.from_text(text, language="es")])[0]
    assert [m.spans[0] for m in document.mentions] == sorted(kept)
