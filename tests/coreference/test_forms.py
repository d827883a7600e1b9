"""A name is taken apart into its words and what stands around them."""

import pytest
from hypothesis import given
from tests.strategies import texts

from xnorm.coreference.forms import kind_of, parse_name


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("PROP_PER", "person"),
        ("I-PER", "person"),
        ("Person", "person"),
        ("ORG", "organization"),
        ("PROP_GPE", "place"),
        ("MISC", "name"),
        ("", "name"),
        ("Disease", "term"),
        ("OPERATION", "term"),
    ],
)
def test_the_type_tells_which_rules_hold(type: str, kind: str) -> None:
    assert kind_of(type) == kind


@pytest.mark.parametrize(
    ("text", "kind", "language", "words"),
    [
        ("Prince of Wales", "person", "en", ("prince", "of", "wales")),
        ("the Lord Chancellor", "person", "en", ("chancellor",)),
        ("Conrad Murray, MD", "person", "en", ("conrad", "murray")),
        ("John Smith Jr.", "person", "en", ("john", "smith")),
        ("U.S. Senate", "organization", "en", ("u", "s", "senate")),
        ("U.S.", "place", "en", ("us",)),
        ("Lincoln 's Inn Hall", "place", "en", ("lincoln", "inn", "hall")),
        ("D'Artagnan", "person", "fr", ("dartagnan",)),
        ("Telefónica S.A.", "organization", "es", ("telefonica",)),
        ("Inc.", "organization", "en", ("inc",)),
        ("…", "person", "en", ()),
    ],
)
def test_words_are_what_tells_names_apart(
    text: str, kind: str, language: str, words: tuple[str, ...]
) -> None:
    assert parse_name(text, kind, language).words == words


def test_the_span_has_the_honorific_and_the_core_has_not() -> None:
    text = "the Dr. Conrad Murray's"
    form = parse_name(text, "person", "en")
    assert text[slice(*form.span)] == "Dr. Conrad Murray"
    assert text[slice(*form.core)] == "Conrad Murray"


@given(texts(min_size=0, max_size=6))
def test_the_spans_lie_in_the_text(text: str) -> None:
    form = parse_name(text, "person", "en")
    assert 0 <= form.span[0] <= form.core[0] <= form.core[1] <= form.span[1] <= len(text)
