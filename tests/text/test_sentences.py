"""Sentences."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.text.sentences import sentence_spans


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("es", ["El Dr. Gil lo vio.", "Fiebre de 38.5 ºC, p. ej. ayer.", "¿Mejor?", "Sí."]),
        ("es", ["Se da de alta (con AAS).", "Control en 3 meses."]),
        ("de", ["Aufnahme am 3. Mai durch Prof. Abt.", "Es geht ihm z.B. besser!"]),
        ("fr", ["M. Petit arrive.", "Il a de la fièvre."]),
        ("en", ["Seen by J. R. Smith et al. in clinic.", "No fever."]),
        ("en", ["He said “no.”", "She left."]),
        ("", ["Titel", "Der Text fängt an."]),
    ],
)
def test_sentences(language: str, sentences: list[str]) -> None:
    text = " ".join(sentences) if sentences[0] != "Titel" else "\n\n".join(sentences)
    assert [text[a:b] for a, b in sentence_spans(text, language)] == sentences


def test_a_wrapped_line_goes_on_and_a_new_item_does_not() -> None:
    text = "Dolor en el\npecho izquierdo\nFiebre"
    assert [text[a:b] for a, b in sentence_spans(text)] == [
        "Dolor en el\npecho izquierdo",
        "Fiebre",
    ]


def test_chinese_stops_need_no_blank() -> None:
    text = "他发烧了。他咳嗽！"
    assert [text[a:b] for a, b in sentence_spans(text, "zh")] == ["他发烧了。", "他咳嗽！"]


@given(st.text(alphabet=st.sampled_from('aB1.!? \n)"é。…\u0301🙂')))
def test_spans_are_in_order_and_leave_out_only_white_space(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


def test_a_long_text_without_an_end_is_quick() -> None:
    start = time.perf_counter()
    sentence_spans("a" * 200_000 + " . " * 20_000)
    assert time.perf_counter() - start < 2
