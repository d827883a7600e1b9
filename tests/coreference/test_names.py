"""Names are found by their capitals."""

import pytest
from hypothesis import given
from tests.strategies import documents, texts

from xnorm.coreference import find_names
from xnorm.document import Document

FOUND = [
    ("en", "We saw Ludwig van Beethoven.", ["Ludwig van Beethoven"]),
    ("en", "Mr. Darcy smiled. So did Dr. Ann O'Brien.", ["Mr. Darcy", "Dr. Ann O'Brien"]),
    ("en", "Doctors work. The doctors at Mercy saw her.", ["Mercy"]),
    ("en", "Obama spoke. Later Obama left.", ["Obama", "Obama"]),
    ("en", "Weather is bad. London's weather, too.", ["London"]),
    (
        "en",
        "IBM and Jean-Luc Picard met at the U.S. Senate.",
        ["IBM", "Jean-Luc Picard", "U.S. Senate"],
    ),
    ("en", "The Food and Drug Administration (FDA) said", ["Food and Drug Administration", "FDA"]),
    ("es", "La señora Núñez y don Juan de la Cruz.", ["Núñez", "Juan de la Cruz"]),
    ("fr", "Il vit Mme Dupont à Paris.", ["Mme Dupont", "Paris"]),
    ("de", "Der Arzt sah Angela Merkel und die Frau.", ["Angela Merkel"]),
    ("de", "Der Hund von Frau Meier bellt.", ["Frau Meier"]),
    ("en", "Town of Boxborough. The town of Lee.", ["Boxborough", "Lee"]),
    ("en", "nobody is here, 12 times.", []),
    ("en", "", []),
    ("en", "דוד בא הביתה", []),
    ("en", "She met Rene\u0301 Descartes.", ["Rene\u0301 Descartes"]),
]


@pytest.mark.parametrize(("language", "text", "names"), FOUND)
def test_names_in_a_text(language: str, text: str, names: list[str]) -> None:
    found = find_names(Document.from_text(text, language=language))
    assert [name.surface for name in found] == names


@given(documents())
def test_names_slice_the_text_in_order_and_do_not_overlap(document: Document) -> None:
    names = find_names(document)
    ends = [0]
    for name in names:
        assert ends[-1] <= name.start < name.end
        assert document.text[name.start : name.end] == name.surface
        ends.append(name.end)
    assert len({name.id for name in names}) == len(names)


@given(texts(max_size=8))
def test_a_text_without_capitals_has_no_names(text: str) -> None:
    assert find_names(Document.from_text(text.lower())) == ()
