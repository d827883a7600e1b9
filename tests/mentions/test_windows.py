"""Windows: what may be a name at all."""

from hypothesis import given
from tests.strategies import texts

from xnorm.document import Document
from xnorm.mentions.windows import find_windows
from xnorm.resources import function_words
from xnorm.text import fold


def contents(text: str, language: str = "es", longest: int = 4) -> set[str]:
    windows = find_windows([Document.from_text(text, language=language)], longest)
    return {
        text[windows.words[first].start : windows.words[last].end]
        for first, last in zip(windows.first, windows.last, strict=True)
    }


def test_no_window_begins_or_ends_in_a_function_word_or_is_generic() -> None:
    assert contents("dolor de la cabeza con tratamiento proximal") == {
        "dolor",
        "cabeza",
        "dolor de la cabeza",
        "cabeza con tratamiento",
        "cabeza con tratamiento proximal",
    }


def test_no_window_crosses_punctuation_but_inner_hyphens() -> None:
    found = contents("anemia, fiebre (tos) linfoma-T")
    assert found == {"anemia", "fiebre", "tos", "linfoma", "linfoma-T"}


def test_abbreviations_are_searched_by_their_long_forms() -> None:
    document = Document.from_text("Linfoma raro (LR). HTA y LR.", language="es")
    windows = find_windows([document], 1)
    assert ("hipertension", "arterial") in windows.texts
    assert windows.texts.count(("linfoma", "raro")) == 1


def test_equal_texts_are_searched_once() -> None:
    windows = find_windows([Document.from_text("Fiebre. fiebre, FIEBRE", language="es")], 3)
    assert windows.texts == [("fiebre",)]
    assert len(windows.first) == 3


@given(texts(max_size=12))
def test_borders_hold_for_any_text(text: str) -> None:
    document = Document.from_text(text, language="es")
    windows = find_windows([document, document], 3)
    function = function_words("es")
    for first, last, unique in zip(windows.first, windows.last, windows.unique, strict=True):
        start, end = windows.words[first].start, windows.words[last].end
        assert 0 <= start < end <= len(text)
        words = fold(text[start:end]).split()
        assert words[0] not in function
        assert words[-1] not in function
        assert " ".join(windows.texts[unique]).split() == words
