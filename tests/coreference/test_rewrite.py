"""Rewritten text leads every span back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import texts

from xnorm.coreference import Replacement, rewrite


@st.composite
def _texts_with_replacements(draw: st.DrawFn) -> tuple[str, list[Replacement]]:
    text = draw(texts(min_size=0, max_size=8))
    edges = st.integers(0, len(text))
    spans = st.lists(st.tuples(edges, edges).map(lambda pair: (min(pair), max(pair))), max_size=5)
    return text, [Replacement(span, draw(texts())) for span in draw(spans)]


@given(_texts_with_replacements())
def test_what_is_not_replaced_is_the_same_character_in_both(
    given: tuple[str, list[Replacement]],
) -> None:
    text, replacements = given
    rewritten = rewrite(text, replacements)
    new = {at for (start, end), _ in rewritten.replaced for at in range(start, end)}
    old = {at for _, (start, end) in rewritten.replaced for at in range(start, end)}
    kept = [at for at in range(len(rewritten.text)) if at not in new]
    back = [rewritten.original(at, at + 1) for at in kept]
    assert [start for start, _ in back] == [at for at in range(len(text)) if at not in old]
    assert all(
        rewritten.text[at] == text[start:end] for at, (start, end) in zip(kept, back, strict=True)
    )


@given(_texts_with_replacements(), st.data())
def test_every_span_leads_back_into_the_text_in_order(
    given: tuple[str, list[Replacement]], data: st.DataObject
) -> None:
    text, replacements = given
    rewritten = rewrite(text, replacements)
    edges = st.integers(0, len(rewritten.text))
    start, end = sorted((data.draw(edges), data.draw(edges)))
    first, last = rewritten.original(start, end)
    assert 0 <= first <= last <= len(text)
    whole = rewritten.original(0, len(rewritten.text))
    assert whole == (0, len(text))
    assert whole[0] <= first
    assert last <= whole[1]
    for (new_start, new_end), old in rewritten.replaced:
        assert rewritten.original(new_start, new_end) == old
        if start < end and start < new_end and new_start < end:
            assert first <= old[0]
            assert old[1] <= last


@given(_texts_with_replacements())
def test_undoing_the_replacements_gives_the_text_back(
    given: tuple[str, list[Replacement]],
) -> None:
    text, replacements = given
    rewritten = rewrite(text, replacements)
    undone = rewritten.text
    for new, old in reversed(rewritten.replaced):
        undone = undone[: new[0]] + text[slice(*old)] + undone[new[1] :]
    assert undone == text


@pytest.mark.parametrize(
    ("spans", "text"),
    [
        ([(0, 5), (3, 9)], "abcX"),  # crossing: the longer one
        ([(0, 9), (3, 5)], "X"),  # one in the other
        ([(0, 3), (3, 6)], "XXghi"),  # side by side
        ([(4, 4)], "abcdefghi"),  # nothing there
        ([], "abcdefghi"),
    ],
)
def test_of_overlapping_replacements_the_longest_is_made(
    spans: list[tuple[int, int]], text: str
) -> None:
    assert rewrite("abcdefghi", [Replacement(span, "X") for span in spans]).text == text


def test_a_combining_mark_goes_with_its_letter() -> None:
    rewritten = rewrite("Rene\u0301 came", [Replacement((0, 4), "Descartes")])
    assert rewritten.text == "Descartes came"
    assert rewritten.original(0, 9) == (0, 5)


def test_right_to_left_text_is_rewritten_in_its_own_order() -> None:
    text = "גוריון אמר"
    rewritten = rewrite(text, [Replacement((0, 6), "דוד בן גוריון")])
    assert rewritten.text == "דוד בן גוריון אמר"
    assert rewritten.original(14, 17) == (7, 10)
