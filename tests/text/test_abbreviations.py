"""Abbreviations that a text defines."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.text.abbreviations import find_abbreviations


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (
            "Sufrió un infarto agudo de miocardio (IAM) ayer.",
            [("IAM", "infarto agudo de miocardio")],
        ),
        (
            "EPOC (enfermedad pulmonar obstructiva crónica) grave",
            [("EPOC", "enfermedad pulmonar obstructiva crónica")],
        ),
        (
            "chronisch obstruktive Lungenerkrankung [COL]",
            [("COL", "chronisch obstruktive Lungenerkrankung")],
        ),
        ("accidentes cerebrovasculares (ACVs)", [("ACVs", "accidentes cerebrovasculares")]),
        ("Heat shock protein 70 (HSP70)", [("HSP70", "Heat shock protein 70")]),
        ("the état de mal épileptique (EME)", [("EME", "état de mal épileptique")]),
        (
            "T-cell acute lymphoblastic leukaemia (T-ALL)",
            [("T-ALL", "T-cell acute lymphoblastic leukaemia")],
        ),
        ("tumor necrosis factor (TNF; n = 3)", [("TNF", "tumor necrosis factor")]),
        ("Dirección de Desarrollo Forestal (DDF)", [("DDF", "Dirección de Desarrollo Forestal")]),
        ("presentó fiebre (38 grados) y tos (seca)", []),
        ("Fig. 3 (see text), p (n = 12) and (a)", []),
        ("antes. Miocardio (IAM)", []),
        ("", []),
    ],
)
def test_definitions(text: str, pairs: list[tuple[str, str]]) -> None:
    assert [(found.short, found.long) for found in find_abbreviations(text)] == pairs


@given(st.text(alphabet=st.sampled_from("abAB1 ()[]-.,;é\u0301\nß🙂")))
def test_spans_slice_to_what_is_said(text: str) -> None:
    for found in find_abbreviations(text):
        assert text[slice(*found.short_span)] == found.short
        assert text[slice(*found.long_span)] == found.long


def test_many_brackets_and_long_words_are_quick() -> None:
    start = time.perf_counter()
    find_abbreviations("a" * 10_000 + " (AA) " + "((" * 5_000 + "aaaa aaaa aaaa (AAAA) " * 500)
    assert time.perf_counter() - start < 2
