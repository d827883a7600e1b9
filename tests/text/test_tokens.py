"""Tokens."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.text import tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Fiebre, tos.", ["Fiebre", ",", "tos", "."]),
        ("T-cell", ["T", "-", "cell"]),
        ("38.5ºC", ["38", ".", "5ºC"]),
        ("e\u0301xito", ["e\u0301xito"]),
        ("देवनागरी लिपि", ["देवनागरी", "लिपि"]),
        ("a_b", ["a", "_", "b"]),
        ("🙂🙂", ["🙂", "🙂"]),
        ("\u200fשלום\u200f עולם", ["\u200f", "שלום\u200f", "עולם"]),
        ("a\x00b\u200bc", ["a", "b", "c"]),
        ("", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert [text[start:end] for start, end in tokenize(text)] == tokens


@given(st.text())
def test_tokens_are_in_order_and_cover_all_letters(text: str) -> None:
    tokens = tokenize(text)
    assert all(token.start < token.end for token in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    covered = {place for start, end in tokens for place in range(start, end)}
    assert all(place in covered for place, character in enumerate(text) if character.isalnum())
