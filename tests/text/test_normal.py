"""Normal forms and the maps back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.text import fold, fold_with_map


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Infarto agudo de miocardio", "infarto agudo de miocardio"),
        ("Sjögren’s  syndrome", "sjogren s syndrome"),
        ("T-cell/B-cell (acute)", "t cell b cell acute"),
        ("Straße", "strasse"),
        ("Łódź, Ærø", "lodz aero"),
        ("ﬁbrosis ½ m²", "fibrosis 1 2 m2"),
        ("İstanbul", "istanbul"),
        ("pa\u00adti\u200dent", "patient"),
        ("α-Synuclein", "α synuclein"),
        ("йод", "иод"),
        ("देवनागरी", "देवनागरी"),
        ("がん", "がん"),
        ("한국", "한국"),
        ("שָׁלוֹם", "שלום"),
        ("🙂 e\u0301\u0302 ,", "e"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_character_folds_once_and_alike_in_both_functions() -> None:
    for code in range(0, 0x30000, 7):
        character = chr(code)
        folded = fold(character)
        assert fold(folded) == folded
        assert fold_with_map(character)[0] == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_the_map_is_monotone_and_each_offset_folds_to_its_character(text: str) -> None:
    folded, offsets = fold_with_map(text)
    assert folded == fold(text)
    assert len(folded) == len(offsets)
    assert offsets == sorted(offsets)
    for character, offset in zip(folded, offsets, strict=True):
        own = fold(text[offset])
        assert character in own if character != " " else len(own) != 1


@given(st.text(), st.text())
def test_folding_parts_apart_is_folding_them_together(left: str, right: str) -> None:
    assert fold(f"{left} {right}") == " ".join(p for p in (fold(left), fold(right)) if p)
